"""A conversation with a mailbox's server (IMAP): reads without leaving a mark, waits for news, files what was sent.

imaplib speaks the protocol; the reading of the line is ours, so that every answer has a bound in size
and in time, and so that leaving never waits for a server that fell silent.
"""

import contextlib
import imaplib
import re
import select
import ssl
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from threading import Event as Stop

from django.conf import settings
from imap_tools.imap_utf7 import utf7_decode, utf7_encode

from comptoir.ground import clock

from .line import GLANCE, PATIENCE, Server, Stopped, dial, encrypt
from .trouble import Kind, MailTrouble

imaplib.Commands.setdefault("IDLE", ("AUTH", "SELECTED"))

LONGEST_LINE = 20 * 1024 * 1024  # a search that finds two million messages
OVERHEAD = 64 * 1024
CHUNK = 64 * 1024
BATCH = 25
BATCH_BYTES = 8 * 1024 * 1024


@dataclass(frozen=True)
class Look:
    """What a folder says of itself."""

    uidvalidity: int
    uidnext: int
    count: int = 0
    highestmodseq: int | None = None
    is_sure: bool = True

    def went_back(self, highest_uid: int) -> bool:
        """The server was put back from an older copy: it will use again numbers we have seen."""
        return self.is_sure and self.uidnext <= highest_uid


@dataclass(frozen=True)
class Drawer:
    """A folder as the server lists it; `role` is "inbox", "sent" or "other"."""

    name: str
    role: str


@dataclass(frozen=True)
class Mail:
    """One message as the server keeps it; without `raw` only its size is known."""

    uid: int
    arrived_at: datetime
    size: int
    raw: bytes = b""


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


def told(method: Callable) -> Callable:
    """A method of `Session` that fails in words."""

    def act(self, *args, **kwargs):
        with in_words(self.server):
            return method(self, *args, **kwargs)

    act.__name__, act.__doc__ = method.__name__, method.__doc__
    return act


