"""A conversation with a mailbox's server (IMAP): reads without leaving a mark, waits for news, files what was sent."""

import contextlib
import imaplib
import re
import time
from collections.abc import Callable, Iterable, Iterator
from threading import Event as Stop

from .answers import Drawer, Look, Mail, flat, name_roles, number, quoted, read_fetch, read_list_line, refusal
from .line import GLANCE, PATIENCE, Server
from .trouble import Kind, MailTrouble
from .wire import Wire, in_words

BATCH = 25
BATCH_BYTES = 8 * 1024 * 1024


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
        if special and not any(b"\\Sent" in flat(line) for line in lines):
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
            key: number(self.wire.response(key)[1]) for key in ("UIDVALIDITY", "UIDNEXT", "HIGHESTMODSEQ")
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
