"""Sending: one message handed to the shop's outgoing mail server, and an honest account of what became of it.

What was surely not taken is tried again or told; what was taken is never sent twice; and when the line is
cut between the final dot and the answer nobody knows, so nobody pretends to (RELIABILITY.md, part C).
"""

import contextlib
import logging
import re
import select
import smtplib
import socket
import ssl
import threading
from base64 import b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.utils.translation import gettext as _

from comptoir.channels.envelope import Delivery, Outgoing, SendFailed, SendUncertain
from comptoir.channels.models import Account
from comptoir.ground import health

from . import oauth
from .composing import compose, domain_of, sender_of, wire_address
from .line import Server, dial, encrypt
from .models import Auth, Mailbox
from .opening import append_to_sent
from .trouble import MailTrouble

log = logging.getLogger(__name__)

SILENCE = 30.0  # seconds without a byte before the line counts as dead
PATIENCE = 45.0  # seconds for one send in all, a drip included; one more for each SLOWEST bytes
SLOWEST = 100_000
GOODBYE = 2.0  # seconds for the answer to QUIT
DOTS = re.compile(rb"(?m)^\.")
HERE = ("localhost", "127.0.0.1", "::1")
TROUBLES = (smtplib.SMTPException, OSError, EOFError)


@dataclass(frozen=True, slots=True)
class Pass:
    """What lets us in: a login with its password or its token, or nothing where nothing is asked."""

    login: str = ""
    password: str = ""
    token: str = ""


def deliver(account: Account, outgoing: Outgoing, progress: Callable[[str], None]) -> Delivery:
    """Sends one message; says who was refused. Raises SendFailed or SendUncertain, in words."""
    raw = compose(account, outgoing)
    server, key = way_out(account)
    with _line(server, key, account, len(raw)) as line:
        accepted, refused = _hand_over(line, server, account, outgoing, raw, progress)
    note = _file_copy(account, raw) if accepted else ""
    return Delivery(accepted=accepted, refused=refused, note=note, raw=raw)


def _file_copy(account: Account, raw: bytes) -> str:
    """Has a copy put among the mailbox's sent mail; what fails here is told, and undoes nothing."""
    try:
        append_to_sent(account, raw)
    except Exception:
        log.exception("no copy of what was sent for %s could be kept", account)
        return _("It was sent, but no copy of it could be put among the mailbox’s sent mail.")
    return ""


def check(account: Account) -> None:
    """Goes as far as being let in, and sends nothing. Raises SendFailed, in words."""
    server, key = way_out(account)
    with _line(server, key, account, 0):
        pass


def way_out(account: Account) -> tuple[Server, Pass]:
    """The mailbox's own outgoing server, else the one the whole shop goes through (COMPTOIR_SMTP_RELAY)."""
    mailbox = Mailbox.objects.filter(account=account).exclude(smtp_host="").first()
    if mailbox:
        return mailbox.sending, _pass(mailbox)
    if settings.SMTP_RELAY:
        return relay(settings.SMTP_RELAY)
    reason = _(
        "“%(account)s” has no outgoing mail server: give it one on its page, or set COMPTOIR_SMTP_RELAY."
    )
    raise SendFailed(reason % {"account": account}, again=True)


def _pass(mailbox: Mailbox) -> Pass:
    if mailbox.auth == Auth.PASSWORD:
        return Pass(mailbox.sending_login, mailbox.sending_password)
    try:
        return Pass(mailbox.sending_login, token=oauth.access_token(mailbox))
    except MailTrouble as trouble:
        raise SendFailed(trouble.sentence, again=True) from trouble


def relay(url: str) -> tuple[Server, Pass]:
    """The server named by smtp://login:password@host:port, or smtps:// for TLS from the first byte.

    Nobody listens between us and this very machine: there, nothing is encrypted.
    """
    try:
        parts = urlsplit(url)
        security = {"smtp": "starttls", "smtps": "tls"}[parts.scheme]
        port = parts.port or (465 if security == "tls" else 587 if parts.username else 25)
    except (ValueError, KeyError):
        parts = urlsplit("")
    if not parts.hostname:
        raise SendFailed(_("COMPTOIR_SMTP_RELAY must look like smtp://login:password@host:port."), again=True)
    if parts.hostname in HERE and security == "starttls":
        security = "none"
    key = Pass(unquote(parts.username or ""), unquote(parts.password or ""))
    return Server(parts.hostname, port, security, is_local=True), key


