"""Fetching from a real Dovecot: every message once, whatever happens on the way."""

import imaplib
from datetime import UTC, datetime, timedelta

import pytest

from comptoir.channels.email import fetching
from comptoir.channels.email.fetching import catch_up, fetch_past, survey
from comptoir.channels.email.models import Folder, History, Sighting
from comptoir.channels.email.opening import open_mailbox
from comptoir.channels.models import Origin, Receipt

from .dovecot import wire_name

pytestmark = pytest.mark.django_db


def subjects() -> list[str]:
    """Subjects of what is stored, in the order it came."""
    return [_subject(receipt.raw) for receipt in Receipt.objects.order_by("pk")]


def _subject(raw: bytes) -> str:
    return next(line[9:].decode() for line in raw.splitlines() if line.startswith(b"Subject: "))


def look(mailbox, folder: str = "INBOX") -> None:
    """One look of the listener into a folder."""
    with open_mailbox(mailbox) as session:
        if not mailbox.folders.exists():
            survey(session, mailbox)
        catch_up(session, mailbox.folders.get(name=folder))


def remember(mailbox, folder: str = "INBOX") -> None:
    """All of the past, as the second line fetches it."""
    with open_mailbox(mailbox) as session:
        while fetch_past(session, mailbox.folders.get(name=folder)):
            pass


def test_a_new_letter_is_stored_with_where_it_stood(server, connect):
    mailbox = connect(server)
    look(mailbox)
    raw = server.letter("Bonjour")
    look(mailbox)

    receipt = Receipt.objects.get()
    folder = mailbox.folders.get(name="INBOX")
    assert receipt.raw == raw
    assert receipt.external_id == f"INBOX:{folder.uidvalidity}:1"
    assert receipt.facts["uid"] == 1 and receipt.facts["outbound"] is False
    assert receipt.origin == Origin.LIVE


def test_mail_stays_unread_and_read_mail_is_fetched_all_the_same(server, connect):
    mailbox = connect(server)
    look(mailbox)
    server.letter("pas-encore-lu")
    server.letter("lu-sur-le-telephone", seen=True)
    look(mailbox)

    assert subjects() == ["pas-encore-lu", "lu-sur-le-telephone"]
    unread, read = server.flags()
    assert b"Seen" not in unread
    assert b"Seen" in read


def test_looking_again_stores_nothing_twice(server, connect):
    mailbox = connect(server)
    look(mailbox)
    server.letter("une-fois")
    look(mailbox)
    look(mailbox)

    assert subjects() == ["une-fois"]


@pytest.mark.parametrize(
    ("history", "expected"),
    [
        (History.NONE, []),
        (History.MONTH, ["hier"]),
        (History.YEAR, ["hier", "printemps"]),
        (History.ALL, ["hier", "printemps", "antan"]),
    ],
)
def test_as_much_of_the_past_as_was_asked_and_it_starts_nothing(server, connect, history, expected):
    now = datetime.now(UTC)
    server.letter("antan", at=now - timedelta(days=900))
    server.letter("printemps", at=now - timedelta(days=200))
    server.letter("hier", at=now - timedelta(days=1))
    mailbox = connect(server, history=history)
    look(mailbox)
    assert subjects() == []
    remember(mailbox)

    assert sorted(subjects()) == sorted(expected)
    assert not Receipt.objects.exclude(origin=Origin.HISTORY).exists()
    assert mailbox.past == (len(expected), len(expected))
    assert not mailbox.is_fetching_past


def test_the_past_comes_newest_first_in_steps_and_goes_on_where_it_stopped(server, connect, monkeypatch):
    monkeypatch.setattr(fetching, "PAST_AT_ONCE", 2)
    for number in range(5):
        server.letter(f"lettre-{number}")
    mailbox = connect(server)
    look(mailbox)
    with open_mailbox(mailbox) as session:
        fetch_past(session, mailbox.folders.get(name="INBOX"))
    assert sorted(subjects()) == ["lettre-3", "lettre-4"]
    assert mailbox.past == (2, 5)

    server.letter("en-direct")
    look(mailbox)
    assert subjects()[-1] == "en-direct"
    remember(mailbox)
    assert sorted(subjects()) == ["en-direct"] + [f"lettre-{number}" for number in range(5)]


def test_what_we_answer_from_a_telephone_is_known_as_ours(server, connect):
    mailbox = connect(server)
    look(mailbox)
    look(mailbox, "Sent")
    server.letter("reponse", folder="Sent", seen=True)
    look(mailbox, "Sent")

    assert Receipt.objects.get().facts["outbound"] is True


