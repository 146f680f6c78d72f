"""A channel: one folder that knows how to read what comes and send what leaves."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from comptoir.ground.registry import Registry

from .envelope import Delivery, Envelope, Outgoing

if TYPE_CHECKING:
    from .models import Account, Receipt

channels: Registry["Channel"] = Registry("channel")


class Permit:
    """The right to send one message, given by `consent` alone; `Channel.send` raises without it."""

    __slots__ = ("departure_id",)
    _issuer: object | None = None

    def __init__(self, departure_id: int, *, issuer: object):
        if issuer is not Permit._issuer or issuer is None:
            raise PermissionError("only the outbox issues permits to send")
        self.departure_id = departure_id

    @classmethod
    def entrust(cls, issuer: object) -> None:
        """Names the one issuer, once, when the outbox wakes."""
        if cls._issuer is not None and cls._issuer is not issuer:
            raise PermissionError("permits have an issuer already")
        cls._issuer = issuer


class Channel(ABC):
    """One kind of channel. Register a subclass with `@register`; its folder holds all the rest."""

    kind: str
    label: str
    icon: str = "message"
    handle_kind: str
    is_public = False
    has_subject = False
    source_suffix = ".txt"

    @abstractmethod
    def read(self, receipt: "Receipt") -> Envelope:
        """What came, in full as far as it can be read; problems are told in the envelope."""

    @abstractmethod
    def deliver(self, account: "Account", outgoing: Outgoing, progress: Callable[[str], None]) -> Delivery:
        """Hands one message to the other side, in a worker; calls `progress("data_sent")` just before the
        step after which it may have left. Raises SendFailed or SendUncertain."""

    def send(
        self, account: "Account", outgoing: Outgoing, permit: Permit, progress: Callable[[str], None]
    ) -> Delivery:
        """Sends, with a permit; without one nothing leaves (ARCHITECTURE, rule 4)."""
        if not isinstance(permit, Permit):
            raise PermissionError("nothing is sent without a permit")
        return self.deliver(account, outgoing, progress)

    def open_part(self, receipt: "Receipt", position: str) -> bytes:
        """The bytes of one file that came along."""
        raise FileNotFoundError(position)

    def layout(self, receipt: "Receipt") -> str:
        """The message's original layout as clean HTML, or "" where the channel has none."""
        return ""

    def headers(self, receipt: "Receipt") -> list[tuple[str, str]]:
        """What stands above the message, decoded, for a person who wonders what it is; nothing may fail here."""
        return []

    def new_external_id(self, account: "Account") -> str:
        """An id that will follow the message for ever, chosen before it leaves."""
        return ""

    def warnings(self, account: "Account") -> list[str]:
        """What may keep the answers of this account from arriving, in words, each with what to do."""
        return []

    def listeners(self, account: "Account") -> Iterable[Callable]:
        """Long-running receivers for this account, each called with a `stop` event in the listening process."""
        return ()


def register(channel: type[Channel]) -> type[Channel]:
    """Adds a channel to the shop."""
    channels.add(channel.kind, channel())
    return channel
