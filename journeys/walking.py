"""Walking through the whole shop: every kind of page within reach of a link, each once."""

import re
from collections import deque
from collections.abc import Iterator

from playwright.sync_api import Page

# Out of the shop, or files rather than pages.
NOT_A_PAGE = re.compile(r"/(source|layout|attachments|codes/file|sign-out)/")
LINKS = "links => links.map(link => new URL(link.href)).filter(url => url.origin === location.origin).map(url => url.pathname)"


def every_page(page: Page, start: str = "/") -> Iterator[str]:
    """Goes to each, and yields its path while standing there. /threads/1/ and /threads/2/ are one kind of page."""
    waiting, known = deque([start]), {kind_of(start)}
    while waiting:
        path = waiting.popleft()
        answer = page.goto(path)
        assert answer.ok, f"{path} answers {answer.status}"
        yield path
        for link in page.locator("a[href]").evaluate_all(LINKS):
            if kind_of(link) not in known and not NOT_A_PAGE.search(link):
                known.add(kind_of(link))
                waiting.append(link)


def kind_of(path: str) -> str:
    return re.sub(r"\d+", "N", path)
