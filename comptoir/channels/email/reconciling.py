"""Reconciling: each folder's messages on the server, compared with what is stored; what is missing is fetched."""

from datetime import timedelta

from comptoir.ground.work import every

from .fetching import keep_batch, settle, since, still_there
from .imap import Session
from .models import Folder, Mailbox, Reconciliation, Sighting


@every(timedelta(hours=24), name="email.ask_reconciliation")
def ask_everywhere() -> None:
    """Once a day for every mailbox; its own listener does it, beside live mail and never before it."""
    Mailbox.objects.open().ask_reconciliation()


def reconcile(session: Session, folder: Folder) -> Reconciliation:
    """Compares one folder and mends it; what happened is kept, to be shown."""
    settle(folder, session.open(folder.name))
    there = set(expected(session, folder))
    stored = stored_uids(folder)
    missing = sorted(there - stored, reverse=True)
    repaired = sum(keep_batch(session, folder, batch) for batch in session.in_batches(missing))
    still_missing = (
        set(still_there(session, missing)) - stored_uids(folder) if repaired < len(missing) else ()
    )
    return Reconciliation.objects.note(
        folder,
        server_count=len(there),
        stored_count=len(there & stored),
        missing=repaired + len(still_missing),
        repaired=repaired,
    )


def expected(session: Session, folder: Folder) -> list[int]:
    """The UIDs we should have: what came since we watch, and what was asked of the past as far as it is fetched."""
    live = f"UID {folder.boundary_uid + 1}:{folder.highest_uid}"
    found = session.uids(live) if folder.highest_uid > folder.boundary_uid else []
    lowest = folder.past_below or 1
    if asked_for_past(folder) and lowest <= folder.boundary_uid:
        found = session.uids(f"UID {lowest}:{folder.boundary_uid}{since(folder.past_since)}") + found
    return found


def asked_for_past(folder: Folder) -> bool:
    return folder.past_total > 0 or folder.has_past


def stored_uids(folder: Folder) -> set[int]:
    """What we have, and what was erased here on purpose; a row whose receipt vanished does not count."""
    here = Sighting.objects.here(folder)
    kept = here.filter(receipt__path__gt="").values_list("uid", flat=True)
    erased = here.filter(receipt_id=None).values_list("uid", flat=True)
    return {*kept, *erased}
