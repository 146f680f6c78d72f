"""Everything that went wrong, on one page."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from comptoir.channels.views.receipts import troubled

from ..mending import failing_accounts
from .departures import struggling, stuck, with_homes

SHOWN = 10


@require_GET
def show(request: HttpRequest) -> HttpResponse:
    member = request.member
    departures, receipts = list(stuck(member)[: SHOWN + 1]), list(troubled(member)[: SHOWN + 1])
    context = {
        "accounts": failing_accounts(member),
        "departures": with_homes(member, departures[:SHOWN]),
        "more_departures": len(departures) > SHOWN,
        "receipts": receipts[:SHOWN],
        "more_receipts": len(receipts) > SHOWN,
        "struggling": with_homes(member, struggling(member)[:SHOWN]),
    }
    return render(request, "consent/mending.html", context)
