"""A shop of its own for measuring: a temporary home, the real processes, real sockets."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil

ADDRESS = "support@boutique.test"


class Shop:
    """An open shop: its address, its mail door, its processes."""

    def __init__(self, home: Path, port: int, door: int):
        self.home, self.port, self.door = home, port, door
        self.url = f"http://127.0.0.1:{port}"
        environment = {
            "COMPTOIR_HOME": str(home),
            "COMPTOIR_LMTP": f"127.0.0.1:{door}",
            "COMPTOIR_TESTING": "",
        }
        self.environment = os.environ | environment
        self._process: subprocess.Popen | None = None

    def run(self, code: str, *arguments: str) -> str:
        """Runs a piece of Python inside the shop's home, Django awake; returns what it printed."""
        wake = "import django; django.setup()\n"
        command = [sys.executable, "-c", wake + code, *arguments]
        settings = {"DJANGO_SETTINGS_MODULE": "comptoir.config.settings"}
        return subprocess.run(
            command, env=self.environment | settings, check=True, stdout=subprocess.PIPE, text=True
        ).stdout

    def open(self) -> float:
        """Starts the shop; returns the seconds until its first page."""
        started = time.monotonic()
        comptoir = Path(sys.executable).parent / "comptoir"
        self._process = subprocess.Popen(
            [comptoir, "up", "--port", str(self.port)], env=self.environment, stdout=subprocess.DEVNULL
        )
        while True:
            try:
                urllib.request.urlopen(f"{self.url}/accounts/login/", timeout=5).read()
                return time.monotonic() - started
            except OSError:
                time.sleep(0.02)

    def close(self) -> None:
        if self._process:
            self._process.send_signal(signal.SIGTERM)
            self._process.wait(10)
            self._process = None

    @property
    def processes(self) -> list[psutil.Process]:
        mother = psutil.Process(self._process.pid)
        return [mother, *mother.children(recursive=True)]

    def cpu(self) -> float:
        """CPU seconds of all its processes so far, ended children of living ones included."""
        times = [process.cpu_times() for process in self.processes]
        return sum(one.user + one.system for one in times)

    def memory(self) -> float:
        """Megabytes: the sum of proportional set sizes over all its processes."""
        return sum(process.memory_full_info().pss for process in self.processes) / 1e6


@contextmanager
def shop() -> Iterator[Shop]:
    folder = Path(tempfile.mkdtemp(prefix="comptoir-bench-"))
    one = Shop(folder, _free_port(), _free_port())
    try:
        one.run(OPENING, ADDRESS)
        yield one
    finally:
        one.close()
        shutil.rmtree(folder, ignore_errors=True)


OPENING = """
import sys
from django.core.management import call_command
call_command("migrate", verbosity=0)
from comptoir.team.models import Member
from comptoir.channels.models import Account
Member.objects.create_user("alex@boutique.test", "un-mot-de-passe", name="Alex", role="owner", language="fr")
Account.objects.create(kind="email", name="Boutique", address=sys.argv[1], settings={"door": True})
"""


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
