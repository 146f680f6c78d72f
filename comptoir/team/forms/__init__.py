from .account import AccountForm, AddressForm
from .arriving import JoinForm, NewPasswordAfterLinkForm, OpenShopForm
from .signing_in import (
    ActivateTotpForm,
    AddPasskeyForm,
    ChangePasswordForm,
    ConfirmPasswordForm,
    ConfirmSecondFactorForm,
    ForgottenPasswordForm,
    NewPasswordForm,
    RenamePasskeyForm,
    SecondFactorForm,
    SignInForm,
)
from .stores import BusinessForm, ExceptionalDayForm, HoursForm, StoreForm
from .team import InvitationForm, MemberForm

__all__ = [
    "AccountForm",
    "ActivateTotpForm",
    "AddPasskeyForm",
    "AddressForm",
    "BusinessForm",
    "ChangePasswordForm",
    "ConfirmPasswordForm",
    "ConfirmSecondFactorForm",
    "ExceptionalDayForm",
    "ForgottenPasswordForm",
    "HoursForm",
    "InvitationForm",
    "JoinForm",
    "MemberForm",
    "NewPasswordAfterLinkForm",
    "NewPasswordForm",
    "OpenShopForm",
    "RenamePasskeyForm",
    "SecondFactorForm",
    "SignInForm",
    "StoreForm",
]
