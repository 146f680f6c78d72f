"""Security mail: what Django sends (sign-in links, resets, alarms) leaves by the outbox like all else."""

from django.core.mail.backends.base import BaseEmailBackend

from comptoir.channels.envelope import Address, Outgoing
from comptoir.channels.models import Account

from .models import Departure
from .rights import Purpose


class DepartureBackend(BaseEmailBackend):
    """Writes one departure per message; it leaves by the first mailbox that the shop connected."""

    def send_messages(self, messages) -> int:
        account = Account.objects.open().filter(kind="email").order_by("pk").first()
        if account is None:
            return 0
        for message in messages:
            self._hold(account, message)
        return len(messages)

    def _hold(self, account: Account, message) -> None:
        html = next((body for body, kind in getattr(message, "alternatives", []) if kind == "text/html"), "")
        outgoing = Outgoing(
            to=[Address(value) for value in message.to],
            subject=message.subject,
            text=message.body,
            html=html,
            external_id=account.channel.new_external_id(account),
            automatic=True,
        )
        Departure.objects.hold(account, outgoing, purpose=Purpose.SECURITY)
