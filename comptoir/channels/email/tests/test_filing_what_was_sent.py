"""A copy of what leaves is found in the mailbox's Sent folder, once, whatever happens."""

import pytest
from django.core.files.storage import default_storage

from comptoir.channels.email import opening
from comptoir.channels.email.models import SentCopy
from comptoir.channels.email.opening import append_to_sent
from comptoir.channels.models import Account
from comptoir.ground import work
from comptoir.ground.models import Chore

from .dovecot import Dovecot

pytestmark = pytest.mark.django_db
REPLY = b"From: liege@cycles.example\nTo: nour@example.org\nMessage-ID: <reponse@cycles.example>\n\nBonjour Nour\n"


def do_everything_due():
    Chore.objects.all().delete()
    work.drain()


def test_it_is_filed_as_read_with_the_line_ends_of_mail(server, connect):
    mailbox = connect(server)
    append_to_sent(mailbox.account, REPLY)
    path = SentCopy.objects.get().path
    do_everything_due()

    with server.raw_client("Sent") as client:
        [(_head, raw), _tail] = client.fetch("1", "(FLAGS BODY.PEEK[])")[1]
    assert raw == REPLY.replace(b"\n", b"\r\n")
    assert b"Seen" in server.flags("Sent")[0]
    assert not SentCopy.objects.exists()
    assert not default_storage.exists(path)


def test_a_server_that_is_away_gets_it_later(server, connect):
    mailbox = connect(server, port=1)
    append_to_sent(mailbox.account, REPLY)
    do_everything_due()
    copy = SentCopy.objects.get()
    assert "localhost" in copy.trouble

    type(mailbox).objects.update(port=server.port)
    copy.retry()
    do_everything_due()
    assert len(server.flags("Sent")) == 1


def test_a_copy_that_may_be_there_already_is_looked_for_first(server, connect, monkeypatch):
    mailbox = connect(server)
    append_to_sent(mailbox.account, REPLY)
    append = opening.Session.append

    def cut_after(session, folder, raw):
        append(session, folder, raw)
        raise OSError("the line was cut")

    with monkeypatch.context() as patch:
        patch.setattr(opening.Session, "append", cut_after)
        do_everything_due()
    assert SentCopy.objects.get().failures == 1
    SentCopy.objects.update(due_at=SentCopy.objects.get().due_at.replace(year=2020))
    do_everything_due()

    assert not SentCopy.objects.exists()
    assert len(server.flags("Sent")) == 1


def test_a_provider_that_files_by_itself_is_left_alone(server, connect):
    mailbox = connect(server, saves_sent=True)
    append_to_sent(mailbox.account, REPLY)

    assert not SentCopy.objects.exists()


def test_an_address_without_a_mailbox_owes_no_copy(mailbox, files):
    append_to_sent(mailbox, REPLY)

    assert not SentCopy.objects.exists()


def test_a_mailbox_without_a_sent_folder_gets_one(connect):
    server = Dovecot(sent="Archives", mark="")
    try:
        mailbox = connect(server.start())
        append_to_sent(mailbox.account, REPLY)
        do_everything_due()

        assert len(server.flags("Sent")) == 1
        assert mailbox.folders.get(name="Sent").is_sent
    finally:
        server.stop()


def test_a_french_name_for_sent_mail_is_recognised(connect):
    server = Dovecot(sent="Éléments envoyés", mark="")
    try:
        mailbox = connect(server.start())
        append_to_sent(mailbox.account, REPLY)
        do_everything_due()

        assert mailbox.folders.get(role="sent").name == "Éléments envoyés"
    finally:
        server.stop()


def test_a_disconnected_mailbox_owes_nothing_any_more(server, connect):
    mailbox = connect(server)
    append_to_sent(mailbox.account, REPLY)
    mailbox.disconnect()
    do_everything_due()

    assert not SentCopy.objects.exists()
    assert Account.objects.get().closed_at
