"""The door: every page is for members, unless it says that it is for everybody.

`@public` opens a page to strangers; `@for_role(Role.OWNER)` keeps one for some. A page that says nothing
is for any member who is signed in.
"""

from collections.abc import Callable
from functools import wraps
from urllib.parse import urlencode, urlsplit

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from .models import Role

# Pages of other makers, and of the floors below, that strangers need: signing in, and what a page is made of.
OPEN_TO_ALL = {
    "account_login",
    "account_logout",
    "account_inactive",
    "account_reset_password",
    "account_reset_password_done",
    "account_reset_password_from_key",
    "account_reset_password_from_key_done",
    "mfa_authenticate",
    "mfa_login_webauthn",
    "ui:asset",
    "ui:favicon",
    "ui:manifest",
}


def public(view: Callable) -> Callable:
    """Opens a view to strangers."""
    view.is_public = True
    return view


def for_role(*roles: Role) -> Callable[[Callable], Callable]:
    """Keeps a view for members with one of these roles; others are told that it is not theirs to see."""

    def keep(view: Callable) -> Callable:
        @wraps(view)
        def kept(request: HttpRequest, *args, **kwargs) -> HttpResponse:
            if request.member is None or request.member.role not in roles:
                raise PermissionDenied
            return view(request, *args, **kwargs)

        kept.roles = frozenset(roles)
        return kept

    return keep


for_owners = for_role(Role.OWNER)
for_managers = for_role(Role.OWNER, Role.MANAGER)


def is_public(view: Callable, view_name: str) -> bool:
    return getattr(view, "is_public", False) or view_name in OPEN_TO_ALL


def turn_away(request: HttpRequest) -> HttpResponse:
    """Sends a stranger to sign in and back; scripts get an answer they can act on instead of a page."""
    if request.headers.get("HX-Request"):
        here = urlsplit(request.headers.get("HX-Current-URL", ""))
        return HttpResponse(status=204, headers={"HX-Redirect": _sign_in(here.path, here.query)})
    if not _wants_a_page(request):
        return HttpResponse(status=401)
    if request.method == "GET":
        return HttpResponseRedirect(_sign_in(request.path, request.META.get("QUERY_STRING", "")))
    return HttpResponseRedirect(_sign_in("", ""))


def _wants_a_page(request: HttpRequest) -> bool:
    accepted = request.headers.get("Accept", "*/*")
    return "text/html" in accepted or ("*/*" in accepted and "json" not in accepted)


def _sign_in(path: str, query: str) -> str:
    url = reverse("account_login")
    if path in ("", "/"):
        return url
    return f"{url}?{urlencode({'next': f'{path}?{query}' if query else path})}"