class Session:
    """One line to a mailbox. Folders are opened read-only: nobody's "unread" is ever touched."""

    def __init__(self, server: Server, *, patience: float = PATIENCE, stop: Stop | None = None):
        self.server = server
        self.folder: str | None = None
        with in_words(server):
            try:
                self.wire = Wire(server, patience=patience, stop=stop)
            except imaplib.IMAP4.error:
                raise MailTrouble(Kind.NOT_MAIL, server) from None
            self._or_hang_up(self._close_to_others)

    def __enter__(self) -> "Session":
        return self

    def __exit__(self, *_error) -> None:
        self.close()

    def close(self) -> None:
        with contextlib.suppress(Exception):
            self.wire.send(b"BYE1 LOGOUT\r\n")
        self.wire.shutdown()

    def _close_to_others(self) -> None:
        if self.server.security == "starttls":
            self.wire.close_to_others()

    def _or_hang_up(self, act: Callable) -> None:
        try:
            act()
        except BaseException:
            self.wire.shutdown()
            raise

    # --- signing in -------------------------------------------------------------------------------
    @told
    def sign_in(self, login: str, password: str) -> None:
        """By password. What the server answers is never kept when it repeats the password."""
        if "LOGINDISABLED" in self.wire.capabilities and "AUTH=PLAIN" not in self.wire.capabilities:
            raise MailTrouble(Kind.NO_PASSWORDS, self.server)
        try:
            self._authenticate("PLAIN", f"\0{login}\0{password}".encode(), fallback=(login, password))
        except imaplib.IMAP4.abort:
            raise
        except imaplib.IMAP4.error as error:
            said = str(error).replace(password, "…") if password else str(error)
            raise refusal(self.server, said) from None
        self._renew_capabilities()

    @told
    def sign_in_with_token(self, login: str, token: str) -> None:
        """By OAuth (XOAUTH2, as Google and Microsoft document it)."""
        words = f"user={login}\1auth=Bearer {token}\1\1".encode()
        answers = iter([words])
        try:
            self.wire.authenticate("XOAUTH2", lambda _challenge: next(answers, b""))
        except imaplib.IMAP4.abort:
            raise
        except imaplib.IMAP4.error:
            raise MailTrouble(Kind.TOKEN, self.server) from None
        self._renew_capabilities()

    def _authenticate(self, mechanism: str, words: bytes, *, fallback: tuple[str, str]) -> None:
        if f"AUTH={mechanism}" in self.wire.capabilities:
            self.wire.authenticate(mechanism, lambda _challenge: words)
        else:
            self._log_in(*fallback)

    def _log_in(self, login: str, password: str) -> None:
        """LOGIN, with accents as UTF-8, which imaplib's own refuses."""
        words = [value.replace("\\", "\\\\").replace('"', '\\"') for value in (login, password)]
        answer, data = self.wire._simple_command("LOGIN", *(f'"{word}"'.encode() for word in words))
        if answer != "OK":
            raise imaplib.IMAP4.error(data[-1].decode("utf-8", "replace"))
        self.wire.state = "AUTH"

    def _renew_capabilities(self) -> None:
        """A server may say more of itself once it knows who asks."""
        self.wire._get_capabilities()

    @property
    def can_idle(self) -> bool:
        return "IDLE" in self.wire.capabilities

    # --- folders ----------------------------------------------------------------------------------
    @told
    def drawers(self) -> list[Drawer]:
        """The folders one can open; the one for sent mail by its mark (RFC 6154), else by its name."""
        special = "(SPECIAL-USE)" if "LIST-EXTENDED" in self.wire.capabilities else ""
        lines = self._ok(self.wire._simple_command("LIST", '""', '"*"'), "LIST")
        if special and not any(b"\\Sent" in _flat(line) for line in lines):
            lines += self._ok(self.wire._simple_command("LIST", special, '""', '"*"'), "LIST")
        return name_roles([found for line in lines if (found := read_list_line(line))])

    @told
    def open(self, name: str) -> Look:
        """Opens a folder, read-only."""
        answer, data = self.wire.select(quoted(name), readonly=True)
        if answer != "OK":
            raise MailTrouble(Kind.NO_FOLDER, self.server, said=name)
        self.folder = name
        count = int(data[0] or 0)
        numbers = {
            key: _number(self.wire.response(key)[1]) for key in ("UIDVALIDITY", "UIDNEXT", "HIGHESTMODSEQ")
        }
        told = numbers["UIDNEXT"]
        uidnext = told or self._highest_uid(count) + 1
        return Look(numbers["UIDVALIDITY"] or 1, uidnext, count, numbers["HIGHESTMODSEQ"], bool(told))

    def _highest_uid(self, count: int) -> int:
        return max(self.uids("UID *"), default=0) if count else 0

    @told
    def glance(self, name: str) -> Look | None:
        """What a folder says without opening it; None when the server will not say."""
        answer, data = self.wire.status(quoted(name), "(UIDVALIDITY UIDNEXT MESSAGES)")
        if answer != "OK":
            raise MailTrouble(Kind.NO_FOLDER, self.server, said=name)
        words = data[-1] or b""
        found = {
            key: int(value) for key, value in re.findall(rb"(UIDVALIDITY|UIDNEXT|MESSAGES) (\d+)", words)
        }
        if not {b"UIDVALIDITY", b"UIDNEXT"} <= found.keys():
            return None
        return Look(found[b"UIDVALIDITY"], found[b"UIDNEXT"], found.get(b"MESSAGES", 0))

    # --- messages ---------------------------------------------------------------------------------
    @told
    def uids(self, wanted: str) -> list[int]:
        """The UIDs that answer a search, lowest first."""
        answer, data = self.wire.uid("SEARCH", wanted)
        if answer != "OK":
            raise MailTrouble(Kind.BUSY, self.server)
        return sorted({int(word) for line in data if line for word in line.split()})

    @told
    def weigh(self, uids: Iterable[int]) -> list[Mail]:
        """Sizes and arrival times, without the messages; those expunged meanwhile are not there."""
        return self._fetch(uids, "(UID RFC822.SIZE INTERNALDATE)")

    @told
    def fetch(self, uids: Iterable[int]) -> list[Mail]:
        """The messages themselves, as they are kept; PEEK leaves them unread."""
        return [mail for mail in self._fetch(uids, "(UID RFC822.SIZE INTERNALDATE BODY.PEEK[])") if mail.raw]

    @told
    def fetch_headers(self, uid: int) -> bytes:
        found = self._fetch([uid], "(UID RFC822.SIZE INTERNALDATE BODY.PEEK[HEADER])")
        return found[0].raw if found else b""

    def in_batches(self, uids: list[int]) -> Iterator[list[Mail]]:
        """Weighed messages in the order given, few enough at a time for a small machine."""
        for start in range(0, len(uids), BATCH):
            known = {mail.uid: mail for mail in self.weigh(uids[start : start + BATCH])}
            batch: list[Mail] = []
            for mail in (known[uid] for uid in uids[start : start + BATCH] if uid in known):
                if batch and sum(one.size for one in batch) + mail.size > BATCH_BYTES:
                    yield batch
                    batch = []
                batch.append(mail)
            if batch:
                yield batch

    def _fetch(self, uids: Iterable[int], what: str) -> list[Mail]:
        self.wire.untagged_responses.pop("FETCH", None)
        answer, data = self.wire.uid("FETCH", ",".join(map(str, uids)), what)
        if answer != "OK":
            raise MailTrouble(Kind.BUSY, self.server)
        return list({mail.uid: mail for mail in read_fetch(data)}.values())

    # --- news -------------------------------------------------------------------------------------
    @told
    def wait(self, seconds: float, *, until: Callable[[], bool]) -> bool:
        """IDLE: True as soon as the server has news; False after `seconds`, or when `until()` says so."""
        tag = self.wire._command("IDLE")
        deadline = time.monotonic() + seconds
        heard = self._until_idle(tag)
        while not heard and time.monotonic() < deadline and not until():
            heard = self.wire.has_news(GLANCE)
        self._end_idle(tag)
        return heard

    def _until_idle(self, tag: bytes) -> bool:
        """The server invites us to wait ("+"), perhaps with news already."""
        heard = False
        while self.wire._get_response() is not None:
            heard = True
            if self.wire.tagged_commands[tag]:
                raise MailTrouble(Kind.BUSY, self.server)
        return heard

    def _end_idle(self, tag: bytes) -> None:
        self.wire.send(b"DONE\r\n")
        while not self.wire.tagged_commands[tag]:
            self.wire._get_response()
        del self.wire.tagged_commands[tag]
        self.wire._check_bye()
        self.wire.untagged_responses.clear()

    # --- filing -----------------------------------------------------------------------------------
    @told
    def append(self, folder: str, raw: bytes) -> None:
        """Files a message as read."""
        raw = re.sub(rb"\r?\n", b"\r\n", raw)
        answer, _data = self.wire.append(
            quoted(folder), r"(\Seen)", imaplib.Time2Internaldate(time.time()), raw
        )
        if answer != "OK":
            raise MailTrouble(Kind.NO_FOLDER, self.server, said=folder)

    @told
    def create(self, folder: str) -> None:
        answer, _data = self.wire.create(quoted(folder))
        if answer != "OK":
            raise MailTrouble(Kind.NO_FOLDER, self.server, said=folder)

    @told
    def has_message(self, folder: str, message_id: str) -> bool:
        self.open(folder)
        words = re.sub(r'["\\\r\n]', "", message_id)
        return bool(self.uids(f'HEADER Message-ID "{words}"'))

    def _ok(self, answer, kind: str) -> list:
        if answer[0] != "OK":
            raise MailTrouble(Kind.BUSY, self.server)
        return [line for line in self.wire._untagged_response(*answer, kind)[1] if line]


