"""A timetable: the hours of an ordinary week and of each season, read and written as OpenStreetMap writes them.

`Mo-Fr 09:00-12:30,14:00-18:30; Sa 09:00-12:00; PH off; Jul-Aug Mo off`. The last rule that matches a date
decides for the whole day. `PH` stands for public holidays; without it, a holiday is an ordinary day.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from itertools import groupby

from django.utils.translation import gettext as _

DAYS = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
MIDNIGHT = 24 * 60

_DAY = f"(?:{'|'.join(DAYS)})"
_MONTH = f"(?:{'|'.join(MONTHS)})"
_DAYS = rf"(?:PH|{_DAY}(?:-{_DAY})?)"
_SEASON = rf"{_MONTH}(?: ?\d{{1,2}})?(?:-(?:{_MONTH}(?: ?\d{{1,2}})?|\d{{1,2}}))?"
_SLOT = r"\d{1,2}:\d{2}-\d{1,2}:\d{2}"
_RULE = re.compile(
    rf"(?P<seasons>{_SEASON}(?:,{_SEASON})*)?\s*"
    rf"(?P<days>{_DAYS}(?:,{_DAYS})*)?\s*"
    rf"(?P<hours>off|closed|open|24/7|{_SLOT}(?:,{_SLOT})*)?"
)
_ONE_SEASON = re.compile(
    rf"(?P<month>{_MONTH}) ?(?P<day>\d+)?(?:-(?P<to_month>{_MONTH})? ?(?P<to_day>\d+)?)?"
)


class TimetableUnreadable(ValueError):
    """Hours that cannot be understood; says which words, in one sentence."""


@dataclass(frozen=True, order=True)
class Slot:
    """From `start` to `end`, in minutes after midnight of the day it starts on; `end` may lie in the next day."""

    start: int
    end: int

    def __str__(self) -> str:
        return f"{_clock(self.start)}-{_clock(self.end - MIDNIGHT if self._wraps else self.end)}"

    @property
    def _wraps(self) -> bool:
        return self.end > MIDNIGHT and self.end - MIDNIGHT <= self.start


@dataclass(frozen=True)
class Season:
    """A part of every year, both days included: (month, day) to (month, day); may run over New Year."""

    first: tuple[int, int]
    last: tuple[int, int]

    def __contains__(self, day: date) -> bool:
        today = (day.month, day.day)
        if self.first <= self.last:
            return self.first <= today <= self.last
        return today >= self.first or today <= self.last

    def __str__(self) -> str:
        (month, day), (to_month, to_day) = self.first, self.last
        if day == 1 and to_day == _length(to_month):
            return MONTHS[month - 1] if month == to_month else f"{MONTHS[month - 1]}-{MONTHS[to_month - 1]}"
        if self.first == self.last:
            return f"{MONTHS[month - 1]} {day:02}"
        return f"{MONTHS[month - 1]} {day:02}-{MONTHS[to_month - 1]} {to_day:02}"


@dataclass(frozen=True)
class Rule:
    """Slots for some days of some seasons; neither days nor holidays named means every day."""

    slots: tuple[Slot, ...] = ()
    weekdays: frozenset[int] = frozenset()
    on_holidays: bool = False
    seasons: tuple[Season, ...] = ()

    def matches(self, day: date, *, is_holiday: bool) -> bool:
        if self.seasons and not any(day in season for season in self.seasons):
            return False
        if not self.weekdays and not self.on_holidays:
            return True
        return day.weekday() in self.weekdays or (self.on_holidays and is_holiday)

    @property
    def is_plain_week(self) -> bool:
        """Says what happens on weekdays all year round, and nothing else."""
        return not self.seasons and not self.on_holidays

    def __str__(self) -> str:
        days = [*_print_days(self.weekdays), *(["PH"] if self.on_holidays else [])]
        hours = ",".join(map(str, self.slots)) or "off"
        return " ".join(filter(None, [",".join(map(str, self.seasons)), ",".join(days), hours]))


@dataclass(frozen=True)
class Timetable:
    """Rules in the order they are written; later ones win."""

    rules: tuple[Rule, ...] = ()

    @classmethod
    def read(cls, text: str) -> "Timetable":
        """Raises TimetableUnreadable, naming the words that are not understood."""
        return _read(text)

    @classmethod
    def of_week(cls, week: Mapping[int, Iterable[Slot]], *, closed_on_holidays: bool = False) -> "Timetable":
        """From the slots of each weekday (Monday is 0): days with the same slots share a rule."""
        hours = {day: tuple(sorted(slots)) for day, slots in week.items() if slots}
        together = dict.fromkeys(hours[day] for day in sorted(hours))
        rules = [Rule(slots, frozenset(day for day in hours if hours[day] == slots)) for slots in together]
        return cls((*rules, Rule(on_holidays=True)) if rules and closed_on_holidays else tuple(rules))

    def slots_on(self, day: date, *, is_holiday: bool = False) -> tuple[Slot, ...]:
        for rule in reversed(self.rules):
            if rule.matches(day, is_holiday=is_holiday):
                return rule.slots
        return ()

    @property
    def week(self) -> dict[int, tuple[Slot, ...]]:
        """The ordinary week: what each weekday has when no season and no holiday speaks."""
        ordinary = [
            rule for rule in self.rules if not rule.seasons and (rule.weekdays or not rule.on_holidays)
        ]
        return {day: _last_word(ordinary, day) for day in range(7)}

    @property
    def beyond_the_week(self) -> "Timetable":
        """The rules that an ordinary week cannot show: seasons, and hours kept on public holidays."""
        return Timetable(
            tuple(one for one in self.rules if not one.is_plain_week and one != CLOSED_ON_HOLIDAYS)
        )

    @property
    def closes_on_holidays(self) -> bool:
        return any(rule.on_holidays and not rule.seasons and not rule.slots for rule in self.rules)

    def __str__(self) -> str:
        return "; ".join(map(str, self.rules))

    def __add__(self, other: "Timetable") -> "Timetable":
        return Timetable((*self.rules, *other.rules))


CLOSED_ON_HOLIDAYS = Rule(on_holidays=True)


def read_slots(text: str) -> tuple[Slot, ...]:
    """`10:00-12:00,14:00-16:00`; nothing written means closed."""
    if text and not re.fullmatch(rf"{_SLOT}(?:,{_SLOT})*", text):
        raise TimetableUnreadable(
            _("“%(words)s” is not understood: write 09:00-12:30,14:00-18:30.") % {"words": text}
        )
    return tuple(_slot(one) for one in text.split(",")) if text else ()


def clock_minutes(text: str) -> int:
    """Minutes after midnight for `9:30`; up to `48:00`, for what ends the day after."""
    hours, minutes = map(int, text.split(":"))
    if minutes > 59 or hours * 60 + minutes > 2 * MIDNIGHT:
        raise TimetableUnreadable(_("%(time)s is not an hour.") % {"time": text})
    return hours * 60 + minutes


@lru_cache(maxsize=500)
def _read(text: str) -> Timetable:
    return Timetable(tuple(_rule(rule.strip()) for rule in text.split(";") if rule.strip()))


def _rule(text: str) -> Rule:
    found = _RULE.fullmatch(re.sub(r"\s*([,–-])\s*", lambda sign: sign[1].replace("–", "-"), text))
    if not found or not any(found.groups()):
        raise TimetableUnreadable(_("“%(words)s” is not understood.") % {"words": text})
    weekdays, on_holidays = _read_days(found["days"] or "")
    seasons = tuple(_season(one, text) for one in (found["seasons"] or "").split(",") if one)
    return Rule(_read_hours(found["hours"]), weekdays, on_holidays, seasons)


def _read_hours(text: str | None) -> tuple[Slot, ...]:
    if text in ("off", "closed"):
        return ()
    if text in (None, "open", "24/7"):
        return (Slot(0, MIDNIGHT),)
    return read_slots(text)


def _slot(text: str) -> Slot:
    start, end = map(clock_minutes, text.split("-"))
    if start >= MIDNIGHT:
        raise TimetableUnreadable(_("%(time)s is not an hour.") % {"time": text.split("-")[0]})
    return Slot(start, end if end > start else end + MIDNIGHT)


def _read_days(text: str) -> tuple[frozenset[int], bool]:
    weekdays: set[int] = set()
    names = text.split(",") if text else []
    for name in names:
        if name != "PH":
            first, _dash, last = name.partition("-")
            start, end = DAYS.index(first), DAYS.index(last or first)
            weekdays |= {day % 7 for day in range(start, end + 1 if end >= start else end + 8)}
    return frozenset(weekdays), "PH" in names


def _season(text: str, rule: str) -> Season:
    found = _ONE_SEASON.fullmatch(text)
    month = MONTHS.index(found["month"]) + 1
    is_range = "-" in text
    to_month = MONTHS.index(found["to_month"]) + 1 if found["to_month"] else month
    first = int(found["day"] or 1)
    last = int(found["to_day"] or 0) or (first if found["day"] and not is_range else _length(to_month))
    if not (1 <= first <= _length(month) and 1 <= last <= _length(to_month)):
        raise TimetableUnreadable(_("“%(words)s” names a day that does not exist.") % {"words": rule})
    return Season((month, first), (to_month, last))


def _length(month: int) -> int:
    return {2: 29, 4: 30, 6: 30, 9: 30, 11: 30}.get(month, 31)


def _last_word(rules: list[Rule], weekday: int) -> tuple[Slot, ...]:
    saying = [one for one in rules if weekday in one.weekdays or (not one.weekdays and not one.on_holidays)]
    return saying[-1].slots if saying else ()


def _print_days(weekdays: frozenset[int]) -> list[str]:
    runs = groupby(enumerate(sorted(weekdays)), key=lambda one: one[1] - one[0])
    days = [[day for _index, day in run] for _gap, run in runs]
    return [DAYS[run[0]] if len(run) == 1 else f"{DAYS[run[0]]}-{DAYS[run[-1]]}" for run in days]


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"
