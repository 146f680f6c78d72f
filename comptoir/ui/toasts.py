"""Toasts: a few words after an act, with the way back when there is one."""

from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest


@dataclass(frozen=True)
class Toast:
    """`undo` is where to POST to take the act back, during `seconds`."""

    text: str
    level: str = "info"
    undo: str = ""
    seconds: int = 6

    @property
    def is_error(self) -> bool:
        return self.level == "error"


def say(request: HttpRequest, text: str, *, undo: str = "", seconds: int = 6) -> None:
    """Tells what was done, on this page or on the next one; with `undo`, offers to take it back."""
    messages.info(request, str(text), extra_tags=f"{seconds} {undo}")


def warn(request: HttpRequest, text: str) -> None:
    """Tells what could not be done; stays until it is closed."""
    messages.error(request, str(text), extra_tags="0 ")


def waiting(request: HttpRequest | None) -> list[Toast]:
    """The toasts not shown yet; also takes plain Django messages."""
    if request is None or not hasattr(request, "_messages"):
        return []
    return [_toast(message) for message in messages.get_messages(request)]


def _toast(message) -> Toast:
    seconds, _, undo = (message.extra_tags or "6 ").partition(" ")
    level = "error" if message.level >= messages.WARNING else "info"
    return Toast(str(message), level, undo, int(seconds) if seconds.isdigit() else 6)
