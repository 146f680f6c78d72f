"""The demo lives: letters arrive while one looks, and what a visitor sends goes nowhere, and says so."""

from datetime import timedelta

import pytest

from comptoir.channels.models import Account, Receipt
from comptoir.conversations import writing
from comptoir.conversations.models import Message, Thread
from comptoir.demo import arrivals, planting
from comptoir.demo.models import Postbag
from comptoir.demo.story import written
from comptoir.ground import clock, work

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop(files):
    """A demo with the hand-written stories only: the daily bread tastes the same."""
    return planting.plant(daily=0)


def bring_all() -> None:
    for _turn in written("arrivals")["letter"]:
        Postbag.objects.update(due_at=clock.now() - timedelta(seconds=5))
        work.jobs.get("demo.Postbag").run()


def test_letters_arrive_by_the_true_way_and_stop(shop):
    before = Message.objects.count()

    bring_all()
    work.drain()

    assert Postbag.objects.get().due_at is None
    assert Message.objects.count() == before + len(written("arrivals")["letter"])
    assert not Receipt.objects.filter(filed_at=None, set_aside_at=None).exists()


def test_some_of_them_answer_what_stands_there(shop):
    tandem = Thread.objects.get(subject="Tandem pour malvoyant")
    assert tandem.turn == "them"

    bring_all()
    work.drain()

    tandem.refresh_from_db()
    assert tandem.turn == "us"
    assert "fermer vraiment les yeux" in tandem.preview
    assert not tandem.messages.filter(is_stranger=True).exists()
    paused = Thread.objects.get(subject__startswith="Jantes 650B")
    assert paused.state == "open"


def test_every_arrival_that_answers_finds_its_thread(shop):
    for told in written("arrivals")["letter"]:
        if "answers" in told:
            (above,) = arrivals._above(told)
            assert Message.objects.filter(external_id=above).exists(), told["subject"]


def test_a_reply_counts_as_sent_and_says_that_nothing_left(shop, settings):
    settings.UNDO_SECONDS = 0
    thread = Thread.objects.get(subject="Taille de cadre 52 ou 54 ?")

    message = writing.reply(thread, writing.Words("<p>Venez essayer les deux.</p>"), by=shop)
    work.drain()

    message.departure.refresh_from_db()
    assert message.departure.state == "sent"
    assert "émonstration" in message.departure.trouble
    assert not message.departure.set_aside_at


def test_a_reply_can_still_be_taken_back(shop):
    thread = Thread.objects.get(subject="Taille de cadre 52 ou 54 ?")
    message = writing.reply(thread, writing.Words("<p>Venez.</p>"), by=shop)

    assert writing.take_back(message, by=shop).html == "<p>Venez.</p>"


def test_a_closed_demo_mailbox_receives_no_more(shop):
    Account.objects.update(closed_at=clock.now())
    before = Receipt.objects.count()

    bring_all()

    assert Receipt.objects.count() == before
