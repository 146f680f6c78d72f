"""Whether others will believe our mail: told before the first send, with what to do about it."""

import pytest

from comptoir.channels.email import alignment
from comptoir.channels.email.alignment import Names, examine, look, warnings
from comptoir.channels.email.models import Alignment
from comptoir.ground import clock

from .name_server import NameServer

OURS = "liege@cycles.example"
SOUND = {
    "cycles.example TXT": '"v=spf1 include:_mailcust.gandi.net ~all"',
    "_mailcust.gandi.net TXT": '"v=spf1 ip4:203.0.113.0/24 ?all"',
    "gm1._domainkey.cycles.example TXT": '"v=DKIM1; k=rsa; p=MIIB"',
    "_dmarc.cycles.example TXT": '"v=DMARC1; p=none"',
}


def found(zone, host="mail.gandi.net", address=OURS) -> dict[str, dict]:
    with NameServer(zone) as server:
        return dict(examine(address, host, Names(server.resolver())))


def test_a_sound_domain_needs_no_warning():
    assert found(SOUND) == {}


def test_a_domain_that_says_nothing():
    findings = found({"cycles.example A": "192.0.2.1"})

    assert list(findings) == ["no_dmarc", "no_spf", "no_dkim"]
    assert findings["no_spf"]["record"] == "v=spf1 mx include:_mailcust.gandi.net ~all"


def test_an_spf_record_for_another_provider():
    findings = found(SOUND, host="smtp.gmail.com")

    assert list(findings) == ["spf_misfit"] and findings["spf_misfit"]["include"] == "_spf.google.com"


def test_a_provider_nobody_knows_is_only_doubted():
    assert list(found(SOUND, host="mail.atelier.example")) == ["spf_unsure"]


@pytest.mark.parametrize(
    ("record", "host"),
    [
        ("v=spf1 redirect=_spf.atelier.example", "smtp.atelier.example"),
        ("v=spf1 ip4:198.51.100.7 -all", "box.hosting.example"),
        ("v=spf1 a:box.hosting.example/24 -all", "box.hosting.example"),
        ("v=spf1 mx -all", "box.hosting.example"),
        ("v=spf1 include:outer.example -all", "box.hosting.example"),
        ("v=spf1 ip6:2001:db8::/32 -all", "six.hosting.example"),
        ("v=SPF1 +all", "anything.elsewhere.example"),
    ],
)
def test_every_way_of_naming_a_server(record, host):
    zone = SOUND | {
        "cycles.example TXT": ['"google-site-verification=1"', f'"{record}"'],
        "cycles.example MX": "10 box.hosting.example.",
        "box.hosting.example A": "198.51.100.7",
        "six.hosting.example AAAA": "2001:db8::25",
        "outer.example TXT": '"v=spf1 include:inner.example ~all"',
        "inner.example TXT": '"v=spf1 ip4:198.51.100.0/28 ~all"',
    }
    assert found(zone, host=host) == {}


def test_what_a_record_forbids_is_not_allowed():
    zone = SOUND | {"cycles.example TXT": '"v=spf1 -ip4:198.51.100.7 ~a:box.example ?all"'}
    zone |= {"box.example A": "198.51.100.7"}

    assert list(found(zone, host="box.example")) == ["spf_unsure"]


def test_a_record_that_asks_too_much_and_one_that_turns_in_circles():
    many = {f"s{n}.example TXT": f'"v=spf1 include:s{n + 1}.example ~all"' for n in range(20)}
    findings = found(SOUND | many | {"cycles.example TXT": '"v=spf1 include:s0.example ~all"'})
    assert findings["spf_too_long"]["lookups"] == 11

    circle = {"cycles.example TXT": '"v=spf1 include:cycles.example include:_mailcust.gandi.net ~all"'}
    assert found(SOUND | circle) == {}


def test_two_spf_records_are_none():
    zone = SOUND | {"cycles.example TXT": ['"v=spf1 mx ~all"', '"v=spf1 a ~all"']}

    assert list(found(zone)) == ["several_spf"]


def test_a_key_under_a_name_of_its_own_is_no_fault():
    zone = {key: value for key, value in SOUND.items() if "_domainkey" not in key}

    assert list(found(zone)) == ["no_dkim"]
    assert found(zone | {"x2026._domainkey.cycles.example TXT": '"v=DKIM1; p=MIIB"'}) == {}


def test_a_strict_domain_that_nobody_signs_for_comes_first():
    zone = {
        "cycles.example TXT": '"v=spf1 include:_mailcust.gandi.net ~all"',
        "_dmarc.cycles.example TXT": '"v=DMARC1; p=reject"',
    }
    assert next(iter(found(zone, host="smtp.gmail.com"))) == "dmarc_refuses"
    assert list(found(zone)) == ["no_dkim"]


def test_the_domain_above_speaks_for_the_one_below():
    zone = {key.replace("cycles.", "liege.cycles."): value for key, value in SOUND.items()}
    zone |= {"_dmarc.cycles.example TXT": '"v=DMARC1; p=none"'}
    del zone["_dmarc.liege.cycles.example TXT"]

    assert found(zone, address="x@liege.cycles.example") == {}


def test_an_address_of_a_provider_leaves_by_that_provider():
    assert found({}, host="smtp.orange.fr", address="velo@orange.fr") == {}
    assert list(found({}, host="mail.gandi.net", address="velo@orange.fr")) == ["elsewhere"]


def test_what_was_found_is_shown_in_words(mailbox, settings):
    settings.SMTP_RELAY = "smtp://127.0.0.1:25"
    assert warnings(mailbox) == []
    alignment.ask_new()
    row = Alignment.objects.get(account=mailbox)
    with NameServer({"cycles.example A": "192.0.2.1"}) as server:
        look(row, Names(server.resolver()))

    sentences = warnings(mailbox)
    assert len(sentences) == 3 and all("cycles.example" in sentence for sentence in sentences)
    row.refresh_from_db()
    assert row.due_at > clock.now() and row.checked_at


def test_a_silent_dns_changes_nothing_known(mailbox, settings, monkeypatch):
    monkeypatch.setattr(alignment, "PATIENCE", 0.3)
    settings.SMTP_RELAY = "smtp://127.0.0.1:25"
    known = [["no_spf", {"domain": "cycles.example", "host": "x", "record": "v=spf1"}]]
    row = Alignment.objects.create(account=mailbox, findings=known)
    server = NameServer({})
    resolver = server.resolver()
    resolver.port = 1
    with server:
        look(row, Names(resolver))

    assert len(warnings(mailbox)) == 1
    row.refresh_from_db()
    assert row.due_at > clock.now() and row.set_aside_at is None
