"""Mailboxes: which are connected, how they do, and what one does about it."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from django.views.decorators.vary import vary_on_headers

from comptoir.channels.models import Account
from comptoir.team.door import for_managers
from comptoir.team.models import Act, AuditEntry
from comptoir.team.visitors import address_of
from comptoir.ui.toasts import say

from ..forms import DirectForm, FoldersForm, ServersForm, SpeakingForm
from ..models import Mailbox
from ..providers import everyone
from .trials import token_of, tried


def note(request: HttpRequest, account: Account) -> None:
    """A line in the journal: who touched which mailbox."""
    AuditEntry.objects.note(Act.SETTINGS_CHANGED, by=request.member, on=account, address=address_of(request))


def find_mailbox(pk: int) -> Mailbox:
    return get_object_or_404(Mailbox.objects.open().select_related("account__store"), pk=pk)


@for_managers
@vary_on_headers("HX-Request")
def index(request: HttpRequest) -> HttpResponse:
    accounts = Account.objects.open().filter(kind="email").select_related("mailbox", "store")
    template = "email/_mailboxes.html" if request.htmx else "email/mailboxes.html"
    return render(request, template, {"accounts": accounts})


@for_managers
@vary_on_headers("HX-Request")
def show(request: HttpRequest, pk: int) -> HttpResponse:
    """The state of one mailbox, always up to date."""
    mailbox = find_mailbox(pk)
    done, total = mailbox.past
    facts = {
        "mailbox": mailbox,
        "account": mailbox.account,
        "provider": everyone().get(mailbox.provider),
        "folders": mailbox.folders.followed(),
        "past": {"done": done, "total": total, "is_on": mailbox.is_fetching_past},
        "folders_form": FoldersForm(mailbox),
    }
    template = "email/_state.html" if request.htmx else "email/mailbox.html"
    return render(request, template, facts)


@for_managers
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Name, signature, store, servers; the test comes before anything is saved."""
    mailbox = find_mailbox(pk)
    speaking = SpeakingForm(request.POST or None, instance=mailbox.account)
    accepted = {"accept_imap": mailbox.fingerprint, "accept_smtp": mailbox.smtp_fingerprint}
    servers = ServersForm(request.POST or None, instance=mailbox, member=request.member, initial=accepted)
    facts = {
        "mailbox": mailbox,
        "speaking": speaking,
        "servers": servers,
        "provider": everyone().get(mailbox.provider),
    }
    if request.method == "POST" and speaking.is_valid() and servers.is_valid():
        if servers.changed_data or "test" in request.POST:
            facts["trial"] = tried(servers, mailbox.provider, token_of(mailbox))
        if "test" not in request.POST and (not facts.get("trial") or _good_enough(facts["trial"], request)):
            _save(mailbox, speaking, servers)
            note(request, mailbox.account)
            say(request, _("%(mailbox)s is up to date.") % {"mailbox": mailbox.account})
            return redirect("email:mailbox", mailbox.pk)
        servers.reseal()
    return render(request, "email/edit.html", facts, status=422 if speaking.is_bound else 200)


def _good_enough(trial, request: HttpRequest) -> bool:
    return trial.is_good or (trial.reads and "anyway" in request.POST)


def _save(mailbox: Mailbox, speaking: SpeakingForm, servers: ServersForm) -> None:
    account = speaking.save(commit=False)
    account.secrets = servers.secrets
    account.save()
    servers.apply().save()
    mailbox.settings_changed()


@require_POST
@for_managers
def folders(request: HttpRequest, pk: int) -> HttpResponse:
    form = FoldersForm(find_mailbox(pk), request.POST)
    if form.is_valid():
        form.save()
        say(request, _("These folders are followed from now on."))
    return redirect("email:mailbox", pk)


@require_POST
@for_managers
def pause(request: HttpRequest, pk: int) -> HttpResponse:
    mailbox = find_mailbox(pk)
    mailbox.pause()
    say(request, _("%(mailbox)s is paused: its mail waits on its server.") % {"mailbox": mailbox.account})
    return redirect("email:mailbox", pk)


@require_POST
@for_managers
def resume(request: HttpRequest, pk: int) -> HttpResponse:
    mailbox = find_mailbox(pk)
    mailbox.resume()
    say(request, _("%(mailbox)s is read again.") % {"mailbox": mailbox.account})
    return redirect("email:mailbox", pk)


@require_POST
@for_managers
def reconcile(request: HttpRequest, pk: int) -> HttpResponse:
    find_mailbox(pk).ask_reconciliation()
    say(request, _("Every folder is being compared with what is kept here."))
    return redirect("email:mailbox", pk)


@for_managers
def disconnect(request: HttpRequest, pk: int) -> HttpResponse:
    """Asked twice: a page that says what happens, then the act."""
    mailbox = find_mailbox(pk)
    if request.method == "POST":
        mailbox.disconnect()
        note(request, mailbox.account)
        say(request, _("%(mailbox)s is disconnected. Its messages stay here.") % {"mailbox": mailbox.account})
        return redirect("email:mailboxes")
    return render(request, "email/disconnect.html", {"mailbox": mailbox})


@for_managers
def direct(request: HttpRequest) -> HttpResponse:
    """An address whose mail is handed over by our own server, or only imported."""
    form = DirectForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        account = Account.objects.create(kind="email", **form.cleaned_data)
        note(request, account)
        say(request, _("%(mailbox)s receives what is handed over to it.") % {"mailbox": account})
        return redirect("email:mailboxes")
    return render(request, "email/direct.html", {"form": form}, status=422 if form.is_bound else 200)
