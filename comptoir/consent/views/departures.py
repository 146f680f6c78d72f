"""What should have left and did not, or came back: looked at, sent again, taken back, left alone."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from comptoir.ui.toasts import say, warn

from ..homes import homes_of
from ..models import Departure, State

PAGE = 40


@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """Every send that went wrong and that nobody has dealt with, newest first."""
    departures, after = stuck(request.member), request.GET.get("after", "")
    if after.isdigit() and len(after) < 19:
        departures = departures.filter(pk__lt=int(after))
    rows = list(departures[: PAGE + 1])
    context = {
        "departures": with_homes(request.member, rows[:PAGE]),
        "next": rows[PAGE - 1].pk if len(rows) > PAGE else None,
        "is_next": bool(after),
    }
    return render(request, "consent/departures.html", context)


@require_GET
def show(request: HttpRequest, pk: int) -> HttpResponse:
    return show_departure(request, find_departure(request, pk))


def show_departure(
    request: HttpRequest, departure: Departure, *, unsure: bool = False, status: int = 200
) -> HttpResponse:
    """`unsure`: asked again whether it must leave a second time."""
    with_homes(request.member, [departure])
    context = {"departure": departure, "message": departure.message, "unsure": unsure}
    return render(request, "consent/departure.html", context, status=status)


@require_POST
def send_again(request: HttpRequest, pk: int) -> HttpResponse:
    """What may have arrived leaves again only for somebody who says they checked."""
    departure = find_departure(request, pk)
    if departure.may_have_arrived and not request.POST.get("checked"):
        return show_departure(request, departure, unsure=True, status=422)
    if departure.send_again():
        say(request, _("It is on its way again."))
    else:
        warn(request, _("It has moved on in the meantime."))
    return redirect("consent:mending")


@require_POST
def take_back(request: HttpRequest, pk: int) -> HttpResponse:
    """It will never leave; what was written stays in its thread."""
    if find_departure(request, pk).take_back():
        say(request, _("Taken back: it will not leave."))
    else:
        warn(request, _("Too late to take it back: it is leaving, or has left."))
    return redirect("consent:mending")


@require_POST
def dismiss(request: HttpRequest, pk: int) -> HttpResponse:
    if find_departure(request, pk).dismiss():
        say(request, _("Dealt with."))
    return redirect("consent:mending")


def stuck(member):
    return Departure.objects.visible_to(member).to_mend().select_related("account", "by").order_by("-pk")


def struggling(member):
    return Departure.objects.visible_to(member).struggling().select_related("account", "by").order_by("-pk")


def find_departure(request: HttpRequest, pk: int) -> Departure:
    """One that went wrong, or is still tried, of an account this member may know; a stranger gets 404."""
    visible = Departure.objects.visible_to(request.member).exclude(state=State.SENT)
    departure = visible.select_related("account", "by").filter(pk=pk).first()
    if departure is None:
        raise Http404
    return departure


def with_homes(member, departures) -> list[Departure]:
    """Each with the page it was written on, where this member may see it."""
    departures = list(departures)
    homes = homes_of(member, departures)
    for departure in departures:
        departure.home = homes.get(departure.pk)
    return departures
