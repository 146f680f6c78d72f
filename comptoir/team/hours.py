"""Opening hours: when a store is open, counted exactly, whatever the lunch break, the night, the holiday or the clock change.

A moment is open when what the store's clock shows at that moment lies inside a slot. So the hour that
a clock change skips does not exist, and the hour it repeats counts twice. A slot that runs past midnight
belongs to the day it starts on and runs to its end, even into a closed day.
"""

from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.utils.formats import date_format, time_format
from django.utils.translation import gettext as _

from .calendars import Calendar
from .timetable import Slot, Timetable

DAY = timedelta(days=1)
# A store that does not open within this time is taken to never open.
HORIZON = timedelta(days=800)
# A store open for this long without a break has no closing hour worth telling.
LONG = timedelta(days=15)


@dataclass(frozen=True)
class ExceptionalHours:
    """What replaces the timetable on one date: no slot means closed; `reason` is told to customers."""

    slots: tuple[Slot, ...] = ()
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Piece:
    """A time during which the store is open, in UTC; `end` itself is closed. The next piece may touch it."""

    start: datetime
    end: datetime

    @property
    def length(self) -> timedelta:
        return self.end - self.start


@dataclass(frozen=True)
class OpeningHours:
    """A store's hours as one value: nothing here reads the database."""

    timetable: Timetable
    zone: ZoneInfo
    calendar: Calendar | None = None
    exceptions: Mapping[date, ExceptionalHours] = field(default_factory=dict)
    kept_open: frozenset[date] = frozenset()

    @property
    def are_known(self) -> bool:
        """False for a store whose hours nobody has written yet: no promise can be counted on them."""
        return bool(self.timetable.rules)

    # --- questions about a moment ---------------------------------------------------------------
    def is_open(self, at: datetime) -> bool:
        return any(self._pieces(at, at + timedelta(microseconds=1)))

    def next_opening(self, at: datetime) -> datetime | None:
        """`at` itself when the store is open; None when it never opens again."""
        piece = next(self._pieces(at), None)
        return piece and piece.start.astimezone(self.zone)

    def closing(self, at: datetime) -> datetime | None:
        """When the store, open at `at`, closes; None when it is closed, or open for weeks without a break."""
        end = at
        for piece in self._pieces(at, at + LONG):
            if piece.start > end:
                break
            end = piece.end
        return end.astimezone(self.zone) if at < end < at + LONG else None

    # --- counting -------------------------------------------------------------------------------
    def due_at(self, start: datetime, minutes: float) -> datetime | None:
        """The first moment by which the store has been open `minutes` since `start`; None when it never is."""
        missing = timedelta(minutes=minutes)
        if missing <= timedelta(0):
            return start.astimezone(self.zone)
        for piece in self._pieces(start):
            if missing <= piece.length:
                return (piece.start + missing).astimezone(self.zone)
            missing -= piece.length
        return None

    def open_minutes(self, start: datetime, end: datetime) -> int:
        """Whole minutes during which the store is open between two moments; 0 when they are the wrong way round."""
        return sum((piece.length for piece in self._pieces(start, end)), timedelta(0)) // timedelta(minutes=1)

    # --- one date -------------------------------------------------------------------------------
    def slots_on(self, day: date) -> tuple[Slot, ...]:
        """The slots that start on a date: its exceptional hours, else what the timetable says."""
        if day in self.exceptions:
            return self.exceptions[day].slots
        return self.timetable.slots_on(day, is_holiday=self.is_holiday(day))

    def is_holiday(self, day: date) -> bool:
        """Whether it is a public holiday that the store observes."""
        return self.calendar is not None and day not in self.kept_open and self.calendar.has(day)

    def reason_on(self, day: date) -> str:
        """What makes a date unusual: the words written for customers, or the public holiday."""
        if day in self.exceptions:
            return self.exceptions[day].reason
        return self.calendar.name_of(day) if self.is_holiday(day) else ""

    def today(self, at: datetime) -> date:
        """The date that the store's own calendar shows at that moment."""
        return at.astimezone(self.zone).date()

    # --- in words -------------------------------------------------------------------------------
    def today_in_words(self, at: datetime) -> str:
        """What a customer is told at that moment: "Open until 18:30", "Closed, opens tomorrow at 09:00"."""
        if self.is_open(at):
            closing = self.closing(at)
            return _("Open until %(hour)s") % {"hour": _hour(closing)} if closing else _("Open day and night")
        opening = self.next_opening(at)
        if opening is None:
            return _("Closed until further notice")
        return self._closed_in_words(opening, self.today(at))

    def _closed_in_words(self, opening: datetime, today: date) -> str:
        words = {"hour": _hour(opening), "day": _day(opening), "reason": self.reason_on(today)}
        match (opening.date() - today).days, bool(words["reason"]):
            case 0, _any:
                return _("Closed, opens at %(hour)s") % words
            case 1, False:
                return _("Closed, opens tomorrow at %(hour)s") % words
            case 1, True:
                return _("Closed (%(reason)s), opens tomorrow at %(hour)s") % words
            case _later, False:
                return _("Closed, opens on %(day)s at %(hour)s") % words
        return _("Closed (%(reason)s), opens on %(day)s at %(hour)s") % words

    # --- from the store's clock to instants -----------------------------------------------------
    def _pieces(self, start: datetime, end: datetime | None = None) -> Iterator[Piece]:
        """Open pieces in order, cut where the clock changes; stops at `end`, or HORIZON after the last one."""
        start, end = start.astimezone(UTC), end and end.astimezone(UTC)
        last = start
        for opening, closing, offset in self._stretches(start):
            if (end and opening >= end) or (end is None and opening > last + HORIZON):
                return
            for piece in self._open_between(opening, min(closing, end) if end else closing, offset):
                last = piece.end
                yield piece

    def _stretches(self, start: datetime) -> Iterator[tuple[datetime, datetime, timedelta]]:
        """Time cut into pieces of at most a day during which the offset from UTC stays the same."""
        while start.year < 9990:
            end = start + DAY
            before, after = self._offset(start), self._offset(end)
            if before != after:
                end = self._clock_change(start, end)
            yield start, end, before
            start = end

    def _clock_change(self, low: datetime, high: datetime) -> datetime:
        """The instant between two others at which the offset changes."""
        seconds = range(int((high - low).total_seconds()) + 1)
        old = self._offset(low)
        changed = bisect_right(
            seconds, 0, key=lambda second: self._offset(low + timedelta(seconds=second)) != old
        )
        return low + timedelta(seconds=changed)

    def _open_between(self, opening: datetime, closing: datetime, offset: timedelta) -> Iterator[Piece]:
        """Joined open pieces of one stretch: its clock is UTC plus a constant."""
        reached = opening
        day = (opening + offset).date() - DAY
        while day <= (closing + offset).date():
            midnight = datetime.combine(day, time(), UTC) - offset
            for slot in sorted(self.slots_on(day)):
                start = max(midnight + timedelta(minutes=slot.start), reached)
                end = min(midnight + timedelta(minutes=slot.end), closing)
                if start < end:
                    reached = end
                    yield Piece(start, end)
            day += DAY

    def _offset(self, instant: datetime) -> timedelta:
        return instant.astimezone(self.zone).utcoffset()


def _hour(moment: datetime) -> str:
    return time_format(moment, "TIME_FORMAT")


def _day(moment: datetime) -> str:
    return date_format(moment, _("l j F"))
