"""What every page of the shell knows: who looks, in which language and light, and where the doors are."""

from datetime import timedelta
from functools import cached_property

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.translation import get_language

from comptoir.ground import clock
from comptoir.ground.models import Event

from .places import Place, SettingsPage, places_of, settings_of

# The page's facts are read some instants before its stream opens; hearing a little twice misses nothing.
OVERLAP = timedelta(seconds=3)


class Shell:
    """The frame around a page; whatever costs a query is asked only when the template shows it."""

    def __init__(self, request: HttpRequest):
        self.request = request
        self.member = getattr(request, "user", None)

    @property
    def is_inside(self) -> bool:
        return bool(self.member and self.member.is_authenticated)

    @property
    def theme(self) -> str:
        return getattr(self.member, "theme", "") or "auto"

    @property
    def language(self) -> str:
        return get_language() or "fr"

    @cached_property
    def places(self) -> list[dict]:
        return [self._door(place) for place in places_of(self.member)] if self.is_inside else []

    @cached_property
    def settings(self) -> list[dict]:
        """Settings pages this member may open, by group."""
        groups: dict[str, list[dict]] = {}
        for page in settings_of(self.member) if self.is_inside else []:
            groups.setdefault(str(page.group), []).append(self._page(page))
        return [{"label": label, "pages": pages} for label, pages in groups.items()]

    @cached_property
    def is_settings(self) -> bool:
        return any(page["is_here"] for group in self.settings for page in group["pages"])

    @property
    def settings_url(self) -> str:
        return self.settings[0]["pages"][0]["url"] if self.settings else ""

    @cached_property
    def cursor(self) -> str:
        """Where in the event log this page stands."""
        past = Event.objects.settled().filter(at__lt=clock.now() - OVERLAP)
        newest = past.order_by("-transaction", "-pk").first()
        return newest.cursor if newest else "0.0"

    @property
    def _match(self):
        return getattr(self.request, "resolver_match", None)

    def _door(self, place: Place) -> dict:
        match = self._match
        here = bool(match and place.namespace and match.namespace == place.namespace and not self.is_settings)
        count = place.count(self.member) if place.count else None
        return {"place": place, "url": _address(place.url), "is_here": here, "count": count}

    def _page(self, page: SettingsPage) -> dict:
        match = self._match
        here = bool(match and match.view_name in (page.url, *page.also))
        return {"page": page, "url": _address(page.url), "is_here": here}


def _address(url_name: str) -> str:
    try:
        return reverse(url_name)
    except NoReverseMatch:
        return "#"


def shell(request: HttpRequest) -> dict:
    """Context processor: `shell` in every template."""
    return {"shell": Shell(request)}
