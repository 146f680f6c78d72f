"""The test button: what is wrong, in words, with what to do."""

import socket
import threading
from contextlib import contextmanager

import pytest
from django.utils import translation

from comptoir.channels.email.line import Server, is_allowed
from comptoir.channels.email.trial import Door, Step, try_out
from comptoir.channels.email.trouble import Kind

from .dovecot import free_port

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def in_french():
    with translation.override("fr"):
        yield


def reading(server, **changes) -> Door:
    facts = {"host": "localhost", "port": server.port, "security": "none", "is_local": True} | changes
    return Door(Server(**facts), server.user, server.password)


def stop(door: Door, provider: str = ""):
    """The step where reading stops."""
    nowhere = Door(Server("localhost", free_port(), "none", True), "x", "x")
    trial = try_out(door, nowhere, provider)
    return next(
        (result for result in trial.results if result.good is False and result.step != Step.SEND), None
    )


@contextmanager
def answering(words: bytes, *, after: dict[bytes, bytes] | None = None):
    """A server that says `words`, then answers what starts as in `after`; each call is one line."""
    listener = socket.create_server(("127.0.0.1", 0))

    def serve():
        while True:
            try:
                line, _address = listener.accept()
            except OSError:
                return
            with line, line.makefile("rwb", buffering=0) as talk:
                talk.write(words)
                for asked in talk:
                    tag, _, rest = asked.strip().partition(b" ")
                    said = next(
                        (reply for start, reply in (after or {}).items() if rest.startswith(start)), None
                    )
                    if said is None:
                        break
                    talk.write(said.replace(b"TAG", tag))

    threading.Thread(target=serve, daemon=True).start()
    try:
        yield listener.getsockname()[1]
    finally:
        listener.close()


def imap_refusing(words: bytes):
    return answering(
        b"* OK [CAPABILITY IMAP4rev1] ready\r\n",
        after={
            b"CAPABILITY": b"* CAPABILITY IMAP4rev1\r\nTAG OK done\r\n",
            b"LOGIN": b"TAG NO " + words + b"\r\n",
        },
    )


def test_everything_right(server):
    assert stop(reading(server)) is None


def test_a_name_with_a_typing_mistake(server):
    wrong = stop(reading(server, host="imap.orange.invalid"))

    assert wrong.step == Step.FIND
    assert "imap.orange.invalid" in wrong.words


def test_a_closed_port(server):
    port = free_port()
    wrong = stop(reading(server, port=port))

    assert wrong.step == Step.REACH
    assert str(port) in wrong.words


def test_a_server_that_stays_silent(server, monkeypatch):
    monkeypatch.setattr("comptoir.channels.email.trial.PATIENCE", 0.5)
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        wrong = stop(reading(server, port=deaf.getsockname()[1]))

    assert wrong.step == Step.REACH
    assert "temps" in wrong.words


def test_something_that_is_not_a_mail_server(server):
    with answering(b"HTTP/1.1 400 Bad Request\r\n\r\n") as port:
        wrong = stop(reading(server, port=port))

    assert wrong.step == Step.REACH


def test_the_wrong_kind_of_encryption(server):
    wrong = stop(reading(server, security="tls"))

    assert wrong.step == Step.ENCRYPT
    assert "chiffrement" in wrong.words


def test_a_certificate_nobody_vouches_for_may_be_accepted_by_hand(server):
    for security, port in (("tls", server.tls_port), ("starttls", server.port)):
        door = reading(server, port=port, security=security)
        trial = try_out(door, Door(Server("localhost", free_port(), "none", True), "x", "x"))
        assert [result.good for result in trial.results[:3]] == [True, True, False]
        assert "certificat" in trial.results[2].words

        accepted = reading(server, port=port, security=security, fingerprint=trial.unvouched["imap"])
        assert stop(accepted) is None
        other = reading(server, port=port, security=security, fingerprint="0" * 64)
        assert stop(other).step == Step.ENCRYPT


def test_a_wrong_password(server):
    door = Door(reading(server).server, server.user, "pas-le-bon")
    wrong = stop(door)

    assert wrong.step == Step.SIGN_IN
    assert "refuse" in wrong.words and wrong.advice
    assert "pas-le-bon" not in wrong.words + wrong.advice + repr(door)


def test_a_wrong_password_at_a_known_provider_says_what_that_provider_wants(server):
    door = Door(reading(server).server, server.user, "pas-le-bon")

    assert "Orange" in stop(door, "orange").advice


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (
            b"[ALERT] Application-specific password required: https://support.google.com/",
            "mot de passe d’application",
        ),
        (b"[AUTHENTICATIONFAILED] IMAP is disabled for this account", "IMAP"),
        (b"LOGIN failed. Basic authentication is disabled.", "n’accepte plus les mots de passe"),
        (b"[UNAVAILABLE] Too many simultaneous connections", "occupé"),
    ],
)
def test_what_servers_answer_is_understood(server, said, expected):
    with imap_refusing(said) as port:
        wrong = stop(reading(server, port=port))

    assert wrong.step == Step.SIGN_IN
    assert expected.replace("’", "'") in wrong.words.replace("’", "'")


def test_a_folder_list_tells_where_sent_mail_goes(server):
    trial = try_out(reading(server), reading(server))
    folders = next(result for result in trial.results if result.step == Step.FOLDERS)

    assert "Sent" in folders.words


def test_a_password_in_clear_never_leaves_this_machine(monkeypatch, server):
    monkeypatch.setattr("comptoir.channels.email.line._look_up", lambda host, port: ["192.168.1.20"])
    wrong = stop(reading(server, host="nas.maison.example"))

    assert wrong.step == Step.REACH
    assert "chiffrement" in wrong.words


@pytest.mark.parametrize(
    ("address", "for_all", "for_an_owner"),
    [
        ("8.8.8.8", True, True),
        ("2001:4860:4860::8888", True, True),
        ("127.0.0.1", False, True),
        ("::1", False, True),
        ("10.0.0.5", False, True),
        ("192.168.1.10", False, True),
        ("fd00::1", False, True),
        ("169.254.169.254", False, False),
        ("::ffff:169.254.169.254", False, False),
        ("::ffff:127.0.0.1", False, True),
        ("0.0.0.0", False, False),
        ("fe80::1", False, False),
        ("224.0.0.1", False, False),
        ("100.64.0.1", False, False),
    ],
)
def test_private_networks_are_for_the_owner_and_metadata_for_nobody(address, for_all, for_an_owner):
    assert is_allowed(address) is for_all
    assert is_allowed(address, local=True) is for_an_owner


def test_every_trouble_has_its_sentence():
    from comptoir.channels.email.trouble import MailTrouble

    for kind in Kind:
        sentence = MailTrouble(kind, Server("imap.example.org", 993), said="…").sentence
        assert sentence and "%(" not in sentence
