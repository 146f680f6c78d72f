"""The forms of one's own account."""

from allauth.account.adapter import get_adapter
from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from ..models import Member


class AccountForm(forms.ModelForm):
    """How a member is called, reads, sees and signs."""

    THEMES = [("auto", _("Like this device")), ("light", _("Light")), ("dark", _("Dark"))]

    theme = forms.ChoiceField(label=_("Theme"), choices=THEMES, widget=forms.RadioSelect)
    language = forms.ChoiceField(label=_("Language"), required=False)

    class Meta:
        model = Member
        fields = ["name", "language", "theme", "signature"]
        help_texts = {"signature": _("Added below your replies when the mailbox has none of its own.")}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["language"].choices = [("", _("Like my browser")), *settings.LANGUAGES]
        self.fields["name"].widget.attrs["autocomplete"] = "name"
        self.fields["signature"].widget.attrs["rows"] = 4


class AddressForm(forms.Form):
    """The address one signs in with; asks for the password, since it also receives password resets."""

    email = forms.EmailField(label=_("E-mail address"))
    current_password = forms.CharField(
        label=_("Current password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )

    def __init__(self, member: Member, *args, **kwargs):
        super().__init__(*args, initial={"email": member.email}, **kwargs)
        self.member = member

    def clean_email(self) -> str:
        email = self.cleaned_data["email"].lower()
        if Member.objects.filter(email=email).exclude(pk=self.member.pk).exists():
            raise forms.ValidationError(_("Somebody already signs in with this address."))
        return email

    def clean_current_password(self) -> str:
        password = self.cleaned_data["current_password"]
        if not get_adapter().reauthenticate(self.member, password):
            raise forms.ValidationError(_("This is not your current password."))
        return password
