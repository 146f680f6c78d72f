"""The team: who works here, what they may do, and who is invited."""

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from comptoir.ui.toasts import say, warn

from ..door import for_managers
from ..forms import InvitationForm, MemberForm
from ..models import Act, AuditEntry, Invitation, LastOwner, Member
from ..visitors import address_of

# The link just made, shown once: only its fingerprint is kept.
SESSION_KEY = "new_invitation"


@for_managers
def index(request: HttpRequest) -> HttpResponse:
    return _page(request, InvitationForm(request.member))


@require_POST
@for_managers
@transaction.atomic
def invite(request: HttpRequest) -> HttpResponse:
    form = InvitationForm(request.member, request.POST)
    if not form.is_valid():
        return _page(request, form)
    form.instance.by = request.member
    invitation = form.save()
    _note(request, Act.INVITED, invitation)
    return _show_link(request, invitation)


@require_POST
@for_managers
@transaction.atomic
def renew(request: HttpRequest, pk: int) -> HttpResponse:
    """A new link for the same person; the previous one stops working."""
    invitation = _find_invitation(request, pk)
    invitation.renew()
    _note(request, Act.INVITED, invitation)
    return _show_link(request, invitation)


@require_POST
@for_managers
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    invitation = _find_invitation(request, pk)
    Invitation.objects.filter(pk=invitation.pk).withdraw()
    _note(request, Act.INVITATION_WITHDRAWN, invitation)
    say(request, _("This invitation no longer works."))
    return redirect("team:team")


@for_managers
def member(request: HttpRequest, pk: int) -> HttpResponse:
    """What one colleague may do."""
    colleague = _find_member(request, pk)
    form = MemberForm(request.member, request.POST or None, instance=colleague)
    if request.method == "POST" and form.is_valid():
        return _change(request, colleague, form.cleaned_data)
    facts = {"form": form, "colleague": Member.objects.get(pk=pk)}
    return render(request, "team/member.html", facts, status=422 if form.is_bound else 200)


@require_POST
@for_managers
def deactivate(request: HttpRequest, pk: int) -> HttpResponse:
    colleague = _find_member(request, pk)
    try:
        colleague.deactivate()
    except LastOwner:
        return _refuse(request, pk)
    _note(request, Act.DEACTIVATED, colleague)
    say(request, _("%(name)s can no longer sign in.") % {"name": colleague})
    return redirect("team:team")


@require_POST
@for_managers
def reactivate(request: HttpRequest, pk: int) -> HttpResponse:
    colleague = _find_member(request, pk)
    colleague.reactivate()
    _note(request, Act.REACTIVATED, colleague)
    say(request, _("%(name)s can sign in again.") % {"name": colleague})
    return redirect("team:team")


@transaction.atomic
def _change(request: HttpRequest, colleague: Member, facts: dict) -> HttpResponse:
    before = Member.objects.get(pk=colleague.pk)
    try:
        before.change_role(facts["role"])
    except LastOwner:
        return _refuse(request, colleague.pk)
    before.stores.set(facts.get("stores", before.stores.all()))
    _note(request, Act.ROLE_CHANGED, f"{before} · {before.get_role_display()}")
    say(request, _("%(name)s’s role is up to date.") % {"name": before})
    return redirect("team:team")


def _refuse(request: HttpRequest, pk: int) -> HttpResponse:
    warn(request, _("This is the last owner: name another one first."))
    return redirect("team:member", pk)


def _page(request: HttpRequest, form: InvitationForm) -> HttpResponse:
    members = Member.objects.order_by("-is_active", "name").prefetch_related("stores")
    facts = {
        "members": [(one, request.member.may_manage(one)) for one in members],
        "invitations": Invitation.objects.waiting().exclude(by=None).select_related("by"),
        "form": form,
        "new_link": request.session.pop(SESSION_KEY, ""),
    }
    return render(request, "team/team.html", facts, status=422 if form.is_bound else 200)


def _show_link(request: HttpRequest, invitation: Invitation) -> HttpResponse:
    request.session[SESSION_KEY] = request.build_absolute_uri(invitation.path)
    return redirect("team:team")


def _find_member(request: HttpRequest, pk: int) -> Member:
    colleague = get_object_or_404(Member, pk=pk)
    if not request.member.may_manage(colleague):
        raise PermissionDenied
    return colleague


def _find_invitation(request: HttpRequest, pk: int) -> Invitation:
    invitation = get_object_or_404(Invitation.objects.waiting().exclude(by=None), pk=pk)
    if (invitation.role, invitation.get_role_display()) not in request.member.grantable_roles:
        raise PermissionDenied
    return invitation


def _note(request: HttpRequest, act: str, on) -> None:
    AuditEntry.objects.note(act, by=request.member, on=on, address=address_of(request))
