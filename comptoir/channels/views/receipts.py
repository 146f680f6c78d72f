"""What came in and could not be filed: looked at, read again, left alone."""

from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from comptoir.ui.toasts import say, warn

from ..models import Receipt

PAGE = 40
SHOWN = 100_000  # bytes of a raw message shown on its page


@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """Everything set aside, or waiting longer than usual, newest first."""
    receipts = troubled(request.member)
    after = request.GET.get("after", "")
    if after.isdigit() and len(after) < 19:
        receipts = receipts.filter(pk__lt=int(after))
    rows = list(receipts[: PAGE + 1])
    context = {"receipts": rows[:PAGE], "next": rows[PAGE - 1].pk if len(rows) > PAGE else None}
    return render(request, "channels/receipts.html", context | {"is_next": bool(after)})


@require_GET
def show(request: HttpRequest, pk: int) -> HttpResponse:
    receipt = find_receipt(request, pk)
    if receipt.filed_at:
        say(request, _("This one was read since: it stands in the inbox."))
        return redirect("channels:receipts")
    return render(request, "channels/receipt.html", {"receipt": receipt} | _told_of(receipt))


@require_GET
def source(request: HttpRequest, pk: int) -> HttpResponse:
    """The raw bytes, as a file that no browser opens by itself."""
    receipt = find_receipt(request, pk)
    try:
        file = default_storage.open(receipt.path)
    except OSError as missing:
        raise Http404 from missing
    name = f"comptoir-{receipt.pk}{receipt.account.channel.source_suffix}"
    response = FileResponse(file, as_attachment=True, filename=name, content_type="application/octet-stream")
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cache-Control"] = "private, no-store"
    return response


@require_POST
def retry(request: HttpRequest, pk: int) -> HttpResponse:
    if find_receipt(request, pk).try_again():
        say(request, _("It will be read again in a moment."))
    else:
        warn(request, _("It was read in the meantime."))
    return redirect("channels:receipts")


@require_POST
def dismiss(request: HttpRequest, pk: int) -> HttpResponse:
    receipt = find_receipt(request, pk)
    if receipt.dismiss(by=request.member):
        say(request, _("Left alone. Its raw form is kept."), undo=request.path.replace("dismissal", "retry"))
    else:
        warn(request, _("It is being read at this very moment."))
    return redirect("channels:receipts")


def troubled(member):
    """What this member may mend, newest first, with everything a row shows."""
    return Receipt.objects.visible_to(member).troubled().select_related("account").order_by("-pk")


def find_receipt(request: HttpRequest, pk: int) -> Receipt:
    """The receipt, for those who may know its account; a stranger gets 404."""
    visible = Receipt.objects.visible_to(request.member)
    receipt = visible.select_related("account", "dismissed_by").filter(pk=pk).first()
    if receipt is None:
        raise Http404
    return receipt


def _told_of(receipt: Receipt) -> dict:
    """Its headers and the beginning of its raw form; neither when the file is gone."""
    try:
        raw = receipt.beginning(SHOWN)
        headers = receipt.account.channel.headers(receipt)
    except OSError:
        return {"is_lost": True}
    return {"headers": headers, "raw": plain(raw), "is_cut": receipt.size > SHOWN, "shown": SHOWN}


def plain(raw: bytes) -> str:
    """Bytes as harmless words: what would move a cursor or turn a line around is shown as a dot."""
    return "".join(mark if mark.isprintable() or mark in "\n\t" else "·" for mark in _decoded(raw))


def _decoded(raw: bytes) -> str:
    return raw.replace(b"\r\n", b"\n").decode("utf-8", errors="replace")
