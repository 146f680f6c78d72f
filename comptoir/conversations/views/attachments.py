"""Attachments: files that came, files to send along."""

import re
import secrets
from urllib.parse import quote

from django.conf import settings
from django.core.files.storage import default_storage
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from comptoir.ground import clock
from comptoir.ui import toasts

from ..forms import UploadForm
from ..models import Attachment, Draft, Thread
from .composer import Composer
from .desk import answer, asks_fragment, find_thread, refresh
from .drafts import keep_draft

SEALED = "default-src 'none'; sandbox"


@require_GET
def show(request: HttpRequest, pk: int) -> HttpResponse:
    """A file to keep; pictures may be looked at. Nothing that came by mail ever runs here."""
    attachment = _find(request, pk)
    try:
        content = attachment.open()
    except (FileNotFoundError, KeyError, AttributeError) as error:
        raise Http404 from error
    is_seen = attachment.is_picture and "download" not in request.GET
    content_type = attachment.content_type if attachment.is_picture else "application/octet-stream"
    response = HttpResponse(content, content_type=content_type)
    way = "inline" if is_seen else "attachment"
    response["Content-Disposition"] = f"{way}; filename*=UTF-8''{quote(_file_name(attachment.name))}"
    response["Content-Security-Policy"] = SEALED
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, max-age=86400"
    return response


@require_POST
def add(request: HttpRequest, pk: int) -> HttpResponse:
    """Joins files to what is being written."""
    thread = find_thread(request, pk)
    return _add(request, thread)


@require_POST
def add_to_new(request: HttpRequest) -> HttpResponse:
    return _add(request, None)


@require_POST
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Takes a file off the draft it hangs on; only its own writer may."""
    mine = Attachment.objects.filter(draft__member=request.member, message=None).select_related(
        "draft__thread"
    )
    attachment = mine.filter(pk=pk).first()
    if attachment is None:
        raise Http404
    draft = attachment.draft
    default_storage.delete(attachment.path)
    attachment.delete()
    return _files(request, draft)


def store_path(name: str) -> str:
    """Where an upload lies: a name nobody can guess, never the sender's own."""
    return f"uploads/{clock.now():%Y/%m/%d}/{secrets.token_urlsafe(24)}"


def _add(request: HttpRequest, thread: Thread | None) -> HttpResponse:
    files = request.FILES.getlist("file")
    draft = keep_draft(request, thread, always=True)
    if not files:
        toasts.warn(request, _("Choose a file."))
    for file in files:
        _keep(request, draft, file)
    return _files(request, draft)


def _keep(request: HttpRequest, draft: Draft, file) -> None:
    form = UploadForm(files={"file": file})
    if not form.is_valid():
        return toasts.warn(request, f"{file.name}: {' '.join(form.errors['file'])}")
    if file.size + sum(one.size for one in draft.attachments.all()) > settings.MAX_MESSAGE_BYTES:
        most = settings.MAX_MESSAGE_BYTES // (1024 * 1024)
        sentence = _("%(name)s is too big: a message takes %(most)s MB of files at most.")
        return toasts.warn(request, sentence % {"name": file.name, "most": most})
    path = default_storage.save(store_path(file.name), file)
    facts = {"name": _file_name(file.name), "content_type": file.content_type or "application/octet-stream"}
    draft.attachments.create(thread=draft.thread, by=request.member, path=path, size=file.size, **facts)
    return None


def _files(request: HttpRequest, draft: Draft) -> HttpResponse:
    if not asks_fragment(request):
        return refresh(request, draft.thread) if draft.thread else redirect("conversations:new")
    composer = Composer(draft.kind, request.member, draft.thread)
    return answer(request, "conversations/_files.html", {"composer": composer, "oob_toasts": True})


def _find(request: HttpRequest, pk: int) -> Attachment:
    """Files of the threads one may see, and of one's own drafts."""
    visible = Thread.objects.visible_to(request.member)
    seen = Q(message__thread__in=visible) | Q(message=None, draft__member=request.member)
    related = ("message__receipt__account",)
    attachment = Attachment.objects.select_related(*related).filter(seen, pk=pk).first()
    if attachment is None:
        raise Http404
    return attachment


def _file_name(name: str) -> str:
    """A name safe to write on any disk."""
    return (
        re.sub(r"[\x00-\x1f\x7f/\\:*?\"<>|\u202a-\u202e\u2066-\u2069]", "_", name).strip(". ")[:200] or "file"
    )
