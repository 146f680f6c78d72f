"""What time it is: one door, so that tests and the demo can move it."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime

from django.utils import timezone

_frozen: ContextVar[datetime | None] = ContextVar("frozen_clock", default=None)


def now() -> datetime:
    """The present moment, in UTC; the moment set by `at` inside its block."""
    return _frozen.get() or timezone.now()


@contextmanager
def at(moment: datetime) -> Iterator[datetime]:
    """Makes `moment` the present inside the block; the database's own clock is not moved."""
    token = _frozen.set(moment)
    try:
        yield moment
    finally:
        _frozen.reset(token)
