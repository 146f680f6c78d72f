"""Filing: an envelope becomes a message in the right thread of the right customer.

Order of proof for the thread (CONVENTIONS of e-mail, RFC 5322 §3.6.4): the ids it answers, never the
subject. Somebody who does not belong to the thread is filed there but flagged, so that nobody answers
a stranger with the customer's history.
"""

from datetime import datetime, timedelta

from comptoir.channels.envelope import Address, Envelope, Nature
from comptoir.channels.models import Account, Receipt
from comptoir.consent.models import Departure
from comptoir.customers.models import Handle
from comptoir.ground import clock, search
from comptoir.team.models import Member

from .events import message_received
from .models import Attachment, Kind, Message, Participant, Thread, Turn

REFERENCES_FOLLOWED = 20


def file(receipt: Receipt, envelope: Envelope) -> Message:
    """Files one envelope, once; called in the transaction that ends the receipt's work."""
    twin = _already_filed(receipt, envelope)
    if twin:
        return twin
    parent = _find_parent(receipt.account, envelope)
    thread = parent.thread if parent else _open_thread(receipt, envelope)
    message = _add_message(thread, receipt, envelope, is_first=parent is None)
    if envelope.nature is Nature.BOUNCE:
        _return_to_sender(envelope)
    message_received.announce(message, live=receipt.is_live)
    return message


def _already_filed(receipt: Receipt, envelope: Envelope) -> Message | None:
    """The same mail seen before: moved to another folder, fetched again, or our own reply back from Sent.

    The same id with other bytes is another message: ids are chosen by whoever writes.
    """
    if not envelope.external_id:
        same = Message.objects.filter(receipt__digest=receipt.digest, receipt__account=receipt.account)
        return same.first()
    twins = Message.objects.filter(external_id=envelope.external_id, thread__account=receipt.account)
    for twin in twins.select_related("receipt", "thread"):
        ours = twin.departure_id is not None and envelope.outbound
        if ours or (twin.receipt and twin.receipt.digest == receipt.digest):
            return twin
    return None


def _find_parent(account: Account, envelope: Envelope) -> Message | None:
    """The newest message of this business that the envelope answers."""
    answered = [envelope.in_reply_to, *reversed(envelope.references)]
    ids = list(dict.fromkeys(one for one in answered if one))[:REFERENCES_FOLLOWED]
    if envelope.bounce and envelope.bounce.original_id:
        ids.insert(0, envelope.bounce.original_id)
    if not ids:
        return None
    found = Message.objects.filter(external_id__in=ids).select_related("thread__account", "thread__customer")
    return min(found, key=lambda message: ids.index(message.external_id), default=None)


def _open_thread(receipt: Receipt, envelope: Envelope) -> Thread:
    account, moment = receipt.account, _moment(receipt, envelope)
    somebody = _other_side(account, envelope)
    customer = Handle.objects.greet(account.channel.handle_kind, somebody.value, name=somebody.name)
    return Thread.objects.create(
        subject=envelope.subject[:300],
        customer=customer,
        account=account,
        store=account.store,
        opened_at=moment,
        last_at=moment,
        turn=Turn.THEM if envelope.outbound else Turn.US,
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


def _add_message(thread: Thread, receipt: Receipt, envelope: Envelope, *, is_first: bool) -> Message:
    outbound = envelope.outbound
    message = Message.objects.create(
        thread=thread,
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
        is_stranger=not is_first and not outbound and not _belongs(thread, envelope),
        problems=envelope.problems,
    )
    _keep_attachments(message, envelope)
    if not message.is_stranger:
        _let_in(thread, envelope, receipt.account)
    thread.hear(message, stirs=_stirs(envelope))
    _note_contact(message)
    make_searchable(message, is_new=True)
    return message


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


def _stirs(envelope: Envelope) -> bool:
    """Robots never change whose turn it is; a bounce does, since a person must act."""
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
    """When the person last spoke to us: what every retention period counts from."""
    if message.is_inbound and message.nature == Nature.PERSON:
        customer = message.thread.customer
        if customer.last_inbound_at is None or customer.last_inbound_at < message.at:
            customer.last_inbound_at = message.at
            customer.save(update_fields=["last_inbound_at"])


def make_searchable(message: Message, *, is_new: bool = False) -> None:
    texts = (message.subject, message.text, message.sender_name, message.sender)
    search.keep("message", message.pk, *texts, at=message.at, group=message.thread_id, is_new=is_new)


def _moment(receipt: Receipt, envelope: Envelope) -> datetime:
    """Our own clock for what comes live; the sender's date for the past, if it can be believed."""
    if receipt.is_live or envelope.sent_at is None:
        return receipt.received_at
    return envelope.sent_at if envelope.sent_at < clock.now() + timedelta(days=1) else receipt.received_at


def _as_json(address: Address) -> dict:
    return {"value": address.value, "name": address.name}
