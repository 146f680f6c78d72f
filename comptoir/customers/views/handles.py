"""The ways to reach a person: added, taken away, given back."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from comptoir.ui.toasts import say, warn

from .. import phones
from ..forms import HandleForm
from ..models import Customer, Handle, HandleTaken
from .finding import answer, asks_fragment, find_present, go_back
from .people import show_person

KEPT = "handle_taken_away"


@require_POST
def add(request: HttpRequest, pk: int) -> HttpResponse:
    person = find_present(pk)
    form = HandleForm(request.POST, customer=person, country=phones.country_for(request.member))
    if form.is_valid() and _given(form, person):
        return _refresh(request, person)
    if asks_fragment(request):
        return _fragment(request, person, form, status=422)
    return show_person(request, person, handle_form=form, status=422)


@require_POST
def remove(request: HttpRequest, pk: int, handle: int) -> HttpResponse:
    person = find_present(pk)
    handle = get_object_or_404(Handle, pk=handle, customer=person)
    request.session[KEPT] = {"customer": pk, "kind": handle.kind, "value": handle.value}
    words = _("%(what)s is no longer theirs.") % {"what": handle}
    handle.take_away()
    say(request, words, undo=reverse("customers:handle-undo", args=[pk]))
    return _refresh(request, person)


@require_POST
def give_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Undo: the last one taken away is theirs again, unless somebody else has it by now."""
    person, kept = find_present(pk), request.session.pop(KEPT, None)
    if not kept or kept["customer"] != pk:
        raise Http404
    try:
        Handle.give(person, kept["kind"], kept["value"])
    except HandleTaken as taken:
        warn(request, _("%(what)s belongs to somebody else now.") % {"what": taken})
    return _refresh(request, person)


def _given(form: HandleForm, person: Customer) -> bool:
    try:
        Handle.give(person, *form.cleaned_data["value"])
    except HandleTaken:
        form.add_error("value", _("It was given to somebody else just now."))
        return False
    return True


def _refresh(request: HttpRequest, person: Customer) -> HttpResponse:
    if not asks_fragment(request):
        return go_back(request, person)
    form = HandleForm(customer=person, country=phones.country_for(request.member))
    return _fragment(request, find_present(person.pk), form)


def _fragment(request: HttpRequest, person: Customer, form: HandleForm, *, status: int = 200) -> HttpResponse:
    context = {"person": person, "handle_form": form, "oob": True}
    return answer(request, "customers/_handles.html", context, status=status)
