"""The test of a mailbox, from a page: a few seconds at most, nothing written, nothing sent."""

from contextlib import suppress

from .. import oauth
from ..forms import ServersForm
from ..models import Auth, Mailbox
from ..trial import Trial, try_out
from ..trouble import MailTrouble


def tried(servers: ServersForm, provider: str, token: str = "") -> Trial:
    return try_out(*servers.doors(token), provider)


def token_of(mailbox: Mailbox) -> str:
    """The token of a mailbox connected with its provider's own sign-in."""
    if mailbox.auth == Auth.PASSWORD:
        return ""
    with suppress(MailTrouble):
        return oauth.access_token(mailbox)
    return ""
