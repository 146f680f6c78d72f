"""The door: mail handed to us directly, by the shop's own Postfix (LMTP) or by the whole world (SMTP).

"250" is said only once the receipt is on disk; when it cannot be, the other side is asked to try again and
keeps the message meanwhile. Nothing is ever relayed: only the shop's own addresses live here.
"""

import asyncio
import collections
import contextlib
import hashlib
import logging
import re
import socket
import stat
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from aiosmtpd.lmtp import LMTP
from aiosmtpd.smtp import SMTP, Envelope
from django.conf import settings
from django.db import close_old_connections, connections
from django.utils.translation import gettext as _

from comptoir.channels.listening import door
from comptoir.channels.models import Account, Receipt
from comptoir.ground import health

from .composing import domain_of
from .machine import reason

log = logging.getLogger(__name__)

MOST_CALLERS = 100
MOST_RECIPIENTS = 200
CLERKS = 4  # threads that write receipts down
PIECE = 256 * 1024  # bytes read from a caller at a time
IN_HAND = 4  # as many of the largest messages may be half received at once
SILENCE = 180.0  # seconds before a caller who says nothing is shown out
LONGEST_DATA = 900.0  # seconds to hand over one message, drop by drop
ADDRESSES_HOLD = 5.0  # seconds for which the list of addresses is believed
TRY_AGAIN = 10.0  # seconds before a doorstep that is taken is tried again
SEEN_EVERY = 60.0  # seconds between two notes on an account that mail came
LAST_WORDS = 2.0  # seconds to finish what is being written when the shop closes
OUR_NAME = socket.gethostname()
END = b"\r\n.\r\n"
SMUGGLED = (b"\n.\n", b"\n.\r", b"\r.\r", b"\r.\n")
PATH = re.compile(
    r'\s*<(?:@[^:<>]*:)?((?:"(?:[^"\\]|\\.)*"|[^<>"\s])*)>\s*(.*)|\s*([^<>\s]+)\s*(.*)', re.DOTALL
)

NOBODY = "550 5.1.1 Nobody has this address here"
LATER = "451 4.3.0 Cannot be kept just now, please try again later"
FULL = "451 4.3.1 Too much mail is coming in at once, please try again later"
TOO_BIG = "552 5.3.4 The message is larger than {most} MB"
LONE_DOT = "550 5.6.0 A line holds a lone dot without CR LF around it, which is how mail is smuggled: refused"


class DoorBlocked(Exception):
    """The door cannot stand where the settings want it; one sentence says why."""


