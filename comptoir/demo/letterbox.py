"""The demo's letterbox: mail is read as everywhere, and what is sent stays in the shop, saying so."""

from collections.abc import Callable, Iterable

from django.utils.translation import gettext_lazy as _

from comptoir.channels.channel import Channel, channels, register
from comptoir.channels.envelope import Delivery, Envelope, Outgoing
from comptoir.channels.models import Account, Receipt


@register
class Letterbox(Channel):
    """E-mail without a mail server: replies count as sent, and nobody receives them."""

    kind = "email-demo"
    label = _("E-mail (demonstration: nothing leaves)")
    icon = "mail"
    handle_kind = "email"
    has_subject = True

    def read(self, receipt: Receipt) -> Envelope:
        envelope = _email().read(receipt)
        envelope.outbound = False
        return envelope

    def deliver(self, account: Account, outgoing: Outgoing, progress: Callable[[str], None]) -> Delivery:
        return Delivery(
            accepted=[address.value for address in outgoing.recipients],
            note=str(_("Demonstration: nothing left.")),
        )

    def open_part(self, receipt: Receipt, position: str) -> bytes:
        return _email().open_part(receipt, position)

    def layout(self, receipt: Receipt) -> str:
        return _email().layout(receipt)

    def new_external_id(self, account: Account) -> str:
        return _email().new_external_id(account)

    def listeners(self, account: Account) -> Iterable[Callable]:
        return ()


def _email() -> Channel:
    """The true channel, asked for by name: the demo may read mail but must not know how to send it."""
    return channels.get("email")
