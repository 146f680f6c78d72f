"""Tags: the shop's own words on a thread."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_POST

from comptoir.ui import toasts

from ..forms import TagForm
from ..models import Tag
from .desk import find_thread, refresh


@require_POST
def add(request: HttpRequest, pk: int) -> HttpResponse:
    thread = find_thread(request, pk)
    form = TagForm(request.POST)
    if form.is_valid():
        thread.tag(form.cleaned_data["name"], by=request.member)
    else:
        toasts.warn(request, " ".join(form.errors["name"]))
    return refresh(request, thread)


@require_POST
def remove(request: HttpRequest, pk: int, tag: int) -> HttpResponse:
    thread = find_thread(request, pk)
    thread.untag(get_object_or_404(Tag, pk=tag), by=request.member)
    return refresh(request, thread)
