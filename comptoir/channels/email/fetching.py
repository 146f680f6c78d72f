"""Fetching: what the server has becomes receipts; raw on disk first, then its row, and only then do we move on."""

import hashlib
import logging
from collections import defaultdict
from collections.abc import Iterable
from contextlib import suppress
from datetime import date

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from comptoir.channels.models import Arrival, Origin, Receipt
from comptoir.ground import clock

from .answers import Look, Mail
from .imap import Session
from .models import Folder, Role, Sighting
from .trouble import Kind, MailTrouble

log = logging.getLogger(__name__)

PAST_AT_ONCE = 25
UNREAD_PAST_AT_MOST = 100  # old mail waits its turn: what arrives now is read within a second


# --- folders ------------------------------------------------------------------------------------------
def survey(session: Session, mailbox) -> None:
    """Learns the server's folders; the inbox and sent mail are followed from the start."""
    for drawer in session.drawers():
        followed = drawer.role in (Role.INBOX, Role.SENT)
        folder, is_new = Folder.objects.get_or_create(
            mailbox=mailbox, name=drawer.name, defaults={"role": drawer.role, "is_followed": followed}
        )
        if not is_new and folder.role == Role.OTHER and drawer.role != Role.OTHER:
            Folder.objects.filter(pk=folder.pk).update(role=drawer.role, is_followed=True)


def has_moved(session: Session, folder: Folder) -> bool:
    """Whether a look into the folder is worth it."""
    look = session.glance(folder.name)
    return look is None or (look.uidvalidity, look.uidnext) != (folder.uidvalidity, folder.uidnext)


def catch_up(session: Session, folder: Folder) -> int:
    """Opens the folder and stores what is new in it; returns how many messages."""
    look = session.open(folder.name)
    settle(folder, look)
    return fetch_new(session, folder, look)


def settle(folder: Folder, look: Look) -> None:
    """Makes our numbers those of the server."""
    if folder.uidvalidity != look.uidvalidity:
        folder.refresh_from_db()
    if folder.uidvalidity is None:
        folder.begin(look.uidvalidity, look.uidnext)
    elif folder.uidvalidity != look.uidvalidity or look.went_back(folder.highest_uid):
        log.warning("folder %s was renumbered by its server; comparing everything", folder.pk)
        folder.begin_again(look.uidvalidity, look.uidnext)


# --- live mail ----------------------------------------------------------------------------------------
def fetch_new(session: Session, folder: Folder, look: Look | None = None) -> int:
    """Stores what stands above the highest UID we have; seen or unseen makes no difference."""
    start = folder.highest_uid + 1
    uids = [uid for uid in session.uids(f"UID {start}:*") if uid >= start]
    for batch in session.in_batches(uids):
        keep_batch(session, folder, batch)
        folder.advance(max(mail.uid for mail in batch))
    if uids:
        folder.advance(uids[-1])
    uidnext = max(look.uidnext if look else 0, folder.highest_uid + 1)
    folder.looked_at(uidnext=uidnext, highestmodseq=look.highestmodseq if look else None)
    return len(uids)


# --- the past -----------------------------------------------------------------------------------------
def fetch_past(session: Session, folder: Folder) -> int:
    """Stores some more old messages, newest first; returns how many, 0 when nothing is left."""
    settle(folder, session.open(folder.name))
    if not folder.has_past:
        return 0
    uids = past_uids(session, folder)
    folder.count_past(len(uids))
    chosen = uids[::-1][:PAST_AT_ONCE]
    for batch in session.in_batches(chosen):
        keep_batch(session, folder, batch)
    folder.descend(chosen[-1] if len(chosen) < len(uids) else None, len(chosen))
    return len(chosen)


def past_uids(session: Session, folder: Folder) -> list[int]:
    below = folder.past_below
    if not below or below <= 1:
        return []
    return session.uids(f"UID 1:{below - 1}{since(folder.past_since)}")


def since(day: date | None) -> str:
    """IMAP's date, whose months are English whatever the machine speaks."""
    if day is None:
        return ""
    month = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")[
        day.month - 1
    ]
    return f" SINCE {day.day}-{month}-{day.year}"


def past_must_wait(mailbox) -> bool:
    """Old mail already stored has still to be read: fetching more would keep live mail waiting behind it."""
    waiting = Receipt.objects.filter(account=mailbox.account_id, origin=Origin.HISTORY, due_at__isnull=False)
    return waiting[UNREAD_PAST_AT_MOST:].exists()


