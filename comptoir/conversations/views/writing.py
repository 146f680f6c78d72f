"""Writing: replies, notes, forwards, and letters nobody waited for."""

from datetime import timedelta

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from comptoir.ground import clock
from comptoir.ui import toasts

from .. import writing
from ..forms import ForwardForm, NewForm, NoteForm, ReplyForm
from ..listing import Listing
from ..models import Attachment, Draft, Kind, Message, Thread
from ..writing import Words
from .attachments import store_path
from .composer import Composer
from .desk import (
    answer,
    asks_fragment,
    find_thread,
    open_desk,
    show_desk,
    stir_lists,
    thread_url,
)
from .drafts import keep_draft

DOUBLE_CLICK = timedelta(seconds=20)


@require_POST
def reply(request: HttpRequest, pk: int) -> HttpResponse:
    """Answers the customer; `then=close` ends the thread in the same act."""
    thread = find_thread(request, pk)
    form = ReplyForm(request.POST)
    if not form.is_valid():
        return _ask_again(request, thread, "reply", form)
    words = _words(request, thread, "reply", form)
    if not words.to and not writing.default_recipients(thread):
        form.add_error("to", _("Say whom to send it to."))
        return _ask_again(request, thread, "reply", form)
    message = _same_again(thread, request, words) or writing.reply(thread, words, by=request.member)
    if thread.assignee is None:
        thread.assign(request.member, by=request.member)
    if request.POST.get("then") == "close":
        thread.close(by=request.member)
    return _written(request, thread, message, "reply")


@require_POST
def note(request: HttpRequest, pk: int) -> HttpResponse:
    thread = find_thread(request, pk)
    form = NoteForm(request.POST)
    if not form.is_valid():
        return _ask_again(request, thread, "note", form)
    words = _words(request, thread, "note", form)
    message = _same_again(thread, request, words) or writing.note(thread, words, by=request.member)
    return _written(request, thread, message, "note")


@require_POST
def forward(request: HttpRequest, pk: int) -> HttpResponse:
    """Passes the customer's last message on, with its files if they are wanted."""
    thread = find_thread(request, pk)
    form = ForwardForm(request.POST)
    if not form.is_valid():
        return _ask_again(request, thread, "forward", form)
    words = _words(request, thread, "forward", form)
    if request.POST.get("with_files"):
        words.attachments += [
            _copy(one, request) for one in Composer.of(request, thread, kind="forward").heard_files
        ]
    message = _same_again(thread, request, words) or writing.forward(thread, words, by=request.member)
    return _written(request, thread, message, "forward")


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """A letter to somebody, about something in particular."""
    form = NewForm(request.POST) if request.method == "POST" else None
    if form is None or not form.is_valid():
        composer = Composer("new", request.member, form=form, opened=True)
        if form is not None:
            keep_draft(request, None)
        context = {"composer": composer, "listing": Listing.beside(request)}
        return answer(request, "conversations/new.html", context, status=422 if form else 200)
    words = _words(request, None, "new", form)
    message = writing.start(form.cleaned_data["account"], words, by=request.member)
    Draft.objects.filter(thread=None, member=request.member, kind="new").delete()
    _tell(request, message)
    return redirect("conversations:thread", message.thread_id)


def _words(request: HttpRequest, thread: Thread | None, kind: str, form) -> Words:
    told = form.cleaned_data
    mine = Attachment.objects.filter(draft__thread=thread, draft__member=request.member, draft__kind=kind)
    people = {name: told.get(name) or [] for name in ("to", "cc", "bcc")}
    return Words(told["body"], subject=told.get("subject", ""), attachments=list(mine), **people)


def _same_again(thread: Thread, request: HttpRequest, words: Words) -> Message | None:
    """The message a second click would write again."""
    since = clock.now() - DOUBLE_CLICK
    mine = thread.messages.filter(member=request.member, at__gte=since, html=words.html)
    return mine.order_by("-at").first() if not words.attachments else None


def _copy(attachment: Attachment, request: HttpRequest) -> Attachment:
    """A file that came with a letter, as a file of ours that can leave."""
    path = default_storage.save(store_path(attachment.name), ContentFile(attachment.open()))
    facts = {"name": attachment.name, "content_type": attachment.content_type, "size": attachment.size}
    return Attachment.objects.create(by=request.member, thread=attachment.thread, path=path, **facts)


def _ask_again(request: HttpRequest, thread: Thread, kind: str, form) -> HttpResponse:
    """Says what is missing; nothing written is lost."""
    keep_draft(request, thread)
    desk = open_desk(request, thread, kind=kind, form=form, opened=True)
    if asks_fragment(request):
        return answer(request, "conversations/_composer.html", {"composer": desk.composer}, status=422)
    return show_desk(request, desk, status=422)


def _written(request: HttpRequest, thread: Thread, message: Message, kind: str) -> HttpResponse:
    _tell(request, message)
    if not asks_fragment(request):
        return redirect(f"{thread_url(thread, Listing.beside(request))}#message-{message.pk}")
    desk = open_desk(request, find_thread(request, thread.pk), kind="reply", opened=False)
    context = {"desk": desk, "listing": desk.listing, "message": message}
    return stir_lists(answer(request, "conversations/_written.html", context))


def _tell(request: HttpRequest, message: Message) -> None:
    if message.kind == Kind.NOTE:
        return toasts.say(request, _("Note added."))
    undo = reverse("conversations:message-undo", args=[message.pk])
    toasts.say(request, _("Your message is about to leave."), undo=undo, seconds=settings.UNDO_SECONDS)
