"""The message inside a forwarded one: who first wrote it, and what they said."""

import re
from dataclasses import dataclass

from comptoir.channels.envelope import Address, Forwarded

from . import label, marks, quotes

MARKS = re.compile(r"^[> \t]{0,12}>[> \t]{0,12}")


@dataclass(frozen=True, slots=True)
class Found:
    """`block` is the inner message with its copied headers, `body` without them; `explicit` when a line says "forwarded"."""

    before: str
    block: str
    body: str
    fields: dict[str, str]
    explicit: bool


def find(text: str) -> Found | None:
    """The first forwarded or copied message in a text."""
    lines = text.split("\n")[: quotes.MOST_LINES]
    explicit = None
    for at, line in enumerate(lines):
        if len(line) > marks.LONGEST_LINE:
            continue
        if explicit is None and marks.FORWARD.match(line):
            explicit = at
        if ":" in line or "：" in line:
            block = quotes.headers_at(lines, at)
            if block and (explicit is None or at - explicit < quotes.HEADER_REACH):
                return _found(lines, block, explicit)
    if explicit is None:
        return None
    rest = _unmarked(lines[explicit + 1 :])
    return Found("\n".join(lines[:explicit]).strip(), rest, rest, {}, True)


def _found(lines: list[str], block: quotes.Block, explicit: int | None) -> Found:
    before = lines[: block.start if explicit is None else explicit]
    inner = lines[block.start :]
    size = block.end - block.start
    return Found(
        "\n".join(before).strip(),
        _unmarked(inner),
        _unmarked(inner[size:]),
        block.found,
        explicit is not None,
    )


def _unmarked(lines: list[str]) -> str:
    """Without the `>` that stands before every line of it."""
    if lines and MARKS.match(lines[0]):
        lines = [line.lstrip(" \t").removeprefix(">").removeprefix(" ") for line in lines]
    return "\n".join(lines).strip()


def forwarded(text: str, subject: str, *, is_answer: bool) -> Forwarded | None:
    """The forwarded message. Copied headers under an answer are a quotation unless a mark or the subject says otherwise."""
    found = find(text)
    if not found:
        return None
    if not (found.explicit or marks.FORWARD_SUBJECT.match(subject) or not is_answer):
        return None
    people = label.addresses(
        found.fields.get("sender", "").replace("[mailto:", "<").replace("]", ">").encode()
    )
    name = found.fields.get("sender", "").strip(" *\"'<>")
    sender = people[0] if people else Address("", name[:300]) if name else None
    return Forwarded(sender, found.body, found.fields.get("subject", "")[:500])
