"""Signing in at Google or Microsoft: the shop's own registration, the trip there, and back."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from comptoir.team.door import for_managers, for_owners
from comptoir.team.models import Business
from comptoir.ui.toasts import say, warn

from .. import connecting, oauth
from ..discovery import discover
from ..forms import HistoryForm, OAuthClientForm, SpeakingForm
from ..models import Auth, Mailbox, OAuthClient
from ..providers import Provider, everyone
from .mailboxes import note

TRIP = "email_sign_in"
USUAL = {Auth.GOOGLE: "google", Auth.MICROSOFT: "microsoft365"}


def _auth(name: str) -> Auth:
    if name not in USUAL:
        raise Http404
    return Auth(name)


def way_back(request: HttpRequest) -> str:
    """Where the provider sends the owner's browser back; to be written in the registration."""
    link = Business.objects.current().link_to(reverse("email:sign-in-back"))
    return link if link.startswith("http") else request.build_absolute_uri(link)


@for_managers
def start(request: HttpRequest, auth: str) -> HttpResponse:
    """What is needed before the trip: a registration, and what the mailbox will be called here."""
    auth, address = _auth(auth), request.POST.get("address", request.GET.get("address", "")).strip().lower()
    client = OAuthClient.objects.filter(provider=auth).first()
    mailbox = connecting.mailbox_for(address)
    named = {"name": address, "sender_name": Business.objects.current().name}
    facts = {
        "auth": auth,
        "address": address,
        "client": client,
        "client_form": OAuthClientForm(instance=client) if request.member.is_owner else None,
        "way_back": way_back(request),
        "is_known": connecting.is_connected(address),
        "speaking": SpeakingForm(request.POST or None, instance=mailbox.account, initial=named),
        "history": HistoryForm(request.POST or None),
    }
    if request.method == "POST" and client and _is_ready(facts):
        facts["onward"] = _depart(request, client, address, facts)
    return render(request, "email/sign_in.html", facts)


def _is_ready(facts: dict) -> bool:
    are_valid = [facts["speaking"].is_valid(), facts["history"].is_valid()]
    return facts["is_known"] or all(are_valid)


def _depart(request: HttpRequest, client: OAuthClient, address: str, facts: dict) -> str:
    """Remembers the trip in the session; the link to follow."""
    trip = oauth.Request.fresh()
    told = (
        {}
        if facts["is_known"]
        else {name: facts["speaking"].data.get(name, "") for name in SpeakingForm.Meta.fields}
    )
    request.session[TRIP] = {
        "state": trip.state,
        "verifier": trip.verifier,
        "auth": client.provider,
        "address": address,
        "history": facts["history"].data.get("history", ""),
        "speaking": told,
    }
    return oauth.authorize_url(client, trip, way_back(request), address)


@sensitive_post_parameters("client_secret")
@require_POST
@for_owners
def register(request: HttpRequest, auth: str) -> HttpResponse:
    """Keeps the shop's registration, its secret sealed."""
    auth = _auth(auth)
    client = OAuthClient.objects.filter(provider=auth).first() or OAuthClient(provider=auth)
    form = OAuthClientForm(request.POST, instance=client)
    if form.is_valid():
        form.save()
        say(request, _("The registration is kept."))
    else:
        warn(request, _("The registration lacks its client ID."))
    return redirect(f"{reverse('email:sign-in', args=[auth])}?address={request.POST.get('address', '')}")


@for_managers
def back(request: HttpRequest) -> HttpResponse:
    """Back from the provider: the mailbox is connected, or says why not."""
    trip = request.session.pop(TRIP, None)
    if not trip or not constant_time_compare(trip["state"], request.GET.get("state", "")):
        warn(request, _("This sign-in was not started here, or too long ago. Start again."))
        return redirect("email:mailboxes")
    try:
        tokens = _tokens(request, trip)
    except (oauth.OAuthRefused, OSError) as error:
        reason = getattr(error, "reason", "") or _("no answer")
        warn(request, _("The provider did not let us in (%(reason)s).") % {"reason": reason})
        return redirect(f"{reverse('email:sign-in', args=[trip['auth']])}?address={trip['address']}")
    mailbox = _arrive(trip, tokens)
    note(request, mailbox.account)
    say(request, _("%(mailbox)s is connected.") % {"mailbox": mailbox.account})
    return redirect("email:mailbox", mailbox.pk)


def _tokens(request: HttpRequest, trip: dict) -> dict:
    if "code" not in request.GET:
        raise oauth.OAuthRefused(request.GET.get("error", "access_denied")[:60])
    client = OAuthClient.objects.get(provider=trip["auth"])
    asked = oauth.Request(trip["state"], trip["verifier"])
    return oauth.exchange(client, asked, request.GET["code"], way_back(request))


def _arrive(trip: dict, tokens: dict) -> Mailbox:
    """New tokens for a mailbox we read already, or a new mailbox."""
    mailbox = connecting.mailbox_for(trip["address"])
    if connecting.is_connected(trip["address"]):
        oauth.keep(mailbox.account, tokens)
        mailbox.settings_changed()
        return mailbox
    form = SpeakingForm(trip["speaking"], instance=mailbox.account)
    form.is_valid()
    provider = _provider(trip)
    connecting.place(mailbox, provider)
    secrets = {"oauth": tokens}
    return connecting.connect(
        mailbox, provider=provider, history=trip["history"], secrets=secrets, auth=Auth(trip["auth"])
    )


def _provider(trip: dict) -> Provider:
    found = discover(trip["address"]).provider
    return found if found and trip["auth"] in found.auth else everyone()[USUAL[trip["auth"]]]
