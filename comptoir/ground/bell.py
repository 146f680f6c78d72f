"""The bell: wakes workers and streams soon after a commit; missing it only delays."""

import sqlite3
import time
from threading import Event as Stop

from django.db import connection

GLANCE = 0.1  # seconds between two looks at SQLite's change counter (6 µs each)
CHANNEL = "comptoir"


class Bell:
    """Waits for somebody else's commit: SQLite's `data_version`, or PostgreSQL's NOTIFY.

    Belongs to one thread. PostgreSQL rings through `ring_on_commit`; SQLite's counter moves by itself.
    """

    def __init__(self):
        self._listening = None
        self._watched: sqlite3.Connection | None = None
        self._version = 0

    def wait(self, seconds: float, stop: Stop) -> bool:
        """Returns True as soon as something was committed elsewhere, False after `seconds` or when stopping."""
        if connection.vendor == "postgresql":
            return self._wait_for_notify(seconds)
        return self._wait_for_change(seconds, stop)

    def close(self) -> None:
        for one in (self._listening, self._watched):
            if one is not None:
                one.close()
        self._listening = self._watched = None

    def _wait_for_notify(self, seconds: float) -> bool:
        if self._listening is None or self._listening.closed:
            self._listening = connection.get_new_connection(connection.get_connection_params())
            self._listening.autocommit = True
            self._listening.execute(f"LISTEN {CHANNEL}")
        return any(True for _notify in self._listening.notifies(timeout=seconds, stop_after=1))

    def _wait_for_change(self, seconds: float, stop: Stop) -> bool:
        deadline = time.monotonic() + seconds
        while not stop.is_set() and time.monotonic() < deadline:
            if self.has_rung():
                return True
            stop.wait(GLANCE)
        return False

    def has_rung(self) -> bool:
        """SQLite: whether any other connection committed since the last look."""
        if self._watched is None:
            self._watched = sqlite3.connect(connection.settings_dict["NAME"], check_same_thread=False)
        version = self._watched.execute("PRAGMA data_version").fetchone()[0]
        rung, self._version = version != self._version, version
        return rung


def ring_on_commit() -> None:
    """On PostgreSQL, NOTIFY with this transaction's commit; SQLite needs nothing."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"NOTIFY {CHANNEL}")
