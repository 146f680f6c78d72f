"""Listening to a real mailbox: new mail is heard, other folders too, and a mailbox has one reader."""

import contextlib
import socket
import threading
import time
from contextlib import contextmanager

import pytest

from comptoir.channels.email import imap, listening
from comptoir.channels.email.listening import listeners
from comptoir.channels.email.models import Folder, History, Mailbox, Reconciliation
from comptoir.channels.models import Account, Origin, Receipt

from .dovecot import Dovecot

pytestmark = pytest.mark.django_db(transaction=True)


@contextmanager
def heard(mailbox):
    """The listening process, for this mailbox, during the block; must leave within 3 s."""
    stop = threading.Event()
    threads = [threading.Thread(target=one, args=(stop,)) for one in listeners(mailbox.account)]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        stop.set()
        started = time.monotonic()
        for thread in threads:
            thread.join(5)
        assert time.monotonic() - started < 3


def soon(question, seconds: float = 2.0):
    """The answer as soon as it is yes; fails after `seconds`."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if answer := question():
            return answer
        time.sleep(0.02)
    raise AssertionError(f"not within {seconds} s")


def begun(mailbox) -> bool:
    return Folder.objects.filter(mailbox=mailbox, role="inbox").exclude(uidvalidity=None).exists()


def test_new_mail_is_heard_within_two_seconds(server, connect):
    mailbox = connect(server)
    with heard(mailbox):
        soon(lambda: begun(mailbox), 5)
        time.sleep(0.3)
        server.letter("premiere")
        soon(lambda: Receipt.objects.count() == 1)
        server.letter("seconde")
        soon(lambda: Receipt.objects.count() == 2)
    account = Account.objects.get()
    assert account.last_seen_at and not account.last_error
    assert set(Receipt.objects.values_list("origin", flat=True)) == {Origin.LIVE}


def test_a_server_without_idle_is_asked_again_and_again(connect, monkeypatch):
    monkeypatch.setattr(listening, "ROUND", 0.5)
    server = Dovecot(capability="IMAP4rev1 AUTH=PLAIN")
    try:
        server.start()
        mailbox = connect(server)
        with heard(mailbox):
            soon(lambda: begun(mailbox), 5)
            server.letter("sans-idle")
            soon(lambda: Receipt.objects.exists(), 4)
    finally:
        server.stop()


def test_sent_mail_is_followed_beside_the_inbox(server, connect, monkeypatch):
    monkeypatch.setattr(listening, "ROUND", 0.5)
    mailbox = connect(server)
    with heard(mailbox):
        soon(lambda: begun(mailbox), 5)
        soon(lambda: not Folder.objects.followed().filter(uidvalidity=None).exists())
        server.letter("du-telephone", folder="Sent", seen=True)
        receipt = soon(lambda: Receipt.objects.first(), 4)
    assert receipt.facts["outbound"] is True


def test_the_past_arrives_beside_live_mail(server, connect, monkeypatch):
    monkeypatch.setattr(listening, "TICK", 0.2)
    for number in range(3):
        server.letter(f"ancienne-{number}")
    mailbox = connect(server, history=History.ALL)
    with heard(mailbox):
        soon(lambda: Receipt.objects.filter(origin=Origin.HISTORY).count() == 3, 6)
        server.letter("neuve")
        soon(lambda: Receipt.objects.filter(origin=Origin.LIVE).count() == 1)


def test_a_comparison_asked_for_is_made_and_shown(server, connect, monkeypatch):
    monkeypatch.setattr(listening, "TICK", 0.2)
    mailbox = connect(server)
    with heard(mailbox):
        soon(lambda: begun(mailbox), 5)
        server.letter("comptee")
        soon(lambda: Receipt.objects.exists())
        mailbox.ask_reconciliation()
        counted = soon(lambda: Reconciliation.objects.filter(folder__role="inbox").first(), 5)
        soon(lambda: not Mailbox.objects.get().reconciliation_asked_at)
    assert (counted.server_count, counted.stored_count, counted.missing) == (1, 1, 0)


def test_a_paused_mailbox_is_left_alone_until_it_resumes(server, connect, monkeypatch):
    monkeypatch.setattr(listening, "TICK", 0.2)
    mailbox = connect(server)
    mailbox.pause()
    with heard(mailbox):
        time.sleep(0.6)
        assert not begun(mailbox)
        mailbox.resume()
        soon(lambda: begun(mailbox), 4)
        mailbox.pause()
        soon(lambda: Mailbox.objects.get().leased_until is None, 4)


def test_two_machines_never_read_one_mailbox_at_once(server, connect):
    here = connect(server)
    there = Mailbox.objects.get()
    assert here.take_lease()
    assert not there.take_lease()
    assert not Mailbox.objects.get().take_lease()
    here.release_lease()
    assert Mailbox.objects.get().take_lease()
    assert not here.renew_lease()


def test_a_line_that_died_unheard_is_dialled_again(server, connect, monkeypatch):
    """A relay that goes silent without hanging up, as a router that forgot us."""
    monkeypatch.setattr(listening, "ROUND", 0.5)
    monkeypatch.setattr(listening, "FIRST_RETRY", 0.2)
    monkeypatch.setattr(imap.Session.__init__, "__kwdefaults__", {"patience": 1.0, "stop": None})
    monkeypatch.setattr(
        "comptoir.channels.email.opening.open_mailbox.__kwdefaults__", {"stop": None, "patience": 1.0}
    )
    with Relay(server.port) as relay:
        mailbox = connect(server, port=relay.port)
        with heard(mailbox):
            soon(lambda: begun(mailbox), 5)
            relay.forget()
            server.letter("malgre-tout")
            soon(lambda: Receipt.objects.exists(), 6)


def test_a_wrong_password_is_told_in_words_and_not_tried_without_end(server, connect, monkeypatch):
    mailbox = connect(server)
    Account.objects.update(secrets={"password": "pas-le-bon"})
    mailbox.refresh_from_db()
    tries = []
    sign_in = imap.Session.sign_in
    monkeypatch.setattr(imap.Session, "sign_in", lambda *args: tries.append(1) or sign_in(*args))
    with heard(mailbox):
        error = soon(lambda: Account.objects.get().last_error, 5)
        time.sleep(0.5)
    assert "localhost" in error and "pas-le-bon" not in error
    assert len(tries) == 1


class Relay:
    """Passes bytes between a client and a server, until it forgets them without a word."""

    def __init__(self, port: int):
        self.target = port
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        self.pairs: list[dict] = []

    def __enter__(self):
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.socket.close()

    def forget(self) -> None:
        for pair in self.pairs:
            pair["silent"] = True

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self.socket.accept()
            except OSError:
                return
            pair = {"silent": False}
            self.pairs.append(pair)
            server = socket.create_connection(("127.0.0.1", self.target))
            for one, other in ((client, server), (server, client)):
                threading.Thread(target=self._pass, args=(one, other, pair), daemon=True).start()

    def _pass(self, one, other, pair) -> None:
        with contextlib.suppress(OSError):
            while data := one.recv(4096):
                if not pair["silent"]:
                    other.sendall(data)
        other.close()
