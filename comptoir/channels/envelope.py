"""What crosses the door: an `Envelope` inwards, an `Outgoing` outwards, and the `Delivery` that comes of it."""

from dataclasses import asdict, dataclass, field
from datetime import datetime
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Address:
    """Somebody on a channel: an e-mail address, a telephone number, a page's user; with the name they give."""

    value: str
    name: str = ""

    def __str__(self) -> str:
        return f"{self.name} <{self.value}>" if self.name else self.value


@dataclass(slots=True)
class Part:
    """A file that came along. `position` finds its bytes again in the raw message; `size` is in bytes."""

    position: str
    name: str
    content_type: str
    size: int
    content_id: str = ""
    inline: bool = False


class Nature(StrEnum):
    """What kind of message this is; only `person` is ever answered by a robot or reopens a thread."""

    PERSON = "person"
    AUTOMATIC = "automatic"
    BOUNCE = "bounce"
    COMPLAINT = "complaint"
    LIST = "list"


@dataclass(slots=True)
class Bounce:
    """A send that did not arrive: who was not reached, whether for good, and what their server said."""

    recipients: list[str]
    permanent: bool
    status: str = ""
    reason: str = ""
    original_id: str = ""


@dataclass(slots=True)
class Forwarded:
    """The message inside a forwarded one, as far as it can be told."""

    sender: Address | None = None
    text: str = ""
    subject: str = ""


@dataclass(slots=True)
class Envelope:
    """One inbound message as every floor above sees it, whatever channel it came by.

    `text` is what the person wrote; `quoted` is what stood below or around it (older messages,
    signature blocks), folded on screen and never thrown away. `rich` says that the original layout
    tells more than the text. `outbound` is true for mail the shop itself sent from elsewhere.
    `problems` are sentences about what could not be read in full.
    """

    sender: Address
    sent_at: datetime | None
    subject: str = ""
    text: str = ""
    quoted: str = ""
    to: list[Address] = field(default_factory=list)
    cc: list[Address] = field(default_factory=list)
    reply_to: list[Address] = field(default_factory=list)
    external_id: str = ""
    in_reply_to: str = ""
    references: list[str] = field(default_factory=list)
    parts: list[Part] = field(default_factory=list)
    nature: Nature = Nature.PERSON
    bounce: Bounce | None = None
    forwarded: Forwarded | None = None
    rich: bool = False
    outbound: bool = False
    language: str = ""
    problems: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Upload:
    """A file to send along; `path` names it in the media storage."""

    path: str
    name: str
    content_type: str
    content_id: str = ""


@dataclass(slots=True)
class Outgoing:
    """One message about to leave, complete: nothing else need be looked up to send it."""

    to: list[Address]
    text: str
    external_id: str
    sender: Address | None = None
    cc: list[Address] = field(default_factory=list)
    bcc: list[Address] = field(default_factory=list)
    subject: str = ""
    html: str = ""
    in_reply_to: str = ""
    references: list[str] = field(default_factory=list)
    uploads: list[Upload] = field(default_factory=list)
    automatic: bool = False
    sent_at: str = ""

    def to_json(self) -> dict:
        return asdict(self)

    @classmethod
    def from_json(cls, data: dict) -> "Outgoing":
        def addresses(key: str) -> list[Address]:
            return [Address(**item) for item in data.get(key, [])]

        sender = Address(**data["sender"]) if data.get("sender") else None
        uploads = [Upload(**item) for item in data.get("uploads", [])]
        people = {key: addresses(key) for key in ("to", "cc", "bcc")}
        return cls(**(data | people | {"sender": sender, "uploads": uploads}))

    @property
    def recipients(self) -> list[Address]:
        return [*self.to, *self.cc, *self.bcc]


@dataclass(slots=True)
class Delivery:
    """What a send came to. `refused` maps an address to the other side's words; the rest was accepted."""

    accepted: list[str] = field(default_factory=list)
    refused: dict[str, str] = field(default_factory=dict)
    note: str = ""
    raw: bytes = b""


class SendFailed(Exception):
    """The send came to nothing, for a reason told in words to a person. `again` says whether trying later may help."""

    def __init__(self, reason: str, *, again: bool):
        super().__init__(reason)
        self.reason, self.again = reason, again


class SendUncertain(Exception):
    """The message was handed over but no answer came: it may have left. Never repeated blindly."""

    def __init__(self, reason: str):
        super().__init__(reason)
        self.reason = reason
