"""Registries: how a lower floor lists what higher floors and plug-ins bring."""

from collections.abc import Iterator
from typing import Generic, TypeVar

Thing = TypeVar("Thing")


class AlreadyRegistered(ValueError):
    """Two things claim one name; the second one is refused, never silently preferred."""


class Registry(Generic[Thing]):
    """Things by name, in the order they came; `get` raises KeyError in words."""

    def __init__(self, what: str):
        self.what = what
        self._things: dict[str, Thing] = {}

    def add(self, name: str, thing: Thing) -> Thing:
        if self._things.get(name, thing) is not thing:
            raise AlreadyRegistered(f"{self.what} “{name}” is registered twice")
        self._things[name] = thing
        return thing

    def get(self, name: str) -> Thing:
        try:
            return self._things[name]
        except KeyError:
            known = ", ".join(self._things) or "none"
            raise KeyError(f"no {self.what} is named “{name}” (known: {known})") from None

    def __contains__(self, name: str) -> bool:
        return name in self._things

    def __iter__(self) -> Iterator[Thing]:
        return iter(self._things.values())

    def items(self):
        return self._things.items()
