"""Places: where one can go in the shop. Apps register theirs when they wake up."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from comptoir.ground.registry import Registry


def everybody(member: Any) -> bool:
    return True


@dataclass(frozen=True)
class Place:
    """One of the few doors of the shop, at the left on a desk, at the bottom on a phone.

    `url` is a url name ("conversations:inbox"); every page of the same namespace belongs to the place.
    `count(member)` tells how many things wait there for this member, or nothing.
    """

    name: str
    label: str
    icon: str
    url: str
    order: int = 50
    count: Callable[[Any], int | None] | None = None
    allowed: Callable[[Any], bool] = everybody

    @property
    def namespace(self) -> str:
        return self.url.rpartition(":")[0]


@dataclass(frozen=True)
class SettingsPage:
    """One page of settings, listed under its `group` for those it is `allowed` to.

    `also` names further url names that belong to the page (a form, a detail).
    """

    name: str
    label: str
    icon: str
    url: str
    group: str
    order: int = 50
    allowed: Callable[[Any], bool] = everybody
    also: tuple[str, ...] = ()


places: Registry[Place] = Registry("place")
settings_pages: Registry[SettingsPage] = Registry("settings page")


def add_place(name: str, label: str, icon: str, url: str, **facts) -> Place:
    """Opens a door: `add_place("customers", _("Customers"), "person", "customers:list", order=20)`."""
    return places.add(name, Place(name, label, icon, url, **facts))


def add_settings(name: str, label: str, icon: str, url: str, group: str, **facts) -> SettingsPage:
    """Adds a page: `add_settings("stores", _("Stores"), "shop", "team:stores", _("The shop"))`."""
    return settings_pages.add(name, SettingsPage(name, label, icon, url, group, **facts))


def places_of(member: Any) -> list[Place]:
    return sorted((one for one in places if one.allowed(member)), key=lambda one: one.order)


def settings_of(member: Any) -> list[SettingsPage]:
    return sorted((one for one in settings_pages if one.allowed(member)), key=lambda one: one.order)