@health.check("outgoing mail")
def examine() -> Iterator[health.Finding]:
    try:
        if settings.SMTP_RELAY:
            relay(settings.SMTP_RELAY)
    except SendFailed as failure:
        yield health.Finding(failure.reason, _("Change COMPTOIR_SMTP_RELAY, then start Comptoir again."))


# --- the line -------------------------------------------------------------------------------------


@contextmanager
def _line(server: Server, key: Pass, account: Account, size: int) -> Iterator["_Line"]:
    """An open line to the server, let in; cut after PATIENCE however slowly the other side talks."""
    line = _Line(server, domain_of(account.address) or "localhost")
    cut = threading.Timer(PATIENCE + size / SLOWEST, line.cut)
    cut.daemon = True
    cut.start()
    try:
        _open(line, server)
        _log_in(line, server, key)
        yield line
        _say_goodbye(line)
    finally:
        cut.cancel()
        line.close()


class _Line(smtplib.SMTP):
    """A conversation with the server, which another thread may cut."""

    def __init__(self, server: Server, our_name: str):
        super().__init__(local_hostname=our_name, timeout=SILENCE)
        self.server = server

    def _get_socket(self, host, port, timeout):
        line = dial(self.server)
        line.settimeout(timeout)
        return line

    def encrypt(self) -> None:
        """STARTTLS; what was said before is forgotten, so that nobody can have said it for the server."""
        code, words = self.docmd("STARTTLS")
        if code != 220:
            raise smtplib.SMTPResponseException(code, words)
        self.sock = encrypt(self.sock, self.server)
        self.file = self.helo_resp = self.ehlo_resp = None
        self.esmtp_features, self.does_esmtp = {}, False

    def cut(self) -> None:
        if self.sock is not None:
            try:
                self.sock.shutdown(socket.SHUT_RDWR)
            except OSError:
                self.sock.close()


def _open(line: _Line, server: Server) -> None:
    told = {"host": server.host, "port": server.port}
    try:
        code, words = line.connect(server.host, server.port)
        if code != 220:
            raise smtplib.SMTPResponseException(code, words)
        line.ehlo_or_helo_if_needed()
        if server.security == "starttls":
            if not line.has_extn("starttls"):
                raise SendFailed(_("%(host)s offers no encryption on port %(port)s.") % told, again=True)
            line.encrypt()
            line.ehlo_or_helo_if_needed()
    except MailTrouble as trouble:
        raise SendFailed(trouble.sentence, again=True) from trouble
    except smtplib.SMTPResponseException as error:
        raise _said_no(server, error.smtp_code, error.smtp_error) from error
    except TROUBLES as error:
        raise SendFailed(_("%(host)s cut the line while we were saying hello.") % told, again=True) from error


def _log_in(line: _Line, server: Server, key: Pass) -> None:
    """Shows the pass. A wrong one keeps the mail waiting: a person can mend it, and then it leaves."""
    told = {"host": server.host, "login": key.login}
    try:
        _show(line, key)
    except smtplib.SMTPAuthenticationError as error:
        told["words"] = _in_words(error.smtp_code, error.smtp_error)
        reason = _("%(host)s refuses the login or password of %(login)s: “%(words)s”")
        raise SendFailed(reason % told, again=True) from error
    except smtplib.SMTPNotSupportedError as error:
        raise SendFailed(_("%(host)s does not accept passwords here.") % told, again=True) from error
    except TROUBLES as error:
        raise SendFailed(
            _("%(host)s cut the line while we showed our password.") % told, again=True
        ) from error


def _show(line: _Line, key: Pass) -> None:
    if key.token:
        words = f"user={key.login}\x01auth=Bearer {key.token}\x01\x01"
        line.auth("XOAUTH2", lambda challenge=None: "" if challenge else words)
    elif key.password.isascii() and key.password:
        line.login(key.login, key.password)
    elif key.password:
        _log_in_with_accents(line, key)


def _log_in_with_accents(line: _Line, key: Pass) -> None:
    """RFC 4616 sends passwords as UTF-8; smtplib knows ASCII only."""
    told = f"\0{key.login}\0{key.password}".encode()
    code, words = line.docmd("AUTH", "PLAIN " + b64encode(told).decode())
    if code != 235:
        raise smtplib.SMTPAuthenticationError(code, words)


