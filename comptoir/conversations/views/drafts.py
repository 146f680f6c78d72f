"""Drafts: what is being written is kept on the server while it is written."""

from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from comptoir.ground import clock
from comptoir.ui import toasts

from ..forms import WordsForm, is_written
from ..models import Draft, SavedReply, Thread
from ..writing import as_text
from .composer import KINDS, Composer
from .desk import answer, asks_fragment, find_thread, open_desk, refresh, show_desk

TOO_LATE = timedelta(seconds=5)


@require_GET
def show(request: HttpRequest, pk: int) -> HttpResponse:
    """Another way of writing: reply, note or forward."""
    desk = open_desk(request, find_thread(request, pk), opened=True)
    if asks_fragment(request):
        return answer(request, "conversations/_composer.html", {"composer": desk.composer})
    return show_desk(request, desk)


@require_POST
def keep(request: HttpRequest, pk: int) -> HttpResponse:
    """Keeps the draft; with `go`, opens another way of writing in its place."""
    thread = find_thread(request, pk)
    kept = keep_draft(request, thread, saved=request.POST.get("saved", ""))
    go = _kind(request) if request.POST.get("saved") else request.POST.get("go", "")
    if go not in KINDS:
        return _kept(request, kept, thread)
    desk = open_desk(request, thread, kind=go, opened=True)
    if asks_fragment(request):
        return answer(request, "conversations/_composer.html", {"composer": desk.composer})
    return redirect(f"{desk.url}{'&' if '?' in desk.url else '?'}write={go}#{desk.composer.id}")


@require_POST
def keep_new(request: HttpRequest) -> HttpResponse:
    return _kept(request, keep_draft(request, None), None)


@require_POST
def discard(request: HttpRequest, pk: int) -> HttpResponse:
    """Throws the draft away, with its files."""
    thread = find_thread(request, pk)
    kind = _kind(request)
    drafts = Draft.objects.filter(thread=thread, member=request.member, kind=kind)
    for draft in drafts:
        draft.attachments.all().delete()
    drafts.delete()
    if not asks_fragment(request):
        return refresh(request, thread)
    composer = Composer.of(request, thread, kind=kind)
    return answer(request, "conversations/_composer.html", {"composer": composer})


def keep_draft(
    request: HttpRequest, thread: Thread | None, *, always: bool = False, saved: str = ""
) -> Draft | None:
    """What is written so far, as a draft, with a saved reply after it when one is chosen.

    Nothing at all is not a draft, unless files must hang on it; what was just sent is not one either.
    """
    form = WordsForm(request.POST)
    kind = "new" if thread is None else _kind(request)
    mine = Draft.objects.filter(thread=thread, member=request.member, kind=kind)
    html = form.cleaned_data["body"] if form.is_valid() else ""
    html += _filled(saved, thread, request)
    if thread and _was_just_sent(thread, request, html):
        return None
    if not (is_written(html) or always or mine.exists()):
        return None
    facts = {name: request.POST.get(name, "")[:2000] for name in ("to", "cc", "bcc")}
    facts |= {"html": html, "subject": request.POST.get("subject", "")[:300], "updated_at": clock.now()}
    if not mine.update(**facts):
        Draft.objects.create(thread=thread, member=request.member, kind=kind, **facts)
    return mine.first()


def _filled(saved: str, thread: Thread | None, request: HttpRequest) -> str:
    if not (saved.isdigit() and len(saved) < 19 and thread):
        return ""
    reply = SavedReply.objects.fitting(thread, request.member).filter(pk=saved).first()
    return reply.fill(thread, request.member) if reply else ""


def _was_just_sent(thread: Thread, request: HttpRequest, html: str) -> bool:
    """A draft kept while its message was leaving comes too late."""
    last = thread.messages.filter(member=request.member, at__gte=clock.now() - TOO_LATE).last()
    return last is not None and is_written(html) and as_text(last.html) == as_text(html)


def _kind(request: HttpRequest) -> str:
    kind = request.POST.get("kind", "")
    return kind if kind in KINDS else "reply"


def _kept(request: HttpRequest, draft: Draft | None, thread: Thread | None) -> HttpResponse:
    if asks_fragment(request):
        return answer(request, "conversations/_kept.html", {"draft": draft})
    if draft:
        toasts.say(request, _("Draft kept."))
    return refresh(request, thread) if thread else redirect(reverse("conversations:new"))
