"""A thread's page: read it, and do what there is to do, with or without script."""

from datetime import timedelta

import pytest
from django.utils import timezone

from comptoir.ground import clock

pytestmark = pytest.mark.django_db


def page_of(client, thread, query="") -> str:
    return client.get(f"/threads/{thread.pk}/{query}").content.decode()


def test_the_thread_is_read_with_the_list_beside(at_the_counter, parcel_thread):
    page = page_of(at_the_counter, parcel_thread, "?in=to-take")

    assert "Bonjour, où est mon colis ?" in page
    assert f'id="row-{parcel_thread.pk}"' in page
    assert "Nour" in page


def test_htmx_gets_the_thread_alone_and_history_the_whole_page(at_the_counter, parcel_thread, htmx):
    url = f"/threads/{parcel_thread.pk}/"
    alone = at_the_counter.get(url, headers=htmx)
    back = at_the_counter.get(url, headers=htmx | {"HX-History-Restore-Request": "true"})

    assert "<html" not in alone.content.decode() and "<title>Mon colis" in alone.content.decode()
    assert "<html" in back.content.decode()
    assert "HX-Request" in alone["Vary"]


def test_quoted_words_are_folded(at_the_counter, letter):
    text = "Merci !\n\nLe lun. 16 nov. 2026 à 10:00, Cycles <liege@cycles.example> a écrit :\n> Il est prêt."
    page = page_of(at_the_counter, letter(text).thread)

    assert '<details class="message__quoted">' in page


def test_a_long_thread_costs_no_more_queries(at_the_counter, letter, django_assert_max_num_queries):
    first = letter("Un")
    page_of(at_the_counter, first.thread)
    with django_assert_max_num_queries(40) as short:
        page_of(at_the_counter, first.thread)
    for n in range(6):
        letter(f"Encore {n}", in_reply_to=first.external_id)
    with django_assert_max_num_queries(40) as long:
        page_of(at_the_counter, first.thread)

    assert len(long) == len(short)


def test_only_the_newest_messages_are_shown_until_asked(at_the_counter, letter):
    first = letter("Tout premier mot")
    for n in range(30):
        letter(f"Encore {n}", in_reply_to=first.external_id)

    assert "Tout premier mot" not in page_of(at_the_counter, first.thread)
    assert "Tout premier mot" in page_of(at_the_counter, first.thread, "earlier/")


@pytest.mark.parametrize("with_htmx", [True, False])
def test_done_and_back(at_the_counter, parcel_thread, htmx, with_htmx):
    headers = htmx if with_htmx else {}
    done = at_the_counter.post(f"/threads/{parcel_thread.pk}/closure/", headers=headers)
    parcel_thread.refresh_from_db()

    assert done.status_code == (200 if with_htmx else 302)
    assert parcel_thread.is_closed
    at_the_counter.post(f"/threads/{parcel_thread.pk}/closure/undo/", headers=headers)
    parcel_thread.refresh_from_db()
    assert not parcel_thread.is_closed


def test_undo_from_a_toast_redraws_the_head_from_afar(at_the_counter, parcel_thread, htmx):
    head = f"head-{parcel_thread.pk}"
    near = at_the_counter.post(f"/threads/{parcel_thread.pk}/closure/", headers=htmx | {"HX-Target": head})
    far = at_the_counter.post(f"/threads/{parcel_thread.pk}/closure/undo/", headers=htmx)

    assert f'id="{head}">' in near.content.decode()
    assert f'id="{head}" hx-swap-oob="true"' in far.content.decode()


def test_pause_until_tomorrow_morning(at_the_counter, parcel_thread):
    at_the_counter.post(f"/threads/{parcel_thread.pk}/snooze/", {"pause": "tomorrow"})
    parcel_thread.refresh_from_db()
    until = timezone.localtime(parcel_thread.snoozes.get().until)

    assert parcel_thread.state == "snoozed"
    assert (until.hour, until.date()) == (9, timezone.localdate() + timedelta(days=1))


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ({}, "Say until when."),
        ({"until": "yesterday"}, "That is not a date."),
        ({"until": "2020-01-01T10:00"}, "That moment is past"),
    ],
)
def test_a_pause_that_cannot_be_is_told(at_the_counter, parcel_thread, asked, sentence):
    response = at_the_counter.post(f"/threads/{parcel_thread.pk}/snooze/", asked, follow=True)
    parcel_thread.refresh_from_db()

    assert sentence in response.content.decode()
    assert parcel_thread.state == "open"