# --- reading what servers say -------------------------------------------------------------------------
APP_PASSWORD = re.compile(
    r"app(lication)?[- ]?(specific )?password|mot de passe d.application|WEBALERT", re.I
)
NO_PASSWORDS = re.compile(r"basic ?auth|LOGINDISABLED|oauth|modern auth|AUTH.* disabled", re.I)
DISABLED = re.compile(r"imap.{0,40}(disabled|not enabled|off|desactiv|désactiv)|not enabled for imap", re.I)
BUSY = re.compile(r"too many|simultaneous|UNAVAILABLE|INUSE|try again|rate|LIMIT", re.I)


def refusal(server: Server, said: str) -> MailTrouble:
    """Why a login was refused, as far as the server's own words tell."""
    for kind, words in (
        (Kind.APP_PASSWORD, APP_PASSWORD),
        (Kind.DISABLED, DISABLED),
        (Kind.NO_PASSWORDS, NO_PASSWORDS),
        (Kind.BUSY, BUSY),
    ):
        if words.search(said):
            return MailTrouble(kind, server, said=said)
    return MailTrouble(Kind.REFUSED, server, said=said)


LIST_LINE = re.compile(rb'\((?P<flags>[^)]*)\) (?:"(?:\\.|[^"])*"|NIL) (?P<name>.*)$', re.S)
# Not folders one can open, or folders that only show again what is elsewhere or is not written yet.
PASSED_BY = (b"\\noselect", b"\\nonexistent", b"\\drafts", b"\\trash", b"\\all", b"\\flagged", b"\\important")
SENT_NAMES = {
    *("sent", "sent items", "sent mail", "sent messages", "envoyés", "messages envoyés", "éléments envoyés"),
    *("objets envoyés", "courrier envoyé", "courriels envoyés", "verzonden items", "verzonden", "gesendet"),
}


