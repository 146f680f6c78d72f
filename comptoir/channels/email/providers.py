"""Providers: the mail hosts that shops here really use, with their servers and their habits (providers.toml)."""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.utils.translation import get_language

TABLE = Path(__file__).with_name("providers.toml")


@dataclass(frozen=True)
class Place:
    """Where a server is, as a provider writes it; `host` may hold {domain}."""

    host: str
    port: int
    security: str


@dataclass(frozen=True)
class Provider:
    key: str
    name: str
    country: str
    domains: tuple[str, ...]
    mx: tuple[str, ...]
    imap: Place
    smtp: Place
    source: str
    login: str = "address"
    smtp_login: str = "address"
    auth: tuple[str, ...] = ("password",)
    saves_sent: bool = False
    notes: tuple[tuple[str, str], ...] = ()
    link: str = ""

    @property
    def note(self) -> str:
        """What to know before signing in, in the reader's language."""
        notes = dict(self.notes)
        return notes.get((get_language() or "fr")[:2]) or notes.get("en", "")

    def names(self, address: str) -> tuple[str, str]:
        """The login for reading and the one for sending."""
        local = address.partition("@")[0]
        return tuple(local if form == "local" else address for form in (self.login, self.smtp_login))


@cache
def everyone() -> dict[str, Provider]:
    with TABLE.open("rb") as file:
        return {row["key"]: _read(row) for row in tomllib.load(file)["provider"]}


def by_domain(domain: str) -> Provider | None:
    """The provider whose own addresses end so."""
    return next((one for one in everyone().values() if domain in one.domains), None)


def by_mx(exchangers: list[str]) -> Provider | None:
    """The provider that receives for a domain; of several ends that fit, the longest."""
    fits = [
        (len(end), one)
        for one in everyone().values()
        for end in one.mx
        if any(host == end or host.endswith(f".{end}") for host in exchangers)
    ]
    return max(fits, key=lambda fit: fit[0])[1] if fits else None


def _read(row: dict) -> Provider:
    lists = {
        name: tuple(row.pop(name, ("password",) if name == "auth" else ()))
        for name in ("domains", "mx", "auth")
    }
    places = {name: Place(**row.pop(name)) for name in ("imap", "smtp")}
    notes = tuple(row.pop("note", {}).items())
    return Provider(**row, **lists, **places, notes=notes)
