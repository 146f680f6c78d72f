"""The main pages of the shop, by the names a person would give them."""

from playwright.sync_api import Page

MAIN = {
    "inbox": "/inbox/all/",
    "thread with its composer": "/inbox/to-take/ > .row__link",
    "search": "/inbox/search/?q=velo",
    "new message": "/threads/new/",
    "customers": "/customers/",
    "customer": "/customers/ > main a[href^='/customers/']:not([href$='/new/'])",
    "to mend": "/mending/",
    "a departure to mend": "/mending/ > main a[href*='/departures/']",
    "a letter not read": "/mending/ > main a[href*='/receipts/']",
    "account": "/settings/account/",
    "team": "/settings/team/",
    "stores": "/settings/stores/",
    "opening hours": "/settings/stores/ > main a[href$='/hours/']",
    "saved replies": "/saved-replies/",
    "tags": "/tags/",
    "journal": "/settings/journal/",
    "mailboxes": "/settings/mailboxes/",
    "connecting a mailbox": "/settings/mailboxes/new/",
}


def go(page: Page, name: str) -> None:
    """To one of them; where it hangs on what is in the shop, by the first link that leads there."""
    path, _, link = MAIN[name].partition(" > ")
    page.goto(path)
    if link:
        page.goto(page.locator(link).first.get_attribute("href"))
