"""Saved replies: the shop's own good answers, listed, written and put into a reply."""

import nh3
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from comptoir.ui import toasts

from ..forms import SavedReplyForm, WordsForm, is_written
from ..models import SavedReply
from ..writing import TAGS
from .desk import answer


@require_GET
def index(request: HttpRequest) -> HttpResponse:
    replies = SavedReply.objects.select_related("store")
    return answer(request, "conversations/saved_replies.html", {"replies": replies})


@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    reply = get_object_or_404(SavedReply, pk=pk) if pk else SavedReply(by=request.member)
    form = SavedReplyForm(request.POST or None, instance=reply)
    words = WordsForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and words.is_valid():
        html = words.cleaned_data["body"]
        if is_written(html):
            reply.html = nh3.clean(html, tags=TAGS, attributes={"a": {"href"}})
            form.save()
            toasts.say(request, _("“%(title)s” is kept.") % {"title": reply.title})
            return redirect("conversations:saved-replies")
        form.add_error(None, _("Write something first."))
    context = {"form": form, "reply": reply}
    return answer(request, "conversations/saved_reply.html", context, status=422 if form.errors else 200)


@require_POST
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    get_object_or_404(SavedReply, pk=pk).delete()
    toasts.say(request, _("Removed."))
    return redirect("conversations:saved-replies")
