"""What is asked about a person, and the sentences said when an answer cannot be taken."""

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import get_language_info, gettext_lazy
from django.utils.translation import gettext as _

from . import phones
from .models import Company, Customer, Handle, Matter

LANGUAGES = ("fr", "nl", "en", "de", "es", "it", "pt", "ar", "tr", "pl", "ro", "uk")


def languages(now: str = "") -> list[tuple[str, str]]:
    """The languages people speak to the shop, in the reader's own."""
    codes = [*LANGUAGES, now] if now and now not in LANGUAGES else LANGUAGES
    return [("", _("Not known")), *((code, language_name(code)) for code in codes)]


def language_name(code: str) -> str:
    try:
        return get_language_info(code)["name_translated"].capitalize()
    except KeyError:
        return code


class PersonForm(forms.ModelForm):
    """What is known of somebody, besides how to reach them."""

    company = forms.CharField(
        label=gettext_lazy("Company"),
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs={"list": "companies", "autocomplete": "off"}),
    )
    language = forms.ChoiceField(label=gettext_lazy("Language"), required=False)

    class Meta:
        model = Customer
        fields = ["name", "company", "town", "language"]
        widgets = {"name": forms.TextInput(attrs={"autocomplete": "off"})}

    def __init__(self, *args, instance: Customer | None = None, **facts):
        super().__init__(*args, instance=instance, **facts)
        self.fields["language"].choices = languages(self.instance.language)
        if self.instance.company_id:
            self.initial["company"] = self.instance.company.name

    def clean_name(self) -> str:
        return " ".join(self.cleaned_data["name"].split())

    def clean_company(self) -> Company | None:
        return Company.objects.named(self.cleaned_data["company"])


class HandleField(forms.CharField):
    """An e-mail address or a telephone number, as somebody types it; comes out as (kind, value)."""

    def __init__(self, *, country: str = "", kind: str = "", **how):
        super().__init__(max_length=320, **how)
        self.country, self.kind = country, kind

    def clean(self, value) -> tuple[str, str] | None:
        text = super().clean(value)
        if not text:
            return None
        is_email = self.kind == "email" or (not self.kind and "@" in text)
        return self._email(text) if is_email else self._phone(text)

    def _email(self, text: str) -> tuple[str, str]:
        try:
            validate_email(text)
        except ValidationError:
            raise ValidationError(_("“%(what)s” is not an e-mail address."), params={"what": text}) from None
        return "email", Handle.normal("email", text)

    def _phone(self, text: str) -> tuple[str, str]:
        if not phones.is_possible(text, self.country):
            raise ValidationError(
                _("“%(what)s” is neither an e-mail address nor a telephone number.")
                if not self.kind
                else _("“%(what)s” is not a telephone number."),
                params={"what": text},
            )
        return "phone", Handle.normal("phone", text, country=self.country)


class HandleForm(forms.Form):
    """One more way to reach somebody."""

    value = HandleField(
        label=gettext_lazy("E-mail address or telephone number"),
        error_messages={"required": gettext_lazy("Write an e-mail address or a telephone number.")},
    )

    def __init__(self, data=None, *, customer: Customer, country: str):
        super().__init__(data, auto_id=f"handle-{customer.pk}-%s")
        self.customer = customer
        self.fields["value"].country = country

    def clean_value(self) -> tuple[str, str]:
        kind, value = self.cleaned_data["value"]
        refuse_taken(Handle.objects.owned(kind, value), self.customer)
        return kind, value


class NewPersonForm(PersonForm):
    """Somebody new: a name, or at least one way to reach them."""

    email = HandleField(label=gettext_lazy("E-mail address"), kind="email", required=False)
    phone = HandleField(label=gettext_lazy("Telephone number"), kind="phone", required=False)
    field_order = ["name", "email", "phone", "company", "town", "language"]

    def __init__(self, *args, country: str, **facts):
        super().__init__(*args, **facts)
        self.fields["phone"].country = country
        self.fields["email"].widget.input_type = "email"
        self.fields["phone"].widget.input_type = "tel"

    def clean_email(self) -> tuple[str, str] | None:
        return self._free(self.cleaned_data["email"])

    def clean_phone(self) -> tuple[str, str] | None:
        return self._free(self.cleaned_data["phone"])

    def _free(self, handle: tuple[str, str] | None) -> tuple[str, str] | None:
        if handle:
            refuse_taken(Handle.objects.owned(*handle))
        return handle

    def clean(self) -> dict:
        told = super().clean()
        if not self.errors and not any(told.get(name) for name in ("name", "email", "phone")):
            raise ValidationError(_("Write a name, or at least one way to reach this person."))
        return told

    @property
    def handles(self) -> list[tuple[str, str]]:
        return [handle for name in ("email", "phone") if (handle := self.cleaned_data.get(name))]

    @property
    def facts(self) -> dict:
        return {name: self.cleaned_data[name] for name in PersonForm.Meta.fields}


class MatterForm(forms.ModelForm):
    class Meta:
        model = Matter
        fields = ["label", "text"]
        widgets = {"label": forms.TextInput(attrs={"list": "matter-labels", "autocomplete": "off"})}
        error_messages = {
            "label": {"required": gettext_lazy("Say what it is about, in a word or two.")},
            "text": {"required": gettext_lazy("Write what should be remembered.")},
        }

    def __init__(self, data=None, *, instance: Matter | None = None, customer: Customer):
        mark = instance.pk if instance else f"new-{customer.pk}"
        super().__init__(data, instance=instance, auto_id=f"matter-{mark}-%s")
        self.fields["text"].help_text = _("In words the person could read: they may ask to.")


def refuse_taken(handle: Handle | None, customer: Customer | None = None) -> None:
    """Says to whom a handle belongs, with the way to their page."""
    if handle is None:
        return
    if customer and handle.customer_id == customer.pk:
        raise ValidationError(_("This is noted here already."))
    link = format_html(
        '<a href="{}">{}</a>', reverse("customers:person", args=[handle.customer_id]), handle.customer
    )
    words = format_html(_("{what} belongs to {who}."), what=str(handle), who=link)
    if customer:
        url = reverse("customers:merger", args=[customer.pk]) + f"?other={handle.customer_id}"
        words = format_html('{} <a href="{}">{}</a>', words, url, _("Is it the same person?"))
    raise ValidationError(words)
