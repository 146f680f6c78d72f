"""Live screens: one follower of the event log per process, many open streams.

The log is the truth and the bell only wakes. A stream starts from the cursor its browser last saw, so a
screen that slept catches up and misses nothing. Only kinds and ids travel; fragments are asked for by
ordinary, authorised requests.
"""

import asyncio
import json
import logging
import threading
import time
from collections.abc import AsyncIterator, Callable
from itertools import islice

from django.db import connection

from .bell import Bell
from .models import Event

log = logging.getLogger(__name__)

HEARTBEAT = 20.0  # seconds between two signs of life, so that proxies and phones keep the line
ASK_AGAIN = 15.0  # seconds for which a member's rights are believed
LONGEST_NAP = 1.0
CATCH_UP = 500  # lines; a screen that missed more is told to reload


class Stream:
    """One open screen: the lines its member may hear of, from `cursor` on."""

    def __init__(self, cursor: str, audiences: set[str]):
        self.cursor, self.audiences = cursor, audiences
        self._lines: asyncio.Queue[Event | None] = asyncio.Queue()
        self._loop = asyncio.get_running_loop()
        self._asked_at = time.monotonic()

    def hear(self, event: Event | None) -> None:
        """Called from the follower's thread; None ends the stream."""
        self._loop.call_soon_threadsafe(self._lines.put_nowait, event)

    async def frames(self, past: list[Event], may_still_hear: Callable) -> AsyncIterator[str]:
        """Server-Sent Events, the past first, for as long as the browser listens and its member may.

        `may_still_hear` is awaited now and then; it answers with the member's audiences, or None to end.
        """
        yield "retry: 2000\n\n"
        for event in past:
            if frame := self._frame(event):
                yield frame
        while True:
            if self._asked_at + ASK_AGAIN < time.monotonic() and not await self._ask(may_still_hear):
                return
            try:
                event = await asyncio.wait_for(self._lines.get(), HEARTBEAT)
            except TimeoutError:
                yield ": still here\n\n"
                continue
            if event is None:
                return
            if frame := self._frame(event):
                yield frame

    async def _ask(self, may_still_hear: Callable) -> bool:
        """Whoever left the team, signed out or changed stores since hears accordingly."""
        self._asked_at = time.monotonic()
        self.audiences = await may_still_hear() or set()
        return bool(self.audiences)

    def _frame(self, event: Event) -> str:
        """One line as a frame, or nothing when it was seen or is not for this member."""
        if _place(event.cursor) <= _place(self.cursor):
            return ""
        self.cursor = event.cursor
        if event.audience not in self.audiences and "everywhere" not in self.audiences:
            return ""
        facts = json.dumps({"kind": event.kind, "subject": event.subject, **event.data})
        return f"id: {event.cursor}\ndata: {facts}\n\n"


class Follower:
    """Reads the log in its own thread and hands each new line to every stream of this process."""

    def __init__(self):
        self._streams: set[Stream] = set()
        self._lock = threading.Lock()
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None

    def join(self, stream: Stream) -> None:
        with self._lock:
            self._streams.add(stream)
            if self._thread is None:
                self._thread = threading.Thread(target=self._follow, name="follower", daemon=True)
                self._thread.start()

    def leave(self, stream: Stream) -> None:
        with self._lock:
            self._streams.discard(stream)

    def close(self) -> None:
        """Ends every stream; browsers come back by themselves, from where they were."""
        self._stop.set()
        self._tell(None)

    def _follow(self) -> None:
        bell, cursor = Bell(), None
        while not self._stop.is_set():
            try:
                cursor = self._read_on(cursor)
                bell.wait(LONGEST_NAP, self._stop)
            except Exception:
                log.exception("the event log could not be read; trying again")
                connection.close()
                bell.close()
                self._stop.wait(LONGEST_NAP)
        bell.close()
        connection.close()

    def _read_on(self, cursor: str | None) -> str:
        cursor = cursor or Event.objects.newest_cursor()
        for event in Event.objects.after(cursor).iterator():
            self._tell(event)
            cursor = event.cursor
        return cursor

    def _tell(self, event: Event | None) -> None:
        with self._lock:
            streams = list(self._streams)
        for stream in streams:
            stream.hear(event)


def missed_since(cursor: str) -> list[Event] | None:
    """What a returning screen slept through, oldest first; None when it is too much, or forgotten."""
    if not _is_cursor(cursor):
        return None
    if cursor != "0.0" and not _still_known(cursor):
        return None
    missed = list(islice(Event.objects.after(cursor)[: CATCH_UP + 1], CATCH_UP + 1))
    return None if len(missed) > CATCH_UP else missed


def _still_known(cursor: str) -> bool:
    oldest = Event.objects.order_by("transaction", "pk").first()
    return oldest is None or _place(oldest.cursor) <= _place(cursor)


def _is_cursor(cursor: str) -> bool:
    transaction, dot, pk = cursor.partition(".")
    return bool(dot) and transaction.isdigit() and pk.isdigit() and len(cursor) < 40


def _place(cursor: str) -> tuple[int, int]:
    transaction, _dot, pk = cursor.partition(".")
    return int(transaction), int(pk)
