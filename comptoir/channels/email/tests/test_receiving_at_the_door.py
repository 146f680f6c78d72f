"""The door: what it takes, whom it sends away, and that "250" always means kept."""

import smtplib
import socket
import threading
import time

import pytest
from django.utils import timezone

from comptoir.channels.email.door import DoorBlocked, Doorstep, doorstep, receive
from comptoir.channels.models import Account, Receipt

from .door_open import MAIL, hand_over, knock, open_door, postman

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def namur_mailbox(mailbox, namur):
    return Account.objects.create(kind="email", name="Namur", address="namur@cycles.example", store=namur)


def test_a_letter_is_kept_before_it_is_acknowledged(mailbox, files):
    with open_door() as step:
        [(code, words)] = hand_over(step)

    receipt = Receipt.objects.get()
    assert code == 250 and str(receipt.pk) in words.decode()
    assert receipt.raw == MAIL and receipt.is_live and receipt.account == mailbox
    assert receipt.facts["from"] == "nour@example.org" and receipt.facts["to"] == ["liege@cycles.example"]
    assert receipt.facts["peer"] == "127.0.0.1" and receipt.facts["helo"]
    mailbox.refresh_from_db()
    assert mailbox.last_seen_at


def test_it_comes_in_by_a_socket_as_well(mailbox, files, tmp_path):
    with open_door(path=str(tmp_path / "door")) as step:
        hand_over(step)

    assert Receipt.objects.count() == 1


def test_by_smtp_from_the_whole_world(mailbox, files):
    with open_door("smtp") as step, smtplib.SMTP(step.host, step.port) as post:
        post.sendmail("nour@example.org", ["liege@cycles.example"], MAIL)

    assert Receipt.objects.get().raw == MAIL


def test_nobody_else_lives_here_and_nothing_is_relayed(mailbox, files):
    Account.objects.create(kind="email", name="Old", address="old@cycles.example", closed_at=timezone.now())
    strangers = ("robin@elsewhere.example", "old@cycles.example", "liegex@cycles.example", "postmaster")
    with open_door() as step:
        assert hand_over(step, MAIL, *strangers) == [550] * 4

    assert not Receipt.objects.exists()


@pytest.mark.parametrize("address", ["Liege@Cycles.Example", "liege+velo42@cycles.example"])
def test_our_address_in_other_spellings(mailbox, files, address):
    with open_door() as step:
        assert hand_over(step, MAIL, address)[0][0] == 250


def test_a_new_mailbox_is_known_at_once(mailbox, files):
    with open_door() as step:
        hand_over(step)
        Account.objects.create(kind="email", name="Devis", address="devis@cycles.example")
        assert hand_over(step, MAIL, "devis@cycles.example")[0][0] == 250


def test_each_recipient_gets_an_answer_of_its_own(mailbox, namur_mailbox, files):
    people = (
        "liege@cycles.example",
        "nobody@cycles.example",
        "namur@cycles.example",
        "liege+x@cycles.example",
    )
    with open_door() as step:
        answers = hand_over(step, MAIL, *people)

    assert [code for code, _words in answers] == [250, 250, 250]
    assert Receipt.objects.count() == 2


def test_the_same_letter_handed_over_again_is_one(mailbox, files):
    with open_door() as step:
        first, second = hand_over(step), hand_over(step)

    assert first == second and Receipt.objects.count() == 1


def test_a_robots_letter_has_no_return_address(mailbox, files):
    with open_door() as step:
        hand_over(step, MAIL, sender="")

    assert Receipt.objects.get().facts["from"] == ""


def test_bytes_come_in_untouched(mailbox, files):
    raw = MAIL + b".\r\n..\r\nx" + b"y" * 300_000 + b"\r\nlone \n feed \r and \x00\xff\r\n.fin\r\n"
    with open_door() as step:
        hand_over(step, raw)
        hand_over(step, b"")

    assert {receipt.raw for receipt in Receipt.objects.all()} == {raw, b""}


@pytest.mark.parametrize("dot", [b"\n.\n", b"\n.\r\n", b"\r\n.\n", b"\r.\r", b"\r.\r\n", b"\r\n.\r"])
def test_a_second_mail_cannot_be_smuggled_in_a_first(mailbox, files, dot):
    inner = b"MAIL FROM:<evil@example.net>\r\nRCPT TO:<liege@cycles.example>\r\nDATA\r\nSubject: evil\r\n\r\n"
    with open_door("smtp") as step, smtplib.SMTP(step.host, step.port) as post:
        post.ehlo()
        post.mail("nour@example.org")
        post.rcpt("liege@cycles.example")
        post.docmd("DATA")
        post.send(MAIL + b"text" + dot + inner + b"\r\n.\r\n")
        assert post.getreply()[0] == 550
        assert post.noop()[0] == 250

    assert not Receipt.objects.exists()


def test_too_large_a_letter_is_refused_in_words_and_the_line_stays_open(mailbox, files, settings):
    settings.MAX_MESSAGE_BYTES = 1024 * 1024
    with open_door() as step:
        [(code, words)] = hand_over(step, MAIL + b"x" * 2_000_000 + b"\r\n")
        assert code == 552 and b"1 MB" in words
        with postman(step) as post:
            post.ehlo()
            assert post.docmd("MAIL", "FROM:<nour@example.org> SIZE=2000000")[0] == 552

    assert not Receipt.objects.exists()


