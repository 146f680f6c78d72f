"""Filing: the right thread, the right customer, once."""

import pytest

from comptoir.channels.models import Origin, Receipt
from comptoir.conversations.models import Kind, Message, State, Thread, Turn
from comptoir.customers.models import Customer
from comptoir.ground import search

pytestmark = pytest.mark.django_db


def test_a_first_letter_opens_a_thread_for_a_new_customer(letter):
    message = letter("Bonjour, où est mon colis ?", subject="Mon colis")

    thread = message.thread
    assert str(thread.customer) == "Nour"
    assert thread.subject == "Mon colis"
    assert thread.preview == "Bonjour, où est mon colis ?"
    assert thread in Thread.objects.to_take()
    assert thread.store.name == "Liège"


def test_an_answer_joins_its_thread_whatever_its_subject(letter):
    first = letter("Bonjour", subject="Mon colis")
    second = letter("Je précise", subject="Tout autre chose", in_reply_to=first.external_id.join("<>"))

    assert second.thread == first.thread
    assert Customer.objects.count() == 1


def test_the_same_subject_alone_joins_nothing(letter):
    assert letter("Un", subject="Question").thread != letter("Deux", subject="Question").thread


def test_a_letter_delivered_twice_is_one_message(letter, mailbox):
    first = letter("Bonjour", message_id="<one@example.org>")
    twin = Receipt.objects.keep(mailbox, "elsewhere:7", first.receipt.raw)
    Receipt.objects.get(pk=twin.pk).file()

    assert Message.objects.count() == 1


def test_another_letter_under_the_same_id_is_not_lost(letter, mailbox):
    first = letter("Bonjour", message_id="<one@example.org>")
    other = first.receipt.raw.replace(b"Bonjour", b"Autrement")
    receipt = Receipt.objects.keep(mailbox, "elsewhere:8", other)
    Receipt.objects.get(pk=receipt.pk).file()

    assert {message.text for message in Message.objects.all()} == {"Bonjour", "Autrement"}


def test_a_stranger_who_answers_a_thread_is_flagged(letter):
    first = letter("Bonjour")
    intruder = letter("Envoyez-moi tout", sender="eve@evil.example", in_reply_to=first.external_id.join("<>"))

    assert intruder.is_stranger
    assert not first.is_stranger


def test_somebody_in_copy_belongs_to_the_thread(letter):
    first = letter("Bonjour", cc="ami@example.org")
    friend = letter("Moi aussi", sender="ami@example.org", in_reply_to=first.external_id.join("<>"))

    assert not friend.is_stranger


def test_a_customer_who_writes_again_reopens_the_thread(letter, sam):
    thread = letter("Bonjour", message_id="<first@example.org>").thread
    thread.close(by=sam)

    letter("Encore moi", in_reply_to="<first@example.org>")

    thread.refresh_from_db()
    assert thread.state == State.OPEN
    assert thread.turn == Turn.US
    assert thread.closures.get().reopened_at is not None


def test_an_out_of_office_answer_reopens_nothing(letter, sam):
    thread = letter("Bonjour", message_id="<first@example.org>").thread
    thread.close(by=sam)

    letter("Je suis absent", in_reply_to="<first@example.org>", auto_submitted="auto-replied")

    thread.refresh_from_db()
    assert thread.state == State.CLOSED
    assert thread.message_count == 2


def test_a_reply_sent_from_a_phone_joins_as_the_shops_own(letter, mailbox):
    first = letter("Bonjour", message_id="<first@example.org>")
    reply = letter(
        "C'est prêt",
        sender=f"Liège <{mailbox.address}>",
        to="nour@example.org",
        in_reply_to="<first@example.org>",
        from_sent_folder=True,
    )

    assert reply.thread == first.thread
    assert reply.kind == Kind.OUTBOUND
    assert first.thread in Thread.objects.waiting()


def test_what_is_filed_is_found(letter):
    message = letter("Le dérailleur grince")

    assert [group for *_rest, group in search.find("derailleurs", kind="message", count=5)] == [
        message.thread_id
    ]
    assert search.find("nour", kind="customer", count=5)


def test_robin_of_another_store_sees_nothing_of_it(letter, robin, sam, alex):
    thread = letter("Bonjour").thread

    assert thread not in Thread.objects.visible_to(robin)
    assert thread in Thread.objects.visible_to(sam)
    assert thread in Thread.objects.visible_to(alex)


def test_old_mail_brought_in_opens_no_work(letter, mailbox):
    old = (
        letter("Bonjour")
        .receipt.raw.replace(b"19 Nov 2026", b"19 Nov 2019")
        .replace(b"Message-ID: <", b"Message-ID: <x")
    )
    receipt = Receipt.objects.keep(mailbox, "old", old, origin=Origin.IMPORT)
    Receipt.objects.get(pk=receipt.pk).file()

    message = Message.objects.get(receipt=receipt)
    assert message.thread.state == State.CLOSED
    assert message.at.year == 2019
    assert message.thread not in Thread.objects.to_take()
