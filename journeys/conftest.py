"""What every journey needs: a browser, a demo shop to walk in, and an eye on what the browser complains of.

Everything lives as long as this folder's tests: the browser leaves a running loop behind, which Django's own tests
do not want in their thread.
"""

import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, expect, sync_playwright

from comptoir.config.tests.shop import Shop, shop

PATIENCE = 20_000  # milliseconds, on a busy machine
OPTIONS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
DESK = {"width": 1440, "height": 860}
PHONE = {"width": 390, "height": 844}
REPORT_VIOLATIONS = """addEventListener("securitypolicyviolation", event =>
    console.error(`The page's policy forbids ${event.blockedURI} (${event.violatedDirective})`))"""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.journey)


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    program = shutil.which("chromium")
    if not program:
        raise RuntimeError("Journeys are walked in a real browser: install Debian's package chromium first.")
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=program, args=OPTIONS)
        yield chromium
        chromium.close()


@pytest.fixture
def visit(browser) -> Iterator[Callable[..., Page]]:
    """Opens a window on a shop: `visit(shop, theme="dark")`. At the end, the browser must have found nothing to say."""
    with watched(browser) as open_window:
        yield open_window


@contextmanager
def watched(browser: Browser) -> Iterator[Callable[..., Page]]:
    windows: list[BrowserContext] = []
    complaints: list[str] = []

    def open_window(at: Shop, *, size=DESK, theme="light", language="fr-BE", phone=False, **options) -> Page:
        look = {"viewport": size, "color_scheme": theme, "locale": language, "reduced_motion": "reduce"}
        hand = {"has_touch": True, "is_mobile": True} if phone else {}
        window = browser.new_context(base_url=at.url, **look, **hand, **options)
        windows.append(window)
        window.set_default_timeout(PATIENCE)
        if options.get("java_script_enabled", True):
            window.add_init_script(REPORT_VIOLATIONS)
        window.on("console", lambda message: complaints.extend(_complaint(message)))
        window.on(
            "weberror", lambda error: complaints.append(f"{error.page and error.page.url}: {error.error}")
        )
        return window.new_page()

    yield open_window
    for window in windows:
        window.close()
    assert complaints == []


# A form sent back with its faults is no fault of the page; nor is an answer nobody waits for any more.
NO_FAULT = re.compile(r"status of 422|htmx:(afterRequest|sendAbort|sendError)")


def _complaint(message: ConsoleMessage) -> list[str]:
    if message.type != "error" or NO_FAULT.search(message.text):
        return []
    return [f"{message.page.url if message.page else ''}: {message.text} {message.location.get('url', '')}"]


@pytest.fixture(scope="package")
def demo() -> Iterator[Shop]:
    """The bike shop of the demonstration, for journeys that only walk through."""
    with shop() as one:
        one.open("--demo", patience=180)
        yield one


@pytest.fixture(scope="package")
def password() -> str:
    return "une-pompe-et-deux-rustines"


@pytest.fixture(scope="package")
def alex(browser, demo, password) -> dict:
    """The owner's visit to the demo, begun by the one-time link: what `visit(demo, storage_state=alex)` takes."""
    with browser.new_context(base_url=demo.url, locale="fr-BE") as window:
        page = window.new_page()
        page.goto(demo.link)
        page.get_by_role("button", name="Se connecter").click()
        page.get_by_label("Nouveau mot de passe").fill(password)
        page.get_by_role("button", name="Enregistrer ce mot de passe").click()
        page.get_by_role("main").wait_for()
        return window.storage_state()
