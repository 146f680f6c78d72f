"""Alignment: SPF, DKIM and DMARC, looked at before the first send, so that no answer ends among the junk.

Questions go to the DNS in a worker, every day; pages read what was found. Where the DNS cannot settle a matter
(a DKIM key under a name of its own, say) nothing is claimed.
"""

import ipaddress
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta

import dns.exception
import dns.resolver
from django.utils.translation import gettext as _

from comptoir.channels.envelope import SendFailed
from comptoir.channels.models import Account
from comptoir.ground import clock
from comptoir.ground.work import every, works

from . import providers
from .composing import domain_of
from .models import Alignment
from .sending import way_out

PATIENCE = 3.0  # seconds for one question to the DNS
MOST_LOOKUPS = 10  # RFC 7208 §4.6.4: beyond, receivers give up
LOOK_AGAIN = timedelta(days=1)
TRY_AGAIN = timedelta(minutes=30)

# Who signs and sends for whom, by a word of the outgoing server's name: what an SPF record includes for them, and
# the names under which their DKIM keys stand. Where a provider is not here, its own name in SPF is proof enough.
SENDERS = {
    "gmail": (("_spf.google.com",), ("google",)),
    "google": (("_spf.google.com",), ("google",)),
    "office365": (("spf.protection.outlook.com",), ("selector1", "selector2")),
    "outlook": (("spf.protection.outlook.com",), ("selector1", "selector2")),
    "me": (("icloud.com",), ("sig1",)),
    "ovh": (("mx.ovh.com",), ()),
    "gandi": (("_mailcust.gandi.net",), ("gm1", "gm2", "gm3")),
    "ionos": (("_spf-eu.ionos.com", "_spf.perfora.net", "_spf.kundenserver.de"), ("s1-ionos", "s2-ionos")),
    "infomaniak": (("spf.infomaniak.ch",), ()),
    "hostinger": (("_spf.mail.hostinger.com",), ("hostingermail-a", "hostingermail1")),
    "one": (("_custspf.one.com",), ("rsa1", "rsa2")),
    "protonmail": (("_spf.protonmail.ch",), ("protonmail", "protonmail2", "protonmail3")),
    "fastmail": (("spf.messagingengine.com",), ("fm1", "fm2", "fm3")),
    "zoho": (("zohomail.eu", "zoho.eu", "zohomail.com"), ("zmail", "zoho")),
    "secureserver": (("secureserver.net",), ()),
    "brevo": (("spf.brevo.com", "spf.sendinblue.com"), ("mail", "brevo1", "brevo2")),
    "sendinblue": (("spf.brevo.com", "spf.sendinblue.com"), ("mail", "brevo1", "brevo2")),
    "mailjet": (("spf.mailjet.com",), ("mailjet",)),
    "sendgrid": (("sendgrid.net",), ("s1", "s2")),
    "mailgun": (("mailgun.org",), ("mailo", "pic", "k1")),
    "amazonaws": (("amazonses.com",), ()),
    "postmarkapp": (("spf.mtasv.net",), ("pm",)),
}
UNKNOWN = ((), ())
COMMON_SELECTORS = ("default", "dkim", "mail", "selector1", "s1", "k1", "x")


class Silent(Exception):
    """The DNS did not answer: nothing is known, and nothing is said."""


class Names:
    """Questions to the DNS; an injected `resolver` answers them in tests."""

    def __init__(self, resolver: dns.resolver.Resolver | None = None):
        try:
            self._resolver = resolver or dns.resolver.Resolver()
        except dns.resolver.NoResolverConfiguration as error:
            raise Silent from error
        self._resolver.lifetime = PATIENCE

    def texts(self, name: str) -> list[str]:
        return [b"".join(row.strings).decode("utf-8", "replace") for row in self._ask(name, "TXT")]

    def addresses(self, name: str) -> list[str]:
        return [row.address for kind in ("A", "AAAA") for row in self._ask(name, kind)]

    def exchangers(self, name: str) -> list[str]:
        return [row.exchange.to_text(omit_final_dot=True).lower() for row in self._ask(name, "MX")]

    def knows(self, name: str) -> bool:
        """Whether anything stands at or below this name (RFC 8020)."""
        try:
            self._resolver.resolve(name, "TXT", raise_on_no_answer=False)
        except dns.resolver.NXDOMAIN:
            return False
        except dns.exception.DNSException as error:
            raise Silent from error
        return True

    def _ask(self, name: str, kind: str) -> list:
        try:
            return list(self._resolver.resolve(name, kind, raise_on_no_answer=False).rrset or ())
        except (dns.resolver.NXDOMAIN, dns.name.LabelTooLong, dns.name.EmptyLabel, dns.name.NameTooLong):
            return []
        except dns.exception.DNSException as error:
            raise Silent from error


