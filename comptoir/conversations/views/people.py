"""People: who has the thread, and in which store."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from comptoir.ui import toasts

from ..forms import AssignmentForm, StoreForm
from ..models import Thread
from .desk import find_thread, refresh, stir_lists


@require_POST
def assign(request: HttpRequest, pk: int) -> HttpResponse:
    """Gives the thread to somebody, or back to everybody when `to` is empty."""
    thread = find_thread(request, pk)
    form = AssignmentForm(request.POST)
    if form.is_valid():
        thread.assign(form.cleaned_data["to"], by=request.member)
    else:
        toasts.warn(request, _("This colleague has left."))
    return refresh(request, thread)


@require_POST
def move(request: HttpRequest, pk: int) -> HttpResponse:
    """Hands the thread to another store; whoever cannot see it there goes back to the list."""
    thread = find_thread(request, pk)
    form = StoreForm(request.POST)
    if not form.is_valid():
        toasts.warn(request, _("This store does not exist any more."))
        return refresh(request, thread)
    thread.move_to(form.cleaned_data["store"], by=request.member)
    toasts.say(request, _("Handed over to %(store)s.") % {"store": thread.store or _("every store")})
    if Thread.objects.visible_to(request.member).filter(pk=pk).exists():
        return refresh(request, thread)
    return _leave(request)


def _leave(request: HttpRequest) -> HttpResponse:
    if not request.htmx:
        return redirect("conversations:inbox")
    response = HttpResponse(status=204)
    response["HX-Redirect"] = "/"
    return stir_lists(response)
