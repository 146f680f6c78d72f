"""What the inbox does when the floors below announce something."""

from comptoir.channels.envelope import Envelope
from comptoir.channels.events import envelope_arrived
from comptoir.channels.models import Receipt
from comptoir.consent.events import departure_moved
from comptoir.consent.models import Departure, State
from comptoir.ground.events import on

from . import filing
from .events import message_delivered
from .models import Message


@on(envelope_arrived)
def file_it(receipt: Receipt, envelope: Envelope) -> None:
    filing.file(receipt, envelope)


@on(departure_moved)
def follow_the_send(departure: Departure) -> None:
    message = Message.objects.select_related("thread", "departure").filter(departure=departure).first()
    if message is None:
        return
    message.thread.note_trouble(_is_in_trouble(message))
    if departure.state != State.CANCELLED:
        message_delivered.announce(message)


def _is_in_trouble(message: Message) -> bool:
    stuck = Departure.objects.to_mend().filter(pk__in=message.thread.messages.values("departure"))
    return stuck.exists()
