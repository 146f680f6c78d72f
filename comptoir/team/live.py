"""The stream of what happens, for the screens of members who are signed in (ARCHITECTURE, live screens)."""

import asyncio
from functools import partial
from http.cookies import SimpleCookie
from importlib import import_module
from urllib.parse import parse_qs

from asgiref.sync import sync_to_async
from django.conf import settings
from django.db import close_old_connections
from django.http import HttpRequest

from comptoir.ground.live import Follower, Stream, missed_since
from comptoir.ground.models import Event

from .visitors import member_behind

RELOAD = "event: reload\ndata: {}\n\n"


class Streams:
    """`GET /live/`: for members only, from `Last-Event-ID` (or `?after=`) on."""

    PATH = "/live/"

    def __init__(self):
        self.follower = Follower()

    async def __call__(self, scope, receive, send) -> None:
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        cursor = headers.get("last-event-id") or _after(scope["query_string"])
        who = partial(sync_to_async(_who_listens, thread_sensitive=False), headers.get("cookie", ""))
        heard = await who()
        if heard is None:
            await _begin(send, 401)
            return await _frame(send, "", more=False)
        stream = Stream(cursor or await _newest(), heard)
        self.follower.join(stream)
        leaving = asyncio.ensure_future(_when_gone(receive, stream))
        try:
            await self._speak(stream, who, send)
        finally:
            self.follower.leave(stream)
            leaving.cancel()

    async def _speak(self, stream: Stream, who, send) -> None:
        past = await sync_to_async(_missed, thread_sensitive=False)(stream.cursor)
        await _begin(send, 200)
        if past is None:
            stream.cursor = await _newest()
            await _frame(send, RELOAD)
        async for frame in stream.frames(past or [], who):
            await _frame(send, frame)
        await _frame(send, "", more=False)

    def close(self) -> None:
        self.follower.close()


streams = Streams()


def _who_listens(cookies: str) -> set[str] | None:
    """What the member behind the session may hear, or None for a stranger."""
    close_old_connections()
    request = HttpRequest()
    cookie = SimpleCookie(cookies).get(settings.SESSION_COOKIE_NAME)
    engine = import_module(settings.SESSION_ENGINE)
    request.session = engine.SessionStore(cookie.value if cookie else None)
    member, _visit = member_behind(request)
    return member.audiences() if member else None


def _missed(cursor: str) -> list[Event] | None:
    close_old_connections()
    return missed_since(cursor)


async def _newest() -> str:
    return await sync_to_async(Event.objects.newest_cursor, thread_sensitive=False)()


def _after(query: bytes) -> str:
    return parse_qs(query.decode("latin-1")).get("after", [""])[0]


async def _when_gone(receive, stream: Stream) -> None:
    """Ends the stream when the browser hangs up."""
    while (await receive())["type"] != "http.disconnect":
        pass
    stream.hear(None)


async def _begin(send, status: int) -> None:
    headers = [
        (b"content-type", b"text/event-stream; charset=utf-8"),
        (b"cache-control", b"no-store"),
        (b"x-accel-buffering", b"no"),
        (b"x-content-type-options", b"nosniff"),
    ]
    await send({"type": "http.response.start", "status": status, "headers": headers})


async def _frame(send, text: str, *, more: bool = True) -> None:
    await send({"type": "http.response.body", "body": text.encode(), "more_body": more})
