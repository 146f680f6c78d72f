"""Opening hours: lunch, nights, holidays and clock changes, counted exactly."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as some

from comptoir.team.calendars import Calendar
from comptoir.team.hours import ExceptionalHours, OpeningHours
from comptoir.team.timetable import Rule, Season, Slot, Timetable, TimetableUnreadable, read_slots

PARIS, BRUSSELS, MONTREAL = map(ZoneInfo, ["Europe/Paris", "Europe/Brussels", "America/Toronto"])
WEEK = "Mo-Fr 09:00-12:30,14:00-18:30; Sa 09:00-12:00; PH off"


def hours(text=WEEK, zone=BRUSSELS, calendar=Calendar.BELGIUM, **facts) -> OpeningHours:
    return OpeningHours(Timetable.read(text), zone, calendar, **facts)


def at(text: str, zone=BRUSSELS) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone)


# --- promises -----------------------------------------------------------------------------------------
def test_the_lunch_break_does_not_count():
    assert hours().due_at(at("2026-11-23T12:00"), 60) == at("2026-11-23T14:30")


def test_a_promise_that_ends_at_closing_ends_at_closing():
    assert hours().due_at(at("2026-11-23T17:30"), 60) == at("2026-11-23T18:30")


def test_a_message_of_saturday_night_is_counted_from_monday():
    assert hours().due_at(at("2026-11-21T22:00"), 30) == at("2026-11-23T09:30")


def test_a_night_belongs_to_the_day_it_starts_on():
    bar = hours("Fr-Sa 22:00-03:00")

    assert bar.is_open(at("2026-11-22T02:59"))
    assert not bar.is_open(at("2026-11-22T03:00"))
    assert not bar.is_open(at("2026-11-20T02:00"))


def test_a_night_runs_to_its_end_into_a_holiday():
    bar = hours("Mo-Su 20:00-02:00; PH off")

    assert bar.is_open(at("2026-12-25T01:00"))
    assert not bar.is_open(at("2026-12-25T21:00"))


@pytest.mark.parametrize(
    ("calendar", "zone", "day", "is_closed"),
    [
        (Calendar.FRANCE, PARIS, "2027-03-26", False),
        (Calendar.MOSELLE, PARIS, "2027-03-26", True),
        (Calendar.ALSACE, PARIS, "2026-12-26", True),
        (Calendar.BELGIUM, BRUSSELS, "2027-07-21", True),
        (Calendar.FRANCE, PARIS, "2027-07-21", False),
        (Calendar.QUEBEC, MONTREAL, "2027-06-24", True),
        (Calendar.BELGIUM, BRUSSELS, "2027-06-24", False),
    ],
)
def test_each_place_has_its_holidays(calendar, zone, day, is_closed):
    shop = hours("Mo-Su 10:00-18:00; PH off", zone, calendar)

    assert shop.is_open(at(f"{day}T11:00", zone)) is not is_closed


def test_an_exceptional_day_beats_everything():
    stocktaking = {date(2026, 11, 23): ExceptionalHours(reason="inventaire")}
    christmas = {date(2026, 12, 25): ExceptionalHours(read_slots("10:00-12:00"))}
    shop = hours(exceptions=stocktaking | christmas)

    assert not shop.is_open(at("2026-11-23T10:00"))
    assert shop.is_open(at("2026-12-25T11:00"))


def test_a_holiday_can_be_kept_open():
    shop = hours(kept_open=frozenset({date(2026, 12, 25)}))

    assert shop.is_open(at("2026-12-25T10:00"))


def test_a_store_that_never_opens_owes_nothing():
    assert hours("Mo off").due_at(at("2026-11-23T10:00"), 1) is None
    assert hours("").next_opening(at("2026-11-23T10:00")) is None
    assert not hours("").are_known


def test_the_hour_lost_in_spring_is_not_counted_and_the_one_of_autumn_counts_twice():
    night = hours("24/7", PARIS)

    assert night.open_minutes(at("2026-03-29T00:00", PARIS), at("2026-03-29T06:00", PARIS)) == 5 * 60
    assert night.open_minutes(at("2026-10-25T00:00", PARIS), at("2026-10-25T06:00", PARIS)) == 7 * 60


def test_a_slot_inside_the_repeated_hour_opens_twice():
    odd = hours("Su 02:00-02:30", PARIS)

    assert odd.open_minutes(at("2026-10-25T00:00", PARIS), at("2026-10-25T06:00", PARIS)) == 60


# --- in words -----------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("moment", "words"),
    [
        ("2026-11-23T10:00", "Open until 12:30"),
        ("2026-11-23T13:00", "Closed, opens at 14:00"),
        ("2026-11-23T19:00", "Closed, opens tomorrow at 09:00"),
        ("2026-11-21T19:00", "Closed, opens on Monday 23 November at 09:00"),
        ("2026-12-25T10:00", "Closed (Christmas Day), opens tomorrow at 09:00"),
    ],
)
def test_what_a_customer_is_told(moment, words):
    with translation.override("en"):
        assert hours().today_in_words(at(moment)) == words


def test_what_a_customer_is_told_in_french():
    with translation.override("fr"):
        told = hours().today_in_words(at("2026-12-25T10:00"))

    assert told.replace("\u202f", " ").replace("\xa0", " ") == "Fermé (Noël), ouvre demain à 9 h 00"


def test_a_store_that_never_closes_says_so():
    with translation.override("en"):
        assert hours("24/7").today_in_words(at("2026-11-23T10:00")) == "Open day and night"


# --- reading and writing -----------------------------------------------------------------------------
@pytest.mark.parametrize(
    "text", ["Lu-Ve 9:00-18:00", "Mo 9h-12h", "Mo 25:00-26:00", "Feb 30 off", "Mo 09:75-10:00", "x"]
)
def test_what_is_not_understood_is_said_in_one_sentence(text):
    with translation.override("en"), pytest.raises(TimetableUnreadable) as refusal:
        Timetable.read(text)

    assert (
        "understood" in str(refusal.value)
        or "not an hour" in str(refusal.value)
        or "exist" in str(refusal.value)
    )


@pytest.mark.parametrize(
    "text", ["Mo-Fr 09:00-12:30,14:00-18:30; Sa 09:00-12:00; PH off", "Mo-Su 18:00-02:00", "Jul-Aug Mo-Sa 10:00-13:00",
             "Dec 24-Jan 02 off", "We,Fr-Su,PH 16:00-24:00", "Aug 01-Aug 15 off", "Dec 24 09:00-13:00"],
)  # fmt: skip
def test_a_timetable_is_written_as_it_was_read(text):
    assert str(Timetable.read(text)) == text


slots = some.lists(
    some.tuples(some.integers(0, 1439), some.integers(1, 1440)).map(
        lambda one: Slot(one[0], one[0] + one[1])
    ),
    max_size=3,
).map(tuple)
seasons = some.lists(
    some.tuples(some.integers(1, 12), some.integers(1, 28), some.integers(1, 12), some.integers(1, 28)).map(
        lambda one: Season(one[:2], one[2:])
    ),
    max_size=2,
).map(tuple)
rules = some.builds(Rule, slots, some.frozensets(some.integers(0, 6)), some.booleans(), seasons)
timetables = some.lists(rules, max_size=4).map(lambda some_rules: Timetable(tuple(some_rules)))
moments = some.datetimes(datetime(2024, 1, 1), datetime(2028, 12, 31)).map(
    lambda one: one.replace(microsecond=0, tzinfo=UTC)
)
zones = some.sampled_from(
    [PARIS, MONTREAL, ZoneInfo("America/Halifax"), ZoneInfo("Australia/Lord_Howe"), ZoneInfo("UTC")]
)


@given(timetables)
def test_what_is_written_reads_the_same(timetable):
    assert Timetable.read(str(timetable)) == timetable


@given(timetables, zones, moments, some.integers(1, 5000))
def test_a_promise_holds_exactly_its_minutes(timetable, zone, start, minutes):
    shop = OpeningHours(timetable, zone)
    due = shop.due_at(start, minutes)

    if due is not None:
        assert shop.open_minutes(start, due) == minutes
        assert shop.is_open(due - timedelta(microseconds=1))


@given(timetables, zones, moments, some.integers(0, 4000), some.integers(0, 4000))
def test_minutes_add_up(timetable, zone, start, first, second):
    shop = OpeningHours(timetable, zone)
    middle, end = start + timedelta(minutes=first), start + timedelta(minutes=first + second)

    whole = shop.open_minutes(start, end)
    parts = shop.open_minutes(start, middle) + shop.open_minutes(middle, end)
    assert abs(whole - parts) <= 1
    assert 0 <= whole <= first + second


@given(timetables, zones, moments)
def test_a_minute_walked_one_by_one_agrees(timetable, zone, start):
    """The definition itself: a minute is open when the clock of the store shows a time inside a slot."""
    start = start.replace(second=0)
    shop = OpeningHours(timetable, zone)
    walked = sum(_is_open_by_definition(shop, start + timedelta(minutes=n)) for n in range(300))

    assert shop.open_minutes(start, start + timedelta(minutes=300)) == walked


def _is_open_by_definition(shop: OpeningHours, moment: datetime) -> bool:
    local = moment.astimezone(shop.zone).replace(tzinfo=None)
    for back in (0, 1):
        day = local.date() - timedelta(days=back)
        minutes = (local - datetime.combine(day, datetime.min.time())) / timedelta(minutes=1)
        if any(slot.start <= minutes < slot.end for slot in shop.slots_on(day)):
            return True
    return False


@given(moments, some.integers(0, 10_000))
def test_an_opening_is_never_missed(start, minutes):
    shop = hours()
    opening = shop.next_opening(start)

    assert opening >= start
    assert shop.is_open(opening)
    assert shop.open_minutes(start, opening) == 0
