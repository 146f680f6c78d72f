"""First steps: what a new owner is offered once the shop is open. Higher floors add theirs.

`add_first_step("mailbox", _("Connect a mailbox"), _("…"), "mail", "email:connect")` in an app's `ready`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from comptoir.ground.registry import Registry


@dataclass(frozen=True)
class FirstStep:
    """One thing worth doing first; `url` is a url name."""

    label: str
    text: str
    icon: str
    url: str
    allowed: Callable[[Any], bool] = lambda member: True


first_steps: Registry[FirstStep] = Registry("first step")


def add_first_step(name: str, label: str, text: str, icon: str, url: str, **facts) -> FirstStep:
    return first_steps.add(name, FirstStep(label, text, icon, url, **facts))
