"""The test button: each step towards a mailbox, told in words, with what to do where it stops."""

import contextlib
import smtplib
import socket
import ssl
from base64 import b64encode
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from . import providers
from .answers import Drawer, refusal
from .certificates import fingerprint
from .imap import Session
from .line import Server, addresses, dial, encrypt
from .providers import Provider
from .trouble import Kind, MailTrouble

PATIENCE = 10.0


class Step(StrEnum):
    FIND = "find"
    REACH = "reach"
    ENCRYPT = "encrypt"
    SIGN_IN = "sign_in"
    FOLDERS = "folders"
    SEND = "send"


LABELS: dict[Step, Promise] = {
    Step.FIND: gettext_lazy("The incoming server is found"),
    Step.REACH: gettext_lazy("It answers"),
    Step.ENCRYPT: gettext_lazy("The line is encrypted"),
    Step.SIGN_IN: gettext_lazy("The login and the password are right"),
    Step.FOLDERS: gettext_lazy("The folders can be read"),
    Step.SEND: gettext_lazy("Mail can be sent"),
}
STOPS_AT = {
    Kind.NO_SUCH_HOST: Step.FIND,
    Kind.FORBIDDEN_HOST: Step.FIND,
    Kind.IN_CLEAR: Step.REACH,
    Kind.CLOSED: Step.REACH,
    Kind.SILENT: Step.REACH,
    Kind.NOT_MAIL: Step.REACH,
    Kind.NOT_TLS: Step.ENCRYPT,
    Kind.CERTIFICATE: Step.ENCRYPT,
    Kind.OTHER_CERTIFICATE: Step.ENCRYPT,
}
ABOUT_SIGNING_IN = {Kind.REFUSED, Kind.APP_PASSWORD, Kind.NO_PASSWORDS, Kind.DISABLED, Kind.TOKEN}


@dataclass(frozen=True)
class Door:
    """What a trial needs: a server, and what opens it."""

    server: Server
    login: str
    password: str = field(default="", repr=False)
    token: str = field(default="", repr=False)


@dataclass(frozen=True)
class Result:
    """One step: `good` is None when it was not tried; `words` say what is wrong, `advice` what to do."""

    step: Step
    good: bool | None = None
    words: str = ""
    advice: str = ""

    @property
    def label(self) -> Promise:
        return LABELS[self.step]


@dataclass
class Trial:
    """What came of a test. `unvouched` maps "imap" and "smtp" to certificates an owner may accept by hand."""

    results: list[Result]
    drawers: list[Drawer] = field(default_factory=list)
    unvouched: dict[str, str] = field(default_factory=dict)

    @property
    def is_good(self) -> bool:
        return all(result.good for result in self.results)

    @property
    def reads(self) -> bool:
        """Receiving works, whatever sending does."""
        return all(result.good for result in self.results if result.step is not Step.SEND)


def try_out(reading: Door, sending: Door, provider_key: str = "") -> Trial:
    """Goes through every step of reading, then of sending. Nothing is written to the mailbox; nothing leaves."""
    provider = providers.everyone().get(provider_key)
    trial = Trial([])
    _reading_steps(trial, reading, provider)
    _sending_step(trial, sending, provider)
    return trial


def _reading_steps(trial: Trial, door: Door, provider: Provider | None) -> None:
    steps = [Step.FIND, Step.REACH, Step.ENCRYPT, Step.SIGN_IN, Step.FOLDERS]
    if door.server.security == "none":
        steps.remove(Step.ENCRYPT)
    at = Step.REACH
    try:
        with Session(door.server, patience=PATIENCE) as session:
            at = Step.SIGN_IN
            _sign_in(session, door)
            at = Step.FOLDERS
            trial.drawers = session.drawers()
            session.open("INBOX")
    except MailTrouble as trouble:
        stop = STOPS_AT.get(trouble.kind, Step.SIGN_IN if trouble.kind in ABOUT_SIGNING_IN else at)
        _note_unvouched(trial, "imap", trouble, door.server, _ask_imap_for_tls)
        trial.results += _up_to(steps, stop, trouble.sentence, advice(trouble, provider))
    else:
        trial.results += [Result(step, good=True, words=_found(step, trial)) for step in steps]


def _sign_in(session: Session, door: Door) -> None:
    if door.token:
        session.sign_in_with_token(door.login, door.token)
    else:
        session.sign_in(door.login, door.password)


def _up_to(steps: list[Step], stop: Step, words: str, what_to_do: str) -> list[Result]:
    """Good before `stop`, wrong there, untried after."""
    place = steps.index(stop)
    before = [Result(step, good=True) for step in steps[:place]]
    return [*before, Result(stop, False, words, what_to_do), *(Result(step) for step in steps[place + 1 :])]


def _found(step: Step, trial: Trial) -> str:
    if step is not Step.FOLDERS:
        return ""
    sent = next((drawer.name for drawer in trial.drawers if drawer.role == "sent"), "")
    if sent:
        return _("Sent mail is in “%(folder)s”.") % {"folder": sent}
    return _("There is no folder for sent mail yet: one will be made.")


