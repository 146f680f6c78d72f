"""The address book: everybody, one person, somebody new."""

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from comptoir.ui.panels import sections
from comptoir.ui.toasts import say

from .. import listing, phones
from ..forms import HandleForm, NewPersonForm, PersonForm, language_name
from ..models import Company, Customer, Handle, HandleTaken
from .finding import answer, asks_fragment, find_person, find_present, posted

SUGGESTED = 200


@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """Everybody by name, or those whose name, company, town, address or number was typed."""
    query = request.GET.get("q", "").strip()[:200]
    company = _company(request)
    page = listing.page(query=query, company=company, after=request.GET.get("after", "")[:120])
    context = {"page": page, "query": query, "company": company, "is_next": bool(request.GET.get("after"))}
    whole, rows = "customers/list.html", "customers/_people.html"
    return answer(request, rows if asks_fragment(request) else whole, context)


@require_GET
def show(request: HttpRequest, pk: int) -> HttpResponse:
    """One person. A record that became part of another leads there."""
    person = find_person(pk)
    if person.merged_into_id:
        return redirect("customers:person", pk=person.merged_into_id)
    return show_person(request, person)


def show_person(
    request: HttpRequest, person: Customer, *, handle_form: HandleForm | None = None, status: int = 200
) -> HttpResponse:
    form = handle_form or HandleForm(customer=person, country=phones.country_for(request.member))
    context = {
        "person": person,
        "language": language_name(person.language) if person.language else "",
        "handle_form": form,
        "sections": sections(request.member, person, None),
        "mergers": person.mergers.standing().select_related("absorbed", "by"),
    }
    return answer(request, "customers/person.html", context, status=status)


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    country = phones.country_for(request.member)
    form = NewPersonForm(posted(request), country=country)
    if request.method == "POST" and form.is_valid():
        try:
            return redirect(_welcome(form))
        except HandleTaken as taken:
            form.add_error(None, _("%(what)s was given to somebody else just now.") % {"what": taken})
    return _ask(request, form, _("New customer"))


@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    person = find_present(pk)
    form = PersonForm(posted(request), instance=person)
    if request.method == "POST" and form.is_valid():
        person.describe(**form.cleaned_data)
        say(request, _("Noted."))
        return redirect(person)
    return _ask(request, form, _("Edit this record"), person=find_present(pk))


@transaction.atomic
def _welcome(form: NewPersonForm) -> Customer:
    person = Customer.objects.create()
    person.describe(**form.facts)
    for kind, value in form.handles:
        Handle.give(person, kind, value)
    return person


def _ask(request: HttpRequest, form: PersonForm, title: str, person: Customer | None = None) -> HttpResponse:
    names = Company.objects.values_list("name", flat=True)[:SUGGESTED]
    context = {"form": form, "title": title, "person": person, "companies": names}
    return answer(request, "customers/form.html", context, status=422 if form.errors else 200)


def _company(request: HttpRequest) -> Company | None:
    asked = request.GET.get("company", "")
    return get_object_or_404(Company, pk=asked) if asked.isdigit() and len(asked) < 19 else None
