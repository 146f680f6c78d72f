"""A French page holds no English, and an English page no French."""

import re
from html import unescape
from pathlib import Path

import polib
import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from comptoir.team.models import Act, AuditEntry, Invitation, SignInLink

TEAM = Path(settings.PACKAGE) / "team"
PAGES = ["account", "team", "stores", "new-store", "journal", "first-steps"]
SIGNING_IN = ["account_login", "account_reset_password", "account_reset_password_done", "account_inactive"]


def words_of(page: bytes) -> set[str]:
    """The pieces of text of a page, without its tags."""
    body = re.sub(rb"<(script|style)\b.*?</\1>", b"", page, flags=re.DOTALL)
    return {
        piece.strip()
        for piece in unescape(re.sub(r"<[^>]+>", "\n", body.decode())).splitlines()
        if piece.strip()
    }


def english() -> set[str]:
    """Every English sentence of ours whose French differs."""
    entries = polib.pofile(str(TEAM / "locale/fr/LC_MESSAGES/django.po"))
    return {entry.msgid for entry in entries if entry.msgid != entry.msgstr and "%" not in entry.msgid}


@pytest.fixture
def pages(alex, liege):
    liege.hours, liege.calendar = "Mo-Fr 09:00-12:00; PH off", "BE"
    liege.save()
    Invitation.objects.create(by=alex, role="manager")
    for act in Act:
        AuditEntry.objects.note(act, by=alex)
    french = Client(headers={"accept-language": "fr-BE,fr;q=0.9"})
    stranger = [french.get(reverse(name)) for name in SIGNING_IN]
    stranger += [
        french.get(SignInLink.objects.issue(alex).path),
        french.get(reverse("team:welcome", args=["x"])),
    ]
    stranger += [french.get(Invitation.objects.create(by=alex).path)]
    french.force_login(alex)
    inside = [french.get(reverse(f"team:{name}")) for name in PAGES]
    inside += [french.get(reverse(f"team:{name}", args=[liege.pk])) for name in ("store", "hours")]
    inside += [
        french.get(reverse("team:member", args=[alex.pk])),
        french.get(reverse("account_change_password")),
    ]
    return [*stranger, *inside]


def test_a_french_page_holds_no_english(pages):
    for page in pages:
        assert not words_of(page.content) & english(), page.request["PATH_INFO"]
        assert b'lang="fr"' in page.content


def test_every_sentence_has_its_french():
    catalog = polib.pofile(str(TEAM / "locale/fr/LC_MESSAGES/django.po"))

    assert not [entry.msgid for entry in catalog if not entry.translated() or entry.fuzzy]


def test_a_members_language_wins_over_the_browsers(alex, signed_in):
    alex.language = "fr"
    alex.save()

    assert b'lang="fr"' in signed_in(alex).get(reverse("team:account")).content


def test_a_browser_that_speaks_neither_gets_the_shops_language(db):
    assert b'lang="fr"' in Client(headers={"accept-language": "nl"}).get(reverse("account_login")).content


def test_no_page_has_inline_script_or_style(pages):
    for page in pages:
        inline = re.findall(
            rb"<script(?![^>]*(?:src=|application/json))[^>]*>|\sstyle=|\son\w+=", page.content
        )
        assert not inline, page.request["PATH_INFO"]