def test_a_letter_moved_to_another_folder_is_the_same_letter(server, connect):
    server.make_folder("Ateliers à Liège")
    mailbox = connect(server)
    look(mailbox)
    with open_mailbox(mailbox) as session:
        survey(session, mailbox)
    look(mailbox, "Ateliers à Liège")
    server.letter("deplacee")
    look(mailbox)
    with server.raw_client() as client:
        client.uid("COPY", "1", wire_name("Ateliers à Liège"))
    server.expunge(1)
    look(mailbox, "Ateliers à Liège")
    look(mailbox)

    assert subjects() == ["deplacee"]
    assert Sighting.objects.count() == 2


def test_a_server_that_renumbers_everything_causes_neither_loss_nor_doubles(server, connect):
    mailbox = connect(server)
    look(mailbox)
    server.letter("avant-1")
    server.letter("avant-2")
    look(mailbox)
    before = Receipt.objects.get(external_id__endswith=":1").external_id
    server.letter("pendant")
    server.renumber()
    server.letter("apres")
    look(mailbox)
    remember(mailbox)

    assert sorted(subjects()) == ["apres", "avant-1", "avant-2", "pendant"]
    assert Receipt.objects.filter(external_id=before).exists()
    pendant = next(receipt for receipt in Receipt.objects.all() if b"pendant" in receipt.raw)
    assert pendant.origin == Origin.LIVE
    assert Sighting.objects.count() == 4


def test_a_kill_after_storing_and_before_moving_on_loses_and_doubles_nothing(server, connect, monkeypatch):
    mailbox = connect(server)
    look(mailbox)
    for number in range(3):
        server.letter(f"lettre-{number}")

    class Killed(BaseException):
        pass

    def die(*_):
        raise Killed

    for place in ((Sighting.objects, "note"), (Folder, "advance")):
        with monkeypatch.context() as patch, pytest.raises(Killed):
            patch.setattr(*place, die)
            look(mailbox)
        assert mailbox.folders.get(name="INBOX").highest_uid == 0
    look(mailbox)

    assert subjects() == ["lettre-0", "lettre-1", "lettre-2"]
    assert mailbox.folders.get(name="INBOX").highest_uid == 3


def test_a_letter_thrown_away_while_we_fetch_does_not_stop_the_others(server, connect, monkeypatch):
    mailbox = connect(server)
    look(mailbox)
    for number in range(3):
        server.letter(f"lettre-{number}")
    fetch_together = fetching.fetch_together

    def too_late(session, wanted):
        server.expunge(2)
        return fetch_together(session, wanted)

    monkeypatch.setattr(fetching, "fetch_together", too_late)
    look(mailbox)

    assert subjects() == ["lettre-0", "lettre-2"]
    assert not Receipt.objects.to_mend().exists()


def test_a_message_too_big_is_told_never_skipped(server, connect, settings):
    settings.MAX_MESSAGE_BYTES = 1000
    mailbox = connect(server)
    look(mailbox)
    server.letter("enorme", "x" * 5000)
    server.letter("normale")
    look(mailbox)

    notice = Receipt.objects.to_mend().get()
    assert _subject(notice.raw) == "enorme"
    assert "MB" in notice.trouble or "Mo" in notice.trouble
    assert notice.facts["full_size"] > 5000
    assert "normale" in subjects()


def test_one_message_the_server_will_not_give_does_not_hold_back_the_others(server, connect, monkeypatch):
    mailbox = connect(server)
    look(mailbox)
    for number in range(3):
        server.letter(f"lettre-{number}")
    uid = imaplib.IMAP4.uid

    def refuses_the_second(self, command, *args):
        if command == "FETCH" and "BODY.PEEK[]" in args[1] and "2" in args[0].split(","):
            return "NO", [b"corrupt"]
        return uid(self, command, *args)

    monkeypatch.setattr(imaplib.IMAP4, "uid", refuses_the_second)
    look(mailbox)

    assert Receipt.objects.count() == 3
    assert _subject(Receipt.objects.to_mend().get().raw) == "lettre-1"


def test_what_was_erased_here_on_purpose_is_not_fetched_again(server, connect):
    mailbox = connect(server)
    look(mailbox)
    server.letter("a-oublier")
    look(mailbox)
    receipt = Receipt.objects.get()
    Sighting.objects.forget(receipt)
    receipt.delete()
    server.renumber()
    look(mailbox)
    remember(mailbox)

    assert not Receipt.objects.exists()


def test_a_server_put_back_from_an_older_copy_loses_nothing(server, connect):
    """Numbers we have seen are given again to other messages."""
    mailbox = connect(server)
    look(mailbox)
    server.letter("avant")
    look(mailbox)
    server.letter("perdue-par-le-serveur")
    look(mailbox)
    server.put_back()
    look(mailbox)
    remember(mailbox)
    server.letter("apres-la-panne")
    look(mailbox)

    assert sorted(subjects()) == ["apres-la-panne", "avant", "perdue-par-le-serveur"]
    assert Receipt.objects.get(external_id__regex=r":2:[0-9a-f]{12}$").is_live
