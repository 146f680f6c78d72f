"""Filing: an envelope becomes a message in the right thread of the right customer.

Order of proof for the thread (CONVENTIONS of e-mail, RFC 5322 §3.6.4): the ids it answers, never the
subject. Somebody who does not belong to the thread is filed there but flagged, so that nobody answers
a stranger with the customer's history.
"""

from datetime import datetime, timedelta
from typing import NamedTuple

from comptoir.channels.envelope import Address, Envelope, Nature
from comptoir.channels.models import Account, Receipt
from comptoir.consent.models import Departure
from comptoir.customers.models import Handle
from comptoir.ground import clock, search
from comptoir.team.models import Member

from .events import message_received
from .models import Attachment, Kind, Message, Participant, State, Thread

REFERENCES_FOLLOWED = 20
STILL_WAITED_FOR = timedelta(days=7)


def file(receipt: Receipt, envelope: Envelope) -> Message:
    """Files one envelope, once; called in the transaction that ends the receipt's work."""
    known = _known_messages(envelope)
    twin = _already_filed(receipt, envelope, known)
    if twin:
        return Message.objects.get(pk=twin.pk)
    thread = _answered_thread(envelope, known) or _new_thread(receipt, envelope)
    message = _add_message(thread, receipt, envelope)
    if envelope.nature is Nature.BOUNCE:
        _return_to_sender(envelope)
    message_received.announce(message, live=receipt.is_live)
    return message


class Known(NamedTuple):
    """A message we hold, as far as filing must know it."""

    pk: int
    external_id: str
    thread: int
    account: int
    departure: int | None
    digest: str | None


def _known_messages(envelope: Envelope) -> list[Known]:
    """What we hold under the ids that the envelope names: its own, and those it answers."""
    ids = [one for one in (envelope.external_id, *_answered(envelope)) if one]
    facts = ("pk", "external_id", "thread", "thread__account", "departure", "receipt__digest")
    return [Known(*row) for row in Message.objects.filter(external_id__in=ids).values_list(*facts)]


def _answered(envelope: Envelope) -> list[str]:
    """The ids that the envelope answers, nearest first."""
    returned = [envelope.bounce.original_id] if envelope.bounce else []
    ids = [*returned, envelope.in_reply_to, *reversed(envelope.references)]
    return list(dict.fromkeys(one for one in ids if one))[:REFERENCES_FOLLOWED]


def _already_filed(receipt: Receipt, envelope: Envelope, known: list[Known]) -> Known | Message | None:
    """The same mail seen before: moved to another folder, fetched again, or our own reply back from Sent.

    The same id with other bytes is another message: ids are chosen by whoever writes.
    """
    if not envelope.external_id:
        same = Message.objects.filter(receipt__digest=receipt.digest, receipt__account=receipt.account)
        return same.first()
    for twin in known:
        if twin.external_id == envelope.external_id and twin.account == receipt.account_id:
            ours = twin.departure is not None and envelope.outbound
            if ours or twin.digest == receipt.digest:
                return twin
    return None


def _answered_thread(envelope: Envelope, known: list[Known]) -> Thread | None:
    """The thread of the nearest message of this business that the envelope answers; ours until the commit."""
    ids = _answered(envelope)
    answered = [message for message in known if message.external_id in ids]
    if not answered:
        return None
    nearest = min(answered, key=lambda message: ids.index(message.external_id))
    return Thread.objects.select_for_update(of=("self",)).select_related("customer").get(pk=nearest.thread)


def _new_thread(receipt: Receipt, envelope: Envelope) -> Thread:
    """A thread for a new matter, saved once it has heard its first message; old mail opens no work."""
    account, moment = receipt.account, _moment(receipt, envelope)
    somebody = _other_side(account, envelope)
    customer = Handle.objects.greet(
        account.channel.handle_kind, somebody.value, name=somebody.name, at=moment
    )
    return Thread(
        subject=envelope.subject[:300],
        customer=customer,
        account=account,
        store_id=account.store_id,
        opened_at=moment,
        last_at=moment,
        state=State.CLOSED if _is_past(receipt, envelope) else State.OPEN,
    )


def _other_side(account: Account, envelope: Envelope) -> Address:
    """The customer: who wrote, or to whom the shop wrote; never the shop itself."""
    if not envelope.outbound:
        wrote = envelope.reply_to[0] if _is_form(account, envelope) else envelope.sender
        return wrote if wrote.value else Address("unknown@invalid")
    others = [one for one in [*envelope.to, *envelope.cc] if one.value.lower() != account.address.lower()]
    return others[0] if others else Address("unknown@invalid")


