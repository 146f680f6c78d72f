"""The outbox's work: each due departure leaves, if it may."""

from datetime import timedelta

from comptoir.ground.work import works

from .models import Departure


@works(Departure, batch=1, lease=timedelta(minutes=10), tries=30)
def leave(departure: Departure) -> None:
    departure.leave()
