"""Two records, one person: compared, merged, parted again."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from comptoir.ui.toasts import say, warn

from .. import listing, merging
from ..models import Customer, Merger
from .finding import answer, asks_fragment, find_present

SHOWN = 8


@require_http_methods(["GET", "POST"])
def merge(request: HttpRequest, pk: int) -> HttpResponse:
    """Asks which other record is the same person, shows both side by side, then merges."""
    person, other = find_present(pk), _other(request, pk)
    if request.method == "POST" and other:
        return _merge(request, person, other)
    query = request.GET.get("q", "").strip()[:200]
    found = [one for one in listing.page(query=query).people if one.pk != pk] if query else []
    context = {"person": person, "other": other, "query": query, "found": found[:SHOWN]}
    template = "customers/_candidates.html" if asks_fragment(request) else "customers/merger.html"
    return answer(request, template, context)


@require_POST
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    merger = get_object_or_404(Merger.objects.select_related("kept"), pk=pk)
    try:
        merging.undo(merger, by=request.member)
        say(request, _("These are two records again."))
    except merging.CannotMerge as problem:
        warn(request, str(problem))
    return _lead(request, merger.kept)


def _merge(request: HttpRequest, person: Customer, other: Customer) -> HttpResponse:
    kept, absorbed = (other, person) if request.POST.get("kept") == str(other.pk) else (person, other)
    try:
        merger = merging.merge(kept, absorbed, by=request.member)
        say(
            request, _("One record now."), undo=reverse("customers:merger-undo", args=[merger.pk]), seconds=15
        )
    except merging.CannotMerge as problem:
        warn(request, str(problem))
    return redirect(kept)


def _other(request: HttpRequest, pk: int) -> Customer | None:
    asked = request.POST.get("other") or request.GET.get("other", "")
    if not asked:
        return None
    if not asked.isdigit() or len(asked) > 18 or int(asked) == pk:
        raise Http404
    return find_present(int(asked))


def _lead(request: HttpRequest, person: Customer) -> HttpResponse:
    """To the person's page; the undo of a toast asks by htmx, which follows no plain redirect."""
    response = redirect(person)
    if asks_fragment(request):
        response = HttpResponse()
        response["HX-Redirect"] = person.get_absolute_url()
    return response
