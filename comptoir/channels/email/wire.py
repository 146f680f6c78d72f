"""imaplib on a line of ours: every answer has a bound in size and in time, and leaving never waits for a server that
fell silent."""

import contextlib
import imaplib
import select
import ssl
import time
from collections.abc import Iterator
from threading import Event as Stop

from django.conf import settings

from .line import GLANCE, Server, Stopped, dial, encrypt
from .trouble import Kind, MailTrouble

imaplib.Commands.setdefault("IDLE", ("AUTH", "SELECTED"))

LONGEST_LINE = 20 * 1024 * 1024  # a search that finds two million messages
OVERHEAD = 64 * 1024
CHUNK = 64 * 1024


class Wire(imaplib.IMAP4):
    """imaplib on a line of ours."""

    def __init__(self, server: Server, *, patience: float, stop: Stop | None):
        self.server, self.patience, self.stop = server, patience, stop
        self._held = bytearray()
        super().__init__(server.host, server.port)

    def open(self, host="", port=0, timeout=None) -> None:
        self.host, self.port = self.server.host, self.server.port
        self.sock = dial(self.server, patience=self.patience, stop=self.stop)
        self.sock.settimeout(self.patience)

    def close_to_others(self) -> None:
        """STARTTLS; whatever was slipped in before the encryption is refused."""
        answer, _data = self._simple_command("STARTTLS")
        if answer != "OK" or self._held:
            raise MailTrouble(Kind.NOT_TLS, self.server)
        self.sock = encrypt(self.sock, self.server)
        self._tls_established = True
        self._get_capabilities()

    # --- what imaplib calls -----------------------------------------------------------------------
    def read(self, size: int) -> bytes:
        if size > settings.MAX_MESSAGE_BYTES + OVERHEAD:
            raise self.abort("the server announced more than was asked")
        while len(self._held) < size:
            self._hear()
        return self._take(size)

    def readline(self) -> bytes:
        seen = 0
        while (end := self._held.find(b"\n", seen)) < 0:
            seen = len(self._held)
            if seen > LONGEST_LINE:
                raise self.abort("the server sent a line without an end")
            self._hear()
        return self._take(end + 1)

    def send(self, data: bytes) -> None:
        self.sock.sendall(data)

    def shutdown(self) -> None:
        with contextlib.suppress(OSError):
            self.sock.close()

    # --- reading ----------------------------------------------------------------------------------
    def has_news(self, seconds: float) -> bool:
        """Whether the server said something, waiting at most `seconds`."""
        if self._held or (isinstance(self.sock, ssl.SSLSocket) and self.sock.pending()):
            return True
        poll = select.poll()
        poll.register(self.sock.fileno(), select.POLLIN)
        return bool(poll.poll(seconds * 1000))

    def _hear(self) -> None:
        deadline = time.monotonic() + self.patience
        while not self._pending():
            if self.stop is not None and self.stop.is_set():
                raise Stopped
            if time.monotonic() > deadline:
                raise TimeoutError("the server fell silent")
        heard = self.sock.recv(CHUNK)
        if not heard:
            raise self.abort("the server hung up")
        self._held += heard

    def _pending(self) -> bool:
        if isinstance(self.sock, ssl.SSLSocket) and self.sock.pending():
            return True
        poll = select.poll()
        poll.register(self.sock.fileno(), select.POLLIN)
        return bool(poll.poll(GLANCE * 1000))

    def _take(self, size: int) -> bytes:
        taken = bytes(self._held[:size])
        del self._held[:size]
        return taken


@contextlib.contextmanager
def in_words(server: Server) -> Iterator[None]:
    """Whatever imaplib or the line raise, told as MailTrouble."""
    try:
        yield
    except (MailTrouble, Stopped):
        raise
    except TimeoutError:
        raise MailTrouble(Kind.SILENT, server) from None
    except imaplib.IMAP4.abort as error:
        raise MailTrouble(Kind.CUT, server, said=str(error)) from None
    except imaplib.IMAP4.error as error:
        raise MailTrouble(Kind.BUSY, server, said=str(error)) from None
    except OSError as error:
        raise MailTrouble(Kind.CUT, server, said=str(error)) from None
