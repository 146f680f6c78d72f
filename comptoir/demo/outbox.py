"""The outbox of the past month: each departure as its worker left it."""

from datetime import datetime, timedelta

from django.conf import settings

from comptoir.channels.envelope import Outgoing
from comptoir.channels.models import Account
from comptoir.consent.models import Departure, State
from comptoir.consent.rights import Purpose
from comptoir.team.models import Member

from .story import Say

UNDONE = timedelta(seconds=settings.UNDO_SECONDS + 1)


def departure(account: Account, say: Say, outgoing: Outgoing, by: Member, at: datetime) -> Departure:
    """Sent once the time of the undo was over; refused or returned if the story wants it so."""
    answers = bool(outgoing.in_reply_to)
    return Departure(
        account=account,
        purpose=Purpose.ANSWER if answers else Purpose.SERVICE,
        outgoing=outgoing.to_json(),
        external_id=outgoing.external_id,
        answers_somebody=answers,
        by=by,
        held_at=at,
        fence=1,
        **_what_became(say, outgoing.to[0].value, at + UNDONE),
    )


def _what_became(say: Say, recipient: str, left_at: datetime) -> dict:
    trouble = f"{recipient}: {say.reason}"
    match say.fate:
        case "refused":
            refusals = {recipient: say.reason}
            aside = {"set_aside_at": left_at, "failures": 1, "refusals": refusals}
            return {"state": State.REFUSED, "trouble": trouble, **aside}
        case "bounced":
            return {"state": State.BOUNCED, "trouble": trouble, "left_at": left_at}
    return {"state": State.SENT, "left_at": left_at}
