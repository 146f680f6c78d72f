"""What the door tells the floors above."""

from comptoir.ground.events import Announcement

# A receipt was read: whoever files envelopes does so now, in the same transaction. (receipt, envelope)
envelope_arrived = Announcement("envelope_arrived", live=False)
