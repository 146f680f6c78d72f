"""Who is at the door: the member behind each request, their language, their time, and what they may open."""

from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation
from django.utils.cache import patch_vary_headers

from .door import is_public, turn_away
from .visitors import member_behind

# What a page is made of is the same for everybody: nobody is looked up for it.
SAME_FOR_ALL = ("/assets/", settings.STATIC_URL)


class MemberMiddleware:
    """`request.member` is the active member or None; nobody else gets further than the public pages."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.member, zone = None, ""
        if not request.path.startswith(SAME_FOR_ALL):
            zone = self._recognise(request)
        request.LANGUAGE_CODE = language_of(request)
        with (
            translation.override(request.LANGUAGE_CODE),
            timezone.override(ZoneInfo(zone or settings.TIME_ZONE)),
        ):
            response = self.get_response(request)
        return self._label(request, response)

    def process_view(self, request: HttpRequest, view, args, kwargs) -> HttpResponse | None:
        if request.member or is_public(view, request.resolver_match.view_name):
            return None
        return turn_away(request)

    def _recognise(self, request: HttpRequest) -> str:
        """Sets the member; returns the time zone they live in. A session whose visit was ended dies here."""
        request.member, visit = member_behind(request)
        if visit:
            visit.see()
            return visit.zone or ""
        if request.user.is_authenticated:
            logout(request)
        return ""

    def _label(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        response.headers.setdefault("Content-Language", request.LANGUAGE_CODE)
        if request.member:
            response.headers.setdefault("Cache-Control", "private, no-cache")
        elif not request.path.startswith(SAME_FOR_ALL):
            patch_vary_headers(response, ["Accept-Language"])
        return response


def language_of(request: HttpRequest) -> str:
    """The member's choice, else what their browser asks for, else the shop's own."""
    spoken = dict(settings.LANGUAGES)
    if request.member and request.member.language in spoken:
        return request.member.language
    wanted = request.headers.get("Accept-Language", "")
    return translation.get_language_from_request(request) if wanted else settings.LANGUAGE_CODE
