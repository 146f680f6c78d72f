"""My account: how I am called, how I sign in, and where I am signed in."""

from allauth.mfa.models import Authenticator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from comptoir.ui.toasts import say

from ..forms import AccountForm, AddressForm
from ..models import Act, AuditEntry
from ..models.visit import SESSION_KEY
from ..visitors import address_of, why_no_passkeys


def show(request: HttpRequest) -> HttpResponse:
    form = AccountForm(request.POST or None, instance=request.member)
    if request.method == "POST" and form.is_valid():
        form.save()
        say(request, _("Your account is up to date."))
        return redirect("team:account")
    return _page(request, form=form)


@require_POST
@sensitive_post_parameters("current_password")
def change_address(request: HttpRequest) -> HttpResponse:
    form = AddressForm(request.member, request.POST)
    if not form.is_valid():
        return _page(request, address_form=form)
    request.member.change_address(form.cleaned_data["email"])
    AuditEntry.objects.note(
        Act.SETTINGS_CHANGED, by=request.member, on=request.member.email, address=address_of(request)
    )
    say(request, _("You now sign in with %(email)s.") % {"email": request.member.email})
    return redirect("team:account")


@require_POST
def end_visit(request: HttpRequest, pk: int) -> HttpResponse:
    """Signs another of my devices out."""
    visit = get_object_or_404(request.member.visits.exclude(pk=request.session[SESSION_KEY]), pk=pk)
    AuditEntry.objects.note(
        Act.SIGNED_OUT_ELSEWHERE, by=request.member, on=visit.device_in_words, address=address_of(request)
    )
    visit.delete()
    say(request, _("That device is signed out."))
    return redirect("team:account")


@require_POST
def end_other_visits(request: HttpRequest) -> HttpResponse:
    request.member.visits.exclude(pk=request.session[SESSION_KEY]).delete()
    AuditEntry.objects.note(Act.SIGNED_OUT_ELSEWHERE, by=request.member, address=address_of(request))
    say(request, _("All your other devices are signed out."))
    return redirect("team:account")


def _page(request: HttpRequest, *, form=None, address_form=None) -> HttpResponse:
    forms = {
        "form": form or AccountForm(instance=request.member),
        "address_form": address_form or AddressForm(request.member),
    }
    is_wrong = any(one.is_bound for one in forms.values())
    # The page says who one is: not with what was typed and refused.
    request.member.refresh_from_db()
    return render(
        request, "team/account.html", forms | _how_one_signs_in(request), status=422 if is_wrong else 200
    )


def _how_one_signs_in(request: HttpRequest) -> dict:
    mine = list(request.member.authenticator_set.all())
    codes = next((one.wrap() for one in mine if one.type == Authenticator.Type.RECOVERY_CODES), None)
    return {
        "has_totp": any(one.type == Authenticator.Type.TOTP for one in mine),
        "passkeys": [one for one in mine if one.type == Authenticator.Type.WEBAUTHN],
        "codes_left": len(codes.get_unused_codes()) if codes else None,
        "why_no_passkeys": why_no_passkeys(request),
        "visits": request.member.visits.recent(),
        "this_visit": request.session[SESSION_KEY],
    }
