"""What the doctor asks about mailboxes: does each one answer, and is nothing missing from it?"""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from comptoir.ground.health import Finding, check

from .models import Mailbox, Reconciliation


@check("mailboxes")
def mailboxes() -> Iterator[Finding]:
    """Mailboxes in trouble, mailboxes nobody listens to, messages a comparison could not mend."""
    for mailbox in Mailbox.objects.open().filter(paused_at=None).select_related("account"):
        account = mailbox.account
        if account.last_error:
            fault = _("The mailbox %(mailbox)s is in trouble: %(reason)s")
            cure = _("Open its page in the settings, correct it there and test it.")
            yield Finding(fault % {"mailbox": account, "reason": account.last_error}, cure)
        elif mailbox.is_silent:
            fault = _("Nobody has listened to the mailbox %(mailbox)s for a while.")
            yield Finding(fault % {"mailbox": account}, _("Start “comptoir up”, or “comptoir listen”."))
        if missing := still_missing(mailbox):
            fault = _("%(count)s messages of the mailbox %(mailbox)s are on its server and not here.")
            cure = _("Ask for a comparison on its page; what cannot be fetched is told there.")
            yield Finding(fault % {"count": missing, "mailbox": account}, cure)


def still_missing(mailbox: Mailbox) -> int:
    """After the last comparison of each folder."""
    last = (Reconciliation.objects.filter(folder=folder).first() for folder in mailbox.folders.followed())
    return sum(one.missing - one.repaired for one in last if one)
