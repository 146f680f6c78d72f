"""A day at the counter without a mouse: every act has its key, and one always sees where one is."""

import time

import pytest
from playwright.sync_api import Locator, Page, expect

from .conftest import PATIENCE

# Where one is shows by an outline, on the element or around it, or by the caret where one writes.
IS_SEEN = """element => {
    const box = element.getBoundingClientRect()
    if (element === document.body || !element.checkVisibility() || box.width < 2 || box.bottom < 0 || box.top > innerHeight) return false
    if (element.matches("input, textarea, [contenteditable=true]")) return true
    for (let one = element; one !== document.body; one = one.parentElement)
        if (getComputedStyle(one).outlineStyle !== "none") return true
    return false
}"""

# In one look: a list may be redrawn between two.
PLACE = f"""() => {{
    const [one, isSeen] = [document.activeElement, {IS_SEEN}]
    return one === document.body ? null : {{isSeen: isSeen(one), html: one.outerHTML.slice(0, 200)}}
}}"""


@pytest.fixture
def page(demo, alex, visit) -> Page:
    page = visit(demo, storage_state=alex)
    page.goto("/inbox/to-take/")
    return page


def test_signing_in(demo, alex, password, visit):
    page = visit(demo)
    page.goto("/sign-in/")
    expect(page.get_by_label("Adresse e-mail")).to_be_focused()
    page.keyboard.type("alex@confluent.example")
    page.keyboard.press("Tab")
    page.keyboard.type(password)
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", level=1)).to_have_text("Accueil")


def test_answering_and_closing(page):
    press(page, "j", "j", "k", "Enter")
    expect(page.get_by_role("region", name="Messages")).to_be_visible()
    expect(focused(page)).to_have_attribute("aria-current", "true")

    press(page, "r")
    page.keyboard.type("Bonjour, c'est prêt pour demain.")
    page.keyboard.press("Control+Enter")
    expect(
        page.get_by_role("region", name="Messages")
        .get_by_role("article")
        .filter(has_text="c'est prêt pour demain")
    ).to_be_visible()
    expect(page.get_by_role("region", name="Messages")).to_be_focused()

    press(page, "e")
    expect(page.get_by_role("button", name="Rouvrir")).to_be_focused()
    see_the_place(page)


def test_taking_noting_and_pausing(page):
    press(page, "j", "Enter")
    expect(page.get_by_role("region", name="Messages")).to_be_visible()
    press(page, "a")
    expect(page.get_by_role("button", name="Je le prends")).to_be_focused()
    press(page, "Enter")
    expect(page.locator(".head").get_by_text("Alex Delvaux")).to_be_visible()
    see_the_place(page)

    press(page, "n")
    expect(page.get_by_role("textbox", name="Un mot pour les collègues")).to_be_focused()
    page.keyboard.type("Vu avec l'atelier.")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("article", name="Note de").filter(has_text="Vu avec l'atelier")).to_be_visible()

    press(page, "s", "Enter")
    expect(page.get_by_role("button", name="Reprendre")).to_be_visible()


def test_searching_and_walking_what_was_found(page):
    press(page, "/")
    page.keyboard.type("velo")
    page.keyboard.press("Enter")
    page.wait_for_url("**/inbox/search/?q=velo")

    press(page, "j", "j", "Enter")
    expect(page.get_by_role("region", name="Messages")).to_be_visible()


def test_the_keys_are_listed_and_the_place_is_kept(page):
    press(page, "j", "j")
    here = focused(page).get_attribute("id")
    press(page, "?")
    expect(page.get_by_role("dialog", name="Clavier").get_by_text("Suivant, précédent")).to_be_visible()
    press(page, "Escape")

    expect(page.get_by_role("dialog", name="Clavier")).to_be_hidden()
    assert focused(page).get_attribute("id") == here


@pytest.mark.parametrize(
    "path", ["/inbox/to-take/", "/customers/", "/settings/account/", "/settings/mailboxes/new/"]
)
def test_tab_goes_everywhere_and_is_seen_everywhere(page, path):
    page.goto(path)
    steps = 0
    page.keyboard.press("Tab")
    while focused(page).evaluate("one => one !== document.body") and (steps := steps + 1) < 60:
        see_the_place(page)
        page.keyboard.press("Tab")

    assert steps > 10


def press(page: Page, *keys: str) -> None:
    """Each key in turn; after each, one sees where one is."""
    for key in keys:
        page.keyboard.press(key)
        see_the_place(page)


def see_the_place(page: Page) -> None:
    """Soon: what is redrawn under the hand takes a moment."""
    deadline = time.monotonic() + PATIENCE / 1000
    while not focused(page).evaluate(IS_SEEN):
        assert time.monotonic() < deadline, focused(page).evaluate("one => one.outerHTML.slice(0, 200)")


def focused(page: Page) -> Locator:
    return page.locator(":focus, body:not(:has(:focus))")