def advice(trouble: MailTrouble, provider: Provider | None) -> str:
    """What this provider asks for, when the trouble is about signing in."""
    if trouble.kind not in ABOUT_SIGNING_IN:
        return ""
    if provider and provider.note:
        return provider.note
    if trouble.kind is Kind.REFUSED:
        return _(
            "Type the password again. If two-step verification is on, make an application password first."
        )
    return ""


# --- sending ------------------------------------------------------------------------------------------
class Post(smtplib.SMTP):
    """An outgoing server on a line of ours."""

    def __init__(self, server: Server):
        super().__init__(local_hostname="localhost", timeout=PATIENCE)
        self.server = server

    def _get_socket(self, host, port, timeout):
        line = dial(self.server, patience=timeout)
        line.settimeout(timeout)
        return line

    def close_to_others(self) -> None:
        code, _words = self.docmd("STARTTLS")
        if code != 220:
            raise MailTrouble(Kind.NOT_TLS, self.server)
        self.sock, self.file = encrypt(self.sock, self.server), None
        self.helo_resp = self.ehlo_resp = None
        self.esmtp_features, self.does_esmtp = {}, False
        self.ehlo_or_helo_if_needed()


def _sending_step(trial: Trial, door: Door, provider: Provider | None) -> None:
    try:
        with contextlib.closing(Post(door.server)) as post:
            _greet(post, door)
            with contextlib.suppress(smtplib.SMTPException, OSError):
                post.quit()
    except MailTrouble as trouble:
        _note_unvouched(trial, "smtp", trouble, door.server, _ask_smtp_for_tls)
        trial.results.append(Result(Step.SEND, False, trouble.sentence, advice(trouble, provider)))
    else:
        trial.results.append(Result(Step.SEND, good=True))


def _greet(post: Post, door: Door) -> None:
    """As far as being let in; every failure told as MailTrouble."""
    server = door.server
    try:
        code, _words = post.connect(server.host, server.port)
        if code != 220:
            raise MailTrouble(Kind.NOT_MAIL, server)
        post.ehlo_or_helo_if_needed()
        if server.security == "starttls":
            post.close_to_others()
        _show_pass(post, door)
    except smtplib.SMTPAuthenticationError as error:
        raise refusal(server, _said(error.smtp_error, door)) from None
    except smtplib.SMTPNotSupportedError:
        raise MailTrouble(Kind.NO_PASSWORDS, server) from None
    except smtplib.SMTPServerDisconnected:
        raise MailTrouble(Kind.CUT, server) from None
    except smtplib.SMTPException:
        raise MailTrouble(Kind.NOT_MAIL, server) from None
    except TimeoutError:
        raise MailTrouble(Kind.SILENT, server) from None
    except OSError:
        raise MailTrouble(Kind.CUT, server) from None


def _show_pass(post: Post, door: Door) -> None:
    if door.token:
        words = f"user={door.login}\1auth=Bearer {door.token}\1\1"
        post.auth("XOAUTH2", lambda challenge=None: "" if challenge else words)
    elif door.password and post.has_extn("auth"):
        _plain(post, door)
    elif door.password and door.server.security != "none":
        raise MailTrouble(Kind.NO_PASSWORDS, door.server)


def _plain(post: Post, door: Door) -> None:
    """RFC 4616, whose passwords are UTF-8; whatever else the server offers when PLAIN is not."""
    if "PLAIN" not in post.esmtp_features.get("auth", "").upper():
        post.login(door.login, door.password)
        return
    words = b64encode(f"\0{door.login}\0{door.password}".encode()).decode()
    code, answer = post.docmd("AUTH", "PLAIN " + words)
    if code != 235:
        raise smtplib.SMTPAuthenticationError(code, answer)


def _said(words: bytes | str, door: Door) -> str:
    text = words.decode("utf-8", "replace") if isinstance(words, bytes) else str(words)
    return text.replace(door.password, "…") if door.password else text


# --- certificates nobody vouches for ----------------------------------------------------------------------
def _note_unvouched(trial: Trial, which: str, trouble: MailTrouble, server: Server, greet: Callable) -> None:
    if trouble.kind in (Kind.CERTIFICATE, Kind.OTHER_CERTIFICATE):
        with contextlib.suppress(OSError, MailTrouble):
            trial.unvouched[which] = shown_by(server, greet)


def shown_by(server: Server, greet: Callable[[socket.socket], None]) -> str:
    """The fingerprint of the certificate the server shows now; no password is sent on this line."""
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    with socket.create_connection((addresses(server)[0], server.port), timeout=PATIENCE) as line:
        if server.security == "starttls":
            greet(line)
        with context.wrap_socket(line, server_hostname=server.host) as secure:
            return fingerprint(secure)


def _ask_imap_for_tls(line: socket.socket) -> None:
    line.recv(4096)
    line.sendall(b"C1 STARTTLS\r\n")
    line.recv(4096)


def _ask_smtp_for_tls(line: socket.socket) -> None:
    line.recv(4096)
    line.sendall(b"EHLO localhost\r\n")
    line.recv(4096)
    line.sendall(b"STARTTLS\r\n")
    line.recv(4096)