def test_more_mail_than_hands_can_hold_is_asked_to_come_back(mailbox, files, settings):
    settings.MAX_MESSAGE_BYTES = 300_000
    with open_door() as step:
        callers = [postman(step) for _n in range(5)]
        for post in callers:
            post.ehlo()
            post.mail("nour@example.org")
            post.rcpt("liege@cycles.example")
            post.docmd("DATA")
            post.send(b"x" * 290_000)
        time.sleep(0.2)
        for number, post in enumerate(callers):
            post.send(b"%d\r\n.\r\n" % number)
        codes = [post.getreply()[0] for post in callers]
        assert codes.count(250) == 4 and codes.count(451) == 1
        assert hand_over(step)[0][0] == 250


def test_a_caller_who_drips_is_shown_out(mailbox, files, monkeypatch):
    monkeypatch.setattr("comptoir.channels.email.door.LONGEST_DATA", 0.3)
    with open_door() as step, postman(step) as post:
        post.ehlo()
        post.mail("nour@example.org")
        post.rcpt("liege@cycles.example")
        post.docmd("DATA")
        with pytest.raises((smtplib.SMTPServerDisconnected, OSError)):
            for _n in range(100):
                post.send(b"x")
                time.sleep(0.02)

    assert not Receipt.objects.exists()


def test_accents_in_addresses_come_in(mailbox, files):
    with open_door() as step, postman(step) as post:
        post.ehlo()
        assert {"smtputf8", "8bitmime", "pipelining", "size"} <= post.esmtp_features.keys()
        post.command_encoding = "utf-8"
        assert post.docmd("MAIL", "FROM:<zoé..x@example.org> SMTPUTF8 BODY=8BITMIME")[0] == 250
        assert post.rcpt("liege@cycles.example")[0] == 250


def test_a_locked_database_asks_to_try_again(mailbox, files, monkeypatch):
    def locked(*_facts, **_more):
        from django.db import OperationalError

        raise OperationalError("database is locked")

    with open_door() as step:
        hand_over(step)
        monkeypatch.setattr("comptoir.channels.models.receipt.ReceiptQuerySet.create", locked)
        [(code, _words)] = hand_over(step, MAIL + b"second\r\n")

    assert code == 451 and Receipt.objects.count() == 1


def test_a_full_disk_asks_to_try_again_and_recovers(mailbox, files):
    (files / "raw").parent.mkdir(parents=True, exist_ok=True)
    (files / "raw").write_text("in the way")
    with open_door() as step:
        [(code, _words)] = hand_over(step)
        assert code == 451 and not Receipt.objects.exists()
        (files / "raw").unlink()
        assert hand_over(step)[0][0] == 250


def test_one_mailbox_that_fails_does_not_hide_the_other(mailbox, namur_mailbox, files, monkeypatch):
    from comptoir.channels.models.receipt import ReceiptQuerySet

    keep = ReceiptQuerySet.keep

    def keep_for_liege_only(self, account, *facts, **more):
        if account.pk == namur_mailbox.pk:
            raise OSError("disk full")
        return keep(self, account, *facts, **more)

    monkeypatch.setattr(ReceiptQuerySet, "keep", keep_for_liege_only)
    with open_door() as step:
        answers = hand_over(step, MAIL, "liege@cycles.example", "namur@cycles.example")
    assert [code for code, _words in answers] == [250, 451]

    with (
        open_door("smtp") as step,
        smtplib.SMTP(step.host, step.port) as post,
        pytest.raises(smtplib.SMTPDataError, match="451"),
    ):
        post.sendmail("nour@example.org", ["liege@cycles.example", "namur@cycles.example"], MAIL)
    assert Receipt.objects.count() == 1


def test_too_many_callers_are_asked_to_wait(mailbox, files, monkeypatch):
    monkeypatch.setattr("comptoir.channels.email.door.MOST_CALLERS", 3)
    with open_door() as step:
        time.sleep(0.1)
        inside = [knock(step) for _n in range(3)]
        assert all(line.recv(100).startswith(b"220") for line in inside)
        with knock(step) as late:
            assert late.recv(100).startswith(b"421")
        for line in inside:
            line.close()


def test_the_shop_closes_at_once_with_idle_callers(mailbox, files):
    with open_door() as step:
        lines = [knock(step) for _n in range(20)]
        started = time.monotonic()
    assert time.monotonic() - started < 2
    for line in lines:
        line.close()


def test_a_doorstep_that_is_taken_is_told_in_words(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(DoorBlocked, match=str(port)):
            receive([Doorstep("lmtp", "127.0.0.1", port)], threading.Event())
    with open_door(path=str(tmp_path / "door")) as step, pytest.raises(DoorBlocked, match="door"):
        receive([step], threading.Event())


@pytest.mark.parametrize(
    ("address", "host", "port", "path"),
    [
        ("127.0.0.1:2424", "127.0.0.1", 2424, ""),
        ("[::1]:2424", "::1", 2424, ""),
        (":25", "", 25, ""),
        ("2424", "127.0.0.1", 2424, ""),
        ("unix:/run/door", "", 0, "/run/door"),
    ],
)
def test_where_a_door_may_stand(address, host, port, path):
    step = doorstep("lmtp", address)

    assert (step.host, step.port, step.path) == (host, port, path)


@pytest.mark.parametrize("address", ["nonsense", "127.0.0.1:", "127.0.0.1:99999", "unix:"])
def test_nonsense_is_no_place_for_a_door(address):
    with pytest.raises(DoorBlocked):
        doorstep("lmtp", address)
