"""Settings from the environment, typed; nonsense stops the start with one sentence."""

import os
from pathlib import Path

from .words import say


class BadSetting(SystemExit):
    """A setting that cannot be understood: one sentence, exit status 2."""

    def __init__(self, sentence: str):
        super().__init__(2)
        self.sentence = sentence


def text(name: str, default: str = "") -> str:
    """The value of `name`, or what the file named by `name`_FILE holds (for secrets)."""
    path = os.environ.get(f"{name}_FILE")
    if path:
        try:
            return Path(path).read_text().strip()
        except OSError as error:
            raise BadSetting(
                say(
                    "%(name)s_FILE: cannot read %(path)s (%(reason)s).",
                    name=name,
                    path=path,
                    reason=error.strerror,
                )
            ) from error
    return os.environ.get(name, default)


def flag(name: str, default: bool = False) -> bool:
    value = text(name).lower()
    if value in ("", "1", "true", "yes", "on", "0", "false", "no", "off"):
        return default if not value else value in ("1", "true", "yes", "on")
    raise BadSetting(say("%(name)s must be yes or no, not “%(value)s”.", name=name, value=value))


def number(name: str, default: int, *, low: int = 0, high: int = 2**31) -> int:
    value = text(name) or str(default)
    if value.isdigit() and low <= int(value) <= high:
        return int(value)
    raise BadSetting(
        say(
            "%(name)s must be a whole number between %(low)s and %(high)s, not “%(value)s”.",
            name=name,
            low=low,
            high=high,
            value=value,
        )
    )


def words(name: str, default: str = "") -> list[str]:
    """A comma-separated list."""
    return [word.strip() for word in text(name, default).split(",") if word.strip()]


def folder(name: str, default: Path) -> Path:
    return Path(text(name) or default).expanduser().resolve()
