"""E-mail: read from mailboxes, from the door or from files; sent through the shop's own server."""

import os
from collections.abc import Callable, Iterable
from functools import cache

from django.utils.translation import gettext_lazy as _

from comptoir.channels.channel import Channel, register
from comptoir.channels.envelope import Delivery, Envelope, Outgoing
from comptoir.channels.models import Account, Receipt

from . import alignment, composing, listening, reading, sending
from .reading.child import Reader

MOST_LABEL = 64_000  # bytes of a message shown as its headers


@register
class Email(Channel):
    """Letters with a subject, from and to anybody who has an address."""

    kind = "email"
    label = _("E-mail")
    icon = "mail"
    handle_kind = "email"
    has_subject = True
    source_suffix = ".eml"

    def read(self, receipt: Receipt) -> Envelope:
        envelope = reader().read(receipt.raw)
        envelope.outbound = is_outbound(receipt, envelope)
        return envelope

    def open_part(self, receipt: Receipt, position: str) -> bytes:
        return reader().open_part(receipt.raw, position)

    def layout(self, receipt: Receipt) -> str:
        return reader().layout(receipt.raw)

    def headers(self, receipt: Receipt) -> list[tuple[str, str]]:
        return reading.headers(receipt.beginning(MOST_LABEL))

    def deliver(self, account: Account, outgoing: Outgoing, progress: Callable[[str], None]) -> Delivery:
        return sending.deliver(account, outgoing, progress)

    def new_external_id(self, account: Account) -> str:
        return composing.new_id(account)

    def warnings(self, account: Account) -> list[str]:
        return alignment.warnings(account)

    def listeners(self, account: Account) -> Iterable[Callable]:
        return listening.listeners(account)


@cache
def reader() -> Reader:
    """The process where mail is read, one for each of ours, started when the first message comes."""
    return Reader()


os.register_at_fork(after_in_child=reader.cache_clear)


def is_outbound(receipt: Receipt, envelope: Envelope) -> bool:
    """Whether the shop wrote it: found among sent mail, or old mail under one of our own addresses.

    Live mail that merely says it comes from us is not believed: anybody can write that. And what goes
    from us to ourselves is a form of our site: somebody else wrote it.
    """
    if receipt.is_live or receipt.facts.get("outbound"):
        return bool(receipt.facts.get("outbound"))
    ours = own_addresses()
    to_others = any(address.value.lower() not in ours for address in [*envelope.to, *envelope.cc])
    return envelope.sender.value.lower() in ours and to_others


def own_addresses() -> set[str]:
    """Every address of the shop, in lower case."""
    addresses = Account.objects.filter(kind=Email.kind).exclude(address="").values_list("address", flat=True)
    return {address.lower() for address in addresses}
