"""Processes: pages in one, work in another, watched by a third that does nothing else.

Everything is loaded once, then forked: memory is shared and a restart takes milliseconds.
"""

import gc
import logging
import os
import signal
import threading
import time
from collections.abc import Callable
from pathlib import Path

from setproctitle import setproctitle

log = logging.getLogger("comptoir.processes")

PATIENCE = 3.0  # seconds a process has to stop by itself
SHORTEST_LIFE = 5.0  # a process that dies younger is started again less and less eagerly


def supervise(roles: dict[str, Callable[[], None]]) -> int:
    """Starts each role in its own process, starts again what dies, stops all on Ctrl-C or TERM."""
    stopping = threading.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, lambda *_: stopping.set())
    gc.collect()
    gc.freeze()
    setproctitle("comptoir")
    children = {_start(role, verb): (role, time.monotonic(), 0) for role, verb in roles.items()}
    while not stopping.is_set():
        pid, _status = os.waitpid(-1, os.WNOHANG)
        if pid in children:
            role, born, falls = children.pop(pid)
            falls = falls + 1 if time.monotonic() - born < SHORTEST_LIFE else 0
            log.error("the %s process ended; starting it again", role)
            stopping.wait(min(2**falls - 1, 30))
            if not stopping.is_set():
                children[_start(role, roles[role])] = (role, time.monotonic(), falls)
        stopping.wait(0.2)
    return _stop(list(children))


def _start(role: str, verb: Callable[[], None]) -> int:
    pid = os.fork()
    if pid:
        return pid
    status = 1
    try:
        _die_with_parent()
        setproctitle(f"comptoir {role}")
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        verb()
        status = 0
    except Exception:
        log.exception("the %s process failed", role)
    finally:
        os._exit(status)


def _die_with_parent() -> None:
    """On Linux, a child outlives no supervisor, even one that was killed."""
    if hasattr(os, "uname") and os.uname().sysname == "Linux":
        import ctypes

        ctypes.CDLL(None).prctl(1, signal.SIGTERM)


def _stop(pids: list[int]) -> int:
    for pid in pids:
        os.kill(pid, signal.SIGTERM)
    deadline = time.monotonic() + PATIENCE
    while pids and time.monotonic() < deadline:
        pids = [pid for pid in pids if os.waitpid(pid, os.WNOHANG)[0] == 0]
        time.sleep(0.02)
    for pid in pids:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
    return 0


def serve(host: str, port: int, tls: tuple[Path, Path] | None) -> None:
    """The pages: granian in this process, until TERM."""
    import asyncio

    from granian.constants import Interfaces
    from granian.server.embed import Server

    from .asgi import application

    cert, key = tls or (None, None)

    async def run() -> None:
        server = Server(
            application,
            address=host,
            port=port,
            interface=Interfaces.ASGI,
            websockets=False,
            log_enabled=False,
            ssl_cert=cert,
            ssl_key=key,
        )
        stop = asyncio.Event()
        loop = asyncio.get_running_loop()
        for name in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(name, stop.set)
        serving = asyncio.ensure_future(server.serve())
        await asyncio.wait([serving, asyncio.ensure_future(stop.wait())], return_when="FIRST_COMPLETED")
        if serving.done():
            serving.result()
        await _close(server, serving)

    asyncio.run(run())


async def _close(server, serving) -> None:
    import asyncio

    from comptoir.team.live import streams

    streams.close()
    server.stop()
    await asyncio.wait([serving], timeout=PATIENCE - 1)
    os._exit(0)


def work_and_listen() -> None:
    """Due rows, chores and every listener, in one process."""
    stop = _stop_on_signal()
    _run_threads([*_worker_threads(stop), *_listener_threads(stop)], stop)


def work() -> None:
    stop = _stop_on_signal()
    _run_threads(_worker_threads(stop), stop)


def listen() -> None:
    stop = _stop_on_signal()
    _run_threads(_listener_threads(stop), stop)


def _stop_on_signal() -> threading.Event:
    stop = threading.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, lambda *_: stop.set())
    return stop


def _worker_threads(stop: threading.Event) -> list[threading.Thread]:
    from django.conf import settings

    from comptoir.ground import work as due

    due.plan_chores()
    return [
        threading.Thread(target=due.run_until, args=(stop,), name=f"worker-{n}", daemon=True)
        for n in range(settings.WORKER_THREADS)
    ]


def _listener_threads(stop: threading.Event) -> list[threading.Thread]:
    from comptoir.channels import listening

    return [threading.Thread(target=listening.run_until, args=(stop,), name="listening", daemon=True)]


def _run_threads(threads: list[threading.Thread], stop: threading.Event) -> None:
    for thread in threads:
        thread.start()
    while not stop.is_set():
        stop.wait(1)
    deadline = time.monotonic() + PATIENCE - 0.5
    for thread in threads:
        thread.join(max(deadline - time.monotonic(), 0))
