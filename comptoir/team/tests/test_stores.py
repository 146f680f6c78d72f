"""The settings of stores: a week typed in a table, exceptional days, holidays kept open."""

import datetime

import pytest
from django.urls import reverse

from comptoir.ground import clock
from comptoir.team.models import ExceptionalDay, Store

NOON = datetime.datetime(2026, 11, 23, 11, tzinfo=datetime.UTC)


def week(**days) -> dict:
    """`week(d0="09:00-12:30,14:00-18:30")` as the table posts it."""
    posted = {}
    for day, slots in days.items():
        for number, slot in enumerate(slots.split(",")):
            posted[f"from_{day[1]}_{number}"], posted[f"to_{day[1]}_{number}"] = slot.split("-")
    return posted


def test_a_week_with_its_lunch_break_is_kept(alex, liege, signed_in):
    lunch = "09:00-12:30,14:00-18:30"
    posted = week(d0=lunch, d1=lunch, d2=lunch, d3=lunch, d4=lunch, d5="09:00-12:00") | {
        "closed_on_holidays": "on"
    }

    signed_in(alex).post(reverse("team:hours", args=[liege.pk]), posted)

    liege.refresh_from_db()
    assert liege.hours == "Mo-Fr 09:00-12:30,14:00-18:30; Sa 09:00-12:00; PH off"
    assert liege.opening_hours().is_open(NOON)


def test_what_was_kept_is_shown_again_and_saving_it_changes_nothing(alex, liege, signed_in):
    liege.hours = "Mo-Fr 09:00-12:30,14:00-18:30; Sa 22:00-02:00; PH off; Jul-Aug Mo off"
    liege.save()
    browser = signed_in(alex)
    form = browser.get(reverse("team:hours", args=[liege.pk])).context["form"]
    posted = {name: value for name, value in form.initial.items() if value not in (None, "")}

    browser.post(reverse("team:hours", args=[liege.pk]), posted)

    again = Store.objects.get(pk=liege.pk)
    assert again.hours == liege.hours


@pytest.mark.parametrize(
    ("posted", "words"),
    [
        ({"from_0_0": "09:00"}, "Write both hours"),
        (week(d0="09:00-12:30,12:00-18:00"), "overlap"),
        ({"from_0_0": "9 h", "to_0_0": "12:00"}, "valid time"),
        ({"seasons": "Juillet fermé"}, "is not understood"),
    ],
)
def test_nonsense_is_refused_in_words_and_nothing_is_lost(alex, liege, signed_in, posted, words):
    answer = signed_in(alex).post(reverse("team:hours", args=[liege.pk]), posted)

    assert answer.status_code == 422
    assert words in answer.content.decode()
    liege.refresh_from_db()
    assert liege.hours == ""


def test_summer_holidays_close_and_say_why(alex, liege, signed_in):
    liege.hours = "Mo-Fr 09:00-18:00"
    liege.save()
    posted = {"date": "2027-07-19", "until": "2027-07-30", "kind": "closed", "reason": "Congés d’été"}

    signed_in(alex).post(reverse("team:add-day", args=[liege.pk]), posted)

    hours = liege.opening_hours()
    assert not hours.is_open(datetime.datetime(2027, 7, 22, 10, tzinfo=datetime.UTC))
    assert hours.reason_on(datetime.date(2027, 7, 22)) == "Congés d’été"
    assert hours.is_open(datetime.datetime(2027, 8, 2, 10, tzinfo=datetime.UTC))


def test_one_day_picked_out_of_a_closure_speaks_last(liege):
    for first, last, hours in (("2027-07-24", "2027-07-24", "10:00-12:00"), ("2027-07-19", "2027-07-30", "")):
        ExceptionalDay.objects.create(store=liege, date=first, until=last, hours=hours)
    liege.refresh_from_db()

    assert liege.opening_hours().is_open(datetime.datetime(2027, 7, 24, 9, tzinfo=datetime.UTC))


@pytest.mark.parametrize(
    "posted",
    [
        {"date": "2027-07-30", "until": "2027-07-19", "kind": "closed"},
        {"date": "2027-07-19", "until": "2029-07-19", "kind": "closed"},
        {"date": "2027-07-19", "kind": "hours", "hours": "dix heures"},
        {"date": "2027-07-19", "kind": "hours", "hours": ""},
        {"date": "demain", "kind": "closed"},
    ],
)
def test_an_impossible_day_is_refused(alex, liege, signed_in, posted):
    assert signed_in(alex).post(reverse("team:add-day", args=[liege.pk]), posted).status_code == 422
    assert not ExceptionalDay.objects.exists()


def test_a_holiday_is_kept_open_then_closed_again(alex, liege, signed_in):
    liege.hours, liege.calendar = "Mo-Su 09:00-18:00; PH off", "BE"
    liege.save()
    browser, url = signed_in(alex), reverse("team:keep-holiday", args=[liege.pk, "2026-12-25"])
    christmas = datetime.datetime(2026, 12, 25, 10, tzinfo=datetime.UTC)

    browser.post(url)
    assert liege.opening_hours().is_open(christmas)
    browser.post(url)
    assert not Store.objects.get().opening_hours().is_open(christmas)


def test_the_holidays_to_come_are_listed(alex, liege, signed_in):
    liege.hours, liege.calendar = "Mo-Su 09:00-18:00; PH off", "BE"
    liege.save()

    with clock.at(NOON):
        page = signed_in(alex).get(reverse("team:hours", args=[liege.pk])).content.decode()

    assert "Christmas Day" in page
    assert "Friday 25 December 2026" in page


def test_the_list_of_stores_costs_the_same_with_ten_of_them(
    alex, liege, signed_in, django_assert_max_num_queries
):
    for number in range(10):
        Store.objects.create(name=f"Store {number}", hours="24/7")
    browser = signed_in(alex)
    browser.get(reverse("team:stores"))

    with django_assert_max_num_queries(12):
        browser.get(reverse("team:stores"))
