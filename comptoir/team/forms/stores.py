"""The forms of a store: what it is called, its week, its exceptional days."""

from collections.abc import Iterator
from datetime import timedelta
from itertools import pairwise
from zoneinfo import available_timezones

from django import forms
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from ..models import Business, ExceptionalDay, Store
from ..timetable import MIDNIGHT, Slot, Timetable, TimetableUnreadable

# Offered first; every other zone follows.
USUAL_ZONES = ("Europe/Paris", "Europe/Brussels", "America/Toronto", "America/Halifax", "Indian/Reunion")
CONTINENTS = ("Africa/", "America/", "Asia/", "Atlantic/", "Australia/", "Europe/", "Indian/", "Pacific/")
SLOTS_A_DAY = 2
MOST_SLOTS_A_DAY = 6
LONGEST_CLOSURE = timedelta(days=366)


def time_zones() -> list[tuple[str, str]]:
    others = sorted(zone for zone in available_timezones() - set(USUAL_ZONES) if zone.startswith(CONTINENTS))
    return [(zone, zone.replace("_", " ")) for zone in (*USUAL_ZONES, *others)]


class TimeInput(forms.TimeInput):
    input_type = "time"

    def __init__(self):
        super().__init__(format="%H:%M")


class DateInput(forms.DateInput):
    input_type = "date"

    def __init__(self):
        super().__init__(format="%Y-%m-%d")


