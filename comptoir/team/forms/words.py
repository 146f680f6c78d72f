"""How the fields of signing in speak, wherever they come from."""

from django import forms
from django.utils.translation import gettext_lazy as _

from ..adapter import LONGEST_PASSWORD

PASSWORD_HELP = _("At least 10 characters. A short sentence is easy to remember and hard to guess.")


def in_our_words(form: forms.Form, **labels) -> None:
    """Gives fields our labels, without the grey words inside them that vanish while typing."""
    for name, label in labels.items():
        field = form.fields[name]
        field.label, field.help_text = label, ""
        field.widget.attrs.pop("placeholder", None)
        if isinstance(field.widget, forms.PasswordInput):
            field.widget.attrs["maxlength"] = LONGEST_PASSWORD


def new_password_field() -> forms.CharField:
    """One field, checked by `check_new_password`; browsers and managers fill it."""
    attrs = {"autocomplete": "new-password", "maxlength": LONGEST_PASSWORD}
    return forms.CharField(
        label=_("Password"), strip=False, widget=forms.PasswordInput(attrs=attrs), help_text=PASSWORD_HELP
    )
