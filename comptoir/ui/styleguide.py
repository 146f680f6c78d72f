"""Samples for the page that shows every component."""

from datetime import timedelta

from django import forms
from django.utils.translation import gettext as _

from comptoir.ground import clock

from . import icons


class SampleForm(forms.Form):
    name = forms.CharField(label=_("Name"))
    email = forms.EmailField(label=_("E-mail address"), help_text=_("Where we answer."))
    words = forms.CharField(label=_("In words"), widget=forms.Textarea, required=False)
    kind = forms.ChoiceField(label=_("Theme"), choices=[("auto", _("As the device")), ("dark", _("Dark"))])
    kept = forms.BooleanField(label=_("Keep me signed in"), required=False)
    ways = forms.ChoiceField(
        label=_("Language"), choices=[("fr", "Français"), ("en", "English")], widget=forms.RadioSelect
    )


def sample() -> dict:
    now = clock.now()
    steps = (
        timedelta(minutes=4),
        timedelta(days=1),
        timedelta(days=3),
        timedelta(days=40),
        timedelta(days=700),
    )
    return {
        "form": SampleForm({"name": "Nadia Benali", "email": "nadia@", "kind": "auto"}),
        "icons": icons.PATHS,
        "moments": [now - step for step in steps],
        "names": [
            "Nadia Benali",
            "Julien T.",
            "Comité vélo du quai",
            "amelie@exemple.be",
            "+32 470 12 34 56",
            "Zoé",
        ],
    }
