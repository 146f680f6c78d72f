"""Where departures belong: the pages of higher floors that each one was written on."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from comptoir.ground.registry import Registry


@dataclass(frozen=True, slots=True)
class Home:
    """A page one may open to see a departure in its place."""

    label: str
    url: str


Finder = Callable[[Any, list], dict[int, Home]]

finders: Registry[Finder] = Registry("finder of departures’ homes")


def finds_homes(name: str) -> Callable[[Finder], Finder]:
    """Registers `find(member, departures) -> {departure's pk: Home}`: those it knows and the member may see."""

    def register(find: Finder) -> Finder:
        return finders.add(name, find)

    return register


def homes_of(member: Any, departures: Iterable) -> dict[int, Home]:
    """In as many queries as there are finders, however many departures."""
    departures, found = list(departures), {}
    for find in finders:
        found |= find(member, departures)
    return found
