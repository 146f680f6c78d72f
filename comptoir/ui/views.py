"""What the shell itself serves: the bundle, the manifest, the mark, and a page that shows every component."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from . import bundle, mark, toasts

FOR_EVER = "public, max-age=31536000, immutable"


@require_GET
def asset(request: HttpRequest, name: str) -> HttpResponse:
    """The stylesheet or the script; a page older than the last update gets today's, not kept."""
    kinds = {"css": bundle.stylesheet, "js": bundle.script}
    suffix = name.rpartition(".")[2]
    if suffix not in kinds:
        raise Http404
    one = kinds[suffix]()
    response = HttpResponse(one.body, content_type=one.content_type)
    if "gzip" in request.headers.get("Accept-Encoding", ""):
        response = HttpResponse(one.gzipped, content_type=one.content_type)
        response["Content-Encoding"] = "gzip"
    response["Vary"] = "Accept-Encoding"
    response["Cache-Control"] = FOR_EVER if name == one.name else "no-cache"
    return response


@require_GET
def favicon(request: HttpRequest) -> HttpResponse:
    response = HttpResponse(mark.FAVICON, content_type="image/svg+xml")
    response["Cache-Control"] = "public, max-age=604800"
    return response


@require_GET
def manifest(request: HttpRequest) -> HttpResponse:
    """What a phone needs to keep the shop on its home screen."""
    icon = {"src": reverse("ui:favicon"), "sizes": "any", "type": "image/svg+xml", "purpose": "any maskable"}
    facts = {
        "name": "Comptoir",
        "short_name": "Comptoir",
        "description": _("The counter where your customers are welcomed, whatever the channel."),
        "start_url": "/",
        "display": "standalone",
        "background_color": "#fbf9f4",
        "theme_color": "#f5f2ea",
        "icons": [icon],
    }
    response = JsonResponse(facts, content_type="application/manifest+json")
    response["Cache-Control"] = "public, max-age=86400"
    return response


@require_GET
def styleguide(request: HttpRequest) -> HttpResponse:
    """Every component on one page, while developing."""
    if not settings.DEBUG:
        raise Http404
    from .styleguide import sample

    return render(request, "ui/styleguide.html", sample())


@require_POST
def styleguide_toast(request: HttpRequest) -> HttpResponse:
    if not settings.DEBUG:
        raise Http404
    toasts.say(request, _("The message leaves in a moment."), undo=reverse("ui:styleguide-toast"), seconds=10)
    return render(request, "ui/_toasts.html", {"oob": True})
