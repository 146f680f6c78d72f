"""The door for browsers: streams are async, pages are threads with lasting database connections.

Measured (docs/decisions/): pages through Django's own ASGI handler cost a thread and a database connection
each; behind a2wsgi's pool they keep both.
"""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "comptoir.config.settings")

from a2wsgi import WSGIMiddleware
from django.conf import settings
from django.core.wsgi import get_wsgi_application

threaded_pages = WSGIMiddleware(get_wsgi_application(), workers=settings.WEB_THREADS)

from comptoir.team.live import streams  # noqa: E402 (it needs the apps, which the line above wakes)


async def application(scope, receive, send):
    if scope["type"] == "lifespan":
        return await _live(receive, send)
    if scope["path"] == streams.PATH and scope["type"] == "http":
        return await streams(scope, receive, send)
    return await threaded_pages(scope, _heard(receive), send)


def _heard(receive):
    """a2wsgi reads a form's body through a coroutine; granian's own `receive` returns another awaitable."""

    async def hear():
        return await receive()

    return hear


async def _live(receive, send) -> None:
    """Starts and stops with the server; open streams end first, so that stopping takes no time."""
    while True:
        message = await receive()
        if message["type"] == "lifespan.startup":
            await send({"type": "lifespan.startup.complete"})
        elif message["type"] == "lifespan.shutdown":
            streams.close()
            await send({"type": "lifespan.shutdown.complete"})
            return
