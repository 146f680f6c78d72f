"""Public holidays, as a shop of France, Belgium or Quebec knows them.

The `holidays` library lists them; its Quebec calendar also holds the transfers of a holiday that falls on
a weekend, and Alsace-Moselle adds Good Friday and 26 December.
"""

from datetime import date
from functools import lru_cache

from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

# The library's own name for English, by country.
ENGLISH = "en_US"


class Calendar(models.TextChoices):
    """Whose public holidays a store follows."""

    FRANCE = "FR", _("France")
    MOSELLE = "FR-57", _("France, Moselle")
    ALSACE = "FR-6AE", _("France, Alsace")
    BELGIUM = "BE", _("Belgium")
    QUEBEC = "CA-QC", _("Quebec")

    def has(self, day: date) -> bool:
        return day in _year(self.value, day.year, ENGLISH)

    def name_of(self, day: date) -> str:
        """The name of the public holiday on that date in the reader's language; empty for none."""
        return _year(self.value, day.year, _language()).get(day, "")

    def of_year(self, year: int) -> list[tuple[date, str]]:
        return sorted(_year(self.value, year, _language()).items())


def usual_calendar(time_zone: str) -> str:
    """The calendar that a store in this time zone most likely follows; empty when nobody can tell."""
    usual = {
        "Europe/Paris": Calendar.FRANCE,
        "Europe/Brussels": Calendar.BELGIUM,
        "America/Toronto": Calendar.QUEBEC,
        "America/Montreal": Calendar.QUEBEC,
    }
    return usual.get(time_zone, "")


def _language() -> str:
    return "fr" if str(get_language() or "").startswith("fr") else ENGLISH


@lru_cache(maxsize=200)
def _year(calendar: str, year: int, language: str) -> dict[date, str]:
    country, _dash, subdivision = calendar.partition("-")
    import holidays  # a tenth of a second, wanted by few pages: not by every start

    listed = holidays.country_holidays(country, subdiv=subdivision or None, years=year, language=language)
    return {day: name for day, name in listed.items() if day.year == year}
