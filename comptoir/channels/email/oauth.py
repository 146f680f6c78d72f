"""Signing in to Google's and Microsoft's mailboxes with the shop's own registration (OAuth 2, PKCE, XOAUTH2).

No password is seen: the owner signs in at the provider, which gives a token that is renewed every hour.
"""

import base64
import hashlib
import json
import secrets
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from urllib.parse import urlencode

from comptoir.channels.models import Account

from .models import Auth, Mailbox, OAuthClient
from .trouble import Kind, MailTrouble

PATIENCE = 10.0
EARLY = 120  # seconds before its end at which a token is renewed
LARGEST_ANSWER = 64 * 1024


@dataclass(frozen=True)
class Provider:
    """Where to ask, and for what. Sources: developers.google.com/workspace/gmail/imap/xoauth2-protocol,
    learn.microsoft.com/exchange/client-developer/legacy-protocols/how-to-authenticate-an-imap-pop-smtp-application-by-using-oauth
    """

    authorize_url: str
    token_url: str
    scope: str
    extra: tuple[tuple[str, str], ...] = ()


PROVIDERS = {
    Auth.GOOGLE: Provider(
        "https://accounts.google.com/o/oauth2/v2/auth",
        "https://oauth2.googleapis.com/token",
        "https://mail.google.com/",
        (("access_type", "offline"), ("prompt", "consent")),
    ),
    Auth.MICROSOFT: Provider(
        "https://login.microsoftonline.com/common/oauth2/v2.0/authorize",
        "https://login.microsoftonline.com/common/oauth2/v2.0/token",
        "offline_access https://outlook.office.com/IMAP.AccessAsUser.All https://outlook.office.com/SMTP.Send",
    ),
}


class OAuthRefused(Exception):
    """The provider said no; `reason` is its own short code ("invalid_grant")."""

    def __init__(self, reason: str):
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class Request:
    """One trip to the provider: `state` proves that the answer is ours, `verifier` that we asked (PKCE)."""

    state: str
    verifier: str

    @classmethod
    def fresh(cls) -> "Request":
        return cls(secrets.token_urlsafe(24), secrets.token_urlsafe(48))

    @property
    def challenge(self) -> str:
        digest = hashlib.sha256(self.verifier.encode()).digest()
        return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def authorize_url(client: OAuthClient, request: Request, back_to: str, address: str) -> str:
    """Where to send the owner's browser."""
    provider = PROVIDERS[client.provider]
    asked = {
        "client_id": client.client_id,
        "redirect_uri": back_to,
        "response_type": "code",
        "scope": provider.scope,
        "state": request.state,
        "code_challenge": request.challenge,
        "code_challenge_method": "S256",
        "login_hint": address,
        **dict(provider.extra),
    }
    return f"{provider.authorize_url}?{urlencode(asked)}"


def exchange(client: OAuthClient, request: Request, code: str, back_to: str) -> dict:
    """The tokens given for the code that came back; to be kept sealed."""
    asked = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": back_to,
        "code_verifier": request.verifier,
    }
    return _tokens(_ask(client, asked))


def access_token(mailbox: Mailbox) -> str:
    """A token good for now, renewed when its end is near; raises MailTrouble when the provider took it back."""
    tokens = mailbox.account.secrets.get("oauth", {})
    if tokens.get("expires_at", 0) - EARLY > time.time():
        return tokens["access_token"]
    client = OAuthClient.objects.filter(provider=mailbox.auth).first()
    if client is None or not tokens.get("refresh_token"):
        raise MailTrouble(Kind.TOKEN, mailbox.receiving)
    return _renew(mailbox, client, tokens)["access_token"]


def _renew(mailbox: Mailbox, client: OAuthClient, tokens: dict) -> dict:
    asked = {"grant_type": "refresh_token", "refresh_token": tokens["refresh_token"]}
    try:
        renewed = tokens | _tokens(_ask(client, asked))
    except OAuthRefused as refusal:
        raise MailTrouble(Kind.TOKEN, mailbox.receiving, said=refusal.reason) from None
    except OSError:
        raise MailTrouble(Kind.SILENT, mailbox.receiving) from None
    keep(mailbox.account, renewed)
    return renewed


def keep(account: Account, tokens: dict) -> None:
    """Seals the tokens into the account."""
    account.secrets = account.secrets | {"oauth": tokens}
    Account.objects.filter(pk=account.pk).update(secrets=account.secrets)


def _tokens(answer: dict) -> dict:
    """What is kept of an answer; a renewed answer may come without a new refresh token."""
    kept = {
        "access_token": answer["access_token"],
        "expires_at": time.time() + int(answer.get("expires_in", 3600)),
    }
    if answer.get("refresh_token"):
        kept["refresh_token"] = answer["refresh_token"]
    return kept


def _ask(client: OAuthClient, asked: dict) -> dict:
    whole = asked | {"client_id": client.client_id, "client_secret": client.client_secret}
    request = urllib.request.Request(
        PROVIDERS[client.provider].token_url,
        data=urlencode({key: value for key, value in whole.items() if value}).encode(),
        headers={"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"},
    )
    try:
        with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
            said = _read(answer)
    except urllib.error.HTTPError as error:
        said = _read(error)
        raise OAuthRefused(str(said.get("error", error.code))) from None
    if "access_token" not in said:
        raise OAuthRefused("no access_token")
    return said


def _read(answer) -> dict:
    try:
        said = json.loads(answer.read(LARGEST_ANSWER))
    except ValueError:
        return {}
    return said if isinstance(said, dict) else {}
