"""Panels: what each app has to say about the customer whose thread is open."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from comptoir.ground.registry import Registry


@dataclass(frozen=True)
class Panel:
    """One section beside the thread. `context` returns what `template` needs, or None to stay silent.

    What matters to the person comes first (10), then contact pressure (20), agreements (30), history (40).
    """

    name: str
    template: str
    context: Callable[[Any, Any, Any], dict | None]
    order: int = 50


panels: Registry[Panel] = Registry("panel")


def panel(name: str, template: str, *, order: int = 50) -> Callable[[Callable], Callable]:
    """Registers `context(member, customer, thread) -> dict | None` as a section of the customer's panel."""

    def register(context: Callable[[Any, Any, Any], dict | None]) -> Callable:
        panels.add(name, Panel(name, template, context, order))
        return context

    return register


def sections(member: Any, customer: Any, thread: Any = None) -> list[tuple[Panel, dict]]:
    """The sections that have something to say, in order; `thread` is None on the customer's own page."""
    ordered = sorted(panels, key=lambda one: one.order)
    told = ((one, one.context(member, customer, thread)) for one in ordered)
    return [(one, context) for one, context in told if context is not None]
