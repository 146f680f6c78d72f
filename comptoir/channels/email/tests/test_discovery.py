"""From an address to its servers: the table, the domain's own word, the usual names."""

import socketserver
import threading

import dns.message
import dns.rrset
import pytest

from comptoir.channels.email import discovery, providers
from comptoir.channels.email.discovery import Findings, discover, read_autoconfig

AUTOCONFIG = b"""<?xml version="1.0"?>
<clientConfig version="1.1"><emailProvider id="cycles.example">
  <incomingServer type="pop3"><hostname>pop.cycles.example</hostname><port>995</port><socketType>SSL</socketType></incomingServer>
  <incomingServer type="imap"><hostname>imap.cycles.example</hostname><port>143</port><socketType>plain</socketType></incomingServer>
  <incomingServer type="imap"><hostname>imap.cycles.example</hostname><port>993</port><socketType>SSL</socketType>
    <username>%EMAILLOCALPART%</username></incomingServer>
  <outgoingServer type="smtp"><hostname>smtp.cycles.example</hostname><port>587</port><socketType>STARTTLS</socketType>
    <username>%EMAILADDRESS%</username></outgoingServer>
</emailProvider></clientConfig>"""


class Names(socketserver.BaseRequestHandler):
    """A name server that knows what `zone` tells: {("domain", "MX"): ["10 mx.example."]}."""

    zone: dict = {}

    def handle(self):
        data, line = self.request
        asked = dns.message.from_wire(data)
        question = asked.question[0]
        answer = dns.message.make_response(asked)
        kind = dns.rdatatype.to_text(question.rdtype)
        if told := self.zone.get((question.name.to_text().rstrip("."), kind)):
            answer.answer.append(dns.rrset.from_text(question.name, 60, "IN", kind, *told))
        else:
            answer.set_rcode(dns.rcode.NXDOMAIN)
        line.sendto(answer.to_wire(), self.client_address)


@pytest.fixture
def zone(monkeypatch):
    """What the world's names say, for one test; nothing else is reachable."""
    Names.zone = {}
    server = socketserver.ThreadingUDPServer(("127.0.0.1", 0), Names)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    monkeypatch.setattr(discovery, "resolver", lambda: _resolver(server.server_address[1]))
    monkeypatch.setattr("comptoir.channels.email.line._look_up", lambda host, port: ["127.0.0.1"])
    yield Names.zone
    server.shutdown()
    server.server_close()


def _resolver(port: int):
    one = dns.resolver.Resolver(configure=False)
    one.nameservers, one.port, one.lifetime = ["127.0.0.1"], port, 1.0
    return one


def test_the_table_holds_at_least_twenty_five_of_our_providers_each_with_its_source():
    ours = [one for one in providers.everyone().values() if one.country in ("FR", "BE", "QC", "CH")]

    assert len(ours) >= 25
    for one in providers.everyone().values():
        assert one.source
        assert one.imap.security in ("tls", "starttls") and one.smtp.security in ("tls", "starttls")
        assert {language for language, _words in one.notes} in (set(), {"fr", "en"})


def test_no_address_belongs_to_two_providers():
    domains = [domain for one in providers.everyone().values() for domain in one.domains]

    assert len(domains) == len(set(domains))


@pytest.mark.parametrize(
    ("address", "imap", "login"),
    [
        ("marie@orange.fr", "imap.orange.fr", "marie@orange.fr"),
        ("marie@free.fr", "imap.free.fr", "marie"),
        ("marie@skynet.be", "imap.proximus.be", "marie@skynet.be"),
        ("marie@videotron.ca", "imap.videotron.ca", "marie@videotron.ca"),
        ("marie@gmail.com", "imap.gmail.com", "marie@gmail.com"),
    ],
)
def test_addresses_of_known_providers(address, imap, login):
    found = discover(address)

    assert (found.how, found.imap.host, found.login) == ("table", imap, login)


@pytest.mark.parametrize(
    ("exchanger", "key"),
    [
        ("1 mx1.mail.ovh.net.", "ovh"),
        ("10 spool.mail.gandi.net.", "gandi"),
        ("5 mta-gw.infomaniak.ch.", "infomaniak"),
        ("10 mx00.ionos.fr.", "ionos-fr"),
        ("10 mx.mailprotect.be.", "combell"),
        ("1 smtp.google.com.", "google"),
        ("0 cycles-example.mail.protection.outlook.com.", "microsoft365"),
    ],
)
def test_a_domain_of_ones_own_is_known_by_who_receives_for_it(zone, exchanger, key):
    zone["cycles.example", "MX"] = [exchanger]
    found = discover("bonjour@cycles.example")

    assert (found.how, found.provider.key) == ("mx", key)


def test_an_end_that_only_looks_alike_is_not_believed():
    assert providers.by_mx(["mx.notovh.net"]) is None


def test_service_records(zone):
    zone["_imaps._tcp.cycles.example", "SRV"] = [
        "20 0 993 backup.cycles.example.",
        "10 0 993 mail.cycles.example.",
    ]
    zone["_submission._tcp.cycles.example", "SRV"] = ["0 1 587 mail.cycles.example."]
    zone["_submissions._tcp.cycles.example", "SRV"] = ["0 0 0 ."]
    found = discover("bonjour@cycles.example")

    assert (found.how, found.imap.host, found.imap.security) == ("srv", "mail.cycles.example", "tls")
    assert (found.smtp.port, found.smtp.security) == (587, "starttls")


def test_a_domain_that_says_nothing(zone):
    found = discover("bonjour@cycles.example")

    assert not found.is_complete
    assert found.login == "bonjour@cycles.example"


def test_autoconfig_skips_what_is_not_encrypted():
    found = read_autoconfig(Findings("marie@cycles.example"), AUTOCONFIG)

    assert (found.imap.host, found.imap.port, found.imap.security) == ("imap.cycles.example", 993, "tls")
    assert (found.smtp.port, found.smtp.security) == (587, "starttls")
    assert (found.login, found.smtp_login) == ("marie", "marie@cycles.example")


def test_a_file_with_entities_is_refused_unread():
    bomb = b'<!DOCTYPE x [<!ENTITY a "aaaa">]>' + AUTOCONFIG

    assert read_autoconfig(Findings("marie@cycles.example"), bomb) is None


def test_nothing_is_downloaded_from_a_private_address(zone):
    with pytest.raises(discovery.MailTrouble):
        discovery.download("autoconfig.cycles.example", "/mail/config-v1.1.xml")
