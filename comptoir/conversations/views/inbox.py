"""The inbox: its lists, page by page, and what was searched."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_GET

from comptoir.channels.models import Account

from ..listing import Listing, waiting_for
from .desk import Views, answer, asks_fragment, show_list


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """Where a day begins: my threads, or those to take when none is mine."""
    key = "mine" if waiting_for(request.member)["mine"] else "to-take"
    return redirect("conversations:listing", key)


@require_GET
def show(request: HttpRequest, key: str) -> HttpResponse:
    """A list. With `before`, the rows that follow; with `rows`, as many as the screen shows already."""
    listing = Listing.of(request, key)
    if not asks_fragment(request) or request.htmx.target == "desk":
        return show_list(request, listing, has_mailbox=Account.objects.open().exists())
    before, shown = request.GET.get("before", ""), request.GET.getlist("rows")
    page = listing.page(before, rows=sum(int(rows) for rows in shown if rows.isdigit() and len(rows) < 5))
    context = {"listing": listing, "page": page, "views": Views(listing)}
    if before:
        return answer(request, "conversations/_more.html", context)
    context["has_mailbox"] = bool(page.threads) or Account.objects.open().exists()
    return answer(request, "conversations/_rows_again.html", context)
