"""What matters to a person: written down, rewritten, forgotten, remembered again."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from comptoir.ui.toasts import say

from ..forms import MatterForm
from ..models import Customer, Matter
from ..panels import about_matters
from .finding import answer, asks_fragment, find_present, go_back, posted

KEPT = "matter_forgotten"


@require_POST
def add(request: HttpRequest, pk: int) -> HttpResponse:
    person = find_present(pk)
    form = MatterForm(request.POST, customer=person)
    if form.is_valid():
        Matter.objects.note(person, by=request.member, **form.cleaned_data)
        return _refresh(request, person)
    if asks_fragment(request):
        return _fragment(request, person, form=form, status=422)
    return _page(request, person, form)


@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, pk: int, matter: int) -> HttpResponse:
    """A form in place of the line for htmx, a page of its own otherwise."""
    person = find_present(pk)
    matter = get_object_or_404(Matter, pk=matter, customer=person)
    form = MatterForm(posted(request), instance=matter, customer=person)
    if request.method == "POST" and form.is_valid():
        matter.rewrite(by=request.member, **form.cleaned_data)
        return _refresh(request, person)
    if asks_fragment(request):
        status = 422 if form.errors else 200
        return _fragment(request, person, edited=matter.pk, edit_form=form, status=status)
    return _page(request, person, form)


@require_POST
def remove(request: HttpRequest, pk: int, matter: int) -> HttpResponse:
    person = find_present(pk)
    matter = get_object_or_404(Matter, pk=matter, customer=person)
    request.session[KEPT] = {"customer": pk, "label": matter.label, "text": matter.text}
    matter.forget()
    say(request, _("Forgotten."), undo=reverse("customers:matter-undo", args=[pk]))
    return _refresh(request, person)


@require_POST
def give_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Undo: the last one forgotten is remembered."""
    person, kept = find_present(pk), request.session.pop(KEPT, None)
    if not kept or kept["customer"] != pk:
        raise Http404
    Matter.objects.note(person, by=request.member, label=kept["label"], text=kept["text"])
    return _refresh(request, person)


@require_http_methods(["GET"])
def show(request: HttpRequest, pk: int) -> HttpResponse:
    """The list again: what was being rewritten stays as it was."""
    person = find_present(pk)
    return _fragment(request, person) if asks_fragment(request) else go_back(request, person)


def _refresh(request: HttpRequest, person: Customer) -> HttpResponse:
    return _fragment(request, person) if asks_fragment(request) else go_back(request, person)


def _fragment(request: HttpRequest, person: Customer, *, status: int = 200, **context) -> HttpResponse:
    context = about_matters(person) | context | {"oob": True}
    return answer(request, "customers/_matters.html", context, status=status)


def _page(request: HttpRequest, person: Customer, form: MatterForm) -> HttpResponse:
    context = about_matters(person) | {"form": form}
    return answer(request, "customers/matter.html", context, status=422 if form.errors else 200)
