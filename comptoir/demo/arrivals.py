"""Arrivals: letters that come by the true way while a visitor looks, one every two minutes."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from comptoir.channels.envelope import Address
from comptoir.channels.models import Account, Receipt
from comptoir.ground import clock

from .letters import Letter, message_id
from .models import Postbag
from .story import person, written

EVERY = timedelta(minutes=2)


@transaction.atomic
def bring(postbag: Postbag) -> None:
    """Puts the next letter into its mailbox, where it is read and filed like any other; the last ends the round."""
    waiting = written("arrivals")["letter"][postbag.brought :]
    if waiting:
        _deliver(waiting[0], postbag.brought)
    again = clock.now() + EVERY if len(waiting) > 1 else None
    postbag.finish(due_at=again, brought=postbag.brought + bool(waiting))


def _deliver(told: dict, number: int) -> None:
    account = Account.objects.open().filter(kind="email-demo", address=told["to"]).first()
    if account is None:
        return
    account.seen()
    letter = _letter(told, number, account)
    Receipt.objects.keep(account, f"demo:arrival:{number}", letter.raw())


def _letter(told: dict, number: int, account: Account) -> Letter:
    who = person(told["from"])
    return Letter(
        sender=Address(who.email, who.name),
        to=Address(account.address, account.sender_name),
        subject=told["subject"],
        text=told["text"].strip(),
        at=timezone.localtime(clock.now()),
        id=message_id("arrivals", number, who.email.rpartition("@")[2]),
        answers=_above(told),
        files=told.get("files", []),
    )


def _above(told: dict) -> list[str]:
    """The message of a planted story that the letter answers: `answers = ["story-key", number, "domain"]`."""
    return [message_id(*told["answers"])] if "answers" in told else []
