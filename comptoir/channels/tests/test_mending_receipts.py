"""What could not be read waits for a person: with its reason, its raw form, and a way to try again."""

from datetime import timedelta

import pytest

from comptoir.channels.models import Account, Receipt
from comptoir.ground import clock, work

pytestmark = pytest.mark.django_db

RAW = b"From: =?utf-8?q?Z=C3=A9lie?= <zelie@example.org>\r\nSubject: =?utf-8?b?VsOpbG8=?=\r\n\r\nBonjour\x1b[2J <script>\r\n"


@pytest.fixture
def receipt(files, mailbox):
    """A message that Sam should look at."""
    receipt = Receipt.objects.keep(mailbox, "INBOX:1:1", RAW)
    receipt.set_aside("The parts of this message cannot be told apart.")
    return receipt


@pytest.fixture
def counter(client, sam):
    sam.language = "en"
    sam.save()
    client.force_login(sam)
    return client


def path(receipt: Receipt, tail: str = "") -> str:
    return f"/mending/receipts/{receipt.pk}/{tail}"


def page(client, path: str) -> str:
    return client.get(path).content.decode()


def test_it_is_listed_with_its_reason(counter, receipt):
    assert "cannot be told apart" in page(counter, "/mending/receipts/")
    assert "cannot be told apart" in page(counter, "/mending/")


def test_its_page_tells_what_it_is(counter, receipt):
    text = page(counter, path(receipt))

    assert all(words in text for words in ("cannot be told apart", "Zélie", "Vélo", "Cycles de Liège"))
    assert "&lt;script&gt;" in text and "<script>\n" not in text and "\x1b" not in text


def test_the_raw_form_is_a_file_no_browser_opens(counter, receipt):
    response = counter.get(path(receipt, "source/"))

    assert b"".join(response.streaming_content) == RAW
    assert response["Content-Disposition"] == f'attachment; filename="comptoir-{receipt.pk}.eml"'
    assert response["X-Content-Type-Options"] == "nosniff"
    assert (
        "sandbox" in response["Content-Security-Policy"]
        and "default-src 'none'" in response["Content-Security-Policy"]
    )
    assert "text/html" not in response["Content-Type"]


def test_a_huge_one_is_shown_in_part(counter, files, mailbox):
    receipt = Receipt.objects.keep(mailbox, "INBOX:1:2", RAW + b"z" * 3_000_000)
    receipt.set_aside("Too long to read.")
    text = page(counter, path(receipt))

    assert len(text) < 300_000 and "The first 100 kB" in text


def test_one_whose_raw_form_is_lost_still_has_a_page(counter, receipt, files):
    (files / receipt.path).unlink()

    assert "no longer in the storage" in page(counter, path(receipt))
    assert counter.get(path(receipt, "source/")).status_code == 404


def test_read_again_it_finds_its_place(counter, receipt):
    counter.post(path(receipt, "retry/"))
    work.drain()

    receipt.refresh_from_db()
    assert receipt.filed_at
    assert "Everything that came in was read" in page(counter, "/mending/receipts/")
    assert "stands in the inbox" in counter.get(path(receipt), follow=True).content.decode()


def test_left_alone_it_is_no_longer_listed_and_may_be_taken_up_again(counter, receipt, sam):
    text = counter.post(path(receipt, "dismissal/"), follow=True).content.decode()
    assert path(receipt, "retry/") in text
    assert "cannot be told apart" not in page(counter, "/mending/receipts/")
    assert "Sam Agent said that it may be left alone" in page(counter, path(receipt))

    counter.post(path(receipt, "retry/"))
    assert Receipt.objects.due().get() == receipt


def test_left_alone_it_is_never_read(counter, receipt):
    counter.post(path(receipt, "dismissal/"))
    work.drain()

    receipt.refresh_from_db()
    assert receipt.filed_at is None


def test_what_waits_unusually_long_is_shown_but_what_just_came_is_not(counter, files, mailbox):
    Receipt.objects.keep(mailbox, "new", RAW)
    late = Receipt.objects.keep(mailbox, "late", RAW)
    tried = Receipt.objects.keep(mailbox, "tried", RAW)
    Receipt.objects.filter(pk=late.pk).update(due_at=clock.now() - timedelta(minutes=20))
    tried.postpone(clock.now() + timedelta(minutes=5), "The disk is full.")

    assert (
        list(Receipt.objects.troubled().order_by("pk"))
        == list(Receipt.objects.slow().order_by("pk"))
        == [late, tried]
    )
    assert "The disk is full." in page(counter, "/mending/receipts/")
    assert "Is the worker running?" in page(counter, path(late))


def test_an_outsider_sees_nothing_of_it(client, robin, receipt):
    client.force_login(robin)

    assert "told apart" not in page(client, "/mending/") + page(client, "/mending/receipts/")
    for tail in ("", "source/"):
        assert client.get(path(receipt, tail)).status_code == 404
    for tail in ("retry/", "dismissal/"):
        assert client.post(path(receipt, tail)).status_code == 404
    receipt.refresh_from_db()
    assert receipt.is_set_aside and receipt.dismissed_at is None


def test_a_mailbox_of_no_store_concerns_everybody(client, robin, alex, receipt, mailbox):
    for member in (alex, robin):
        client.force_login(member)
        Account.objects.filter(pk=mailbox.pk).update(store=None)
        assert "told apart" in page(client, "/mending/receipts/")


def test_nobody_else_comes_in(client, receipt):
    for tail in ("", "source/"):
        assert client.get(path(receipt, tail)).status_code == 302


def test_changes_are_posted(counter, receipt):
    for tail in ("retry/", "dismissal/"):
        assert counter.get(path(receipt, tail)).status_code == 405


def test_pages_follow_each_other_at_a_constant_price(counter, files, mailbox, django_assert_max_num_queries):
    for number in range(45):
        Receipt.objects.keep(mailbox, f"{number}", RAW).set_aside(f"Reason {number}.")
    first = counter.get("/mending/receipts/")

    with django_assert_max_num_queries(14):
        rest = counter.get("/mending/receipts/", {"after": first.context["next"]})

    shown = [*first.context["receipts"], *rest.context["receipts"]]
    assert len({one.pk for one in shown}) == 45 and rest.context["next"] is None


# --- accounts --------------------------------------------------------------------------------------
def test_an_account_says_how_it_is(mailbox, sam):
    assert mailbox.condition.health == "waiting"

    mailbox.seen()
    assert mailbox.condition.health == "healthy" and mailbox.condition.tone == "good"

    mailbox.failed("The server refuses the password.")
    since = mailbox.last_error_at
    mailbox.failed("The server refuses the password.")
    assert mailbox.condition.is_failing and mailbox.condition.since == since
    assert mailbox.condition.reason == "The server refuses the password."

    mailbox.closed_at = clock.now()
    assert mailbox.condition.health == "closed"


def test_a_failing_account_is_told_to_those_it_concerns(counter, client, mailbox, robin):
    mailbox.failed("The server refuses the password.")
    assert "The server refuses the password." in page(counter, "/mending/")

    client.force_login(robin)
    assert "The server refuses the password." not in page(client, "/mending/")
