"""Connecting: an address becomes a mailbox that is read; one that was here before goes on where it stopped."""

from django.db import transaction

from comptoir.channels.models import Account
from comptoir.ground import clock

from .models import Alignment, Auth, Mailbox
from .providers import Provider


def mailbox_for(address: str) -> Mailbox:
    """The mailbox this address had before, else a new one, on the account that already has its messages."""
    accounts = Account.objects.filter(kind="email", address__iexact=address.strip())
    account = accounts.order_by("closed_at", "-pk").first() or Account(
        kind="email", address=address.strip().lower()
    )
    known = Mailbox.objects.filter(account=account).first() if account.pk else None
    return known or Mailbox(account=account)


def is_connected(address: str) -> bool:
    return Mailbox.objects.open().filter(account__address__iexact=address.strip()).exists()


@transaction.atomic
def connect(
    mailbox: Mailbox, *, provider: Provider | None, history: str, secrets: dict, auth=Auth.PASSWORD
) -> Mailbox:
    """Opens the account and its mailbox together; a listener starts within seconds."""
    account = mailbox.account
    account.closed_at, account.secrets = None, secrets
    account.save()
    mailbox.account, mailbox.auth, mailbox.history = account, auth, history
    mailbox.provider = provider.key if provider else ""
    mailbox.saves_sent = bool(provider and provider.saves_sent)
    mailbox.connected_at, mailbox.paused_at = clock.now(), None
    mailbox.save()
    Alignment.objects.ask(account)
    return mailbox


def place(mailbox: Mailbox, provider: Provider) -> Mailbox:
    """Writes the provider's servers into a mailbox whose sign-in is the provider's own."""
    address = mailbox.account.address
    mailbox.host, mailbox.port, mailbox.security = (
        provider.imap.host,
        provider.imap.port,
        provider.imap.security,
    )
    mailbox.smtp_host, mailbox.smtp_port = provider.smtp.host, provider.smtp.port
    mailbox.smtp_security = provider.smtp.security
    mailbox.login, mailbox.smtp_login = address, ""
    return mailbox