# --- what pages show ------------------------------------------------------------------------------


def warnings(account: Account) -> list[str]:
    """What would make other servers doubt our mail, gravest first, each with what to do; [] when nothing is known."""
    known = Alignment.objects.filter(account=account).first()
    return [WORDS[kind]() % facts for kind, facts in (known.findings if known else []) if kind in WORDS]


WORDS = {
    "elsewhere": lambda: _(
        "Mail from %(domain)s leaves through %(host)s: most servers will refuse it or put it with the junk. "
        "Send it through %(domain)s’s own server, %(own)s."
    ),
    "dmarc_refuses": lambda: _(
        "%(domain)s asks other servers to reject what is not signed, and nothing shows that %(host)s signs for it: "
        "your answers may not arrive. Have DKIM switched on at your mail provider."
    ),
    "no_spf": lambda: _(
        "%(domain)s does not say who may send its mail (no SPF record): part of it will end among the junk. "
        "Have this TXT record added to the domain: %(record)s"
    ),
    "several_spf": lambda: _(
        "%(domain)s has several SPF records, which servers read as none: have them merged into one."
    ),
    "spf_too_long": lambda: _(
        "The SPF record of %(domain)s asks for %(lookups)s look-ups; servers stop at 10 and then trust nobody. "
        "Have what is no longer used taken out."
    ),
    "spf_misfit": lambda: _(
        "The SPF record of %(domain)s does not name %(host)s, by which your answers leave: part of them will end "
        "among the junk. Have “include:%(include)s” added to it."
    ),
    "spf_unsure": lambda: _(
        "The SPF record of %(domain)s does not seem to name %(host)s, by which your answers leave. "
        "Ask your mail provider what to add to it."
    ),
    "no_dkim": lambda: _(
        "%(domain)s has no DKIM key: nothing proves that your answers come from you. "
        "Have DKIM switched on at your mail provider."
    ),
    "no_dmarc": lambda: _(
        "%(domain)s has no DMARC record: large providers trust it less, and anybody may write in its name. "
        "Have this TXT record added at _dmarc.%(domain)s: v=DMARC1; p=none"
    ),
}
Finding = tuple[str, dict]


# --- looking ----------------------------------------------------------------------------------------


@every(timedelta(minutes=5), name="alignment of new addresses")
def ask_new() -> None:
    Alignment.objects.ask_new()


@works(Alignment, batch=5, lease=timedelta(minutes=5))
def look(alignment: Alignment, names: Names | None = None) -> None:
    """Looks at one account's domain; when the DNS is silent, what was known stays."""
    try:
        server, _key = way_out(alignment.account)
        findings = examine(alignment.account.address, server.host, names or Names())
    except SendFailed:
        alignment.finish(due_at=clock.now() + LOOK_AGAIN, findings=[])
    except Silent:
        alignment.postpone(clock.now() + TRY_AGAIN, _("The DNS does not answer."), failed=False)
    else:
        moment = clock.now()
        alignment.finish(due_at=moment + LOOK_AGAIN, findings=findings, checked_at=moment)


def examine(address: str, host: str, names: Names) -> list[Finding]:
    """What the DNS says against mail from `address` leaving by `host`; raises Silent when it says nothing."""
    domain = domain_of(address)
    home = providers.by_domain(domain)
    if home:
        here = _word(host) == _word(home.smtp.host) or _is_here(host)
        return [] if here else [("elsewhere", {"domain": domain, "host": host, "own": home.smtp.host})]
    spf = list(_spf_findings(domain, host, names))
    dkim = list(_dkim_findings(domain, host, names))
    return [*_dmarc_findings(domain, host, names, in_doubt=bool(spf and dkim)), *spf, *dkim]


def _spf_findings(domain: str, host: str, names: Names) -> Iterator[Finding]:
    includes, _selectors = SENDERS.get(_word(host), UNKNOWN)
    include = includes[0] if includes else ""
    records = _spf_records(domain, names)
    told = {"domain": domain, "host": host, "include": include}
    if len(records) != 1:
        record = f"v=spf1 mx include:{include} ~all" if include else "v=spf1 mx ~all"
        yield ("several_spf" if records else "no_spf", told | {"record": record})
        return
    policy = Policy()
    policy.read(domain, records[0], names)
    if policy.lookups > MOST_LOOKUPS:
        yield "spf_too_long", told | {"lookups": policy.lookups}
    elif not (_is_here(host) or policy.lets(host, names)):
        yield ("spf_misfit" if include else "spf_unsure", told)


