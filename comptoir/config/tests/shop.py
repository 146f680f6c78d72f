"""A shop opened for the occasion: a temporary home, the real processes, real sockets. For journeys and measures."""

import os
import re
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import psutil

COMPTOIR = Path(sys.executable).parent / "comptoir"


class Shop:
    """`comptoir up` on free ports; `settings` are environment variables. What it prints is in `said`."""

    def __init__(self, home: Path, **settings: str):
        self.home, self.port, self.door = home, free_port(), free_port()
        self.url = f"http://localhost:{self.port}"
        own = {"COMPTOIR_HOME": str(home), "COMPTOIR_LMTP": f"127.0.0.1:{self.door}", "COMPTOIR_TESTING": ""}
        self.environment = os.environ | own | _own_database() | settings
        self.said: list[str] = []
        self._process: subprocess.Popen | None = None

    def open(self, *options: str, patience: float = 90) -> float:
        """Starts the shop; returns the seconds until its first page."""
        started = time.monotonic()
        self._process = subprocess.Popen(
            [COMPTOIR, "up", "--port", str(self.port), *options],
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        threading.Thread(target=self._listen, args=(self._process.stdout,), daemon=True).start()
        while time.monotonic() - started < patience and self._process.poll() is None:
            try:
                urllib.request.urlopen(f"{self.url}/sign-in/", timeout=5).read()
                return time.monotonic() - started
            except OSError:
                time.sleep(0.02)
        raise RuntimeError("the shop did not open:\n" + "\n".join(self.said))

    @property
    def link(self) -> str:
        """The one-time link it printed."""
        return next(found[0] for line in self.said if (found := re.search(r"https?://\S+/\S{20,}", line)))

    def run(self, code: str, *arguments: str) -> str:
        """Runs a piece of Python inside the shop's home, Django awake; returns what it printed."""
        wake = "import django; django.setup()\n"
        settings = {"DJANGO_SETTINGS_MODULE": "comptoir.config.settings"}
        done = subprocess.run(
            [sys.executable, "-c", wake + code, *arguments],
            env=self.environment | settings,
            check=True,
            stdout=subprocess.PIPE,
            text=True,
        )
        return done.stdout

    def close(self) -> None:
        if self._process and self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)
            self._process.wait(15)
        self._process = None

    @property
    def processes(self) -> list[psutil.Process]:
        mother = psutil.Process(self._process.pid)
        return [mother, *mother.children(recursive=True)]

    def cpu(self) -> float:
        """CPU seconds of all its processes so far, with their ended children."""
        times = [process.cpu_times() for process in self.processes]
        return sum(one.user + one.system + one.children_user + one.children_system for one in times)

    def memory(self) -> float:
        """Megabytes: the sum of proportional set sizes over all its processes."""
        return sum(process.memory_full_info().pss for process in self.processes) / 1e6

    def _listen(self, pipe) -> None:
        for line in pipe:
            self.said.append(line.rstrip())


def _own_database() -> dict[str, str]:
    """On PostgreSQL, a fresh database beside the one that DATABASE_URL names; each shop has its own."""
    url = os.environ.get("DATABASE_URL")
    if not url:
        return {}
    import psycopg

    name = f"shop_{secrets.token_hex(6)}"
    with psycopg.connect(url, autocommit=True) as server:
        server.execute(f'CREATE DATABASE "{name}"')
    return {"DATABASE_URL": urlsplit(url)._replace(path=f"/{name}").geturl()}


@contextmanager
def shop(**settings: str) -> Iterator[Shop]:
    """A shop in a folder of its own, not open yet; closed and swept away afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="comptoir-shop-"))
    one = Shop(folder / "home", **settings)
    try:
        yield one
    finally:
        one.close()
        shutil.rmtree(folder, ignore_errors=True)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
