"""Live screens: told at once, told again after sleep, and only what a member may hear."""

import asyncio
import json
import threading

import pytest
from django.test import Client

from comptoir.ground.models import Event
from comptoir.team.live import Streams

pytestmark = pytest.mark.django_db(transaction=True)


class Screen:
    """One browser's stream: `await screen.until(count)` gives the events it was told."""

    def __init__(self, streams: Streams, cookie: str, cursor: str = ""):
        self.status, self.text, self._gone = 0, "", asyncio.Event()
        headers = [(b"cookie", cookie.encode())] + ([(b"last-event-id", cursor.encode())] if cursor else [])
        scope = {"type": "http", "path": "/live/", "query_string": b"", "headers": headers}
        self._task = asyncio.ensure_future(streams(scope, self._receive, self._send))

    async def _receive(self):
        await self._gone.wait()
        return {"type": "http.disconnect"}

    async def _send(self, message):
        self.status = message.get("status", self.status)
        self.text += message.get("body", b"").decode()

    @property
    def events(self) -> list[dict]:
        return [json.loads(line[6:]) for line in self.text.splitlines() if line.startswith('data: {"k')]

    @property
    def cursor(self) -> str:
        return [line[4:] for line in self.text.splitlines() if line.startswith("id: ")][-1]

    async def until(self, count: int) -> list[dict]:
        async with asyncio.timeout(10):
            while len(self.events) < count and not self._task.done():
                await asyncio.sleep(0.02)
        return self.events

    async def close(self):
        self._gone.set()
        async with asyncio.timeout(5):
            await self._task


class Bulletin:
    """Something that happens, for an audience."""

    class _meta:
        model_name = "bulletin"

    def __init__(self, pk: int, audience: str):
        self.pk, self.audience = pk, audience


def happen(pk: int, audience: str = "team") -> None:
    """In a thread of its own, as another process would commit it."""
    thread = threading.Thread(target=_commit, args=(pk, audience))
    thread.start()
    thread.join()


def _commit(pk: int, audience: str) -> None:
    from django.db import connection

    Event.objects.note("posted", Bulletin(pk, audience))
    connection.close()


def session_of(member) -> str:
    client = Client()
    client.force_login(member)
    return "; ".join(f"{name}={morsel.value}" for name, morsel in client.cookies.items())


def told(screen_story):
    """Runs a story about screens with fresh streams; `screen_story(streams)` is a coroutine."""

    async def play():
        streams = Streams()
        try:
            return await screen_story(streams)
        finally:
            streams.close()

    return asyncio.run(play())


def test_an_open_screen_hears_what_happens(sam):
    cookie = session_of(sam)

    async def story(streams):
        screen = Screen(streams, cookie)
        await ready(screen)
        await asyncio.to_thread(happen, 1)
        heard = await screen.until(1)
        await screen.close()
        return heard

    assert [event["subject"] for event in told(story)] == ["bulletin:1"]


def test_a_screen_that_slept_catches_up_from_where_it_was(sam):
    cookie = session_of(sam)
    happen(1)

    async def story(streams):
        await asyncio.to_thread(happen, 2)
        await asyncio.to_thread(happen, 3)
        first = await asyncio.to_thread(lambda: Event.objects.order_by("pk").first().cursor)
        screen = Screen(streams, cookie, cursor=first)
        heard = await screen.until(2)
        await screen.close()
        return heard

    assert [event["subject"] for event in told(story)] == ["bulletin:2", "bulletin:3"]


def test_robin_hears_nothing_of_another_store(sam, robin, liege):
    cookies = session_of(sam), session_of(robin)

    async def story(streams):
        sams, robins = (Screen(streams, cookie) for cookie in cookies)
        await ready(sams), await ready(robins)
        await asyncio.to_thread(happen, 1, f"store:{liege.pk}")
        await asyncio.to_thread(happen, 2, "team")
        heard = await sams.until(2), await robins.until(1)
        await sams.close(), await robins.close()
        return heard

    sams, robins = told(story)
    assert [event["subject"] for event in sams] == ["bulletin:1", "bulletin:2"]
    assert [event["subject"] for event in robins] == ["bulletin:2"]


def test_a_stranger_is_told_nothing():
    async def story(streams):
        screen = Screen(streams, "comptoir_session=invented")
        await screen.until(1)
        return screen

    screen = told(story)
    assert screen.status == 401
    assert screen.text == ""


def test_somebody_who_leaves_the_team_stops_hearing(sam, monkeypatch):
    monkeypatch.setattr("comptoir.ground.live.ASK_AGAIN", 0)
    cookie = session_of(sam)

    async def story(streams):
        screen = Screen(streams, cookie)
        await ready(screen)
        await asyncio.to_thread(type(sam).objects.filter(pk=sam.pk).update, is_active=False)
        await asyncio.to_thread(happen, 1)
        await asyncio.to_thread(happen, 2)
        async with asyncio.timeout(10):
            await screen._task
        return screen.events

    assert len(told(story)) <= 1


async def ready(screen: Screen) -> None:
    async with asyncio.timeout(10):
        while "retry" not in screen.text:
            await asyncio.sleep(0.02)