def _spf_records(domain: str, names: Names) -> list[str]:
    return [text for text in names.texts(domain) if text.lower().split(" ")[0] == "v=spf1"]


@dataclass
class Policy:
    """Everybody whom an SPF record lets send, its includes unfolded (RFC 7208)."""

    networks: list = field(default_factory=list)
    names: set[str] = field(default_factory=set)
    everybody: bool = False
    lookups: int = 0

    def read(self, domain: str, record: str, names: Names) -> None:
        for term in record.lower().split()[1:]:
            if term[0] in "-~?" or self.lookups > MOST_LOOKUPS:
                continue
            mechanism, _sign, value = term.lstrip("+").replace("=", ":", 1).partition(":")
            mechanism, _slash, width = mechanism.partition("/")
            if mechanism == "all":
                self.everybody = True
            elif mechanism in ("ip4", "ip6"):
                self._add(value)
            elif mechanism in ("include", "redirect", "a", "mx", "exists", "ptr"):
                self.lookups += 1
                self._follow(mechanism, value or domain, width, names)

    def _follow(self, mechanism: str, value: str, width: str, names: Names) -> None:
        value, _slash, own_width = value.partition("/")
        width = own_width or width
        if mechanism in ("include", "redirect") and value not in self.names and "%" not in value:
            self.names.add(value)
            for record in _spf_records(value, names)[:1]:
                self.read(value, record, names)
        elif mechanism in ("a", "mx"):
            hosts = names.exchangers(value)[:MOST_LOOKUPS] if mechanism == "mx" else [value]
            self.names.update(hosts)
            for host in hosts:
                for address in names.addresses(host):
                    self._add(f"{address}/{width}" if width.isdigit() and ":" not in address else address)

    def _add(self, network: str) -> None:
        try:
            self.networks.append(ipaddress.ip_network(network, strict=False))
        except ValueError:
            return

    def lets(self, host: str, names: Names) -> bool:
        """Whether the server, or the provider whose name it bears, may send."""
        includes, _selectors = SENDERS.get(_word(host), UNKNOWN)
        wanted = {_word(host), *map(_word, includes)}
        if self.everybody or wanted & set(map(_word, self.names)):
            return True
        addresses = [ipaddress.ip_address(one) for one in names.addresses(host)]
        return any(one in network for one in addresses for network in self.networks)


def _dkim_findings(domain: str, host: str, names: Names) -> Iterator[Finding]:
    """A key under a known name is proof; only a domain with no key at all is proof of the contrary."""
    _includes, selectors = SENDERS.get(_word(host), UNKNOWN)
    for selector in dict.fromkeys([*selectors, *COMMON_SELECTORS]):
        if any("p=" in text for text in names.texts(f"{selector}._domainkey.{domain}")):
            return
    if not names.knows(f"_domainkey.{domain}"):
        yield "no_dkim", {"domain": domain, "host": host}


def _dmarc_findings(domain: str, host: str, names: Names, *, in_doubt: bool) -> Iterator[Finding]:
    told = {"domain": domain, "host": host}
    policy = next((one for place in _parents(domain) if (one := _dmarc_policy(place, names))), "")
    if not policy:
        yield "no_dmarc", told
    elif policy in ("reject", "quarantine") and in_doubt:
        yield "dmarc_refuses", told


def _dmarc_policy(domain: str, names: Names) -> str:
    for text in names.texts(f"_dmarc.{domain}"):
        tags = dict(tag.strip().partition("=")[::2] for tag in text.lower().split(";"))
        if tags.get("v") == "dmarc1":
            return tags.get("p", "none").strip()
    return ""


def _parents(domain: str) -> list[str]:
    """The domain and those above it, down to two labels."""
    labels = domain.split(".")
    return [".".join(labels[n:]) for n in range(max(1, len(labels) - 1))]


def _word(host: str) -> str:
    """The telling word of a name: “ovh” of “ssl0.ovh.net”."""
    labels = host.lower().strip(".").split(".")
    return labels[-2] if len(labels) > 1 else labels[0]


def _is_here(host: str) -> bool:
    """A relay of our own: by which address it leaves cannot be seen from here."""
    try:
        return not ipaddress.ip_address(host).is_global
    except ValueError:
        return "." not in host
