"""Discovery: from an address to its servers. What is found is shown before any password is asked for.

The table first, then the domain's own word: its mail exchangers, its autoconfig file, its SRV records (RFC 6186,
RFC 8314), and last the usual names, tried. No third party is told which addresses a shop has: Mozilla's
database is not asked over the network, what matters of it is in the table.
"""

import http.client
import time
import xml.etree.ElementTree as xml
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import dns.exception
import dns.resolver

from . import providers
from .line import Server, dial
from .providers import Place, Provider
from .trouble import MailTrouble

PATIENCE = 3.0  # seconds for each question
LARGEST_FILE = 64 * 1024
SECURITY = {"SSL": "tls", "STARTTLS": "starttls"}
FAILURES = (
    MailTrouble,
    OSError,
    http.client.HTTPException,
    dns.exception.DNSException,
    xml.ParseError,
    ValueError,
)


@dataclass(frozen=True)
class Findings:
    """The servers of one address; `how` says where they were found, "" when they were not."""

    address: str
    how: str = ""
    provider: Provider | None = None
    imap: Place | None = None
    smtp: Place | None = None
    login: str = ""
    smtp_login: str = ""

    @property
    def is_complete(self) -> bool:
        return bool(self.imap and self.smtp)

    @property
    def auth(self) -> tuple[str, ...]:
        return self.provider.auth if self.provider else ("password",)


def discover(address: str) -> Findings:
    """What can be found within some seconds; never raises."""
    domain = address.rpartition("@")[2].lower().rstrip(".")
    blank = Findings(address, login=address, smtp_login=address)
    if provider := providers.by_domain(domain):
        return of_provider(address, provider, how="table")
    if provider := providers.by_mx(_quietly(lambda: exchangers(domain), [])):
        return of_provider(address, provider, how="mx")
    for found in _at_once(
        lambda: from_autoconfig(blank, domain, f"autoconfig.{domain}", "/mail/config-v1.1.xml"),
        lambda: from_autoconfig(blank, domain, domain, "/.well-known/autoconfig/mail/config-v1.1.xml"),
        lambda: from_srv(blank, domain),
    ):
        if found and found.is_complete:
            return found
    return from_usual_names(blank, domain)


def of_provider(address: str, provider: Provider, *, how: str) -> Findings:
    domain = address.rpartition("@")[2]
    places = [
        replace(place, host=place.host.replace("{domain}", domain))
        for place in (provider.imap, provider.smtp)
    ]
    return Findings(address, how, provider, *places, *provider.names(address))


# --- the domain's own word ----------------------------------------------------------------------------
def resolver() -> dns.resolver.Resolver:
    one = dns.resolver.Resolver()
    one.lifetime = PATIENCE
    return one


def exchangers(domain: str) -> list[str]:
    """Who receives the domain's mail, most wanted first."""
    answers = sorted(resolver().resolve(domain, "MX"), key=lambda answer: answer.preference)
    return [str(answer.exchange).rstrip(".").lower() for answer in answers]


def from_srv(blank: Findings, domain: str) -> Findings:
    return replace(
        blank,
        how="srv",
        imap=_service(domain, "_imaps", "tls") or _service(domain, "_imap", "starttls"),
        smtp=_service(domain, "_submissions", "tls") or _service(domain, "_submission", "starttls"),
    )


def _service(domain: str, name: str, security: str) -> Place | None:
    answers = _quietly(lambda: list(resolver().resolve(f"{name}._tcp.{domain}", "SRV")), [])
    for answer in sorted(answers, key=lambda answer: (answer.priority, -answer.weight)):
        host = str(answer.target).rstrip(".")
        if host:
            return Place(host, answer.port, security)
    return None


def from_autoconfig(blank: Findings, domain: str, host: str, path: str) -> Findings | None:
    query = f"?emailaddress={blank.address}" if host != domain else ""
    return read_autoconfig(blank, download(host, path + query))


def download(host: str, path: str, port: int = 443) -> bytes:
    """A small file over HTTPS, from a public address only, without following redirections."""
    connection = _Https(host, port)
    try:
        connection.request("GET", path, headers={"User-Agent": "Comptoir"})
        answer = connection.getresponse()
        return answer.read(LARGEST_FILE) if answer.status == 200 else b""
    finally:
        connection.close()


class _Https(http.client.HTTPConnection):
    """On a line of ours: the address is looked up once and checked (SSRF)."""

    def connect(self) -> None:
        self.sock = dial(Server(self.host, self.port, "tls"), patience=PATIENCE)
        self.sock.settimeout(PATIENCE)


def read_autoconfig(blank: Findings, data: bytes) -> Findings | None:
    """Mozilla's file format; a document with a DOCTYPE is refused unread, since its entities could be bombs."""
    if not data or b"<!DOCTYPE" in data or b"<!ENTITY" in data:
        return None
    root = xml.fromstring(data)
    imap = _first_encrypted(root.iter("incomingServer"), "imap")
    smtp = _first_encrypted(root.iter("outgoingServer"), "smtp")
    if imap is None or smtp is None:
        return None
    return replace(
        blank,
        how="autoconfig",
        imap=_place(imap),
        smtp=_place(smtp),
        login=_filled(imap.findtext("username", ""), blank.address),
        smtp_login=_filled(smtp.findtext("username", ""), blank.address),
    )


def _first_encrypted(servers, kind: str) -> xml.Element | None:
    fits = (one for one in servers if one.get("type") == kind and one.findtext("socketType") in SECURITY)
    return next(fits, None)


def _place(server: xml.Element) -> Place:
    host, port = server.findtext("hostname", "").strip().lower(), int(server.findtext("port", "0"))
    if not host or not 0 < port < 65536:
        raise ValueError("no such place")
    return Place(host, port, SECURITY[server.findtext("socketType")])


def _filled(pattern: str, address: str) -> str:
    local, _at, domain = address.rpartition("@")
    filled = pattern.replace("%EMAILADDRESS%", address).replace("%EMAILLOCALPART%", local)
    return filled.replace("%EMAILDOMAIN%", domain).strip() or address


# --- the usual names ------------------------------------------------------------------------------------
def from_usual_names(blank: Findings, domain: str) -> Findings:
    """Names that many small hosts use, kept when something answers there with a sound certificate."""
    reading = [Place(f"{name}.{domain}", 993, "tls") for name in ("imap", "mail")]
    sending = [Place(f"{name}.{domain}", 465, "tls") for name in ("smtp", "mail")]
    answers = _at_once(*(lambda place=place: _answers(place) for place in reading + sending))
    imap = next((place for place in answers[:2] if place), None)
    smtp = next((place for place in answers[2:] if place), None)
    return replace(blank, how="guess", imap=imap, smtp=smtp) if imap and smtp else blank


def _answers(place: Place) -> Place:
    dial(Server(place.host, place.port, place.security), patience=PATIENCE).close()
    return place


def _at_once(*questions: Callable) -> list:
    """Asks all at the same time; None for those that failed or took too long."""
    deadline = time.monotonic() + 2 * PATIENCE
    pool = ThreadPoolExecutor(len(questions))
    futures = [pool.submit(_quietly, question, None) for question in questions]
    answers = [
        _quietly(lambda one=one: one.result(max(0.0, deadline - time.monotonic())), None) for one in futures
    ]
    pool.shutdown(wait=False, cancel_futures=True)
    return answers


def _quietly(question: Callable, otherwise):
    try:
        return question()
    except FAILURES:
        return otherwise
