"""Reading mail: from the bytes that came through the door to an `Envelope` people and programs understand.

Nothing here touches the database or the network, and nothing raises: what cannot be read is told in `Envelope.problems`. Workers
read through `child.Reader`, where a hostile message can be stopped; these functions do the same in the process that calls them.
"""

from comptoir.channels.envelope import Address, Envelope

from . import label, problems
from .html import clean_html
from .message import Message

__all__ = ["clean_html", "glance", "headers", "layout", "open_part", "read"]


def read(raw: bytes) -> Envelope:
    """The message as every floor above sees it."""
    try:
        return Message(raw).envelope()
    except Exception:
        return glance(raw, problems.UNREADABLE)


def open_part(raw: bytes, position: str) -> bytes:
    """The bytes of one file that came along; empty if there is none at this position."""
    try:
        return Message(raw).open(position)
    except Exception:
        return b""


def layout(raw: bytes) -> str:
    """The page the sender laid out, made safe; empty if there is none."""
    try:
        html = Message(raw).body.html
        return clean_html(html) if html.strip() else ""
    except Exception:
        return ""


def headers(raw: bytes) -> list[tuple[str, str]]:
    """Every header, decoded, in the order it was written."""
    start = len(raw) - len(raw.lstrip(b"\r\n"))
    fields, _ = label.block(raw, start, len(raw))
    return [(name, label.words(value)) for name, value in fields]


def glance(raw: bytes, problem: str) -> Envelope:
    """What the first lines tell, for a message that could not be read: a scan that no message can slow down."""
    fields, _ = label.block(raw[:64_000], 0, min(len(raw), 64_000))
    first: dict[str, bytes] = {}
    for name, value in fields:
        first.setdefault(name, value[:2_000])
    people = label.addresses(first.get("from", b""))
    return Envelope(
        sender=people[0] if people else Address(""),
        sent_at=label.moment(first.get("date", b"")),
        subject=label.words(first.get("subject", b""))[:1_000],
        to=label.addresses(first.get("to", b"")),
        external_id=next(iter(label.ids(first.get("message-id", b""))), ""),
        in_reply_to=next(iter(label.ids(first.get("in-reply-to", b""))), ""),
        references=label.ids(first.get("references", b"")),
        problems=[problem],
    )
