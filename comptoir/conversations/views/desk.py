"""The desk: the list, the thread open beside it, and the fragments that keep both up to date."""

import json
from dataclasses import dataclass
from functools import cached_property

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _

from comptoir.channels.models import Account
from comptoir.team.models import Member, Store
from comptoir.ui.panels import sections

from .. import pauses
from ..listing import STATES, Listing, waiting_for
from ..models import Message, Snooze, Tag, Thread
from .composer import Composer

SHOWN = 30
FEW_TAGS = 12


def find_thread(request: HttpRequest, pk: int) -> Thread:
    """The thread, for those who may see it; a stranger gets 404."""
    visible = Thread.objects.visible_to(request.member)
    related = ("customer__company", "account", "assignee", "store")
    threads = visible.select_related(*related).prefetch_related("customer__handles", "tags")
    thread = threads.filter(pk=pk).first()
    if thread is None:
        raise Http404
    return thread


def find_message(request: HttpRequest, pk: int) -> Message:
    """The message, for those who may see its thread."""
    visible = Thread.objects.visible_to(request.member)
    related = ("thread__account", "thread__customer", "receipt__account", "departure")
    message = Message.objects.select_related(*related).filter(pk=pk, thread__in=visible).first()
    if message is None:
        raise Http404
    return message


@dataclass
class Desk:
    """A thread as it lies open before a member; each part is asked for once, when shown."""

    thread: Thread
    member: Member
    composer: Composer
    listing: Listing

    @cached_property
    def messages(self) -> list[Message]:
        """The newest ones, in the order they were said."""
        return list(with_files(self.thread.messages).order_by("-at", "-pk")[:SHOWN])[::-1]

    @property
    def earlier_count(self) -> int:
        return max(0, self.thread.message_count - len(self.messages)) if len(self.messages) == SHOWN else 0

    @cached_property
    def pause(self) -> Snooze | None:
        is_paused = self.thread.state == "snoozed"
        return self.thread.snoozes.filter(ended_at=None).last() if is_paused else None

    @property
    def pauses(self):
        return pauses.offered()

    @cached_property
    def members(self) -> list[Member]:
        return list(Member.objects.active().order_by("name"))

    @cached_property
    def stores(self) -> list[Store]:
        return list(Store.objects.all())

    @cached_property
    def tags(self) -> list[Tag]:
        mine = {tag.pk for tag in self.thread.tags.all()}
        return [tag for tag in Tag.objects.all()[:50] if tag.pk not in mine]

    @cached_property
    def sections(self) -> list[tuple]:
        return sections(self.member, self.thread.customer, self.thread)

    @property
    def url(self) -> str:
        return thread_url(self.thread, self.listing)


def with_files(messages):
    return messages.select_related("member", "departure", "receipt").prefetch_related("attachments")


def thread_url(thread: Thread, listing: Listing) -> str:
    return reverse("conversations:thread", args=[thread.pk]) + listing.beside_thread


def open_desk(request: HttpRequest, thread: Thread, **how) -> Desk:
    listing = Listing.beside(request)
    desk = Desk(thread, request.member, Composer.of(request, thread, **how), listing)
    desk.composer.recent = lambda: desk.messages
    return desk


# --- answers -----------------------------------------------------------------------------------------
def asks_fragment(request: HttpRequest) -> bool:
    """htmx wants a piece of the page; going back in history wants all of it."""
    return bool(request.htmx) and not request.htmx.history_restore_request


def answer(request: HttpRequest, template: str, context: dict, *, status: int = 200) -> HttpResponse:
    response = render(request, template, context, status=status)
    patch_vary_headers(response, ["HX-Request"])
    return response


def show_list(request: HttpRequest, listing: Listing, desk: Desk | None = None, **context) -> HttpResponse:
    """The whole page: the list, and what is open beside it."""
    page = listing.page()
    context = {"listing": listing, "page": page, "desk": desk, "views": Views(listing)} | context
    return answer(request, "conversations/inbox.html", context)


def show_desk(request: HttpRequest, desk: Desk, *, status: int = 200, **context) -> HttpResponse:
    """The thread alone for htmx, the whole page for everybody else."""
    if asks_fragment(request):
        return answer(request, "conversations/_open.html", {"desk": desk, "listing": desk.listing} | context)
    response = show_list(request, desk.listing, desk, **context)
    response.status_code = status
    return response


def refresh(request: HttpRequest, thread: Thread) -> HttpResponse:
    """After a verb: the thread's head again for htmx, the thread's page for everybody else."""
    if not asks_fragment(request):
        return redirect(thread_url(thread, Listing.beside(request)))
    desk = open_desk(request, find_thread(request, thread.pk))
    is_elsewhere = request.htmx.target != f"head-{thread.pk}"
    context = {"desk": desk, "listing": desk.listing, "is_elsewhere": is_elsewhere}
    response = answer(request, "conversations/_changed.html", context)
    return stir_lists(response)


def stir_lists(response: HttpResponse) -> HttpResponse:
    """Lists look again at once, even where the stream of events is slow."""
    response["HX-Trigger"] = json.dumps({"live:thread": {}})
    return response


@dataclass
class Views:
    """The ways to look, beside the places: by state, by mailbox, by tag."""

    listing: Listing

    @cached_property
    def states(self) -> list[dict]:
        counts = waiting_for(self.listing.member)
        return [self._view(key, label, icon, counts.get(key)) for key, (label, icon) in STATES.items()]

    @cached_property
    def channels(self) -> list[dict]:
        accounts = Account.objects.open()
        return [self._view(f"channel-{one.pk}", one.name, one.channel.icon) for one in accounts]

    @cached_property
    def tags(self) -> list[dict]:
        return [self._view(f"tag-{tag.pk}", tag.name, "tag") for tag in Tag.objects.all()[:FEW_TAGS]]

    @property
    def here(self) -> dict:
        counts = waiting_for(self.listing.member)
        return self._view(self.listing.key, self.listing.label, "search", counts.get(self.listing.key))

    def _view(self, key: str, label: str, icon: str, count: int | None = None) -> dict:
        url = reverse("conversations:listing", args=[key])
        return {
            "key": key,
            "label": label,
            "icon": icon,
            "url": url,
            "count": _("99+") if count and count >= 100 else count,
            "is_here": key == self.listing.key,
        }