# --- keeping ------------------------------------------------------------------------------------------
def keep_batch(session: Session, folder: Folder, batch: list[Mail]) -> int:
    """Stores messages, then writes down where they were seen; interrupted anywhere, it may be done again."""
    wanted = {mail.uid: mail for mail in batch if mail.size <= settings.MAX_MESSAGE_BYTES}
    receipts = keep_all(folder, fetch_together(session, wanted))
    missed = [uid for uid in wanted if uid not in receipts]
    for mail in (mail for mail in batch if mail.uid not in wanted):
        receipts[mail.uid] = keep_notice(session, folder, mail, too_big(mail))
    for uid in still_there(session, missed):
        receipts |= keep_alone(session, folder, wanted[uid])
    Sighting.objects.note(folder, receipts)
    return len(receipts)


def fetch_together(session: Session, wanted: Iterable[int]) -> list[Mail]:
    """Several messages in one question; none when one of them makes the server refuse them all."""
    try:
        return session.fetch(wanted) if wanted else []
    except MailTrouble as trouble:
        if trouble.kind is not Kind.BUSY:
            raise
        return []


def keep_all(folder: Folder, mails: list[Mail]) -> dict[int, Receipt | None]:
    """Messages by UID, durable when this returns; the same bytes seen elsewhere in this mailbox are one message.

    None for a message that was erased here on purpose.
    """
    account = folder.mailbox.account
    digests = {mail.uid: hashlib.sha256(mail.raw).hexdigest() for mail in mails}
    erased = Sighting.objects.erased(account, digests.values())
    taken = _taken_ids(folder, mails)
    arrivals = defaultdict(list)
    for mail in mails:
        if (digest := digests[mail.uid]) not in erased:
            arrivals[folder.origin(mail.uid, mail.arrived_at)].append(_arrival(folder, mail, digest, taken))
    for origin, batch in arrivals.items():
        Receipt.objects.keep_many(account, batch, origin=origin)
    kept = Receipt.objects.filter(account=account, digest__in=digests.values()).only("pk", "digest")
    by_digest = {receipt.digest: receipt for receipt in kept}
    return {uid: by_digest.get(digest) for uid, digest in digests.items()}


def _taken_ids(folder: Folder, mails: list[Mail]) -> dict[str, str]:
    """Names of places already used, and by which bytes: a server put back from a copy uses them twice."""
    ids = [folder.external_id(mail.uid) for mail in mails]
    known = Receipt.objects.filter(account=folder.mailbox.account_id, external_id__in=ids)
    return dict(known.values_list("external_id", "digest"))


def _arrival(folder: Folder, mail: Mail, digest: str, taken: dict[str, str]) -> Arrival:
    name = folder.external_id(mail.uid)
    if taken.get(name, digest) != digest:
        name = f"{name}:{digest[:12]}"
    return Arrival(name, mail.raw, facts(folder, mail), mail.arrived_at)


def facts(folder: Folder, mail: Mail, **more) -> dict:
    """What the message itself does not say."""
    return {
        "folder": folder.name,
        "uid": mail.uid,
        "outbound": folder.is_sent,
        "internaldate": mail.arrived_at.isoformat(),
        **more,
    }


def still_there(session: Session, uids: Iterable[int]) -> list[int]:
    """Of the messages that did not come, those nobody expunged meanwhile."""
    uids = list(uids)
    return session.uids(f"UID {','.join(map(str, uids))}") if uids else []


def keep_alone(session: Session, folder: Folder, mail: Mail) -> dict[int, Receipt | None]:
    """A message that did not come with the others: asked for once more, else kept as something to mend."""
    with suppress(MailTrouble):
        if found := session.fetch([mail.uid]):
            return keep_all(folder, found)
    reason = _(
        "The server lists this message but does not hand it over. It can still be read in the mailbox itself."
    )
    return {mail.uid: keep_notice(session, folder, mail, reason)}


def keep_notice(session: Session, folder: Folder, mail: Mail, reason: str) -> Receipt:
    """What cannot be stored is never passed over in silence: its headers wait for a person, with the reason."""
    headers = b""
    with suppress(MailTrouble):
        headers = session.fetch_headers(mail.uid)
    with transaction.atomic():
        receipt = Receipt.objects.keep(
            folder.mailbox.account,
            folder.external_id(mail.uid),
            headers,
            origin=folder.origin(mail.uid, mail.arrived_at),
            facts=facts(folder, mail, partial=True, full_size=mail.size),
            received_at=mail.arrived_at,
        )
        waiting = Receipt.objects.filter(pk=receipt.pk, filed_at=None)
        waiting.update(due_at=None, set_aside_at=clock.now(), trouble=reason)
    return receipt


def too_big(mail: Mail) -> str:
    sizes = {"size": _megabytes(mail.size), "limit": _megabytes(settings.MAX_MESSAGE_BYTES)}
    return (
        _(
            "This message weighs %(size)s MB, more than the %(limit)s MB allowed here. "
            "Only its headers were kept; it can still be read in the mailbox itself."
        )
        % sizes
    )


def _megabytes(count: int) -> int:
    return max(1, round(count / 1024 / 1024))


def gone(trouble: MailTrouble) -> bool:
    return trouble.kind is Kind.NO_FOLDER