def test_take_give_and_give_back(at_the_counter, parcel_thread, sam, alex):
    url = f"/threads/{parcel_thread.pk}/assignment/"
    for to, owner in ((sam.pk, sam), (alex.pk, alex), ("", None)):
        at_the_counter.post(url, {"to": to})
        parcel_thread.refresh_from_db()
        assert parcel_thread.assignee == owner


def test_tags_are_put_and_removed(at_the_counter, parcel_thread):
    at_the_counter.post(f"/threads/{parcel_thread.pk}/tags/", {"name": "repair"})
    tag = parcel_thread.tags.get()
    assert "repair" in page_of(at_the_counter, parcel_thread)

    at_the_counter.post(f"/threads/{parcel_thread.pk}/tags/{tag.pk}/removal/")
    assert not parcel_thread.tags.exists()


def test_spam_and_back(at_the_counter, parcel_thread):
    for url, state in (("spam/", "spam"), ("spam/undo/", "open")):
        at_the_counter.post(f"/threads/{parcel_thread.pk}/{url}")
        parcel_thread.refresh_from_db()
        assert parcel_thread.state == state


def test_a_thread_handed_to_a_store_one_does_not_see_leaves_the_screen(at_the_counter, parcel_thread, namur):
    response = at_the_counter.post(f"/threads/{parcel_thread.pk}/store/", {"store": namur.pk})

    assert response.url == "/"
    assert at_the_counter.get(f"/threads/{parcel_thread.pk}/").status_code == 404


def test_news_bring_what_the_screen_lacks_and_nothing_else(at_the_counter, letter, htmx):
    first = letter("Un")
    second = letter("Deux", in_reply_to=first.external_id)
    url = f"/threads/{first.thread_id}/news/"
    page = at_the_counter.get(url, {"shown": [first.pk, 999_999]}, headers=htmx).content.decode()

    assert "Deux" in page and f'id="message-{first.pk}"' not in page
    assert "New message from Nour." in page
    assert 'data-gone="999999"' in page
    quiet = at_the_counter.get(url, {"shown": [first.pk, second.pk]}, headers=htmx).content.decode()
    assert "message__body" not in quiet


def test_a_stranger_in_the_thread_is_pointed_out(at_the_counter, letter):
    first = letter("Un")
    letter("Je suis Nour, croyez-moi", sender="Quelqu’un <x@evil.example>", in_reply_to=first.external_id)

    assert "Somebody else wrote this." in page_of(at_the_counter, first.thread)


@pytest.mark.parametrize(
    "path",
    ["", "news/", "customer/", "composer/", "earlier/"],
)
def test_robin_finds_no_page_of_it(client, robin, parcel_thread, path):
    client.force_login(robin)

    assert client.get(f"/threads/{parcel_thread.pk}/{path}").status_code == 404


@pytest.mark.parametrize(
    "path",
    "reply note forward draft draft/removal assignment store snooze snooze/end closure closure/undo spam spam/undo"
    " subject tags attachments".split(),
)
def test_robin_changes_nothing_in_it(client, robin, parcel_thread, path):
    client.force_login(robin)

    assert client.post(f"/threads/{parcel_thread.pk}/{path}/", {"body": "x", "name": "x"}).status_code == 404


def test_what_a_stranger_names_things_never_runs(at_the_counter, letter):
    evil = "<img src=x onerror=alert(1)>"
    thread = letter(evil, subject=evil, sender=f'"{evil}" <nour@example.org>').thread
    thread.tag(evil[:40], by=thread.assignee)

    assert evil[:40] not in page_of(at_the_counter, thread)
    assert evil not in at_the_counter.get("/inbox/all/").content.decode()


def test_the_clock_of_a_pause_offers_no_evening_in_the_evening(at_the_counter, parcel_thread, alex):
    evening = timezone.localtime(clock.now()).replace(hour=20)
    with clock.at(evening):
        assert "This evening" not in page_of(at_the_counter, parcel_thread)


def test_mail_that_may_not_arrive_is_told_before_the_first_send(at_the_counter, letter, mailbox):
    from comptoir.channels.email.models import Alignment

    thread = letter().thread
    facts = {"domain": "cycles.example", "host": "smtp.example.net", "own": "smtp.cycles.example"}
    Alignment.objects.create(account=mailbox, findings=[["elsewhere", facts]])

    assert "smtp.example.net" in at_the_counter.get(f"/threads/{thread.pk}/").content.decode()
