"""In French, all is French: no sentence of the interface is left in English, and all are set as French is."""

import re

import pytest
from playwright.sync_api import Page, expect

from .conftest import watched
from .sentences import is_left_in_english, is_whole_french
from .walking import every_page

# Everything one may read or hear, in closed menus and dialogs too; people's own words are among it.
WORDS_OF_THE_PAGE = """() => {
    const words = [document.title.split(" · ")[0]]
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
    for (let node; node = walker.nextNode();) if (!node.parentElement.closest("script, style")) words.push(node.data)
    for (const one of document.body.querySelectorAll("*"))
        for (const { name, value } of one.attributes)
            if (/^(aria-label|title|placeholder|alt|data-.*(label|question|refused|done))$/.test(name)) words.push(value)
    return words.map(one => one.trim()).filter(Boolean)
}"""
BADLY_SET = re.compile(r"[^\W\d_]'[^\W\d_]|[ \w)][?!;:](\s|$)|\.\.\.")
EXAMPLE = re.compile("«[^»]*»")  # what one would type in another notation
SUBJECTS = """
from comptoir.conversations.models import Thread
print(*Thread.objects.values_list("subject", flat=True).distinct(), sep="\\n")
"""


@pytest.fixture(scope="module")
def words_of_the_shop(browser, demo, alex) -> dict[str, set[str]]:
    """What the owner may read in the whole shop, page by page."""
    with watched(browser) as visit:
        page = visit(demo, storage_state=alex)
        subjects = set(demo.run(SUBJECTS).splitlines())
        return {path: words_on(page) - subjects for path in every_page(page)}


def words_on(page: Page) -> set[str]:
    return set(page.evaluate(WORDS_OF_THE_PAGE))


def test_no_english_is_left(words_of_the_shop):
    left = {
        words: path
        for path, all_words in words_of_the_shop.items()
        for words in all_words
        if is_left_in_english(words)
    }

    assert left == {}
    assert len(words_of_the_shop) > 30


def test_sentences_are_set_as_french_is(words_of_the_shop):
    ours = {
        words for all_words in words_of_the_shop.values() for words in all_words if is_whole_french(words)
    }

    assert len(ours) > 200
    assert {words for words in ours if BADLY_SET.search(EXAMPLE.sub("", words))} == set()


def test_the_door_speaks_the_language_of_the_browser(demo, visit):
    french, english = visit(demo, language="fr-CA"), visit(demo, language="en-GB")
    for page in (french, english):
        page.goto("/sign-in/")

    expect(french.get_by_role("heading", level=1)).to_have_text("Se connecter")
    expect(english.get_by_role("heading", level=1)).to_have_text("Sign in")
    assert not [words for words in words_on(french) if is_left_in_english(words)]