class StoreForm(forms.ModelForm):
    time_zone = forms.ChoiceField(label=gettext_lazy("Time zone"))

    class Meta:
        model = Store
        fields = ["name", "town", "time_zone", "calendar"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["time_zone"].choices = time_zones()
        self.fields["calendar"].choices = [
            ("", _("No public holidays")),
            *self.fields["calendar"].choices[1:],
        ]


class HoursForm(forms.Form):
    """The ordinary week as a table of hours, and whatever else the timetable says as OpenStreetMap writes it."""

    closed_on_holidays = forms.BooleanField(label=gettext_lazy("Closed on public holidays"), required=False)
    seasons = forms.CharField(
        label=gettext_lazy("Seasons and other rules"),
        required=False,
        max_length=300,
        help_text=gettext_lazy(
            "As OpenStreetMap writes them, for instance: Jul-Aug Mo-Sa 10:00-13:00; Dec Su 10:00-18:00. "
            "They win over the week above."
        ),
    )

    def __init__(self, store: Store, *args, slots: int = SLOTS_A_DAY, **kwargs):
        timetable = store.timetable
        super().__init__(*args, initial=self._initial(timetable), **kwargs)
        longest = max(len(slots) for slots in timetable.week.values())
        self.slots_shown = min(max(slots, longest), MOST_SLOTS_A_DAY)
        for day in range(7):
            for number in range(self.slots_shown):
                for edge in ("from", "to"):
                    name = _field(day, number, edge)
                    label = _edge_label(day, number, edge)
                    self.fields[name] = forms.TimeField(label=label, required=False, widget=TimeInput())

    @property
    def days(self) -> Iterator[dict]:
        """One row of the table per weekday."""
        for day in range(7):
            pairs = [
                (self[_field(day, n, "from")], self[_field(day, n, "to")]) for n in range(self.slots_shown)
            ]
            yield {"name": WEEKDAYS[day], "pairs": pairs, "errors": self._errors_of(day, pairs)}

    def _errors_of(self, day: int, pairs: list) -> list[str]:
        fields = [word for pair in pairs for field in pair for word in field.errors]
        return [*fields, *self.errors.get(f"day{day}", [])]

    def clean(self) -> dict:
        facts = super().clean()
        week = {day: self._slots(day) for day in range(7)}
        timetable = Timetable.of_week(week, closed_on_holidays=facts.get("closed_on_holidays", False))
        facts["hours"] = str(timetable + self._seasons())
        return facts

    def _slots(self, day: int) -> list[Slot]:
        slots = []
        for number in range(self.slots_shown):
            start = self.cleaned_data.get(_field(day, number, "from"))
            end = self.cleaned_data.get(_field(day, number, "to"))
            if (start is None) != (end is None):
                self._refuse(day, _("Write both hours, or none."))
            elif start is not None:
                slots.append(_slot(start, end))
        if _overlap(slots):
            self._refuse(day, _("These hours overlap."))
        return slots

    def _refuse(self, day: int, words: str) -> None:
        self._errors.setdefault(f"day{day}", self.error_class([words]))

    def _seasons(self) -> Timetable:
        try:
            return Timetable.read(self.cleaned_data.get("seasons", ""))
        except TimetableUnreadable as error:
            self.add_error("seasons", str(error))
            return Timetable()

    @staticmethod
    def _initial(timetable: Timetable) -> dict:
        facts = {
            "closed_on_holidays": timetable.closes_on_holidays or not timetable.rules,
            "seasons": str(timetable.beyond_the_week),
        }
        for day, slots in timetable.week.items():
            for number, slot in enumerate(slots):
                facts[_field(day, number, "from")] = _clock(slot.start)
                facts[_field(day, number, "to")] = _clock(slot.end)
        return facts


class ExceptionalDayForm(forms.ModelForm):
    """Closed, or open at other hours, on one day or from one day to another."""

    KINDS = [("closed", pgettext_lazy("store", "Closed")), ("hours", gettext_lazy("Other hours"))]

    kind = forms.ChoiceField(
        label=gettext_lazy("On these days"), choices=KINDS, widget=forms.RadioSelect, initial="closed"
    )
    until = forms.DateField(label=gettext_lazy("Until"), required=False, widget=DateInput())

    field_order = ("date", "until", "kind", "hours", "reason")

    class Meta:
        model = ExceptionalDay
        fields = ["date", "until", "hours", "reason"]
        widgets = {"date": DateInput()}
        labels = {"date": gettext_lazy("Date")}
        help_texts = {
            "hours": gettext_lazy("For instance 10:00-12:00,14:00-16:00."),
            "reason": gettext_lazy("For instance: stocktaking, summer holidays."),
        }

    def clean(self) -> dict:
        facts = super().clean()
        facts["until"] = facts.get("until") or facts.get("date")
        if facts.get("date") and not facts["date"] <= facts["until"] <= facts["date"] + LONGEST_CLOSURE:
            self.add_error("until", _("The last day comes after the first, within a year."))
        if facts.get("kind") == "closed":
            facts["hours"] = ""
        elif not facts.get("hours") and "hours" not in self.errors:
            self.add_error("hours", _("Write the hours of these days."))
        return facts


def _field(day: int, number: int, edge: str) -> str:
    return f"{edge}_{day}_{number}"


def _edge_label(day: int, number: int, edge: str) -> str:
    words = {"day": WEEKDAYS[day], "number": number + 1}
    if edge == "from":
        return _("%(day)s, opening %(number)s") % words
    return _("%(day)s, closing %(number)s") % words


def _slot(start, end) -> Slot:
    first, last = start.hour * 60 + start.minute, end.hour * 60 + end.minute
    return Slot(first, last if last > first else last + MIDNIGHT)


def _overlap(slots: list[Slot]) -> bool:
    ordered = sorted(slots)
    return any(one.end > other.start for one, other in pairwise(ordered))


def _clock(minutes: int) -> str:
    return f"{minutes % MIDNIGHT // 60:02}:{minutes % 60:02}"


class BusinessForm(forms.ModelForm):
    address = forms.URLField(
        label=gettext_lazy("Web address of Comptoir"),
        required=False,
        assume_scheme="https",
        help_text=gettext_lazy("Where links in e-mails lead, for instance https://comptoir.example.com."),
    )

    class Meta:
        model = Business
        fields = ["name", "address"]
