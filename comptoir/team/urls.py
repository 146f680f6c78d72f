"""The team's pages: arriving, one's own account, settings; and signing in, through allauth."""

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as recovery_codes
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as webauthn
from django.http import Http404
from django.urls import include, path, re_path
from django.views.generic import RedirectView

from .views import account as my_account
from .views import journal, stores, team, way_back, welcome


def not_here(request, **names):
    """What allauth could do and a shop does not want: open sign-up, addresses one adds by oneself."""
    raise Http404


pages = [
    path("welcome/", welcome.first, name="first-steps"),
    path("welcome/<str:token>/", welcome.show, name="welcome"),
    path("way-back/", way_back.new_password, name="new-password"),
    path("way-back/<str:token>/", way_back.show, name="way-back"),
    path("settings/account/", my_account.show, name="account"),
    path("settings/account/address/", my_account.change_address, name="address"),
    path("settings/account/visits/end/", my_account.end_other_visits, name="end-other-visits"),
    path("settings/account/visits/<int:pk>/end/", my_account.end_visit, name="end-visit"),
    path("settings/team/", team.index, name="team"),
    path("settings/team/invitations/", team.invite, name="invite"),
    path("settings/team/invitations/<int:pk>/renewal/", team.renew, name="renew-invitation"),
    path("settings/team/invitations/<int:pk>/withdrawal/", team.withdraw, name="withdraw-invitation"),
    path("settings/team/<int:pk>/", team.member, name="member"),
    path("settings/team/<int:pk>/deactivation/", team.deactivate, name="deactivate"),
    path("settings/team/<int:pk>/reactivation/", team.reactivate, name="reactivate"),
    path("settings/business/", stores.business, name="business"),
    path("settings/stores/", stores.index, name="stores"),
    path("settings/stores/new/", stores.new, name="new-store"),
    path("settings/stores/<int:pk>/", stores.edit, name="store"),
    path("settings/stores/<int:pk>/hours/", stores.hours, name="hours"),
    path("settings/stores/<int:pk>/days/", stores.add_day, name="add-day"),
    path("settings/stores/<int:pk>/days/<int:day>/removal/", stores.remove_day, name="remove-day"),
    path("settings/stores/<int:pk>/holidays/<str:day>/", stores.keep_holiday, name="keep-holiday"),
    path("settings/journal/", journal.index, name="journal"),
]

to_my_account = RedirectView.as_view(pattern_name="team:account")

signing_in = [
    path("sign-in/", account.login, name="account_login"),
    path("sign-in/second-factor/", mfa.authenticate, name="mfa_authenticate"),
    path("sign-in/passkey/", webauthn.login_webauthn, name="mfa_login_webauthn"),
    path("sign-in/closed/", account.account_inactive, name="account_inactive"),
    path("sign-out/", account.logout, name="account_logout"),
    path("password/", account.password_change, name="account_change_password"),
    path("password/forgotten/", account.password_reset, name="account_reset_password"),
    path("password/forgotten/sent/", account.password_reset_done, name="account_reset_password_done"),
    re_path(
        r"^password/new/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        account.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path("password/kept/", account.password_reset_from_key_done, name="account_reset_password_from_key_done"),
    path("confirm/", account.reauthenticate, name="account_reauthenticate"),
    path("confirm/code/", mfa.reauthenticate, name="mfa_reauthenticate"),
    path("confirm/passkey/", webauthn.reauthenticate_webauthn, name="mfa_reauthenticate_webauthn"),
    path("second-factors/", to_my_account, name="mfa_index"),
    path("second-factors/app/", totp.activate_totp, name="mfa_activate_totp"),
    path("second-factors/app/removal/", totp.deactivate_totp, name="mfa_deactivate_totp"),
    path("second-factors/codes/", recovery_codes.view_recovery_codes, name="mfa_view_recovery_codes"),
    path(
        "second-factors/codes/new/",
        recovery_codes.generate_recovery_codes,
        name="mfa_generate_recovery_codes",
    ),
    path(
        "second-factors/codes/file/",
        recovery_codes.download_recovery_codes,
        name="mfa_download_recovery_codes",
    ),
    path("second-factors/passkeys/", to_my_account, name="mfa_list_webauthn"),
    path("second-factors/passkeys/new/", webauthn.add_webauthn, name="mfa_add_webauthn"),
    path("second-factors/passkeys/<int:pk>/", webauthn.edit_webauthn, name="mfa_edit_webauthn"),
    path("second-factors/passkeys/<int:pk>/removal/", webauthn.remove_webauthn, name="mfa_remove_webauthn"),
]

# allauth asks for these addresses by name; nobody finds anything there.
elsewhere = ("account_signup", "account_email", "account_email_verification_sent", "account_set_password")
closed = [path(f"closed/{name}/", not_here, name=name) for name in elsewhere]

urlpatterns = [path("", include((pages, "team"))), *signing_in, *closed]
