"""Things that come along with letters: photographs and papers, drawn when they are asked for."""

from dataclasses import dataclass
from functools import cache

from . import paper, pictures
from .story import written


@dataclass(frozen=True)
class Thing:
    name: str
    content_type: str
    data: bytes

    @property
    def is_picture(self) -> bool:
        return self.content_type.startswith("image/")


@cache
def draw(name: str) -> Thing:
    """The thing that `content/things.toml` describes under this name."""
    told = dict(written("things")[name])
    title, kind = told.pop("name"), told.pop("kind")
    if kind == "picture":
        return Thing(title, "image/png", pictures.photograph(**told))
    return Thing(title, "application/pdf", paper.sheet(**told))
