"""The way back of an owner who is locked out, by the link that the machine printed."""

import time

from allauth.account.adapter import get_adapter
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from comptoir.ui.toasts import say

from ..door import public
from ..forms import NewPasswordAfterLinkForm
from ..models import Act, AuditEntry, Member, SignInLink
from ..visitors import address_of

# Set in the session by the link: until when a password may be set without the old one.
SESSION_KEY = "came_by_link_until"
MINUTES = 15


@public
@never_cache
def show(request: HttpRequest, token: str) -> HttpResponse:
    """One button: a mail scanner that looks at the page signs nobody in."""
    link = SignInLink.objects.find(token)
    if link is None or not link.member.is_active:
        return render(request, "team/link_dead.html", status=404)
    if request.method != "POST":
        return render(request, "team/way_back.html", {"link": link})
    if not link.claim():
        return render(request, "team/link_dead.html", status=409)
    get_adapter().login(request, link.member)
    request.session[SESSION_KEY] = time.time() + MINUTES * 60
    AuditEntry.objects.note(Act.SIGNED_IN_BY_LINK, by=link.member, address=address_of(request))
    return redirect("team:new-password")


@sensitive_post_parameters("password")
def new_password(request: HttpRequest) -> HttpResponse:
    """Sets a password, for whoever has just come by the link; second factors go only if asked."""
    if request.session.get(SESSION_KEY, 0) < time.time():
        raise PermissionDenied
    form = NewPasswordAfterLinkForm(request.member, request.POST or None)
    if request.method == "POST" and form.is_valid():
        _set(request, **form.cleaned_data)
        say(request, _("Your new password is kept. Your other devices are signed out."))
        return redirect("/")
    return render(request, "team/new_password.html", {"form": form}, status=422 if form.is_bound else 200)


@transaction.atomic
def _set(request: HttpRequest, password: str, forget_second_factors: bool = False) -> None:
    member: Member = request.member
    member.set_password(password)
    member.save(update_fields=["password"])
    address = address_of(request)
    if forget_second_factors:
        member.authenticator_set.all().delete()
        AuditEntry.objects.note(Act.SECOND_FACTOR_REMOVED, by=member, address=address)
    member.visits.all().delete()
    AuditEntry.objects.note(Act.PASSWORD_CHANGED, by=member, address=address)
    get_adapter().login(request, member)
    request.session.pop(SESSION_KEY, None)