# --- where it stands --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Doorstep:
    """Where callers come: a TCP address or a Unix socket; `protocol` is "lmtp" or "smtp"."""

    protocol: str
    host: str = ""
    port: int = 0
    path: str = ""

    def __str__(self) -> str:
        return f"unix:{self.path}" if self.path else f"{self.host}:{self.port}"

    def open(self) -> socket.socket:
        try:
            return self._open_path() if self.path else self._open_port()
        except OSError as error:
            told = {"address": self, "reason": reason(error)}
            raise DoorBlocked(_("The mail door cannot open at %(address)s: %(reason)s.") % told) from error

    def _open_port(self) -> socket.socket:
        family, kind, protocol, _name, where = socket.getaddrinfo(
            self.host or None, self.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        step = socket.socket(family, kind, protocol)
        try:
            step.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            step.bind(where)
            step.listen(128)
        except OSError:
            step.close()
            raise
        return step

    def _open_path(self) -> socket.socket:
        """Any program of this machine may knock, as on a TCP port of loopback; folders' rights say more."""
        self._clear_path()
        step = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            step.bind(self.path)
            Path(self.path).chmod(0o666)
            step.listen(128)
        except OSError:
            step.close()
            raise
        return step

    def _clear_path(self) -> None:
        """Takes away what a stopped process left; never the socket of one that lives."""
        path = Path(self.path)
        if not path.exists() or not stat.S_ISSOCK(path.stat().st_mode):
            return
        with (
            socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe,
            contextlib.suppress(ConnectionRefusedError),
        ):
            probe.connect(self.path)
            raise DoorBlocked(_("Another program answers at %(address)s already.") % {"address": self})
        path.unlink()


def doorsteps() -> list[Doorstep]:
    """Where the settings want the door (COMPTOIR_LMTP, COMPTOIR_SMTP)."""
    wanted = (("lmtp", settings.LMTP_ADDRESS), ("smtp", settings.SMTP_ADDRESS))
    return [doorstep(protocol, address) for protocol, address in wanted if address]


def doorstep(protocol: str, address: str) -> Doorstep:
    """“127.0.0.1:2424”, “[::1]:2424”, “:25” (everywhere), “2424” (this machine) or “unix:/run/mail.sock”."""
    if address.startswith("unix:") and len(address) > 5:
        return Doorstep(protocol, path=address.removeprefix("unix:"))
    host, colon, port = address.rpartition(":")
    if port.isdigit() and int(port) < 65536:
        return Doorstep(protocol, host=host.strip("[]") if colon else "127.0.0.1", port=int(port))
    told = {"address": address}
    raise DoorBlocked(
        _("“%(address)s” is no address for the mail door: write 127.0.0.1:2424 or unix:/path.") % told
    )


@door("mail")
def serve(stop: threading.Event) -> None:
    """Receives at every doorstep until told to stop; one that cannot open is told in the log and tried again."""
    if not (settings.LMTP_ADDRESS or settings.SMTP_ADDRESS):
        stop.wait()
    while not stop.is_set():
        try:
            receive(doorsteps(), stop)
        except DoorBlocked as blocked:
            log.error("%s", blocked)
            stop.wait(TRY_AGAIN)


def receive(steps: list[Doorstep], stop: threading.Event) -> None:
    """Receives until told to stop; raises DoorBlocked, in words, when a doorstep cannot open."""
    with contextlib.ExitStack() as opened:
        sockets = [(step, opened.enter_context(contextlib.closing(step.open()))) for step in steps]
        doorway = Door()
        try:
            asyncio.run(doorway.receive(sockets, stop))
        finally:
            doorway.close()


@health.check("mail door")
def examine() -> Iterator[health.Finding]:
    try:
        doorsteps()
    except DoorBlocked as blocked:
        yield health.Finding(
            str(blocked), _("Change COMPTOIR_LMTP or COMPTOIR_SMTP, then start Comptoir again.")
        )


# --- who lives here ---------------------------------------------------------------------------------


class AddressBook:
    """Which addresses are the shop's; read again every few seconds, and whenever a stranger is asked for."""

    def __init__(self):
        self._accounts: dict[str, int] = {}
        self._read_at = float("-inf")

    def known(self, address: str) -> int | None:
        """The account that receives for `address`, as far as was read lately; plus-addresses are the same."""
        if time.monotonic() - self._read_at > ADDRESSES_HOLD:
            return None
        return self._find(address)

    def look_up(self, address: str) -> int | None:
        receiving = Account.objects.open().filter(kind="email").exclude(address="").order_by("-pk")
        self._accounts = {_plain(address): pk for pk, address in receiving.values_list("pk", "address")}
        self._read_at = time.monotonic()
        return self._find(address)

    def _find(self, address: str) -> int | None:
        plain = _plain(address)
        local, _at, domain = plain.rpartition("@")
        return self._accounts.get(plain) or self._accounts.get(f"{local.partition('+')[0]}@{domain}")


def _plain(address: str) -> str:
    local, at, _domain = address.strip().rpartition("@")
    if local.startswith('"') and local.endswith('"'):
        local = local[1:-1]
    return f"{local.lower()}{at}{domain_of(address)}"


# --- the clerks -------------------------------------------------------------------------------------


class Door:
    """Everybody who is calling, what is in hand, and the clerks who write it down."""

    def __init__(self):
        self.book = AddressBook()
        self.callers: set[Caller] = set()
        self.room = IN_HAND * settings.MAX_MESSAGE_BYTES
        self._clerks = ThreadPoolExecutor(CLERKS, thread_name_prefix="door")
        self._lines: set = set()
        self._seen_at: dict[int, float] = {}
        self._closing = False

    async def receive(self, sockets: list[tuple[Doorstep, socket.socket]], stop: threading.Event) -> None:
        loop = asyncio.get_running_loop()
        protocols = {"lmtp": LmtpCaller, "smtp": SmtpCaller}
        servers = [
            await loop.create_server(partial(protocols[step.protocol], self), sock=opened)
            if not step.path
            else await loop.create_unix_server(partial(protocols[step.protocol], self), sock=opened)
            for step, opened in sockets
        ]
        try:
            await asyncio.to_thread(stop.wait)
        finally:
            self._closing = True
            for server in servers:
                server.close()
            await self._see_out()

    async def _see_out(self) -> None:
        """Callers between two messages leave at once; one being written down is answered first."""
        deadline = time.monotonic() + LAST_WORDS
        while self.callers and time.monotonic() < deadline:
            for caller in list(self.callers):
                if not caller.is_being_served and caller.transport:
                    caller.transport.close()
            await asyncio.sleep(0.02)

    async def ask(self, question, *facts):
        """Has a clerk do what waits on the database or the disk."""
        return await asyncio.get_running_loop().run_in_executor(self._clerks, self._at_desk, question, *facts)

    def _at_desk(self, question, *facts):
        close_old_connections()
        self._lines.add(connections["default"])
        return question(*facts)

    def close(self) -> None:
        """Lets the clerks finish what they hold, and hangs up their lines to the database."""
        self._clerks.shutdown(cancel_futures=True)
        for line in self._lines:
            line.inc_thread_sharing()
            line.close()

    @property
    def is_full(self) -> bool:
        return self._closing or len(self.callers) >= MOST_CALLERS

    async def account_of(self, address: str) -> int | None:
        return self.book.known(address) or await self.ask(self.book.look_up, address)

    def keep(self, raw: bytes, deliveries: dict[int, list[str]], trace: dict) -> dict[int, str]:
        """One receipt for each account named; what is answered for each. Never "250" without a receipt."""
        external_id = f"door:{hashlib.sha256(raw).hexdigest()}"
        return {
            account: self._keep(account, external_id, raw, trace | {"to": addresses})
            for account, addresses in deliveries.items()
        }

    def _keep(self, account: int, external_id: str, raw: bytes, facts: dict) -> str:
        try:
            receipt = Receipt.objects.keep(Account(pk=account), external_id, raw, facts=facts)
            self._note_seen(account)
        except Exception as error:
            log.error("a message could not be kept (%s); the sender will try again", error)
            connections["default"].close()
            return LATER
        return f"250 2.0.0 Kept as {receipt.pk}"

    def _note_seen(self, account: int) -> None:
        """The account's page says when mail last came, to the minute."""
        if time.monotonic() - self._seen_at.get(account, float("-inf")) > SEEN_EVERY:
            self._seen_at[account] = time.monotonic()
            Account(pk=account).seen()


# --- the callers ------------------------------------------------------------------------------------


class Caller(SMTP):
    """One conversation. What aiosmtpd does line by line, or answers once for all, is done here otherwise."""

    protocol = ""
    line_length_limit = PIECE
    command_size_limit = 4096
    command_size_limits = collections.defaultdict(lambda: 4096)

    def __init__(self, door: Door):
        self.door = door
        self.is_being_served = False
        super().__init__(
            Doorkeeper(door),
            data_size_limit=settings.MAX_MESSAGE_BYTES,
            enable_SMTPUTF8=True,
            hostname=OUR_NAME,
            ident="Comptoir",
            timeout=SILENCE,
            loop=asyncio.get_running_loop(),
        )

    def connection_made(self, transport) -> None:
        if self.door.is_full:
            transport.write(b"421 4.3.2 Too many callers at once, please try again later\r\n")
            transport.close()
            return
        self.door.callers.add(self)
        super().connection_made(transport)

    def connection_lost(self, error) -> None:
        if self in self.door.callers:
            self.door.callers.discard(self)
            super().connection_lost(error)

    def eof_received(self):
        return super().eof_received() if self in self.door.callers else False

    def _getaddr(self, arg: str) -> tuple[str | None, str | None]:
        """Addresses as they come: real ones break the grammar (two dots in a row, no angle brackets)."""
        match = PATH.fullmatch(arg or "")
        if match is None or len(arg) > 1000:
            return None, None
        bracketed, rest, bare, after = match.groups()
        return (bare, after) if bracketed is None else (bracketed or "<>", rest)

    def _create_envelope(self) -> Envelope:
        return Letter()

    async def smtp_DATA(self, arg: str) -> None:
        """Takes one message whole, has it kept, and answers: once, or for each recipient (LMTP)."""
        if await self.check_helo_needed() or await self._is_too_early(arg):
            return
        await self.push("354 End with a dot alone on a line")
        self.is_being_served = True
        try:
            answers = await self._take_message()
        finally:
            self.is_being_served = False
        self._set_post_data_state()
        for answer in self._told(answers):
            await self.push(answer)

    async def _is_too_early(self, arg: str) -> bool:
        if not self.envelope.rcpt_tos or arg:
            await self.push("501 Syntax: DATA" if arg else "503 5.5.1 Name a recipient first")
            return True
        return False

    async def _take_message(self) -> list[str]:
        """The answers, one for each recipient accepted, in their order."""
        raw, refusal = b"", ""
        taken = Armful(self.door)
        try:
            refusal = await self._fill(taken)
            raw = taken.message()
            if not refusal and any(mark in raw for mark in SMUGGLED):
                refusal = LONE_DOT
            if refusal:
                return [refusal] * len(self.envelope.rcpt_tos)
            return await self._have_kept(raw[2:].replace(b"\r\n.", b"\r\n") if b"\r\n." in raw else raw[2:])
        finally:
            taken.put_down()

    async def _fill(self, taken: "Armful") -> str:
        """Reads up to the final dot; returns why the message is refused, or ""."""
        self._reset_timeout(LONGEST_DATA)
        self._reader._buffer[:0] = b"\r\n"  # the end of the DATA line: an empty message ends like any other
        while True:
            try:
                piece = await self._reader.readuntil(END)
            except asyncio.LimitOverrunError as more:
                taken.add(await self._reader.readexactly(more.consumed))
            else:
                taken.add(piece[: 2 - len(END)])
                return taken.refusal

    async def _have_kept(self, raw: bytes) -> list[str]:
        deliveries: dict[int, list[str]] = {}
        for address, account in zip(self.envelope.rcpt_tos, self.envelope.accounts, strict=True):
            deliveries.setdefault(account, []).append(address)
        trace = {
            "door": self.protocol,
            "peer": self.session.peer[0] if isinstance(self.session.peer, tuple) else "",
            "helo": (self.session.host_name or "")[:255],
            "from": self.envelope.mail_from.removeprefix("<>")[:320],
        }
        self._reset_timeout()
        answers = await self.door.ask(self.door.keep, raw, deliveries, trace)
        return [answers[account] for account in self.envelope.accounts]

    def _told(self, answers: list[str]) -> list[str]:
        """SMTP hears one answer: the worst. What was kept already is recognised when it comes again."""
        return [max(answers, key=lambda answer: (answer[0] == "4", answer[0]))]


class Letter(Envelope):
    """What a caller has said so far; `accounts` go with `rcpt_tos`, one for one."""

    def __init__(self):
        super().__init__()
        self.accounts: list[int] = []


class SmtpCaller(Caller):
    protocol = "smtp"


class LmtpCaller(Caller, LMTP):
    protocol = "lmtp"

    def _told(self, answers: list[str]) -> list[str]:
        return answers


class Armful:
    """One message being received; what does not fit is let fall, and the caller told why."""

    def __init__(self, door: Door):
        self.door = door
        self.pieces: list[bytes] = []
        self.size = 0
        self.refusal = ""

    def add(self, piece: bytes) -> None:
        if self.refusal:
            return
        if self.size + len(piece) > settings.MAX_MESSAGE_BYTES:
            self._let_fall(TOO_BIG.format(most=settings.MAX_MESSAGE_BYTES // 1024 // 1024))
        elif len(piece) > self.door.room:
            self._let_fall(FULL)
        else:
            self.door.room -= len(piece)
            self.size += len(piece)
            self.pieces.append(piece)

    def message(self) -> bytes:
        return b"".join(self.pieces)

    def put_down(self) -> None:
        self.door.room += self.size
        self.pieces, self.size = [], 0

    def _let_fall(self, refusal: str) -> None:
        self.put_down()
        self.refusal = refusal


class Doorkeeper:
    """Says who lives here."""

    def __init__(self, door: Door):
        self.door = door

    async def handle_EHLO(self, server, session, envelope, hostname, responses: list[str]) -> list[str]:
        session.host_name = hostname
        return [*responses[:-1], "250-PIPELINING", responses[-1]]

    async def handle_RCPT(self, server, session, envelope, address: str, options: list[str]) -> str:
        if len(envelope.rcpt_tos) >= MOST_RECIPIENTS:
            return "452 4.5.3 Too many recipients at once"
        account = await self.door.account_of(address)
        if account is None:
            return NOBODY
        envelope.rcpt_tos.append(address)
        envelope.accounts.append(account)
        return "250 2.1.5 Welcome"

    async def handle_exception(self, error: Exception) -> str:
        log.error("a caller at the door could not be served (%s)", error)
        return LATER
