"""Listings: the ways to look at the inbox — mine, to take, one mailbox, one tag, what was searched."""

from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from django.db.models import QuerySet, prefetch_related_objects
from django.http import Http404, HttpRequest
from django.urls import reverse
from django.utils.dateparse import parse_datetime
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from comptoir.channels.models import Account
from comptoir.customers.models import Customer
from comptoir.ground import search
from comptoir.team.models import Member

from .models import Tag, Thread
from .rows import rows_of

PAGE = 40
MOST_ROWS = 200
COUNTED = 100

STATES = {
    "mine": (_("Mine"), "person"),
    "to-take": (_("To take"), "bell"),
    "waiting": (_("Answered"), "reply"),
    "snoozed": (_("On pause"), "pause"),
    "all": (_("Everything"), "inbox"),
    "closed": (_("Done"), "check"),
    "spam": (_("Spam"), "shield"),
}


@dataclass
class Page:
    """Some rows, and the mark from which the next ones follow (or nothing)."""

    threads: list[Thread]
    next: str = ""
    rows: list[dict] = field(default_factory=list)


@dataclass
class Listing:
    """One view of the inbox by its key: "mine", "channel-3", "tag-5", "search" (with `query`)."""

    key: str
    member: Member
    query: str = ""
    _found: dict[str, object] = field(default_factory=dict, repr=False)

    @classmethod
    def of(cls, request: HttpRequest, key: str) -> "Listing":
        """The listing asked for; 404 for one that does not exist."""
        listing = cls(key, request.member, request.GET.get("q", "").strip()[:200])
        if key not in STATES and key != "search" and listing.subject is None:
            raise Http404
        return listing

    @classmethod
    def beside(cls, request: HttpRequest) -> "Listing":
        """The listing a thread was opened from, told by `?in=`; everything when that is unknown."""
        try:
            return cls.of(request, request.GET.get("in") or request.POST.get("in") or "all")
        except Http404:
            return cls("all", request.member)

    # --- what it is called --------------------------------------------------------------------------
    @cached_property
    def subject(self) -> Account | Tag | None:
        """The mailbox or the tag it is about."""
        kind, _dash, pk = self.key.partition("-")
        model = {"channel": Account, "tag": Tag}.get(kind)
        return model.objects.filter(pk=pk).first() if model and pk.isdigit() else None

    @cached_property
    def label(self) -> str:
        if self.key == "search":
            return _("Search")
        return STATES[self.key][0] if self.key in STATES else str(self.subject)

    @cached_property
    def url(self) -> str:
        return f"{reverse('conversations:listing', args=[self.key])}{self._tail('?', q=self.query)}"

    @cached_property
    def beside_thread(self) -> str:
        """What a thread's address ends with, so that the same list stands beside it."""
        return self._tail("?", **{"in": self.key, "q": self.query})

    def _tail(self, mark: str, **facts: str) -> str:
        told = {name: value for name, value in facts.items() if value}
        return mark + urlencode(told) if told else ""

    # --- what is in it ------------------------------------------------------------------------------
    def page(self, before: str = "", *, rows: int = PAGE) -> Page:
        is_search = self.key == "search"
        page = self._search_page(before) if is_search else self._page(before, min(max(rows, PAGE), MOST_ROWS))
        threads = name_the_nameless(page.threads)
        page.rows = rows_of(threads, self.beside_thread, hides_assignee=self.key == "mine")
        return page

    def _page(self, before: str, rows: int) -> Page:
        threads = self._threads().newest_first()
        if mark := read_mark(before):
            threads = threads.older_than(*mark)
        found = list(with_row(threads)[: rows + 1])
        return Page(found[:rows], mark_of(found[rows - 1]) if len(found) > rows else "")

    def _threads(self):
        threads = Thread.objects.visible_to(self.member)
        if isinstance(self.subject, Account):
            return threads.all_but_spam().filter(account=self.subject)
        if isinstance(self.subject, Tag):
            return threads.tagged(self.subject)
        return {
            "mine": lambda: threads.mine(self.member),
            "to-take": threads.to_take,
            "waiting": threads.waiting,
            "snoozed": threads.snoozed,
            "all": threads.all_but_spam,
            "closed": threads.closed,
            "spam": threads.spam,
        }[self.key]()

    def _search_page(self, before: str) -> Page:
        """Threads whose messages hold the words, newest first, each once; what is not ours to see is left out."""
        mark = int(before) if before.isdigit() else None
        found = search.find(self.query, kind="message", count=PAGE * 3, before=mark) if self.query else []
        groups = list(dict.fromkeys(group for _id, _subject, group in found))
        threads = with_row(Thread.objects.visible_to(self.member).filter(pk__in=groups)).in_bulk()
        rows = [threads[group] for group in groups if group in threads]
        return Page(rows, str(found[-1][0]) if len(found) == PAGE * 3 else "")

    def people(self) -> list[Customer]:
        """Customers whose name or address holds the words searched."""
        if not self.query:
            return []
        found = [subject for _id, subject, _group in search.find(self.query, kind="customer", count=6)]
        mine = Thread.objects.visible_to(self.member).values("customer")
        people = Customer.objects.filter(pk__in=found).filter(pk__in=mine).prefetch_related("handles")
        return sorted(people, key=lambda one: found.index(one.pk))


def with_row(threads: QuerySet) -> QuerySet:
    """With everything a row shows, in a constant number of queries."""
    return threads.select_related("customer", "assignee").prefetch_related("tags")


def name_the_nameless(threads: list[Thread]) -> list[Thread]:
    """Somebody without a name is called by their first handle: fetched for those alone."""
    nameless = [thread.customer for thread in threads if not thread.customer.name]
    prefetch_related_objects(nameless, "handles")
    return threads


def mark_of(thread: Thread) -> str:
    return f"{thread.last_at.isoformat()}~{thread.pk}"


def read_mark(text: str) -> tuple[datetime, int] | None:
    moment, _tilde, pk = text.partition("~")
    try:
        last_at = parse_datetime(moment)
    except ValueError:
        return None
    return (last_at, int(pk)) if last_at and last_at.tzinfo and pk.isdigit() and len(pk) < 19 else None


def waiting_for(member: Member) -> dict[str, int]:
    """How many threads are mine and to take, counted no further than `COUNTED`; asked once per page."""
    if not hasattr(member, "_waiting"):
        visible = Thread.objects.visible_to(member)
        views = {"mine": visible.mine(member), "to-take": visible.to_take()}
        member._waiting = {key: threads[:COUNTED].count() for key, threads in views.items()}
    return member._waiting


def to_take(member: Member) -> int:
    """What the door of the inbox says waits there."""
    return waiting_for(member)["to-take"]
