"""How signing in behaves in a shop: closed to strangers, careful with secrets, in the shop's own words."""

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from comptoir.ground import secrets

from .models import Act, AuditEntry, Business
from .visitors import address_of

# Hashing megabytes would keep a process busy for nothing.
LONGEST_PASSWORD = 4096


class AccountAdapter(DefaultAccountAdapter):
    """Accounts come from invitations alone; redirects stay in the house."""

    def is_open_for_signup(self, request) -> bool:
        return False

    def is_safe_url(self, url: str) -> bool:
        return bool(url) and url.startswith("/") and url_has_allowed_host_and_scheme(url, allowed_hosts=None)

    def get_client_ip(self, request) -> str:
        return address_of(request) or "here"

    # --- passwords ------------------------------------------------------------------------------
    def authenticate(self, request, **credentials):
        if len(credentials.get("password") or "") > LONGEST_PASSWORD:
            return None
        return super().authenticate(request, **credentials)

    def authentication_failed(self, request, **credentials) -> None:
        AuditEntry.objects.note(
            Act.SIGN_IN_REFUSED, by=None, on=credentials.get("email", ""), address=address_of(request)
        )

    def clean_password(self, password: str, user=None) -> str:
        if len(password) > LONGEST_PASSWORD:
            raise ValidationError(_("This password is too long."))
        return super().clean_password(password, user)

    def _get_login_attempts_cache_key(self, request, **credentials) -> str:
        """By account alone: the default adds the Host header, which a guesser may vary at will."""
        return credentials.get("email", "").strip().lower()

    # --- where one goes -------------------------------------------------------------------------
    def get_logout_redirect_url(self, request) -> str:
        return reverse("account_login")

    def get_password_change_redirect_url(self, request) -> str:
        return reverse("team:account")

    def get_reset_password_from_key_url(self, key: str) -> str:
        """Built on the shop's known address, never on what the browser claims to be visiting."""
        uid, _dash, token = key.partition("-")
        return Business.objects.current().link_to(
            reverse("account_reset_password_from_key", args=[uid, token])
        )

    # --- mail -----------------------------------------------------------------------------------
    def format_email_subject(self, subject: str) -> str:
        return str(subject)

    def send_mail(self, template_prefix: str, email: str, context: dict) -> None:
        """In the language of the member who gets it."""
        facts = {"business": Business.objects.current(), **context}
        language = getattr(context.get("user"), "language", "") or translation.get_language()
        with translation.override(language):
            super().send_mail(template_prefix, email, facts)


class MfaAdapter(DefaultMFAAdapter):
    """Second factors: their secrets are sealed at rest."""

    def encrypt(self, text: str) -> str:
        return secrets.seal(text)

    def decrypt(self, encrypted_text: str) -> str:
        return secrets.unseal(encrypted_text)

    def is_mfa_enabled(self, user, types=None) -> bool:
        """A passkey replaces the password; only the authenticator app adds a step after it."""
        if types and Authenticator.Type.TOTP in types:
            types = [Authenticator.Type.TOTP]
        return super().is_mfa_enabled(user, types)

    def get_totp_issuer(self) -> str:
        return Business.objects.current().name or "Comptoir"

    def generate_authenticator_name(self, user, type) -> str:
        return _("My passkey")

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        return super().get_public_key_credential_rp_entity() | {"name": "Comptoir"}