def read_list_line(line) -> tuple[str, bytes] | None:
    """(name, flags) of one folder that can be opened."""
    found = LIST_LINE.match(_flat(line))
    if not found or any(mark in found["flags"].lower() for mark in PASSED_BY):
        return None
    name = found["name"]
    if name.startswith(b'"'):
        name = re.sub(rb"\\(.)", rb"\1", name[1:-1])
    with contextlib.suppress(ValueError):
        return utf7_decode(name), found["flags"].lower()
    return None


def name_roles(found: list[tuple[str, bytes]]) -> list[Drawer]:
    """One role each: the inbox, one folder of sent mail, the others."""
    names = dict(found) | {name: flags for name, flags in found if b"\\sent" in flags}
    sent = next((name for name, flags in names.items() if b"\\sent" in flags), None)
    sent = sent or next((name for name in names if re.split(r"[./]", name.lower())[-1] in SENT_NAMES), None)
    roles = {sent: "sent"} | {name: "inbox" for name in names if name.upper() == "INBOX"}
    return [Drawer(name, roles.get(name, "other")) for name in names]


def read_fetch(data: list) -> Iterator[Mail]:
    """Messages out of imaplib's answer: a literal with the words before it, then the words after it."""
    words, raw = b"", b""
    for item in data:
        if isinstance(item, tuple):
            words, raw = words + item[0], item[1]
            continue
        words += item or b""
        if words.count(b"(") <= words.count(b")") or (item or b"").endswith(b")"):
            if mail := _mail(words, raw):
                yield mail
            words, raw = b"", b""


def _mail(words: bytes, raw: bytes) -> Mail | None:
    uid = re.search(rb"\bUID (\d+)", words)
    date = re.search(rb'INTERNALDATE "([^"]+)"', words)
    size = re.search(rb"RFC822\.SIZE (\d+)", words)
    if not (uid and date and size):
        return None
    if not raw and (short := re.search(rb'BODY\[\] "((?:\\.|[^"])*)"', words)):
        raw = re.sub(rb"\\(.)", rb"\1", short[1])
    return Mail(int(uid[1]), read_date(date[1].decode("ascii", "replace")), int(size[1]), raw)


def read_date(words: str) -> datetime:
    """An arrival time; never in the future, and now when it cannot be read."""
    try:
        moment = datetime.strptime(words.strip(), "%d-%b-%Y %H:%M:%S %z").astimezone(UTC)
    except (ValueError, OverflowError):
        return clock.now()
    return min(moment, clock.now())


def quoted(name: str) -> str:
    """A folder's name as the protocol wants it (modified UTF-7, quoted)."""
    words = utf7_encode(name).decode("ascii")
    return '"' + words.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _flat(line) -> bytes:
    """A folder's name may come as a literal: imaplib then gives a pair."""
    if isinstance(line, tuple):
        return re.sub(rb"\{\d+\}$", b"", line[0]) + line[1]
    return line or b""


def _number(data: list) -> int | None:
    words = data[-1] if data else None
    return int(words) if words and words.isdigit() else None
