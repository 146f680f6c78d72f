"""Times are told as one tells them over a counter."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone, translation

from comptoir.ground import clock
from comptoir.ui.templatetags.ui import initials, moment, moment_full, moment_plain, prose

BRUSSELS = ZoneInfo("Europe/Brussels")
NOW = datetime(2026, 11, 18, 14, 0, tzinfo=BRUSSELS)  # a Wednesday


@pytest.fixture(autouse=True)
def wednesday_afternoon():
    with clock.at(NOW), translation.override("fr"), timezone.override(BRUSSELS):
        yield


def told(filter_, value) -> str:
    return str(filter_(value)).replace("\u00a0", " ")


@pytest.mark.parametrize(
    ("moment_", "words"),
    [
        (NOW - timedelta(minutes=35), "13 h 25"),
        (NOW - timedelta(hours=5), "9 h"),
        (NOW - timedelta(days=2), "lundi"),
        (NOW - timedelta(days=20), "29 octobre"),
        (NOW - timedelta(days=500), "6 juillet 2025"),
    ],
)
def test_told_shortly_in_french(moment_, words):
    assert f">{words}</time>" in told(moment, moment_)


def test_told_with_its_hour_when_the_day_is_not_today():
    assert "lundi 16 novembre, 14 h" in told(moment_full, NOW - timedelta(days=2))


def test_told_in_english():
    with translation.override("en"):
        assert ">13:25</time>" in told(moment, NOW - timedelta(minutes=35))
        assert "Monday 16 November, 14:00" in told(moment_plain, NOW - timedelta(days=2))


def test_a_machine_can_read_it_too():
    assert 'datetime="2026-11-18T13:25+01:00"' in told(moment, NOW - timedelta(minutes=35))


@pytest.mark.parametrize(
    ("name", "letters"),
    [("Nadia Benali", "NB"), ("amelie@exemple.be", "A"), ("+32 470 12 34", "?"), ("", "?"), ("Zoé", "Z")],
)
def test_initials(name, letters):
    assert initials(name) == letters


def test_words_of_a_stranger_stay_words():
    html = prose('<script>alert(1)</script> https://exemple.be/a?b=1&c=2. "https://x.be/"onclick="')

    assert "<script>" not in html
    assert 'href="https://exemple.be/a?b=1&amp;c=2"' in html
    assert 'onclick="' not in html.replace("&quot;", "")
