"""Search finds what a person would type, newest first."""

from datetime import timedelta

import pytest

from comptoir.ground import clock, search

pytestmark = pytest.mark.django_db


def keep(subject: int, text: str, days_ago: int = 0, kind: str = "message") -> None:
    search.keep(kind, subject, text, at=clock.now() - timedelta(days=days_ago), group=subject * 10)


def found(query: str, **how) -> list[int]:
    return [
        subject for _id, subject, _group in search.find(query, **({"kind": "message", "count": 10} | how))
    ]


@pytest.mark.parametrize(
    "query", ["dérailleur", "derailleur", "DÉRAIL", "dérailleurs", "cassé dérail", "œuvre", "oeuvr"]
)
def test_accents_beginnings_and_plurals_meet(query):
    keep(1, "Mon dérailleur est cassé, une œuvre d'art")
    keep(2, "Bonjour, une chambre à air")

    assert found(query) == [1]


def test_stems_meet():
    keep(1, "Quand les réparations seront-elles terminées ?")

    assert found("réparation terminé") == [1]


def test_newest_first_whatever_the_order_of_arrival():
    keep(1, "facture", days_ago=1)
    keep(2, "facture", days_ago=400)
    keep(3, "facture", days_ago=0)

    assert found("facture") == [3, 1, 2]


def test_pages_follow_each_other():
    for subject in range(1, 6):
        keep(subject, "facture", days_ago=subject)

    first = search.find("facture", kind="message", count=2)
    rest = search.find("facture", kind="message", count=9, before=first[-1][0])

    assert [subject for _id, subject, _group in first + rest] == [1, 2, 3, 4, 5]


def test_kinds_do_not_mix():
    keep(1, "Nadia", kind="customer")

    assert found("nadia") == []
    assert found("nadia", kind="customer") == [1]


def test_what_is_forgotten_is_not_found():
    keep(1, "secret")
    search.forget("message", 1)

    assert found("secret") == []


@pytest.mark.parametrize("query", ['"', "' OR 1=1 --", "*", "a AND", "NEAR(", ":*", "(", "", "\\", "!|&"])
def test_odd_marks_find_nothing_and_break_nothing(query):
    keep(1, "bonjour")

    assert found(query) == []


def test_many_things_at_once_are_found_like_one():
    moment = clock.now()
    keep(1, "Une jante voilée")
    search.keep_all("message", [(n, moment, n * 10, ("Roue", f"jante voilée {n}")) for n in (2, 3)])
    search.keep_all("customer", [(2, moment, None, ("Jante de Nour",))])

    assert sorted(found("jante voilée")) == [1, 2, 3]
    assert found("jante", kind="customer") == [2]
