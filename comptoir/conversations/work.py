"""The inbox's work: pauses end."""

from comptoir.ground.work import works

from .models import Snooze


@works(Snooze)
def end(snooze: Snooze) -> None:
    snooze.end()
