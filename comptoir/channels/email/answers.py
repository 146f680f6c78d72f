"""What IMAP servers say, read: folders, messages, refusals."""

import contextlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from imap_tools.imap_utf7 import utf7_decode, utf7_encode

from comptoir.ground import clock

from .line import Server
from .trouble import Kind, MailTrouble


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
    found = LIST_LINE.match(flat(line))
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


def flat(line) -> bytes:
    """A folder's name may come as a literal: imaplib then gives a pair."""
    if isinstance(line, tuple):
        return re.sub(rb"\{\d+\}$", b"", line[0]) + line[1]
    return line or b""


def number(data: list) -> int | None:
    words = data[-1] if data else None
    return int(words) if words and words.isdigit() else None
