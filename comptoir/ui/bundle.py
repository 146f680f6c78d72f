"""The bundle: one stylesheet and one script for the whole shop, gathered in memory without a build.

Every app of ours keeps small files in `static/<app>/`: `*.css` (each opening the layer it belongs to) and
`*.js` (each one custom element). They are joined at start, named by their content, and kept by browsers.
"""

import gzip
import hashlib
import re
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import django_htmx
from django.apps import apps
from django.conf import settings

LAYERS = "@layer reset, tokens, base, layout, components, screens, utilities;\n"
HTMX = Path(django_htmx.__file__).parent / "static/django_htmx/htmx-2.min.js"


@dataclass(frozen=True)
class Asset:
    """One file as the browser gets it; `name` changes with its content."""

    suffix: str
    body: bytes
    content_type: str
    digest: str = field(init=False)

    def __post_init__(self):
        object.__setattr__(self, "digest", hashlib.sha256(self.body).hexdigest()[:16])

    @property
    def name(self) -> str:
        return f"{self.digest}.{self.suffix}"

    @cached_property
    def gzipped(self) -> bytes:
        return gzip.compress(self.body, 9, mtime=0)


_made: dict[str, Asset] = {}


def stylesheet() -> Asset:
    return _kept("css", _join_styles)


def script() -> Asset:
    return _kept("js", _join_scripts)


def _kept(suffix: str, make) -> Asset:
    """Made once, or at each page while developing."""
    if settings.DEBUG or suffix not in _made:
        _made[suffix] = make()
    return _made[suffix]


def _join_styles() -> Asset:
    sheets = [path.read_text() for path in _sources("css")]
    return Asset("css", _tighten_css(LAYERS + "".join(sheets)).encode(), "text/css; charset=utf-8")


def _join_scripts() -> Asset:
    """Each file in its own block, so that two elements may use the same private names."""
    elements = [f"{{\n{_tighten_js(path.read_text())}\n}}" for path in _sources("js")]
    htmx = HTMX.read_text() + "\nwindow.htmx = htmx;"
    return Asset("js", "\n".join([htmx, *elements]).encode(), "text/javascript; charset=utf-8")


def _sources(suffix: str) -> list[Path]:
    """The files of every app of ours, lower floors first."""
    ours = [
        one
        for one in apps.get_app_configs()
        if one.name.startswith("comptoir.") or one.name in settings.PLUGINS
    ]
    folders = [Path(one.path) / "static" / one.label for one in reversed(ours)]
    return [path for folder in folders for path in sorted(folder.glob(f"*.{suffix}"))]


def _tighten_css(text: str) -> str:
    """Without comments, indents and line ends: a fifth smaller, still readable by a browser's inspector."""
    text = re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)
    return re.sub(r"\s*\n\s*", "\n", text)


def _tighten_js(text: str) -> str:
    """Without the comment that opens a file or stands on its own lines, and without indents."""
    text = re.sub(r"^[ \t]*/\*\*.*?\*/[ \t]*\n", "", text, flags=re.DOTALL | re.MULTILINE)
    text = re.sub(r"^[ \t]*//.*\n", "", text, flags=re.MULTILINE)
    return re.sub(r"^[ \t]+", "", text, flags=re.MULTILINE)
