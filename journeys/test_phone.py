"""The counter in one hand: a telephone, in the evening."""

import pytest
from playwright.sync_api import Locator, Page, expect

from .conftest import PHONE

# WCAG 2.2, 2.5.8. A link within a sentence is as high as its line; one spread over its row is as big as the row.
SMALLER_THAN_A_FINGER = """all => all
    .filter(one => one.checkVisibility() && !one.closest("p, dl, .message__body, [aria-hidden=true]"))
    .filter(one => getComputedStyle(one, "::after").position !== "absolute")
    .map(one => [one.outerHTML.slice(0, 160), (one.closest("label") ?? one).getBoundingClientRect()])
    .filter(([words, box]) => box.width > 2 && (box.width < 24 || box.height < 24)).map(([words]) => words)"""


@pytest.fixture
def page(demo, alex, visit) -> Page:
    page = visit(demo, storage_state=alex, size=PHONE, theme="dark", phone=True)
    page.goto("/inbox/to-take/")
    return page


def test_from_the_list_to_an_answer_and_back(page):
    rows, thread = page.get_by_role("region", name="À prendre"), page.get_by_role("region", name="Messages")
    expect(thread).to_be_hidden()
    nothing_is_cut_or_too_small(page)

    rows.get_by_role("listitem").nth(1).get_by_role("link").tap()
    expect(thread).to_be_visible()
    expect(rows).to_be_hidden()
    nothing_is_cut_or_too_small(page)

    page.get_by_role("textbox", name="Répondre").tap()
    page.keyboard.type("Oui, jusqu'à 18 h.")
    send = page.get_by_role("button", name="Envoyer", exact=True)
    assert is_under_the_thumb(send)
    nothing_is_cut_or_too_small(page)
    send.tap()
    expect(
        page.get_by_role("region", name="Messages").get_by_role("article").filter(has_text="jusqu'à 18 h")
    ).to_be_visible()

    page.get_by_role("link", name="Retour à la liste").tap()
    expect(rows).to_be_visible()
    expect(thread).to_be_hidden()


def test_a_long_address_pushes_nothing_off_the_screen(page):
    page.goto("/inbox/mine/")
    page.get_by_role("link", name="Arnaud Collignon").first.tap()

    for button in ("Envoyer", "Cc, Cci"):
        box = page.locator(".composer").get_by_text(button, exact=True).first.bounding_box()
        assert box["x"] + box["width"] <= PHONE["width"]


def test_the_customer_is_one_touch_away(page):
    page.get_by_role("region", name="À prendre").get_by_role("link", name="à répondre").first.tap()
    page.locator(".head__customer").tap()
    expect(page.get_by_role("heading", name="Ce qui compte")).to_be_visible()
    expect(page.get_by_role("region", name="Messages")).to_be_hidden()

    page.get_by_role("link", name="Retour à l’échange").tap()
    expect(page.get_by_role("region", name="Messages")).to_be_visible()


def test_the_places_are_under_the_thumb(page):
    for place in ("Clients", "À réparer", "Réglages", "Accueil"):
        link = page.get_by_role("navigation", name="Lieux").get_by_role("link", name=place)
        assert is_under_the_thumb(link)
        link.tap()
        expect(page.get_by_role("heading", level=1)).to_be_attached()
        nothing_is_cut_or_too_small(page)


def is_under_the_thumb(one: Locator) -> bool:
    """In the lower half of the screen, whole."""
    box = one.bounding_box()
    return box["y"] > PHONE["height"] / 2 and box["y"] + box["height"] <= PHONE["height"]


def nothing_is_cut_or_too_small(page: Page) -> None:
    assert page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]
    assert page.locator("a, button, summary, input, select").evaluate_all(SMALLER_THAN_A_FINGER) == []
