"""What waits for a person to mend: sends that went wrong, messages not read, accounts that do not answer."""

from comptoir.channels.models import Account, Receipt
from comptoir.team.models import Member

from .models import Departure

COUNTED = 100


def to_mend(member: Member) -> int:
    """How many things this member could mend, counted no further than `COUNTED`; asked once per page."""
    if not hasattr(member, "_to_mend"):
        departures = Departure.objects.visible_to(member).to_mend()
        receipts = Receipt.objects.visible_to(member).to_mend()
        member._to_mend = sum(rows[:COUNTED].count() for rows in (departures, receipts))
    return member._to_mend


def is_wanted(member: Member) -> bool:
    """The door stands in the shell only while something waits behind it; it is always in the settings."""
    return to_mend(member) > 0


def failing_accounts(member: Member) -> list[Account]:
    return list(Account.objects.visible_to(member).failing())
