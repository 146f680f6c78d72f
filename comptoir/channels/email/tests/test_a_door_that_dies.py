"""A door killed between "kept" and "250": the sender tries again, and the letter is there once."""

import os
import signal
import smtplib
import socket
import subprocess
import sys
import time

import pytest

PREPARE = """
import django; django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0)
from comptoir.channels.models import Account
Account.objects.create(kind="email", name="Liège", address="liege@cycles.example")
"""
SERVE = """
import django, os, signal, sys, threading; django.setup()
from comptoir.channels.email import door
if sys.argv[1] == "dies":
    keep = door.Door.keep
    def keep_and_die(self, *facts):
        keep(self, *facts)
        os.kill(os.getpid(), signal.SIGKILL)
    door.Door.keep = keep_and_die
door.serve(threading.Event())
"""
COUNT = """
import django; django.setup()
from comptoir.channels.models import Receipt
print(*[len(receipt.raw) for receipt in Receipt.objects.all()])
"""
MAIL = b"From: nour@example.org\r\nSubject: Colis\r\n\r\nBonjour\r\n"


@pytest.fixture
def shop(tmp_path):
    """A shop of its own on SQLite: `shop(script, …)` starts a process in it."""
    started = []
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]

    def run(script: str, *words: str) -> subprocess.Popen:
        home = {"COMPTOIR_HOME": str(tmp_path), "COMPTOIR_LMTP": f"127.0.0.1:{port}", "DATABASE_URL": ""}
        environment = os.environ | home | {"PYTHONPATH": os.pathsep.join(sys.path)}
        started.append(
            subprocess.Popen(
                [sys.executable, "-c", script, *words], env=environment, stdout=subprocess.PIPE, text=True
            )
        )
        return started[-1]

    run.port = port
    yield run
    for process in started:
        process.kill()
        process.wait()


def post(port: int):
    """The answer to the last dot, or None when the line went dead."""
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        try:
            with smtplib.LMTP("127.0.0.1", port) as line:
                line.ehlo_or_helo_if_needed()
                line.mail("nour@example.org")
                line.rcpt("liege@cycles.example")
                line.docmd("DATA")
                line.send(MAIL + b".\r\n")
                return line.getreply()[0]
        except ConnectionRefusedError:
            time.sleep(0.05)
        except (smtplib.SMTPException, OSError):
            return None
    raise TimeoutError("the door never opened")


def test_a_letter_kept_but_not_acknowledged_is_there_once(shop):
    assert shop(PREPARE).wait() == 0

    dying = shop(SERVE, "dies")
    assert post(shop.port) is None
    assert dying.wait(10) == -signal.SIGKILL
    shop(SERVE, "lives")
    assert post(shop.port) == 250

    assert shop(COUNT).communicate()[0].split() == [str(len(MAIL))]
