"""A message as a tree of parts: what stands inside what, and where each part's bytes begin and end.

Written here rather than taken from the standard library, whose parser recurses on nested parts (9 KB are enough for a
RecursionError), reads line by line, and spends 5 ms where this spends a fraction of one. Nothing is copied or decoded before it is wanted.
"""

import re
from dataclasses import dataclass, field
from functools import cached_property

from . import label, transfer

DEEPEST = 30
MOST_PARTS = 1_000
AFTER_BOUNDARY = re.compile(rb"(--)?[ \t]*(?:\r?\n|\Z|\r)|--")
LIKELY_BOUNDARY = re.compile(
    rb"^--([^\s-][^\r\n]{0,200}?)[ \t]*\r?\n[Cc]ontent-[A-Za-z-]{1,40}:", re.MULTILINE
)


@dataclass
class Entity:
    """One part: its header fields, and the stretch of the raw message that is its body."""

    raw: bytes
    fields: label.Fields
    start: int
    end: int
    position: str = "1"
    default_type: str = "text/plain"
    children: list["Entity"] = field(default_factory=list)

    def get(self, name: str) -> bytes:
        return next((value for key, value in self.fields if key == name), b"")

    def all(self, name: str) -> list[bytes]:
        return [value for key, value in self.fields if key == name]

    @cached_property
    def content_type(self) -> tuple[str, dict[str, str]]:
        values = [value for value in self.all("content-type") if value]
        if not values:
            return self.default_type, {}
        kind, given = label.parameters(values[0])
        if "/" not in kind:
            kind = {"text": "text/plain", "html": "text/html"}.get(kind, self._guess())
        return kind, given

    def _guess(self) -> str:
        """A content type that is no type: a file if it has a name, else a text."""
        return "application/octet-stream" if b"name" in self.get("content-disposition") else self.default_type

    @property
    def type(self) -> str:
        return self.content_type[0]

    @cached_property
    def disposition(self) -> tuple[str, dict[str, str]]:
        return label.parameters(self.get("content-disposition"))

    @cached_property
    def encoding(self) -> str:
        return label.words(self.get("content-transfer-encoding")).partition(";")[0].strip("\"' ").lower()

    @cached_property
    def name(self) -> str:
        """The file's name; whichever header gives it, in whichever of the four ways of writing it."""
        given = self.disposition[1].get("filename") or self.content_type[1].get("name") or ""
        return label.words(given)[:255]

    @property
    def charset(self) -> str:
        return self.content_type[1].get("charset", "")

    @property
    def content_id(self) -> str:
        return label.words(self.get("content-id")).strip("<> ")

    @property
    def body(self) -> bytes:
        return self.raw[self.start : self.end]

    @property
    def content(self) -> bytes:
        return transfer.undo(self.body, self.encoding)

    @property
    def size(self) -> int:
        return transfer.size(self.body, self.encoding)

    @property
    def is_multipart(self) -> bool:
        return bool(self.children)

    def walk(self):
        """Every part in the order it was written, containers included."""
        waiting = [self]
        while waiting:
            entity = waiting.pop()
            yield entity
            waiting.extend(reversed(entity.children))


class Tree:
    """The reading of one message's structure, with the troubles met on the way."""

    def __init__(self, raw: bytes):
        self.raw = raw if b"\n" in raw or b"\r" not in raw else raw.replace(b"\r", b"\n")
        self.count = 0
        self.too_deep = self.too_many = False
        start = (
            len(self.raw) - len(self.raw.lstrip(b"\r\n\t \xef\xbb\xbf"))
            if self.raw[:1] in b"\r\n\t \xef"
            else 0
        )
        self.root = self._entity(start, len(self.raw), "", "text/plain", 0)

    def _entity(self, start: int, end: int, position: str, default: str, depth: int) -> Entity:
        self.count += 1
        fields, body = label.block(self.raw, start, end)
        entity = Entity(self.raw, fields, body, end, position or "1", default)
        if entity.type.startswith("multipart/"):
            self._open(entity, position, depth)
        return entity

    def _open(self, entity: Entity, position: str, depth: int) -> None:
        boundary = entity.content_type[1].get("boundary", "").strip().encode("utf-8", "replace")
        if depth >= DEEPEST:
            self.too_deep = True
            return
        default = "message/rfc822" if entity.type == "multipart/digest" else "text/plain"
        spans = self._spans(entity, boundary) or self._spans(entity, self._guess(entity))
        for index, (start, end) in enumerate(spans, 1):
            where = f"{position}.{index}" if position else str(index)
            entity.children.append(self._entity(start, end, where, default, depth + 1))

    def _guess(self, entity: Entity) -> bytes:
        """The boundary really used, when the header names none or another one."""
        found = LIKELY_BOUNDARY.search(self.raw, max(entity.start - 1, 0), entity.end)
        return found[1] if found else b""

    def _spans(self, entity: Entity, boundary: bytes) -> list[tuple[int, int]]:
        """Where each part begins and ends. A missing last boundary ends with its container, a missing first one is found by eye."""
        found: list[tuple[int, int]] = []
        open_at = -1
        for start, end, closes in self._marks(entity, boundary):
            if open_at >= 0:
                found.append((open_at, max(open_at, start)))
                if self.count + len(found) >= MOST_PARTS:
                    self.too_many = True
                    found.append((end, entity.end))
                    return found
            open_at = -1 if closes else end
        if 0 <= open_at < entity.end:
            found.append((open_at, entity.end))
        return found

    def _marks(self, entity: Entity, boundary: bytes):
        """Each boundary line: where it starts (its own line break counts as its), where it ends, whether it closes."""
        delimiter = b"--" + boundary
        at = self.raw.find(delimiter, entity.start, entity.end)
        while at >= 0 and boundary:
            after = AFTER_BOUNDARY.match(self.raw, at + len(delimiter), entity.end)
            at_line_start = at == entity.start or self.raw[at - 1 : at] in (b"\n", b"\r")
            if after and at_line_start:
                before = at - 1 if at > entity.start else at
                before -= self.raw[before - 1 : before + 1] == b"\r\n" and before > entity.start
                yield before, after.end(), b"--" in after[0]
                at = after.end() - 1 if after.end() > at + len(delimiter) else at
            at = self.raw.find(delimiter, at + 1, entity.end)
