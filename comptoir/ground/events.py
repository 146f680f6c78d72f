"""Events: how a floor tells the floors above that something happened.

An announcement runs inside the transaction of the change that causes it: listeners write rows and
nothing else, so that a rollback takes everything back. It also adds one line to the event log
(`ground.Event`), which open screens follow.
"""

from collections import defaultdict
from collections.abc import Callable
from typing import Any

from django.db import transaction

from .models.event import Event

_listeners: dict[str, list[Callable]] = defaultdict(list)
_known: dict[str, "Announcement"] = {}


class Announcement:
    """One kind of thing that happens; declared once in the `events.py` of the app that announces it.

    `live=False` keeps it out of the event log: no screen redraws for it.
    """

    def __init__(self, kind: str, *, live: bool = True):
        if kind in _known:
            raise ValueError(f"the event “{kind}” is declared twice")
        self.kind, self.live = kind, live
        _known[kind] = self

    def announce(self, subject: Any, **facts: Any) -> None:
        """Tells every listener, in this transaction; `subject.audience` says whose screens may know."""
        with transaction.atomic(savepoint=False):
            if self.live:
                Event.objects.note(self.kind, subject)
            for listener in _listeners[self.kind]:
                listener(subject, **facts)

    def __repr__(self) -> str:
        return f"<Announcement {self.kind}>"


def on(announcement: Announcement) -> Callable[[Callable], Callable]:
    """Registers a listener; its order among others must never matter."""

    def register(listener: Callable) -> Callable:
        if listener not in _listeners[announcement.kind]:
            _listeners[announcement.kind].append(listener)
        return listener

    return register


def known() -> list[Announcement]:
    """Every event declared so far, for the documentation and its test."""
    return list(_known.values())
