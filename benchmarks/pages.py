"""Pages: server time of list and thread with many messages, and what the first visit weighs."""

import http.cookiejar
import re
import time
import urllib.parse
import urllib.request

from comptoir.config.tests.shop import Shop

from .figures import Figures, p95

ROUNDS = 60


class Browser:
    """A member signed in, over real sockets; counts bytes as they travel, compressed."""

    def __init__(self, shop: Shop):
        self.shop = shop
        jar = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
        self._opener = urllib.request.build_opener(jar)
        self._opener.addheaders = [("Accept-Encoding", "gzip"), ("Accept-Language", "fr")]

    def get(self, path: str) -> tuple[bytes, int]:
        """The page's bytes, uncompressed, and how many travelled."""
        import gzip

        with self._opener.open(self.shop.url + path, timeout=60) as answer:
            body = answer.read()
            plain = gzip.decompress(body) if answer.headers.get("Content-Encoding") == "gzip" else body
        return plain, len(body)

    def sign_in(self) -> None:
        page = self.get("/sign-in/")[0].decode()
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)[1]
        form = {"csrfmiddlewaretoken": token, "login": "alex@boutique.test", "password": "un-mot-de-passe"}
        request = urllib.request.Request(
            self.shop.url + "/sign-in/",
            urllib.parse.urlencode(form).encode(),
            {"Referer": self.shop.url},
        )
        self._opener.open(request, timeout=30).read()


def measure(shop: Shop, figures: Figures, planted: int) -> None:
    browser = Browser(shop)
    browser.sign_in()
    empty = _times(browser, "/favicon.svg")
    inbox, weight = browser.get("/")
    listed = browser.get("/inbox/all/")[0].decode() if b"/threads/" in inbox else inbox.decode()
    threads = sorted(set(re.findall(r'href="(/threads/\d+/)', listed + inbox.decode())))
    size = f"{planted // 1000}k" if planted >= 1000 else str(planted)
    for name, path in _pages(threads):
        times = _times(browser, path)
        facts = {"reference": "smallest page", "ratio": p95(times) / p95(empty)}
        figures.add(f"{name}, p95 at {size} messages", p95(times), "ms", goal=50, **facts)
    _weigh(browser, inbox.decode(), weight, figures)


def _pages(threads: list[str]) -> list[tuple[str, str]]:
    pages = [("inbox", "/"), ("search", "/inbox/search/?q=facture")]
    return [*pages, *(("thread", path) for path in threads[:1])]


def _times(browser: Browser, path: str) -> list[float]:
    for _round in range(5):
        browser.get(path)
    times = []
    for _round in range(ROUNDS):
        started = time.perf_counter()
        browser.get(path)
        times.append((time.perf_counter() - started) * 1000)
    return times


def _weigh(browser: Browser, page: str, weight: int, figures: Figures) -> None:
    """What a first visit fetches before it can be used: the page and all it names."""
    wanted = set(re.findall(r'(?:src|href)="(/(?:assets|static)/[^"]+|/favicon\.svg|/manifest[^"]*)"', page))
    total = weight + sum(browser.get(path)[1] for path in wanted)
    figures.add("inbox, cold", total / 1000, "kB gz", goal=60)
    figures.add("inbox, cold", 1 + len(wanted), "requests", goal=6)
