"""`bin/picture`: the inbox of the demo shop, in French, by day, as the README shows it."""

import shutil
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from comptoir.config.tests.shop import Shop, shop

from .conftest import DESK, OPTIONS

PICTURE = Path(__file__).resolve().parents[1] / "docs" / "inbox.png"
WHOM = "Arnaud Collignon"  # a thread with an answer, a reply begun and something that matters
LARGEST = 250_000  # bytes


def main() -> None:
    with shop() as demo, sync_playwright() as playwright:
        demo.open("--demo", patience=180)
        chromium = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=OPTIONS)
        window = chromium.new_context(base_url=demo.url, locale="fr-BE", color_scheme="light", viewport=DESK)
        page = window.new_page()
        walk_in(page, demo)
        page.screenshot(path=PICTURE, caret="initial")
        chromium.close()
    size = PICTURE.stat().st_size
    if size > LARGEST:
        raise SystemExit(f"{PICTURE.name} weighs {size} bytes: the README deserves less than {LARGEST}.")
    print(f"docs/{PICTURE.name}: {size // 1000} kB")


def walk_in(page: Page, demo: Shop) -> None:
    page.goto(demo.link)
    page.get_by_role("button", name="Se connecter").click()
    page.get_by_role("link", name="Pas maintenant").click()
    page.goto("/inbox/all/")
    page.locator(".row__link").filter(has_text=WHOM).first.click()
    page.get_by_role("region", name="Messages").wait_for()
    page.evaluate("document.activeElement.blur()")
    page.mouse.move(0, 0)


if __name__ == "__main__":
    main()
