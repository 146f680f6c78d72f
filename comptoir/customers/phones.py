"""Telephone numbers: one spelling to keep, another to read, whatever country the shop stands in."""

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumber, PhoneNumberFormat

from comptoir.team.calendars import usual_calendar
from comptoir.team.models import Member, Store

SHOP_COUNTRY = "BE"  # while no store tells where it stands


def country_of(store: Store) -> str:
    """The country a store stands in ("BE"), as its holidays or its clock tell; empty when neither does."""
    return (store.calendar or usual_calendar(store.time_zone)).partition("-")[0]


def country_for(member: Member | None) -> str:
    """The country whose numbers this member types without prefix: that of their store, else the shop's first."""
    mine = list(member.stores.all()) if member else []
    for store in mine or Store.objects.all()[:20]:
        if country := country_of(store):
            return country
    return SHOP_COUNTRY


def normal(value: str, country: str = "") -> str:
    """The one spelling a number is stored in: "+32470123456"; only its marks when it is no number."""
    number = _parse(value, country)
    if number is None:
        return "".join(mark for mark in value if mark.isdigit() or mark == "+")
    return phonenumbers.format_number(number, PhoneNumberFormat.E164)


def is_possible(value: str, country: str = "") -> bool:
    """Whether somebody could be reached at this number."""
    number = _parse(value, country)
    return number is not None and phonenumbers.is_possible_number(number)


def readable(value: str) -> str:
    """As people of its country write it, with its prefix: "+32 470 12 34 56"."""
    number = _parse(value)
    return phonenumbers.format_number(number, PhoneNumberFormat.INTERNATIONAL) if number else value


def spellings(value: str) -> list[str]:
    """What somebody may type to find it: with the prefix, and as dialled at home."""
    number = _parse(value)
    if number is None:
        return [value]
    home = phonenumbers.format_number(number, PhoneNumberFormat.NATIONAL)
    return [value, "".join(mark for mark in home if mark.isdigit())]


def _parse(value: str, country: str = "") -> PhoneNumber | None:
    try:
        return phonenumbers.parse(value, country or None)
    except NumberParseException:
        return None
