"""When a store opens: its timetable, the holidays it follows, and its exceptional days."""

import datetime
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from ..calendars import Calendar
from ..hours import ExceptionalHours, OpeningHours
from ..timetable import Timetable, TimetableUnreadable, read_slots


def check_timetable(text: str) -> None:
    try:
        Timetable.read(text)
    except TimetableUnreadable as error:
        raise ValidationError(str(error)) from error


def check_slots(text: str) -> None:
    try:
        read_slots(text)
    except TimetableUnreadable as error:
        raise ValidationError(str(error)) from error


class Opens(models.Model):
    """A place with hours: `hours` is written as OpenStreetMap does (see `timetable`)."""

    hours = models.CharField(_("Opening hours"), max_length=600, blank=True, validators=[check_timetable])
    calendar = models.CharField(_("Public holidays"), max_length=10, blank=True, choices=Calendar.choices)

    class Meta:
        abstract = True

    @property
    def timetable(self) -> Timetable:
        return Timetable.read(self.hours)

    def opening_hours(self) -> OpeningHours:
        """One query; ask once and keep the value for several questions."""
        days = list(self.exceptional_days.all())
        return OpeningHours(
            self.timetable,
            ZoneInfo(self.time_zone),
            Calendar(self.calendar) if self.calendar else None,
            {day: one.exceptional_hours for one in days if not one.as_usual for day in one.dates()},
            frozenset(day for one in days if one.as_usual for day in one.dates()),
        )


class ExceptionalDay(models.Model):
    """A date, or the days up to `until`, when the timetable does not hold: closed, other hours, or a holiday kept.

    `hours` are the slots of that day, none when closed; `reason` is told to customers.
    """

    store = models.ForeignKey("Store", models.CASCADE, related_name="exceptional_days")
    date = models.DateField(_("Date"))
    until = models.DateField(_("Until"))
    hours = models.CharField(_("Hours"), max_length=120, blank=True, validators=[check_slots])
    reason = models.CharField(_("Reason, told to customers"), max_length=120, blank=True)
    as_usual = models.BooleanField(default=False)

    class Meta:
        # Longest first: a day picked out of the summer closure speaks after it.
        ordering = [(F("until") - F("date")).desc(), "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(until__gte=F("date")), name="exceptional_day_in_order")
        ]

    def __str__(self) -> str:
        return f"{self.date}–{self.until}" if self.until > self.date else str(self.date)

    @property
    def is_closed(self) -> bool:
        return not self.hours and not self.as_usual

    @property
    def exceptional_hours(self) -> ExceptionalHours:
        return ExceptionalHours(read_slots(self.hours), self.reason)

    def dates(self) -> list[datetime.date]:
        return [
            self.date + datetime.timedelta(days=number) for number in range((self.until - self.date).days + 1)
        ]
