"""The journal, for owners."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from ..door import for_owners
from ..models import AuditEntry

PAGE = 100


@for_owners
def index(request: HttpRequest) -> HttpResponse:
    """A hundred lines at a time, newest first."""
    lines = AuditEntry.objects.all()
    before = request.GET.get("before", "")
    if before.isdigit() and len(before) < 19:
        lines = lines.filter(pk__lt=int(before))
    lines = list(lines.order_by("-pk")[: PAGE + 1])
    more = lines[PAGE - 1].pk if len(lines) > PAGE else None
    return render(request, "team/journal.html", {"lines": lines[:PAGE], "more": more})
