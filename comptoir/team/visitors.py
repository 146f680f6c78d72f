"""Who is calling: the member behind a browser's session, and the address of the machine that calls."""

import ipaddress

from django.conf import settings
from django.contrib.auth import get_user
from django.http import HttpRequest

from .models import Member, Visit


def member_behind(request: HttpRequest) -> tuple[Member | None, Visit | None]:
    """The active member whose visit this is; nobody once the visit was ended from another device."""
    member = getattr(request, "user", None) or get_user(request)
    if not member.is_authenticated or not member.is_active:
        return None, None
    visit = Visit.objects.behind(request, member)
    return (member, visit) if visit else (None, None)


def address_of(request: HttpRequest) -> str | None:
    """The caller's address; what a proxy says counts only when the shop was told that it stands behind one."""
    said = request.META.get("REMOTE_ADDR", "")
    if settings.TRUSTED_PROXY and request.headers.get("X-Forwarded-For"):
        said = request.headers["X-Forwarded-For"].rpartition(",")[2]
    try:
        return str(ipaddress.ip_address(said.strip()))
    except ValueError:
        return None


def is_on_a_safe_line(request: HttpRequest) -> bool:
    """Whether a browser lets this page use passkeys: https, or this very machine, and a name rather than a number."""
    return why_no_passkeys(request) == ""


def why_no_passkeys(request: HttpRequest) -> str:
    """ "" when passkeys work here, else "http" or "number": what stands in the way."""
    host = request.get_host().rpartition(":")[0] or request.get_host()
    try:
        ipaddress.ip_address(host.strip("[]"))
        return "number"
    except ValueError:
        is_here = host == "localhost" or host.endswith(".localhost")
        return "" if request.is_secure() or is_here else "http"
