"""The line to a mail server: found, dialled and closed to others, each step failing in words."""

import contextlib
import ipaddress
import select
import socket
import ssl
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from threading import Event as Stop

from .certificates import fingerprint, reason
from .trouble import Kind, MailTrouble

PATIENCE = 15.0  # seconds for a server to answer
GLANCE = 0.25  # seconds between two looks at `stop`
METADATA = ipaddress.ip_network("169.254.0.0/16")


class Stopped(Exception):
    """The process is leaving: drop the line."""


@dataclass(frozen=True)
class Server:
    """Where a server is and how its line is closed. `is_local`: an owner asked for this machine or its network.

    `fingerprint` is the SHA-256 of a certificate nobody vouches for, that an owner accepted by hand.
    """

    host: str
    port: int
    security: str = "tls"
    is_local: bool = False
    fingerprint: str = ""


def dial(server: Server, *, patience: float = PATIENCE, stop: Stop | None = None) -> socket.socket:
    """An open line, encrypted at once when the server wants TLS; raises MailTrouble in words."""
    deadline = time.monotonic() + patience
    trouble = MailTrouble(Kind.CLOSED, server)
    for address in addresses(server, patience, stop):
        try:
            line = _connect(server, address, deadline, stop)
        except MailTrouble as error:
            trouble = error
            continue
        return (
            _closed_on_failure(line, lambda line: encrypt(line, server)) if server.security == "tls" else line
        )
    raise trouble


def addresses(server: Server, patience: float = PATIENCE, stop: Stop | None = None) -> list[str]:
    """The server's addresses, looked up once; those of private networks only for an owner who asked."""
    try:
        found = in_time(lambda: _look_up(server.host, server.port), patience, stop)
    except TimeoutError:
        raise MailTrouble(Kind.SILENT, server) from None
    except (OSError, UnicodeError):
        raise MailTrouble(Kind.NO_SUCH_HOST, server) from None
    allowed = [one for one in found if is_allowed(one, local=server.is_local)]
    if not allowed:
        raise MailTrouble(Kind.FORBIDDEN_HOST, server)
    if server.security == "none" and not all(_is_loopback(one) for one in allowed):
        raise MailTrouble(Kind.IN_CLEAR, server)
    return allowed


def _look_up(host: str, port: int) -> list[str]:
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(one[4][0] for one in found))


def is_allowed(address: str, *, local: bool = False) -> bool:
    """Public addresses; this machine and its network when an owner asked; never a cloud's metadata service."""
    one = ipaddress.ip_address(address.partition("%")[0])
    one = getattr(one, "ipv4_mapped", None) or one
    if one.is_multicast or one.is_unspecified or one.is_link_local or (one.version == 4 and one in METADATA):
        return False
    return one.is_global or (local and (one.is_private or one.is_loopback))


def _is_loopback(address: str) -> bool:
    return ipaddress.ip_address(address.partition("%")[0]).is_loopback


def in_time(act: Callable, seconds: float, stop: Stop | None = None):
    """`act()` in a thread of its own, left behind when it takes too long: name look-ups cannot be interrupted."""
    answer: list = []

    def run() -> None:
        try:
            answer.append((act(), None))
        except Exception as error:
            answer.append((None, error))

    thread = threading.Thread(target=run, daemon=True, name="look-up")
    thread.start()
    deadline = time.monotonic() + seconds
    while thread.is_alive() and time.monotonic() < deadline:
        _stay(stop)
        thread.join(GLANCE)
    if not answer:
        raise TimeoutError
    result, error = answer[0]
    if error is not None:
        raise error
    return result


def _connect(server: Server, address: str, deadline: float, stop: Stop | None) -> socket.socket:
    line = socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET, socket.SOCK_STREAM)
    return _closed_on_failure(line, lambda line: _ring(line, server, address, deadline, stop))


def _ring(
    line: socket.socket, server: Server, address: str, deadline: float, stop: Stop | None
) -> socket.socket:
    line.setblocking(False)
    line.connect_ex((address, server.port))
    while not select.select([], [line], [], GLANCE)[1]:
        _stay(stop)
        if time.monotonic() > deadline:
            raise MailTrouble(Kind.SILENT, server)
    if line.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR):
        raise MailTrouble(Kind.CLOSED, server)
    line.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    line.settimeout(max(1.0, deadline - time.monotonic()))
    return line


def encrypt(line: socket.socket, server: Server) -> ssl.SSLSocket:
    """Closes the line to others; the password never travels on a line whose other end is not certain."""
    context = ssl.create_default_context()
    if server.fingerprint:
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    try:
        secure = context.wrap_socket(line, server_hostname=server.host)
    except ssl.SSLCertVerificationError as error:
        raise MailTrouble(Kind.CERTIFICATE, server, said=reason(error)) from None
    except TimeoutError:
        raise MailTrouble(Kind.SILENT, server) from None
    except (ssl.SSLError, OSError):
        raise MailTrouble(Kind.NOT_TLS, server) from None
    if server.fingerprint and fingerprint(secure) != server.fingerprint:
        secure.close()
        raise MailTrouble(Kind.OTHER_CERTIFICATE, server, fingerprint=server.fingerprint)
    return secure


def _closed_on_failure(line: socket.socket, act: Callable) -> socket.socket:
    try:
        return act(line)
    except BaseException:
        with contextlib.suppress(OSError):
            line.close()
        raise


def _stay(stop: Stop | None) -> None:
    if stop is not None and stop.is_set():
        raise Stopped
