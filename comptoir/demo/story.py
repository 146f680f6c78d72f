"""Stories: what happened between a customer and the shop, as somebody would tell it, before it becomes rows."""

import re
import tomllib
from dataclasses import dataclass, field
from datetime import timedelta
from email.utils import parseaddr
from functools import cache
from pathlib import Path

CONTENT = Path(__file__).parent / "content"
UNITS = {"min": "minutes", "h": "hours", "d": "days"}


@dataclass
class Person:
    """Somebody who writes; `matters` are what the shop wrote down about them, label then words."""

    name: str
    email: str
    town: str = ""
    company: str = ""
    language: str = ""
    phone: str = ""
    matters: list[list[str]] = field(default_factory=list)


@dataclass
class Say:
    """One thing said: by the customer (`by` empty), by `sender` on their side, or by a member.

    `after` is the time since what stands above; `nature` is "person", or which robot wrote; `fate` what
    became of a reply. `files` name things that `pictures` and `paper` know how to draw.
    """

    text: str
    by: str = ""
    note: bool = False
    after: timedelta | None = None
    sender: Person | None = None
    cc: list[Person] = field(default_factory=list)
    html: str = ""
    nature: str = "person"
    fate: str = "sent"
    reason: str = ""
    files: list[str] = field(default_factory=list)
    quotes: bool = True

    @property
    def is_from_shop(self) -> bool:
        return bool(self.by)


@dataclass
class Story:
    """One matter from its first word to where it stands now: `end` is open, closed, spam or snoozed.

    `last` is how long ago the last thing was said; `to` who has it (nobody: empty).
    """

    subject: str
    who: Person
    shop: str
    says: list[Say]
    key: str = ""
    last: timedelta = timedelta(days=1)
    end: str = "closed"
    to: str = ""
    tags: list[str] = field(default_factory=list)
    draft: str = ""
    draft_by: str = ""


@cache
def written(name: str) -> dict:
    """One file of content, as it was written."""
    return tomllib.loads((CONTENT / f"{name}.toml").read_text(encoding="utf-8"))


def stories(name: str) -> list[Story]:
    """The stories of one file."""
    return [_story(dict(told), f"{name}-{number}") for number, told in enumerate(written(name)["story"])]


def person(told: str, **facts) -> Person:
    """Somebody as written in a letter's head: `Nour Haddad <nour@mail.example>`."""
    name, email = parseaddr(told)
    return Person(name, email, **facts)


def lapse(told: str) -> timedelta:
    """`14 min`, `3 h`, `2 d`, or several of them."""
    parts = re.findall(r"(\d+) ?(min|h|d)\b", told)
    if not parts:
        raise ValueError(f"“{told}” is not a lapse of time")
    return sum((timedelta(**{UNITS[unit]: int(count)}) for count, unit in parts), timedelta())


def _story(told: dict, key: str) -> Story:
    about = {
        name: told.pop(name) for name in ("town", "company", "language", "phone", "matters") if name in told
    }
    who = person(told.pop("from"), **about)
    says = [_say(dict(one)) for one in told.pop("says")]
    if "last" in told:
        told["last"] = lapse(told["last"])
    return Story(who=who, says=says, key=told.pop("key", key), **told)


def _say(told: dict) -> Say:
    for name, read in (("after", lapse), ("sender", person)):
        if name in told:
            told[name] = read(told[name])
    told["cc"] = [person(one) for one in told.get("cc", [])]
    told["text"] = told["text"].strip()
    return Say(**told)
