"""Connecting a mailbox: its address, then its servers and how much of the past, then a test."""

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from comptoir.team.door import for_managers
from comptoir.team.models import Business
from comptoir.ui.toasts import say

from .. import connecting
from ..discovery import Findings, discover, of_provider
from ..forms import AddressForm, HistoryForm, ServersForm, SpeakingForm, first_guess, free_address
from ..providers import everyone
from .mailboxes import note
from .trials import tried


@for_managers
def address(request: HttpRequest) -> HttpResponse:
    """Step one; what is found for the address is shown in step two, before any password."""
    form = AddressForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        return _step_two(request, find(**form.cleaned_data))
    return render(request, "email/address.html", {"form": form}, status=422 if form.is_bound else 200)


def find(address: str, provider: str) -> Findings:
    if provider:
        return of_provider(address, everyone()[provider], how="table")
    return discover(address)


def _step_two(request: HttpRequest, findings: Findings) -> HttpResponse:
    named = {"name": findings.address, "sender_name": Business.objects.current().name}
    facts = {
        "address": findings.address,
        "findings": findings,
        "provider": findings.provider,
        "servers": ServersForm(initial=first_guess(findings), member=request.member),
        "speaking": SpeakingForm(initial=named),
        "history": HistoryForm(),
    }
    return render(request, "email/connect.html", facts)


@sensitive_post_parameters("password", "smtp_password", "sealed")
@require_POST
@for_managers
def connect(request: HttpRequest) -> HttpResponse:
    """Steps two and three: the test, then the mailbox. The password is never shown, logged or sent in clear."""
    address, provider = request.POST.get("address", ""), everyone().get(request.POST.get("provider", ""))
    mailbox = connecting.mailbox_for(address)
    servers = ServersForm(request.POST, instance=mailbox, member=request.member)
    speaking = SpeakingForm(request.POST, instance=mailbox.account)
    history = HistoryForm(request.POST)
    facts = {
        "address": address,
        "provider": provider,
        "servers": servers,
        "speaking": speaking,
        "history": history,
    }
    are_valid = [form.is_valid() for form in (servers, speaking, history)]
    if all(are_valid) and _is_free(servers, address):
        facts["trial"] = trial = tried(servers, provider.key if provider else "")
        if "test" not in request.POST and (trial.is_good or (trial.reads and "anyway" in request.POST)):
            chosen = {"history": history.cleaned_data["history"], "secrets": servers.secrets}
            connecting.connect(servers.apply(), provider=provider, **chosen)
            note(request, mailbox.account)
            say(request, _("%(mailbox)s is connected.") % {"mailbox": mailbox.account})
            return redirect("email:mailbox", mailbox.pk)
        servers.reseal()
    return render(request, "email/connect.html", facts, status=422)


def _is_free(form: ServersForm, address: str) -> bool:
    try:
        free_address(address)
    except ValidationError as error:
        form.add_error(None, error)
        return False
    return True
