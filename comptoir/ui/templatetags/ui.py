"""What templates ask of the shell: icons, the bundle, times in words, initials. A template builtin."""

import re
from datetime import date, datetime
from functools import lru_cache

from django import template
from django.urls import reverse
from django.utils import formats, timezone
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext

from comptoir.ground import clock
from comptoir.ground.typography import french

from .. import bundle, icons, toasts

register = template.Library()

ICON = '<svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">{}</svg>'


DRAWN = {name: format_html(ICON, mark_safe(path)) for name, path in icons.PATHS.items()}


@register.simple_tag
def icon(name: str) -> SafeString:
    """A drawing beside a word; it says nothing by itself to a screen reader."""
    return DRAWN[name]


@register.simple_tag
def mark() -> SafeString:
    """The shop bell."""
    return icon("bell")


@register.simple_tag
def stylesheet() -> SafeString:
    url = reverse("ui:asset", args=[bundle.stylesheet().name])
    return format_html('<link rel="stylesheet" href="{}">', url)


@register.simple_tag
def script() -> SafeString:
    url = reverse("ui:asset", args=[bundle.script().name])
    return format_html('<script type="module" src="{}"></script>', url)


@register.simple_tag(takes_context=True)
def waiting_toasts(context) -> list[toasts.Toast]:
    return toasts.waiting(context.get("request"))


# --- time ------------------------------------------------------------------------------------------
@register.filter
def moment(value: datetime | None) -> str:
    """A time as one tells it over a counter: "13 h 25", "hier", "lundi", "3 mars", "3 mars 2024"."""
    return _told(_local(value).isoformat(), _today(), get_language()) if value else ""


@lru_cache(maxsize=5000)
def _told(local: str, today: date, language: str) -> SafeString:
    """Lists tell the same moments again and again; each costs a third of a millisecond to put in words.

    The moment comes with its offset: two zones share an instant, not an hour.
    """
    return _time_tag(datetime.fromisoformat(local), _short)


@register.filter
def moment_full(value: datetime | None) -> str:
    """The same with its hour: "13 h 25", "hier, 13 h 25", "lundi 3 mars, 13 h 25"."""
    return _time_tag(value, _full) if value else ""


@register.filter
def moment_plain(value: datetime | None) -> str:
    """`moment_full` without its element, for titles and names read aloud."""
    return _full(_local(value), _today()) if value else ""


def _time_tag(value: datetime, tell) -> SafeString:
    local = _local(value)
    return format_html(
        '<time datetime="{}" title="{}">{}</time>',
        local.isoformat(timespec="minutes"),
        formats.date_format(local, "DATETIME_FORMAT"),
        tell(local, _today()),
    )


def _local(value: datetime) -> datetime:
    return timezone.localtime(value) if timezone.is_aware(value) else value


def _today() -> date:
    return timezone.localtime(clock.now()).date()


def _short(local: datetime, today: date) -> str:
    days = (today - local.date()).days
    if days == 0:
        return _hour(local)
    return _day(local, today)


def _full(local: datetime, today: date) -> str:
    hour = _hour(local)
    if local.date() == today and local <= clock.now():
        return hour
    day = _day(local, today, precise=True)
    return gettext("%(day)s, %(hour)s") % {"day": day, "hour": hour}


def _hour(local: datetime) -> str:
    """ "13 h 25", and "18 h" on the hour."""
    return re.sub(r"h\u00a000$", "h", formats.time_format(local, "TIME_FORMAT"))


def _day(local: datetime, today: date, *, precise: bool = False) -> str:
    days = (today - local.date()).days
    if days in (0, 1, -1):
        return {0: gettext("today"), 1: gettext("yesterday"), -1: gettext("tomorrow")}[days]
    if -7 < days < 7:
        return formats.date_format(local, gettext("l j F") if precise else "l")
    if local.year == today.year:
        return formats.date_format(local, "MONTH_DAY_FORMAT")
    return formats.date_format(local, "DATE_FORMAT")


# --- words -----------------------------------------------------------------------------------------
@register.filter
def initials(name) -> str:
    """Two letters for a round picture: "Nadia Benali" → "NB"; nothing readable → "?"."""
    words = [word for word in re.split(r"[\s._-]+", str(name).partition("@")[0]) if word[:1].isalpha()]
    letters = [words[0][0], words[-1][0]] if len(words) > 1 else [word[:1] for word in words]
    return "".join(letters).upper() or "?"


@register.filter
def hue(name) -> int:
    """One of six quiet tints, always the same for the same name."""
    return sum(map(ord, str(name))) % 6


@register.filter
def typographic(text) -> str:
    """Words of the shop with French spaces and quotes on a French page. Never for a customer's words."""
    if not str(get_language() or "").startswith("fr"):
        return text
    if isinstance(text, SafeString):
        return text
    return french(str(text))


@register.filter
def file_size(count: int) -> str:
    """Bytes as people say them: "412 Ko", "1,2 Mo"."""
    for unit, size in ((gettext("GB"), 1e9), (gettext("MB"), 1e6), (gettext("kB"), 1e3)):
        if count >= size:
            amount = count / size
            digits = 1 if amount < 10 and unit != gettext("kB") else 0
            return f"{formats.number_format(amount, digits)} {unit}"
    return gettext("%(count)s bytes") % {"count": count}


LINK = re.compile(r"\bhttps?://[^\s<>\"'«»]+[^\s<>\"'«».,;:!?)\]}]")


@register.filter
def prose(text) -> SafeString:
    """Plain words as paragraphs, with their web addresses made into links; everything else escaped."""
    blocks = re.split(r"\n[ \t\r]*\n", str(text).replace("\r\n", "\n").strip())
    return mark_safe("".join(f"<p>{_lines(block)}</p>" for block in blocks if block.strip()))


def _lines(block: str) -> str:
    pieces, end = [], 0
    for found in LINK.finditer(block):
        pieces += [conditional_escape(block[end : found.start()]), _link(found[0])]
        end = found.end()
    pieces.append(conditional_escape(block[end:]))
    return "".join(pieces).replace("\n", "<br>")


def _link(address: str) -> str:
    return format_html(
        '<a href="{}" target="_blank" rel="noopener noreferrer nofollow">{}</a>', address, address
    )
