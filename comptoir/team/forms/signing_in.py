"""The forms of signing in: allauth's checks, the shop's words."""

from allauth.account import forms as account
from allauth.mfa.base import forms as mfa
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn import forms as webauthn
from django import forms
from django.utils.translation import gettext_lazy as _

from .words import PASSWORD_HELP, in_our_words


class SignInForm(account.LoginForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        in_our_words(
            self,
            login=_("E-mail address"),
            password=_("Password"),
            remember=_("Stay signed in on this device"),
        )
        self.fields["remember"].initial = True
        self.fields["login"].widget.attrs |= {"autocomplete": "username", "autofocus": True}


class ForgottenPasswordForm(account.ResetPasswordForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        in_our_words(self, email=_("E-mail address"))


class NewPasswordForm(account.ResetPasswordKeyForm):
    """Typed once: the browser shows it, or its manager keeps it."""

    password2 = None

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        in_our_words(self, password1=_("New password"))
        self.fields["password1"].help_text = PASSWORD_HELP


class ChangePasswordForm(account.ChangePasswordForm):
    password2 = None

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        in_our_words(self, oldpassword=_("Current password"), password1=_("New password"))
        self.fields["password1"].help_text = PASSWORD_HELP


class ConfirmPasswordForm(account.ReauthenticateForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        in_our_words(self, password=_("Password"))
        self.fields["password"].widget.attrs["autofocus"] = True


class SecondFactorForm(mfa.AuthenticateForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        in_our_words(self, code=_("Six-digit code, or a recovery code"))
        self.fields["code"].widget.attrs |= {"autofocus": True, "inputmode": "numeric"}


class ConfirmSecondFactorForm(mfa.ReauthenticateForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        in_our_words(self, code=_("Six-digit code, or a recovery code"))


class ActivateTotpForm(ActivateTOTPForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        in_our_words(self, code=_("Six-digit code shown by the app"))
        self.fields["code"].widget.attrs["inputmode"] = "numeric"


class AddPasskeyForm(webauthn.AddWebAuthnForm):
    """Always a passkey that signs in by itself; its name helps to tell two of them apart."""

    passwordless = forms.BooleanField(widget=forms.HiddenInput, initial=True, required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        in_our_words(self, name=_("Name of this passkey"))


class RenamePasskeyForm(webauthn.EditWebAuthnForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        in_our_words(self, name=_("Name of this passkey"))
