"""Threads: one matter, read from top to bottom, and what is new in it."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from ..listing import Listing
from ..models import Kind, Message, Thread
from .desk import answer, asks_fragment, find_thread, open_desk, show_desk, show_list, with_files


@require_GET
def show(request: HttpRequest, pk: int) -> HttpResponse:
    return show_desk(request, open_desk(request, find_thread(request, pk)))


@require_GET
def customer(request: HttpRequest, pk: int) -> HttpResponse:
    """The customer's panel in the place of the thread: one column at a time on a phone."""
    desk = open_desk(request, find_thread(request, pk))
    if asks_fragment(request):
        return answer(request, "conversations/_panel.html", {"desk": desk, "listing": desk.listing})
    return show_list(request, desk.listing, desk, panel_first=True)


@require_GET
def news(request: HttpRequest, pk: int) -> HttpResponse:
    """What the screen does not show yet (it tells which messages it does), and how sends are going."""
    thread = find_thread(request, pk)
    shown = {int(one) for one in request.GET.getlist("shown") if one.isdigit()}
    now = {
        message.pk: message for message in with_files(thread.messages).filter(pk__gte=min(shown, default=0))
    }
    fresh = [message for message in _newest_of(thread, now) if message.pk not in shown]
    context = {
        "desk": open_desk(request, thread),
        "listing": Listing.beside(request),
        "fresh": fresh,
        "heard": [message for message in fresh if message.is_inbound],
        "gone": shown - now.keys(),
        "sent": [message for pk, message in now.items() if pk in shown and message.kind == Kind.OUTBOUND],
    }
    return answer(request, "conversations/_news.html", context)


@require_GET
def earlier(request: HttpRequest, pk: int) -> HttpResponse:
    """The whole thread from its first message."""
    thread = find_thread(request, pk)
    desk = open_desk(request, thread)
    desk.messages = list(with_files(thread.messages).order_by("at", "pk"))
    return show_desk(request, desk)


def _newest_of(thread: Thread, messages: dict[int, Message]) -> list[Message]:
    return sorted(messages.values(), key=lambda message: (message.at, message.pk))
