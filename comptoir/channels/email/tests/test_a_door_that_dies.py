"""A door killed between "kept" and "250": the sender tries again, and the letter is there once."""

import os
import signal
import smtplib
import sqlite3
import subprocess
import sys
import time

import pytest

from .postfix import free_port

OPEN_SHOP = """
import django; django.setup()
from django.core.management import call_command
from django.db import connection
durable = connection.settings_dict["OPTIONS"]["init_command"]
connection.settings_dict["OPTIONS"]["init_command"] = durable.replace("FULL", "OFF")  # nothing to lose yet
call_command("migrate", verbosity=0)
from comptoir.channels.models import Account
Account.objects.create(kind="email", name="Liège", address="liege@cycles.example")
connection.close()
connection.settings_dict["OPTIONS"]["init_command"] = durable
"""
DIE_ONCE_KEPT = """
import os, signal
from comptoir.channels.email import door
keep = door.Door.keep
def keep_and_die(self, *facts):
    keep(self, *facts)
    os.kill(os.getpid(), signal.SIGKILL)
door.Door.keep = keep_and_die
"""
SERVE = """
import django, threading; django.setup()
from comptoir.channels.email import door
door.serve(threading.Event())
"""
MAIL = b"From: nour@example.org\r\nSubject: Colis\r\n\r\nBonjour\r\n"


@pytest.fixture
def shop(tmp_path):
    """A shop of its own on SQLite: `shop(script)` starts a process in it."""
    started = []
    port = free_port()
    home = {"COMPTOIR_HOME": str(tmp_path), "COMPTOIR_LMTP": f"127.0.0.1:{port}", "DATABASE_URL": ""}
    environment = os.environ | home | {"PYTHONPATH": os.pathsep.join(sys.path)}

    def run(script: str) -> subprocess.Popen:
        started.append(subprocess.Popen([sys.executable, "-c", script], env=environment))
        return started[-1]

    run.port = port
    yield run
    for process in started:
        process.kill()
        process.wait()


def post(port: int):
    """The answer to the last dot, or None when the line went dead."""
    deadline = time.monotonic() + 60
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


def test_a_letter_kept_but_not_acknowledged_is_there_once(shop, tmp_path):
    dying = shop(OPEN_SHOP + DIE_ONCE_KEPT + SERVE)
    assert post(shop.port) is None
    assert dying.wait(10) == -signal.SIGKILL

    shop(SERVE)
    assert post(shop.port) == 250
    with sqlite3.connect(tmp_path / "comptoir.sqlite3") as database:
        assert database.execute("SELECT size FROM channels_receipt").fetchall() == [(len(MAIL),)]
