"""Arriving: the owner opens the shop, a colleague accepts an invitation. Looking at the page uses nothing up."""

from allauth.account.adapter import get_adapter
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from ..calendars import usual_calendar
from ..door import public
from ..first_steps import first_steps
from ..forms import JoinForm, OpenShopForm
from ..models import Act, AuditEntry, Business, Invitation, Store
from ..visitors import address_of


@public
@never_cache
@sensitive_post_parameters("password")
def show(request: HttpRequest, token: str) -> HttpResponse:
    """The page behind an invitation's link; POST creates the account and signs it in."""
    invitation = Invitation.objects.find(token)
    if invitation is None:
        return render(request, "team/link_dead.html", status=404)
    Form = OpenShopForm if invitation.opens_the_shop else JoinForm
    form = Form(request.POST or None, initial={"email": invitation.email})
    if request.method == "POST" and form.is_valid():
        return _arrive(request, invitation, form.cleaned_data)
    facts = {"form": form, "invitation": invitation, "business": Business.objects.current()}
    return render(request, "team/welcome.html", facts, status=422 if form.is_bound else 200)


def first(request: HttpRequest) -> HttpResponse:
    """What to do first, once the shop is open."""
    steps = [step for step in first_steps if step.allowed(request.member)]
    return render(request, "team/first_steps.html", {"steps": steps, "business": Business.objects.current()})


def _arrive(request: HttpRequest, invitation: Invitation, facts: dict) -> HttpResponse:
    try:
        member = _create(request, invitation, facts)
    except IntegrityError:
        member = None
    if member is None:
        return render(request, "team/link_dead.html", status=409)
    get_adapter().login(request, member)
    return redirect("team:first-steps" if invitation.opens_the_shop else "/")


@transaction.atomic
def _create(request: HttpRequest, invitation: Invitation, facts: dict):
    member = invitation.accept(
        name=facts["name"], email=facts["email"], password=facts["password"], language=get_language()
    )
    if member is None:
        return None
    if invitation.opens_the_shop:
        _open_shop(request, facts)
    act = Act.SHOP_OPENED if invitation.opens_the_shop else Act.JOINED
    AuditEntry.objects.note(act, by=member, address=address_of(request))
    return member


def _open_shop(request: HttpRequest, facts: dict) -> None:
    Business.objects.create(name=facts["business"], address=request.build_absolute_uri("/").rstrip("/"))
    zone = facts["time_zone"]
    Store.objects.get_or_create(
        name=facts["store"] or facts["business"],
        defaults={"time_zone": zone, "calendar": usual_calendar(zone)},
    )
