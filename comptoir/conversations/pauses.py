"""Pauses: until when a thread may be put aside, in the words of a shop."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from comptoir.ground import clock

MORNING, EVENING = time(9), time(18)


@dataclass(frozen=True)
class Pause:
    name: str
    label: str
    until: datetime


def offered() -> list[Pause]:
    """In an hour, this evening while it is not evening yet, tomorrow, on Monday, in a week."""
    here = timezone.localtime(clock.now())
    today = here.date()
    monday = today + timedelta(days=7 - today.weekday())
    pauses = [Pause("hour", _("In an hour"), here + timedelta(hours=1))]
    if here.time() < time(EVENING.hour - 1):
        pauses.append(Pause("evening", _("This evening"), _at(today, EVENING)))
    pauses.append(Pause("tomorrow", _("Tomorrow morning"), _at(today + timedelta(days=1), MORNING)))
    if monday - today > timedelta(days=1):
        pauses.append(Pause("monday", _("On Monday"), _at(monday, MORNING)))
    pauses.append(Pause("week", _("In a week"), _at(today + timedelta(days=7), MORNING)))
    return pauses


def _at(day, hour: time) -> datetime:
    return timezone.make_aware(datetime.combine(day, hour))
