"""The address book's pages: everybody by name, the people of one company, or those a search found."""

import re
from dataclasses import dataclass

from comptoir.ground import search

from .models import Company, Customer

PAGE = 40
NUMBER = re.compile(r"[+(]?[\d\s./()\-]{4,}")


@dataclass
class Page:
    """Some people, and the mark from which the next ones follow (or nothing)."""

    people: list[Customer]
    next: str = ""


def page(*, query: str = "", company: Company | None = None, after: str = "") -> Page:
    if query:
        return _found(query, after)
    people = company.people.all() if company else Customer.objects.all()
    people = people.present().by_name().with_row()
    if mark := _read_mark(after):
        people = people.after(*mark)
    rows = list(people[: PAGE + 1])
    return Page(rows[:PAGE], _mark(rows[PAGE - 1]) if len(rows) > PAGE else "")


def _found(query: str, after: str) -> Page:
    """Last met first; the mark is the search's own."""
    before = min(int(after), 2**63 - 1) if after.isdigit() else None
    hits = search.find(_words(query), kind="customer", count=PAGE + 1, before=before)
    people = Customer.objects.present().with_row().in_bulk([subject for _id, subject, _group in hits[:PAGE]])
    rows = [people[subject] for _id, subject, _group in hits[:PAGE] if subject in people]
    return Page(rows, str(hits[PAGE - 1][0]) if len(hits) > PAGE else "")


def _words(query: str) -> str:
    """A number is searched without the blanks and dots people put in it."""
    if not NUMBER.fullmatch(query):
        return query
    digits = "".join(mark for mark in query if mark.isdigit())
    return digits.removeprefix("00")


def _mark(person: Customer) -> str:
    return f"{person.pk}~{person.sort_name}"


def _read_mark(text: str) -> tuple[str, int] | None:
    pk, tilde, sort_name = text.partition("~")
    return (sort_name, int(pk)) if tilde and pk.isdigit() and len(pk) < 19 else None