def _is_form(account: Account, envelope: Envelope) -> bool:
    """A contact form of the shop's own site writes as the shop, and names the person in Reply-To."""
    writes_as_us = envelope.sender.value.lower() == account.address.lower()
    return writes_as_us and bool(envelope.reply_to)


def _add_message(thread: Thread, receipt: Receipt, envelope: Envelope) -> Message:
    message = _as_message(thread, receipt, envelope)
    message.is_stranger = bool(thread.pk) and message.is_inbound and not _belongs(thread, envelope)
    thread.hear(message, stirs=_stirs(receipt, envelope))
    message.thread = thread
    message.save(force_insert=True)
    _keep_attachments(message, envelope)
    if not message.is_stranger:
        _let_in(thread, envelope, receipt.account)
    _note_contact(message)
    make_searchable(message, is_new=True)
    return message


def _as_message(thread: Thread, receipt: Receipt, envelope: Envelope) -> Message:
    outbound = envelope.outbound
    return Message(
        kind=Kind.OUTBOUND if outbound else Kind.INBOUND,
        at=_moment(receipt, envelope),
        customer=None if outbound else thread.customer,
        member=_colleague(envelope) if outbound else None,
        sender=envelope.sender.value[:320],
        sender_name=envelope.sender.name[:200],
        to=[_as_json(one) for one in envelope.to],
        cc=[_as_json(one) for one in envelope.cc],
        subject=envelope.subject[:300],
        text=envelope.text,
        quoted=envelope.quoted,
        is_rich=envelope.rich,
        nature=envelope.nature,
        external_id=envelope.external_id[:255],
        references=envelope.references[-REFERENCES_FOLLOWED:],
        receipt=receipt,
        problems=envelope.problems,
    )


def _keep_attachments(message: Message, envelope: Envelope) -> None:
    Attachment.objects.bulk_create(
        Attachment(
            thread=message.thread,
            message=message,
            name=part.name[:255],
            content_type=part.content_type[:120],
            size=part.size,
            position=part.position,
            content_id=part.content_id[:255],
            is_inline=part.inline,
            at=message.at,
        )
        for part in envelope.parts
    )


def _belongs(thread: Thread, envelope: Envelope) -> bool:
    """Whether the sender has a place in the thread: the customer by any address, or somebody in copy."""
    value = envelope.sender.value.lower()
    if envelope.nature in (Nature.BOUNCE, Nature.AUTOMATIC):
        return True
    return (
        thread.participants.filter(value=value).exists()
        or thread.customer.handles.filter(value=value).exists()
    )


def _let_in(thread: Thread, envelope: Envelope, account: Account) -> None:
    people = [envelope.sender, *envelope.to, *envelope.cc]
    Participant.objects.join(thread, [one for one in people if one.value.lower() != account.address.lower()])


def _stirs(receipt: Receipt, envelope: Envelope) -> bool:
    """Neither robots nor the past change whose turn it is; a bounce does, since a person must act."""
    if _is_past(receipt, envelope):
        return False
    return envelope.nature in (Nature.PERSON, Nature.BOUNCE, Nature.COMPLAINT)


def _return_to_sender(envelope: Envelope) -> None:
    bounce = envelope.bounce
    if bounce is None or not bounce.permanent or not bounce.original_id:
        return
    departure = Departure.objects.filter(external_id=bounce.original_id).first()
    if departure:
        who = ", ".join(bounce.recipients)
        departure.came_back(f"{who}: {bounce.reason or bounce.status}".strip(": "))


def _colleague(envelope: Envelope) -> Member | None:
    """The member whose own address sent it, if any: a reply from a phone's mail app."""
    return Member.objects.filter(email=envelope.sender.value.lower()).first()


def _note_contact(message: Message) -> None:
    if message.is_inbound and message.nature == Nature.PERSON:
        message.customer.heard(message.at)


def make_searchable(message: Message, *, is_new: bool = False) -> None:
    texts = (message.subject, message.text, message.sender_name, message.sender)
    search.keep("message", message.pk, *texts, at=message.at, group=message.thread_id, is_new=is_new)


def _moment(receipt: Receipt, envelope: Envelope) -> datetime:
    """Our own clock for what comes live; the sender's date for the past, if it can be believed."""
    if receipt.is_live or envelope.sent_at is None:
        return receipt.received_at
    return envelope.sent_at if envelope.sent_at < clock.now() + timedelta(days=1) else receipt.received_at


def _is_past(receipt: Receipt, envelope: Envelope) -> bool:
    """Old mail fetched or imported: kept and found, but nobody waits for an answer any more."""
    if receipt.is_live:
        return False
    return envelope.sent_at is None or envelope.sent_at < clock.now() - STILL_WAITED_FOR


def _as_json(address: Address) -> dict:
    return {"value": address.value, "name": address.name}
