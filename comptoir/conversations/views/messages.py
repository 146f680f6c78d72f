"""Messages: as they were laid out, as they came, taken back, sent again."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_GET, require_POST

from comptoir.ui import toasts

from .. import writing
from ..models import Message
from .desk import answer, asks_fragment, find_message, open_desk, refresh, stir_lists

FRAME = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src {images}; frame-ancestors 'self'; form-action 'none';"
    " base-uri 'none'; sandbox allow-same-origin allow-popups allow-popups-to-escape-sandbox"
)


@require_GET
@xframe_options_sameorigin
def layout(request: HttpRequest, pk: int) -> HttpResponse:
    """The letter as its sender laid it out, sealed: no script, and nothing fetched unless `?images=1`."""
    message = find_message(request, pk)
    if message.receipt is None:
        raise Http404
    html = message.receipt.account.channel.layout(message.receipt)
    with_images = request.GET.get("images") == "1"
    page = {"html": _with_pictures(message, html, with_images), "message": message}
    response = render(request, "conversations/layout.html", page)
    response["Content-Security-Policy"] = FRAME.format(
        images="'self' data: https: http:" if with_images else "'self' data:"
    )
    response["Referrer-Policy"] = "no-referrer"
    response["Cache-Control"] = "private, max-age=3600"
    return response


@require_GET
def source(request: HttpRequest, pk: int) -> HttpResponse:
    """The letter exactly as it came."""
    message = find_message(request, pk)
    if message.receipt is None:
        raise Http404
    response = HttpResponse(message.receipt.raw, content_type="text/plain; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="message-{pk}.eml"'
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


@require_POST
def take_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Undo: what was about to leave is a draft again; or it is told that it left."""
    message = find_message(request, pk)
    thread = message.thread
    draft = writing.take_back(message, by=request.member)
    if draft is None:
        toasts.warn(request, _("Too late: the message has left."))
        return refresh(request, thread)
    toasts.say(request, _("Taken back: it is a draft again."))
    if not asks_fragment(request):
        return refresh(request, thread)
    desk = open_desk(request, thread, kind="reply", opened=True)
    context = {"desk": desk, "listing": desk.listing, "gone": pk, "composer": desk.composer}
    return stir_lists(answer(request, "conversations/_taken_back.html", context))


@require_POST
def send_again(request: HttpRequest, pk: int) -> HttpResponse:
    """A person, told of the risk, sends again what did not arrive."""
    message = find_message(request, pk)
    if message.departure and message.departure.send_again():
        toasts.say(request, _("It is on its way again."))
    return _moved(request, message)


@require_POST
def dismiss(request: HttpRequest, pk: int) -> HttpResponse:
    """A person has dealt with it otherwise."""
    message = find_message(request, pk)
    if message.departure:
        message.departure.dismiss()
    return _moved(request, message)


def _moved(request: HttpRequest, message: Message) -> HttpResponse:
    if not asks_fragment(request):
        return redirect("conversations:thread", message.thread_id)
    message.departure.refresh_from_db()
    return stir_lists(answer(request, "conversations/_state.html", {"message": message, "oob_toasts": True}))


def _with_pictures(message: Message, html: str, with_images: bool) -> str:
    """Pictures that came along are shown from here; remote ones stay held back unless asked for."""
    for attachment in message.attachments.all():
        if attachment.content_id:
            address = reverse("conversations:attachment", args=[attachment.pk])
            html = html.replace(f"cid:{attachment.content_id}", address)
    return html.replace(" data-remote-src=", " src=") if with_images else html
