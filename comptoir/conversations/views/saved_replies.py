"""Saved replies: the shop's own good answers, listed, written, seen as a customer would."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from comptoir.ui.toasts import say

from ..models import SavedReply
from ..shelf import SavedReplyForm, places, stores_of
from ..shelf import preview as as_read
from .desk import answer

KEPT = "saved_reply_removed"


@require_GET
def index(request: HttpRequest) -> HttpResponse:
    replies = SavedReply.objects.visible_to(request.member).select_related("store")
    return answer(request, "conversations/saved_replies/list.html", {"replies": replies})


@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """Writes a reply; without script, `preview` among what is posted shows it and keeps nothing."""
    reply = find_reply(request, pk) if pk else SavedReply(by=request.member)
    title = reply.title
    form = SavedReplyForm(
        request.POST if request.method == "POST" else None, instance=reply, member=request.member
    )
    only_look = "preview" in request.POST
    if form.is_bound and form.is_valid() and not only_look:
        form.save()
        say(request, _("“%(title)s” is kept.") % {"title": reply.title})
        return redirect("conversations:saved-replies")
    context = {"form": form, "title": title, "places": places(request.member)} | _read(request, form)
    status = 422 if form.errors and not only_look else 200
    return answer(request, "conversations/saved_replies/form.html", context, status=status)


@require_POST
def preview(request: HttpRequest) -> HttpResponse:
    """What is being written, with an example's names."""
    form = SavedReplyForm(request.POST, instance=SavedReply(), member=request.member)
    form.is_valid()
    return answer(request, "conversations/saved_replies/_preview.html", _read(request, form))


@require_POST
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    reply = find_reply(request, pk)
    request.session[KEPT] = {"title": reply.title, "html": reply.html, "store": reply.store_id}
    reply.delete()
    say(request, _("Removed."), undo=reverse("conversations:saved-reply-undo"))
    return redirect("conversations:saved-replies")


@require_POST
def give_back(request: HttpRequest) -> HttpResponse:
    """Undo: the last one removed is there again."""
    kept = request.session.pop(KEPT, None)
    if not kept:
        raise Http404
    store = stores_of(request.member).filter(pk=kept["store"]).first()
    SavedReply.objects.create(title=kept["title"], html=kept["html"], store=store, by=request.member)
    if request.htmx:
        response = HttpResponse()
        response["HX-Redirect"] = reverse("conversations:saved-replies")
        return response
    return redirect("conversations:saved-replies")


def find_reply(request: HttpRequest, pk: int) -> SavedReply:
    """The reply, for those of its store; a stranger gets 404."""
    visible = SavedReply.objects.visible_to(request.member).select_related("store")
    return get_object_or_404(visible, pk=pk)


def _read(request: HttpRequest, form: SavedReplyForm) -> dict:
    reply = form.instance
    reply.html = form.html
    return {"read": as_read(reply, request.member), "unknown": reply.unknown_places}
