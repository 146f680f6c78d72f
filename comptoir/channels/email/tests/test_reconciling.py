"""Comparing each folder with its server, and mending what is missing."""

import pytest

from comptoir.channels.email.fetching import catch_up, fetch_past, survey
from comptoir.channels.email.models import Mailbox, Sighting
from comptoir.channels.email.opening import open_mailbox
from comptoir.channels.email.reconciling import ask_everywhere, reconcile
from comptoir.channels.models import Receipt

pytestmark = pytest.mark.django_db


@pytest.fixture
def compared(server, connect):
    """Three letters, one of them from the past, all stored."""
    server.letter("ancienne")
    mailbox = connect(server)
    with open_mailbox(mailbox) as session:
        survey(session, mailbox)
        inbox = mailbox.folders.get(role="inbox")
        catch_up(session, inbox)
        server.letter("premiere")
        server.letter("seconde")
        catch_up(session, inbox)
        while fetch_past(session, inbox):
            pass
    return mailbox


def compare(mailbox):
    with open_mailbox(mailbox) as session:
        return reconcile(session, mailbox.folders.get(role="inbox"))


def test_nothing_missing_is_said_too(compared):
    counted = compare(compared)

    assert (counted.server_count, counted.stored_count, counted.missing) == (3, 3, 0)


@pytest.mark.parametrize("uid", [1, 3])
def test_a_receipt_that_vanished_is_fetched_again(compared, uid):
    Receipt.objects.get(external_id__endswith=f":{uid}").delete()
    counted = compare(compared)

    assert (counted.server_count, counted.stored_count) == (3, 2)
    assert (counted.missing, counted.repaired) == (1, 1)
    assert Receipt.objects.filter(external_id__endswith=f":{uid}").exists()
    assert compare(compared).missing == 0


def test_what_was_erased_on_purpose_is_not_missing(compared):
    receipt = Receipt.objects.get(external_id__endswith=":2")
    Sighting.objects.forget(receipt)
    receipt.delete()

    assert compare(compared).missing == 0
    assert Receipt.objects.count() == 2


def test_what_left_the_server_stays_here(compared, server):
    server.expunge(2)
    counted = compare(compared)

    assert (counted.server_count, counted.missing) == (2, 0)
    assert Receipt.objects.count() == 3


def test_once_a_day_every_mailbox_is_asked(compared):
    ask_everywhere()

    assert Mailbox.objects.get().reconciliation_asked_at
