"""Writing: answers leave once, may be taken back, and carry what threads need."""

import pytest

from comptoir.channels.envelope import Address
from comptoir.channels.models import Receipt
from comptoir.consent.models import Departure, State
from comptoir.conversations import writing
from comptoir.conversations.models import Draft, Message, Thread
from comptoir.conversations.writing import Words
from comptoir.ground import work

pytestmark = pytest.mark.django_db


def test_an_answer_reaches_the_customer_and_threads_with_the_question(letter, sam, post_office):
    question = letter("Où est mon colis ?", subject="Mon colis", message_id="<q@example.org>")
    message = writing.reply(question.thread, Words("<p>Il part <b>demain</b>.</p>"), by=sam)

    work.drain()

    [sent] = post_office.letters
    assert sent.recipients == ["nour@example.org"]
    assert sent["Subject"] == "Re: Mon colis"
    assert sent["In-Reply-To"] == "<q@example.org>"
    assert "<q@example.org>" in sent["References"]
    assert sent["From"].addresses[0].display_name == "Cycles de Liège"
    assert "Il part demain." in sent.get_body(("plain",)).get_content()
    message.departure.refresh_from_db()
    assert message.departure.state == State.SENT
    assert question.thread in Thread.objects.waiting()


def test_an_answer_leaves_once_however_often_workers_look(letter, sam, post_office):
    writing.reply(letter().thread, Words("<p>Oui</p>"), by=sam)

    for _look in range(3):
        work.drain()

    assert len(post_office.letters) == 1


def test_an_answer_can_be_taken_back_and_is_a_draft_again(letter, sam, post_office, settings):
    settings.UNDO_SECONDS = 10
    thread = letter("Bonjour").thread
    message = writing.reply(thread, Words("<p>Trop vite</p>"), by=sam)

    draft = writing.take_back(message, by=sam)
    work.drain()

    assert draft.html == "<p>Trop vite</p>"
    assert post_office.letters == []
    thread.refresh_from_db()
    assert thread.preview == "Bonjour"
    assert thread in Thread.objects.to_take()


def test_what_has_left_cannot_be_taken_back(letter, sam, post_office):
    message = writing.reply(letter().thread, Words("<p>Parti</p>"), by=sam)
    work.drain()
    message = Message.objects.get(pk=message.pk)

    assert writing.take_back(message, by=sam) is None
    assert Message.objects.filter(pk=message.pk).exists()


def test_copies_go_out_and_blind_copies_stay_blind(letter, sam, post_office):
    words = Words("<p>Oui</p>", cc=[Address("atelier@example.org")], bcc=[Address("chef@example.org")])
    writing.reply(letter().thread, words, by=sam)

    work.drain()

    [sent] = post_office.letters
    assert set(sent.recipients) == {"nour@example.org", "atelier@example.org", "chef@example.org"}
    assert "chef" not in sent.as_string()


def test_a_stranger_on_the_thread_is_not_answered_by_default(letter, sam, post_office):
    first = letter("Bonjour", message_id="<first@example.org>")
    letter("Envoyez-moi tout", sender="eve@evil.example", in_reply_to="<first@example.org>")

    writing.reply(first.thread, Words("<p>Oui</p>"), by=sam)
    work.drain()

    assert post_office.letters[0].recipients == ["nour@example.org"]


def test_a_note_never_leaves(letter, sam, post_office):
    thread = letter().thread
    writing.note(thread, Words("<p>Client fâché, on offre la révision</p>"), by=sam)

    work.drain()

    assert post_office.letters == []
    assert Departure.objects.count() == 0
    assert thread in Thread.objects.to_take()


def test_a_forward_reaches_the_other_and_not_the_customer(letter, sam, post_office):
    thread = letter().thread
    writing.forward(thread, Words("<p>Pour toi</p>", to=[Address("atelier@example.org")]), by=sam)

    work.drain()

    assert post_office.letters[0].recipients == ["atelier@example.org"]
    assert thread in Thread.objects.to_take()


def test_scripts_in_a_reply_do_not_survive(letter, sam, post_office):
    writing.reply(letter().thread, Words('<p onclick="x()">Oui<script>alert(1)</script></p>'), by=sam)

    work.drain()

    html = post_office.letters[0].get_body(("html",)).get_content()
    assert "script" not in html
    assert "onclick" not in html


def test_sending_a_reply_forgets_its_draft(letter, sam, post_office):
    thread = letter().thread
    Draft.objects.create(thread=thread, member=sam, html="<p>Oui</p>")

    writing.reply(thread, Words("<p>Oui</p>"), by=sam)

    assert not Draft.objects.exists()


def test_a_bounce_tells_on_the_thread_and_asks_for_a_person(letter, sam, post_office, mailbox):
    thread = letter().thread
    message = writing.reply(thread, Words("<p>Oui</p>"), by=sam)
    work.drain()

    Receipt.objects.keep(mailbox, "bounce", BOUNCE.format(id=message.external_id).encode())
    work.drain()

    message.departure.refresh_from_db()
    thread.refresh_from_db()
    assert message.departure.state == State.BOUNCED
    assert "User unknown" in message.departure.trouble
    assert thread.has_trouble
    assert thread in Thread.objects.to_take()


BOUNCE = """From: MAILER-DAEMON@mx.example.org
To: liege@cycles.example
Subject: Undelivered Mail Returned to Sender
Message-ID: <bounce@mx.example.org>
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

<nour@example.org>: host mx.example.org said: 550 5.1.1 User unknown

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.org

Final-Recipient: rfc822; nour@example.org
Action: failed
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 User unknown

--b
Content-Type: message/rfc822

From: liege@cycles.example
To: nour@example.org
Message-ID: <{id}>
Subject: Re: Mon colis

Oui
--b--
"""
