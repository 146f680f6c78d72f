"""The forms of arriving: the owner who opens the shop, the colleague who joins, the owner let back in."""

from allauth.account.adapter import get_adapter
from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from ..models import Member
from .stores import time_zones
from .words import in_our_words, new_password_field


class JoinForm(forms.Form):
    """Who one is, and how one signs in."""

    name = forms.CharField(label=_("Your name"), max_length=120)
    email = forms.EmailField(label=_("Your e-mail address"))
    password = new_password_field()

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["name"].widget.attrs |= {"autocomplete": "name", "autofocus": True}
        self.fields["email"].widget.attrs["autocomplete"] = "username"

    def clean_email(self) -> str:
        email = self.cleaned_data["email"].lower()
        if Member.objects.filter(email=email).exists():
            raise forms.ValidationError(_("Somebody already signs in with this address."))
        return email

    def clean(self) -> dict:
        facts = super().clean()
        if facts.get("password"):
            member = Member(email=facts.get("email", ""), name=facts.get("name", ""))
            try:
                get_adapter().clean_password(facts["password"], member)
            except forms.ValidationError as error:
                self.add_error("password", error)
        return facts


class OpenShopForm(JoinForm):
    """The first start: the owner, the business and its first store in one page."""

    business = forms.CharField(label=_("Name of your business"), max_length=120)
    store = forms.CharField(
        label=_("First store"),
        max_length=120,
        required=False,
        help_text=_("What you call it: Liège, Main Street, Workshop. You can add others later."),
    )
    time_zone = forms.CharField(required=False, widget=forms.HiddenInput(attrs={"data-time-zone": True}))

    field_order = ("business", "store", "name", "email", "password", "time_zone")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["name"].widget.attrs.pop("autofocus")
        self.fields["business"].widget.attrs |= {"autocomplete": "organization", "autofocus": True}

    def clean_time_zone(self) -> str:
        """The browser's own zone; the shop's when it says nothing that makes sense."""
        zone = self.cleaned_data["time_zone"]
        return zone if zone in dict(time_zones()) else settings.TIME_ZONE


class NewPasswordAfterLinkForm(forms.Form):
    """A new password, and only if asked, an account without second factors."""

    password = new_password_field()
    forget_second_factors = forms.BooleanField(
        label=_("Also remove the authenticator app, the passkeys and the recovery codes of this account"),
        required=False,
    )

    def __init__(self, member: Member, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.member = member
        in_our_words(self, password=_("New password"))
        if not member.has_second_factors:
            del self.fields["forget_second_factors"]

    def clean_password(self) -> str:
        return get_adapter().clean_password(self.cleaned_data["password"], self.member)