def _say_goodbye(line: _Line) -> None:
    """All is said and done: nothing waits on the answer."""
    with contextlib.suppress(*TROUBLES):
        line.sock.settimeout(GOODBYE)
        line.quit()


# --- the message ----------------------------------------------------------------------------------


def _hand_over(line, server, account, outgoing, raw, progress) -> tuple[list[str], dict[str, str]]:
    told = {"host": server.host}
    try:
        _check_size(line, server, len(raw))
        _name_sender(line, server, account, outgoing)
        accepted, refused, soon = _name_recipients(line, outgoing)
        if not accepted and soon:
            raise SendFailed(_one_sentence(refused), again=True)
        if not accepted:
            return [], refused
        _send_body(line, raw)
    except smtplib.SMTPResponseException as error:
        raise _said_no(server, error.smtp_code, error.smtp_error) from error
    except TROUBLES as error:
        raise SendFailed(_("%(host)s cut the line before taking the message.") % told, again=True) from error
    progress("data_sent")
    try:
        line.send(b".\r\n")
        code, words = line.getreply()
    except TROUBLES as error:
        reason = _("%(host)s had the whole message but did not say whether it took it.") % told
        raise SendUncertain(reason) from error
    if not 200 <= code < 300:
        raise _said_no(server, code, words)
    return accepted, refused


def _check_size(line, server: Server, size: int) -> None:
    most = line.esmtp_features.get("size", "")
    if most.isdigit() and 0 < int(most) < size:
        told = {"host": server.host, "size": round(size / 1e6, 1), "most": round(int(most) / 1e6, 1)}
        reason = (
            _("The message weighs %(size)s MB with its files; %(host)s takes at most %(most)s MB.") % told
        )
        raise SendFailed(reason, again=False)


def _name_sender(line, server: Server, account: Account, outgoing: Outgoing) -> None:
    """Robots' mail has no return address, so that robots cannot answer it; some servers insist on one."""
    sender = wire_address(account.address or sender_of(account, outgoing).value)
    people = [sender, *(wire_address(address.value) for address in outgoing.recipients)]
    options = [] if all(one.isascii() for one in people) else ["SMTPUTF8", "BODY=8BITMIME"]
    if options and not line.has_extn("smtputf8"):
        told = {"host": server.host}
        raise SendFailed(_("%(host)s cannot carry an address with accents before the @.") % told, again=False)
    line.command_encoding = "utf-8" if options else "ascii"
    code, words = line.mail("" if outgoing.automatic else sender, options)
    if outgoing.automatic and 500 <= code < 600:
        line.rset()
        code, words = line.mail(sender, options)
    if code != 250:
        raise _said_no(server, code, words)


def _name_recipients(line, outgoing: Outgoing) -> tuple[list[str], dict[str, str], bool]:
    """Who is accepted, who is refused in the server's words, and whether a refusal may pass with time."""
    accepted, refused, soon = [], {}, False
    for value in dict.fromkeys(address.value for address in outgoing.recipients):
        code, words = line.rcpt(wire_address(value))
        if code in (250, 251, 252):
            accepted.append(value)
        else:
            refused[value] = _in_words(code, words)
            soon = soon or code < 500
        if code == 421:
            raise smtplib.SMTPResponseException(code, words)
    return accepted, refused, soon


def _send_body(line, raw: bytes) -> None:
    """Everything but the final dot; a server that has already spoken is heard first."""
    code, words = line.docmd("DATA")
    if code != 354:
        raise smtplib.SMTPResponseException(code, words)
    line.send(DOTS.sub(b"..", raw))
    if not isinstance(line.sock, ssl.SSLSocket) and select.select([line.sock], [], [], 0)[0]:
        raise smtplib.SMTPResponseException(*line.getreply())


def _said_no(server: Server, code: int, words: bytes | str) -> SendFailed:
    told = {"host": server.host, "words": _in_words(code, words)}
    again = not 500 <= code < 600
    if again:
        return SendFailed(_("%(host)s asks to try again later: “%(words)s”") % told, again=True)
    return SendFailed(_("%(host)s refused the message: “%(words)s”") % told, again=False)


def _in_words(code: int, words: bytes | str) -> str:
    text = words.decode("utf-8", "replace") if isinstance(words, bytes) else words
    return f"{code} {' '.join(text.split())}"[:500].strip()


def _one_sentence(refused: dict[str, str]) -> str:
    return " · ".join(f"{address}: {words}" for address, words in refused.items())
