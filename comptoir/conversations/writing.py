"""Writing: a draft becomes a message on its way out, or a note for colleagues."""

import re
from dataclasses import dataclass, field
from html import escape, unescape

import nh3
from django.conf import settings
from django.db import transaction

from comptoir.channels.envelope import Address, Outgoing
from comptoir.channels.models import Account
from comptoir.consent.models import Departure
from comptoir.consent.rights import Purpose
from comptoir.customers.models import Handle
from comptoir.ground import clock, search
from comptoir.team.models import Member

from .events import message_held, message_taken_back, note_added
from .filing import make_searchable
from .models import Attachment, Draft, Kind, Message, Participant, State, Thread, Turn

TAGS = {"p", "br", "b", "strong", "i", "em", "u", "ul", "ol", "li", "a", "blockquote", "div"}


@dataclass
class Words:
    """What a member wrote: simple HTML, to whom, with which files."""

    html: str
    to: list[Address] = field(default_factory=list)
    cc: list[Address] = field(default_factory=list)
    bcc: list[Address] = field(default_factory=list)
    subject: str = ""
    attachments: list[Attachment] = field(default_factory=list)

    def __post_init__(self):
        self.html = nh3.clean(
            self.html, tags=TAGS, attributes={"a": {"href"}}, url_schemes={"http", "https", "mailto", "tel"}
        )

    @property
    def text(self) -> str:
        return as_text(self.html)


@transaction.atomic
def reply(thread: Thread, words: Words, *, by: Member) -> Message:
    """Answers the customer: the message is held for the time of an undo, then leaves."""
    words.to = words.to or default_recipients(thread)
    last = thread.messages.filter(kind=Kind.INBOUND, is_stranger=False).order_by("-at", "-pk").first()
    purpose = Purpose.ANSWER if last else Purpose.SERVICE
    message = _hold(thread, words, by=by, purpose=purpose, answering=last)
    Draft.objects.filter(thread=thread, member=by, kind="reply").delete()
    return message


@transaction.atomic
def forward(thread: Thread, words: Words, *, by: Member) -> Message:
    """Passes a message on to somebody who can help; the customer is not told, and nobody new joins the thread."""
    message = _hold(thread, words, by=by, purpose=Purpose.FORWARD, answering=None, stirs=False)
    Draft.objects.filter(thread=thread, member=by, kind="forward").delete()
    return message


@transaction.atomic
def start(account: Account, words: Words, *, by: Member) -> Message:
    """Writes first, to one person, about something in particular."""
    first = words.to[0]
    customer = Handle.objects.greet(account.channel.handle_kind, first.value, name=first.name)
    thread = Thread.objects.create(
        subject=words.subject[:300],
        customer=customer,
        account=account,
        store=account.store,
        assignee=by,
        turn=Turn.THEM,
    )
    return _hold(thread, words, by=by, purpose=Purpose.SERVICE, answering=None)


@transaction.atomic
def note(thread: Thread, words: Words, *, by: Member) -> Message:
    """Leaves a word for colleagues; the customer never sees it, unless they ask for their data."""
    message = Message.objects.create(
        thread=thread, kind=Kind.NOTE, at=clock.now(), member=by, text=words.text, html=words.html
    )
    _attach(message, words)
    thread.message_count += 1
    thread.save(update_fields=["message_count"])
    make_searchable(message, is_new=True)
    Draft.objects.filter(thread=thread, member=by, kind="note").delete()
    note_added.announce(message)
    return message


@transaction.atomic
def take_back(message: Message, *, by: Member) -> Draft | None:
    """Undo: the message never leaves and is a draft again; None when it is too late."""
    if message.departure is None or not message.departure.take_back():
        return None
    draft, _is_new = Draft.objects.update_or_create(
        thread=message.thread, member=by, kind="reply", defaults=_as_draft(message)
    )
    thread = message.thread
    message_taken_back.announce(message)
    message.attachments.update(message=None, draft=draft)
    search.forget("message", message.pk)
    message.delete()
    _look_again(thread)
    return draft


def default_recipients(thread: Thread, last: Message | None = None) -> list[Address]:
    """Whom a reply goes to: the last one who wrote and belongs here, else the customer's first handle.

    `last` is that message, for whoever has read it already.
    """
    last = last or thread.messages.filter(kind=Kind.INBOUND, is_stranger=False).order_by("-at", "-pk").first()
    if last and last.sender and last.nature == "person":
        return [Address(last.sender, last.sender_name)]
    handle = thread.customer.handles.filter(kind=thread.account.channel.handle_kind).order_by("pk").first()
    return [Address(handle.value, thread.customer.name)] if handle else []


