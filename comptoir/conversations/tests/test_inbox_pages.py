"""The inbox's lists: who sees what, page by page, always at the same cost."""

import re
from datetime import timedelta

import pytest

from comptoir.conversations.models import Thread
from comptoir.ground import clock

pytestmark = pytest.mark.django_db


def rows(response) -> list[str]:
    return re.findall(r'id="row-(\d+)"', response.content.decode())


@pytest.fixture
def many_threads(letter):
    """Ninety people wrote, one minute apart."""
    first = letter("Bonjour", subject="Mon vélo 0").thread
    start = clock.now() - timedelta(days=1)
    facts = {"customer": first.customer, "account": first.account, "store": first.store}
    Thread.objects.bulk_create(
        Thread(subject=f"Mon vélo {n}", last_at=start + timedelta(minutes=n // 3), preview="Bonjour", **facts)
        for n in range(1, 90)
    )
    return Thread.objects.all()


def test_the_day_begins_with_what_is_to_take(at_the_counter, parcel_thread):
    assert at_the_counter.get("/").url == "/inbox/to-take/"


def test_the_day_begins_with_what_is_mine_if_anything_is(at_the_counter, parcel_thread, sam):
    parcel_thread.assign(sam, by=sam)

    assert at_the_counter.get("/").url == "/inbox/mine/"


def test_each_view_shows_its_own(at_the_counter, letter, sam):
    threads = {
        name: letter("Bonjour", subject=name).thread for name in ("free", "mine", "paused", "done", "spam")
    }
    threads["mine"].assign(sam, by=sam)
    threads["paused"].snooze(clock.now() + timedelta(hours=1), by=sam)
    threads["done"].close(by=sam)
    threads["spam"].mark_as_spam(by=sam)
    threads["free"].tag("repair", by=sam)
    tag = threads["free"].tags.get()

    def shown(key):
        return {int(pk) for pk in rows(at_the_counter.get(f"/inbox/{key}/"))}

    assert shown("mine") == {threads["mine"].pk}
    assert shown("to-take") == shown(f"tag-{tag.pk}") == {threads["free"].pk}
    assert shown("snoozed") == {threads["paused"].pk}
    assert shown("closed") == {threads["done"].pk}
    assert shown("spam") == {threads["spam"].pk}
    everything = {thread.pk for name, thread in threads.items() if name != "spam"}
    assert shown("all") == shown(f"channel-{threads['free'].account_id}") == everything


def test_robin_sees_nothing_of_liege(client, robin, parcel_thread):
    client.force_login(robin)

    assert rows(client.get("/inbox/all/")) == []
    assert rows(client.get("/inbox/search/?q=colis")) == []
    assert client.get(f"/threads/{parcel_thread.pk}/").status_code == 404


def test_pages_follow_each_other_without_gap_or_repeat(at_the_counter, many_threads):
    seen, url = [], "/inbox/all/"
    while url:
        page = at_the_counter.get(url, headers={"HX-Request": "true"})
        seen += rows(page)
        more = re.search(r'hx-get="(/inbox/all/\?before=[^"]+)"', page.content.decode())
        url = more[1].replace("&amp;", "&") if more else ""

    assert seen == [str(pk) for pk in many_threads.newest_first().values_list("pk", flat=True)]


def test_a_refresh_shows_as_many_rows_as_the_screen_does(at_the_counter, many_threads, htmx):
    page = at_the_counter.get("/inbox/all/?rows=40&rows=40", headers=htmx)

    assert len(rows(page)) == 80


def test_a_list_costs_the_same_for_three_or_forty(
    at_the_counter, letter, many_threads, django_assert_max_num_queries
):
    with django_assert_max_num_queries(22) as forty:
        at_the_counter.get("/inbox/all/")
    Thread.objects.filter(subject__endswith="9").delete()
    Thread.objects.filter(pk__gt=many_threads.order_by("pk")[3].pk).delete()
    with django_assert_max_num_queries(22) as three:
        at_the_counter.get("/inbox/all/")

    assert len(three) == len(forty)


@pytest.mark.parametrize("key", ["nowhere", "channel-999", "tag-x", "channel-"])
def test_an_unknown_view_is_not_found(at_the_counter, key):
    assert at_the_counter.get(f"/inbox/{key}/").status_code == 404


@pytest.mark.parametrize(
    "mark", ["x", "2026~1", "2026-13-45T00:00~3", "2026-01-01T00:00:00+00:00~" + "9" * 40]
)
def test_a_spoilt_address_shows_the_first_page(at_the_counter, parcel_thread, mark):
    assert rows(at_the_counter.get("/inbox/all/", {"before": mark})) == [str(parcel_thread.pk)]


def test_search_finds_people_subjects_and_words(at_the_counter, letter):
    nour = letter("Le cadre grince quand je pédale", subject="Bruit").thread
    letter("Autre chose", subject="Selle", sender="Julien <julien@example.org>")

    for words in ("grincer", "bruit", "pedal", "nour"):
        assert rows(at_the_counter.get("/inbox/search/", {"q": words})) == [str(nour.pk)], words
    assert "nour@example.org" in at_the_counter.get("/inbox/search/", {"q": "nour"}).content.decode()


def test_an_empty_shop_is_told_what_to_do(at_the_counter):
    assert "Connect the shop" in at_the_counter.get("/inbox/all/").content.decode()


def test_nothing_to_take_is_good_news(at_the_counter, mailbox):
    assert "Everybody has been answered" in at_the_counter.get("/inbox/to-take/").content.decode()
