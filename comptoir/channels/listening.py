"""Listening: one thread per receiver, started and stopped as accounts come and go; and the shop's own doors."""

import logging
import threading
from collections.abc import Callable

from django.db import close_old_connections, connection

from comptoir.ground.registry import Registry

from .models import Account

doors: Registry[Callable[[threading.Event], None]] = Registry("door")

log = logging.getLogger(__name__)

LOOK_AGAIN = 5.0  # seconds between two looks at which accounts exist and how they are set
REST = 10.0  # seconds before a receiver that fell is started again


def door(name: str) -> Callable[[Callable], Callable]:
    """Registers a receiver that belongs to no single account and runs for as long as the shop listens."""
    return lambda serve: doors.add(name, serve)


class Receiver:
    """One thread that runs one listener until told to stop; a fall is logged and mended by a new start."""

    def __init__(self, name: str, listener: Callable[[threading.Event], None]):
        self.name, self.listener = name, listener
        self.stop = threading.Event()
        self.thread = threading.Thread(target=self._run, name=f"listen-{name}", daemon=True)
        self.thread.start()

    def _run(self) -> None:
        while not self.stop.is_set():
            try:
                close_old_connections()
                self.listener(self.stop)
            except Exception:
                log.exception("listening to %s fell; starting again", self.name)
            finally:
                connection.close()
            self.stop.wait(REST)


def run_until(stop: threading.Event) -> None:
    """Keeps the right receivers running; an account that changed gets new ones."""
    running: dict[tuple, list[Receiver]] = {
        ("doors",): [Receiver(name, door) for name, door in doors.items()]
    }
    while not stop.is_set():
        try:
            close_old_connections()
            wanted = {_mark(account): account for account in Account.objects.open()}
        except Exception:
            log.exception("the accounts could not be read; trying again")
            connection.close()
            stop.wait(LOOK_AGAIN)
            continue
        for mark in running.keys() - wanted.keys() - {("doors",)}:
            _end(running.pop(mark))
        for mark in wanted.keys() - running.keys():
            account = wanted[mark]
            running[mark] = [Receiver(str(account), one) for one in account.channel.listeners(account)]
        stop.wait(LOOK_AGAIN)
    for receivers in running.values():
        for receiver in receivers:
            receiver.stop.set()
    for receivers in running.values():
        _end(receivers)
    connection.close()


def _mark(account: Account) -> tuple:
    return (account.pk, repr(sorted(account.settings.items())), repr(sorted(account.secrets.items())))


def _end(receivers: list[Receiver]) -> None:
    for receiver in receivers:
        receiver.stop.set()
    for receiver in receivers:
        receiver.thread.join(2)