def _hold(
    thread: Thread, words: Words, *, by: Member, purpose: str, answering: Message | None, stirs: bool = True
) -> Message:
    outgoing = _outgoing(thread, words, by, answering)
    departure = Departure.objects.hold(
        thread.account,
        outgoing,
        purpose=purpose,
        for_seconds=settings.UNDO_SECONDS,
        by=by,
        answers_somebody=answering is not None,
    )
    message = Message.objects.create(
        thread=thread,
        kind=Kind.OUTBOUND,
        at=clock.now(),
        member=by,
        sender=thread.account.address,
        to=[_as_json(one) for one in words.to],
        cc=[_as_json(one) for one in words.cc],
        bcc=[_as_json(one) for one in words.bcc],
        subject=outgoing.subject,
        text=words.text,
        html=words.html,
        external_id=outgoing.external_id,
        references=outgoing.references,
        departure=departure,
    )
    _attach(message, words)
    thread.hear(message, stirs=stirs)
    if stirs:
        Participant.objects.join(thread, [*words.to, *words.cc])
    make_searchable(message, is_new=True)
    message_held.announce(message)
    return message


def _outgoing(thread: Thread, words: Words, by: Member, answering: Message | None) -> Outgoing:
    account = thread.account
    subject = words.subject or thread.subject
    if answering and not re.match(r"(?i)\s*re\s*:", subject):
        subject = f"Re: {subject}"
    signed = sign(words.html, account, by)
    references = [*answering.references, answering.external_id] if answering else []
    return Outgoing(
        to=words.to,
        cc=words.cc,
        bcc=words.bcc,
        sender=Address(account.address, account.sender_name or account.name),
        subject=subject,
        html=signed,
        text=as_text(signed),
        external_id=account.channel.new_external_id(account),
        in_reply_to=answering.external_id if answering else "",
        references=[one for one in references if one],
        uploads=[attachment.as_upload() for attachment in words.attachments],
        sent_at=clock.now().isoformat(),
    )


def sign(html: str, account: Account, by: Member) -> str:
    """The message with the member's signature, else the mailbox's, under the customary dashes."""
    signature = by.signature or account.signature
    if not signature.strip():
        return html
    lines = "<br>".join(escape(line) for line in signature.strip().splitlines())
    return f"{html}<p>-- <br>{lines}</p>"


def as_text(html: str) -> str:
    """Simple HTML as plain text: paragraphs apart, list items with a dash, links with their address."""
    text = re.sub(r'<a [^>]*href="([^"]*)"[^>]*>(.*?)</a>', _plain_link, html, flags=re.DOTALL)
    text = re.sub(r"<li[^>]*>", "\n- ", text)
    text = re.sub(r"<br\s*/?>|</(?:div|ul|ol)>", "\n", text)
    text = re.sub(r"</(?:p|blockquote)>", "\n\n", text)
    text = unescape(re.sub(r"<[^>]+>", "", text))
    return re.sub(r"\n{3,}", "\n\n", text.replace("\xa0", " ")).strip()


def _plain_link(match: re.Match) -> str:
    address, words = match[1], re.sub(r"<[^>]+>", "", match[2]).strip()
    return words if words in (address, address.removeprefix("mailto:")) else f"{words} ({address})"


def _attach(message: Message, words: Words) -> None:
    ids = [attachment.pk for attachment in words.attachments]
    Attachment.objects.filter(pk__in=ids).update(message=message, thread=message.thread, draft=None)


def _as_draft(message: Message) -> dict:
    return {
        "html": message.html,
        "subject": message.subject,
        "to": ", ".join(str(one) for one in message.to_addresses),
        "cc": ", ".join(str(one) for one in message.cc_addresses),
        "bcc": ", ".join(str(one) for one in message.bcc_addresses),
        "updated_at": clock.now(),
    }


def _look_again(thread: Thread) -> None:
    """After an undo the list row shows what stood before."""
    spoken = thread.messages.exclude(kind=Kind.NOTE).order_by("at", "pk").last()
    thread.message_count = thread.messages.count()
    if spoken:
        thread.last_at, thread.preview = spoken.at, " ".join(spoken.text.split())[:140]
        thread.turn = Turn.US if spoken.is_inbound else Turn.THEM
    if thread.state == State.CLOSED:
        thread.reopen(by=None)
    thread.save(update_fields=["message_count", "last_at", "preview", "turn"])


def _as_json(address: Address) -> dict:
    return {"value": address.value, "name": address.name}
