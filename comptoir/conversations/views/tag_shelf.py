"""The shop's tags, put in order: made, renamed, made one, removed."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from comptoir.ui.toasts import say

from ..models import Tag
from ..shelf import TagForm
from .desk import answer


@require_http_methods(["GET", "POST"])
def index(request: HttpRequest) -> HttpResponse:
    """Every tag, and a place for a new one."""
    form = TagForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        form.save()
        return redirect("conversations:tag-shelf")
    context = {"tags": Tag.objects.all(), "form": form}
    return answer(request, "conversations/tags/list.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """A new name; the name of another tag is taken only by somebody who means to make them one."""
    tag = get_object_or_404(Tag, pk=pk)
    old = tag.name
    form = TagForm(request.POST if request.method == "POST" else None, instance=tag)
    if form.is_bound and form.is_valid():
        tag.rename(form.cleaned_data["name"])
        return redirect("conversations:tag-shelf")
    if form.twin and "merge" in request.POST:
        tag.become(form.twin)
        say(request, _("“%(old)s” is now “%(new)s” everywhere.") % {"old": old, "new": form.twin})
        return redirect("conversations:tag-shelf")
    context = {"tag": tag, "old": old, "form": form, "twin": form.twin}
    return answer(request, "conversations/tags/form.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Asked twice: it goes from every thread that has it."""
    tag = get_object_or_404(Tag, pk=pk)
    if request.method == "POST":
        tag.delete()
        say(request, _("“%(name)s” is no more.") % {"name": tag.name})
        return redirect("conversations:tag-shelf")
    return answer(request, "conversations/tags/removal.html", {"tag": tag, "count": tag.threads.count()})
