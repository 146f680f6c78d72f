"""Nothing stands in anybody's way: axe finds no serious fault, in either light, at a desk and on a telephone."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from .conftest import DESK, PHONE
from .pages import MAIN, go

NARROW = {"width": 320, "height": 640}  # also a desk of 1280 at 400 %
SERIOUS = ("serious", "critical")
OPTIONS = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"],
    "rules": {"target-size": {"enabled": True}},
    "resultTypes": ["violations"],
}


@pytest.mark.parametrize("name", MAIN)
def test_axe_finds_no_serious_fault(demo, alex, visit, name):
    page = visit(demo, storage_state=alex)
    go(page, name)

    expect_none(faults_in_every_light(page))


def test_before_the_door(demo, visit):
    page = visit(demo)
    for path in ("/sign-in/", "/password/forgotten/"):
        page.goto(path)
        expect_none(faults_in_every_light(page))


def test_the_servers_of_a_mailbox(demo, alex, visit):
    page = visit(demo, storage_state=alex)
    go(page, "connecting a mailbox")
    page.get_by_role("textbox", name="Adresse").fill("bonjour@cycles.example")
    page.get_by_role("button", name="Trouver ses serveurs").click()
    page.get_by_role("button", name="Relier", exact=True).wait_for()

    expect_none(faults_in_every_light(page))


def expect_none(found: list[str]) -> None:
    assert not found, "\n".join(found)


def faults_in_every_light(page: Page) -> list[str]:
    """At a desk in the light, on a telephone in the dark; and nothing is out of reach at 320 px or at 200 %."""
    found = faults(page)
    page.set_viewport_size(PHONE)
    page.emulate_media(color_scheme="dark", reduced_motion="reduce")
    page.reload()
    found += faults(page)
    for size in (NARROW, {"width": DESK["width"] // 2, "height": DESK["height"] // 2}):
        page.set_viewport_size(size)
        found += out_of_reach(page)
    return found


def faults(page: Page) -> list[str]:
    answer = Axe().run(page, options=OPTIONS).response
    serious = [fault for fault in answer["violations"] if fault["impact"] in SERIOUS]
    return [
        f"{fault['id']}: {node['html'][:160]} {node['failureSummary'][:300]}"
        for fault in serious
        for node in fault["nodes"]
    ]


def out_of_reach(page: Page) -> list[str]:
    width = page.viewport_size["width"]
    real = page.evaluate("document.documentElement.scrollWidth")
    hidden = page.locator("main").evaluate_all(OVERFLOWING)
    return [f"{width} px, but the page is {real} px wide"] * (real > width) + hidden


OVERFLOWING = """mains => mains.flatMap(main => [...main.querySelectorAll("a, button, input, select, textarea, h1, h2, label")])
    .filter(one => one.checkVisibility() && !one.closest(".visually-hidden, .settings-menu, table"))
    .filter(one => { const box = one.getBoundingClientRect(); return box.width > 2 && (box.right > innerWidth + 1 || box.left < -1) })
    .map(one => `at ${innerWidth} px, beyond the edge: ${one.outerHTML.slice(0, 160)}`)"""
