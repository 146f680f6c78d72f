"""Finding people, and answering with the piece of page that was asked for."""

from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.cache import patch_vary_headers
from django.utils.http import url_has_allowed_host_and_scheme

from ..models import Customer


def find_person(pk: int) -> Customer:
    """The record, even one that became part of another; 404 when there is none."""
    person = Customer.objects.with_row().select_related("merged_into").filter(pk=pk).first()
    if person is None:
        raise Http404
    return person


def find_present(pk: int) -> Customer:
    """A record that can still be changed: not one that became part of another."""
    person = find_person(pk)
    if person.merged_into_id:
        raise Http404
    return person


def posted(request: HttpRequest) -> QueryDict | None:
    """What a form was filled in with; nothing while it is only shown."""
    return request.POST if request.method == "POST" else None


def asks_fragment(request: HttpRequest) -> bool:
    """htmx wants a piece of the page; going back in history wants all of it."""
    return bool(request.htmx) and not request.htmx.history_restore_request


def answer(request: HttpRequest, template: str, context: dict, *, status: int = 200) -> HttpResponse:
    response = render(request, template, context, status=status)
    patch_vary_headers(response, ["HX-Request"])
    return response


def go_back(request: HttpRequest, person: Customer) -> HttpResponse:
    """To the page the form stood on (a thread's, perhaps), else to the person's own."""
    came_from = request.POST.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(came_from, {request.get_host()}, request.is_secure())
    return redirect(came_from if is_ours else person)
