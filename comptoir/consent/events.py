"""What the outbox tells the floors above."""

from comptoir.ground.events import Announcement

# A departure changed state: sent, refused, uncertain, held back. (departure)
departure_moved = Announcement("departure_moved", live=False)
