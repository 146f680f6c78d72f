"""What a message holds for a reader: its words, its layout, and the files that came along."""

import re
from dataclasses import dataclass, field

from comptoir.channels.envelope import Part

from . import text as words
from . import tnef, transfer
from .charsets import codec, decode
from .html import from_text
from .label import words as said_in
from .mime import Entity, Tree

MOST_TEXT = 2_000_000
MOST_FILES = 500
CALENDAR_LINE = re.compile(r"^(SUMMARY|DTSTART|LOCATION)[^:\r\n]{0,200}:([^\r\n]{0,300})", re.MULTILINE)
SIGNATURES = ("application/pgp-signature", "application/pkcs7-signature", "application/x-pkcs7-signature")
WINMAIL = ("application/ms-tnef", "application/vnd.ms-tnef")
EXTENSIONS = {
    "image/jpeg": ".jpg", "image/png": ".png", "image/gif": ".gif", "application/pdf": ".pdf", "text/plain": ".txt",
    "text/html": ".html", "text/calendar": ".ics", "message/rfc822": ".eml", "application/zip": ".zip",
    "message/delivery-status": ".txt", "text/rfc822-headers": ".txt", "application/pgp-signature": ".asc",
    "application/pkcs7-signature": ".p7s", "image/heic": ".heic", "image/webp": ".webp", "video/mp4": ".mp4",
}  # fmt: skip


@dataclass
class Body:
    """The words (`plain`), the page (`html`) and the files of one message, in the order they were written."""

    plain: str = ""
    html: str = ""
    parts: list[Part] = field(default_factory=list)
    unknown_charset: str = ""
    encrypted: bool = False
    cut: bool = False


class Collector:
    """Goes through a message's parts once and puts each where a reader expects it."""

    def __init__(self, tree: Tree):
        self.tree = tree
        self.body = Body()
        self.plain: list[str] = []
        self.html: list[str] = []
        self.calendar = self.note = ""
        self.room = MOST_TEXT

    def collect(self) -> Body:
        self.visit(self.tree.root)
        body = self.body
        body.plain = "\n\n".join(piece.strip("\n") if len(self.plain) > 1 else piece for piece in self.plain)
        body.html = "\n".join(self.html)
        if not body.plain.strip() and not body.html.strip():
            body.plain = self.calendar or self.note or body.plain
        return body

    def visit(self, entity: Entity) -> None:
        kind = entity.type
        if kind == "multipart/alternative" and entity.children:
            self.choose(entity.children)
        elif entity.children:
            self.body.encrypted |= kind == "multipart/encrypted"
            for child in entity.children:
                self.visit(child)
        elif is_readable(entity):
            self.read([entity])
        else:
            self.attach(entity)

    def choose(self, children: list[Entity]) -> None:
        """Of several versions of the same words: the first plain one to read, the last page to show. What is neither is a file."""
        plains: list[Entity] = []
        pages: list[Entity] = []
        for child in children:
            leaves = [part for part in child.walk() if not part.children]
            readable = [part for part in leaves if is_readable(part)]
            pages = [part for part in readable if part.type == "text/html"] or pages
            plains = plains or [part for part in readable if part.type != "text/html"]
            for part in leaves:
                if part not in readable:
                    self.attach(part)
        self.read(plains + pages)

    def read(self, versions: list[Entity]) -> None:
        """One piece of the message, in one version or two."""
        plains = [self.said(part) for part in versions if part.type != "text/html"]
        pages = [self.decoded(part, is_html=True) for part in versions if part.type == "text/html"]
        said = "\n\n".join(piece for piece in plains if piece.strip()) or (plains[0] if plains else "")
        if not said.strip() and pages:
            said = "\n\n".join(map(words.from_html, pages)) or said
        if said:
            self.plain.append(said)
        self.html += pages or ([from_text(said)] if self.html and said.strip() else [])

    def decoded(self, entity: Entity, *, is_html: bool = False) -> str:
        declared = entity.charset
        if declared and codec(declared) is None and not self.body.unknown_charset:
            self.body.unknown_charset = declared[:40]
        data = entity.content
        self.body.cut |= len(data) > self.room
        data = data[: self.room]
        self.room -= len(data)
        return decode(data, declared, is_html=is_html)

    def said(self, entity: Entity) -> str:
        """A text part's words, the files written into it in the old way taken out."""
        data = entity.content
        files = transfer.uuencoded(data) if b"begin" in data else []
        if not files:
            return words.plain(self.decoded(entity), entity.content_type[1])
        pieces, at = [], 0
        for index, (name, content, start, end) in enumerate(files, 1):
            pieces.append(decode(data[at:start], entity.charset))
            kind = "application/octet-stream"
            self.add(Part(f"{entity.position}.uu.{index}", name[:255], kind, len(content)))
            at = end
        return words.plain("".join([*pieces, decode(data[at:], entity.charset)]), entity.content_type[1])

    def attach(self, entity: Entity) -> None:
        kind = entity.type
        if kind.startswith("multipart/") and not entity.body.strip():
            return
        if kind in WINMAIL or entity.name.lower() == "winmail.dat":
            content = tnef.read(entity.content)
            if content is not None and (content.files or content.html or content.text or self.plain):
                return self.unwrap(entity, content)
        if kind == "text/calendar" and not self.calendar:
            self.calendar = appointment(self.decoded(entity))
        if kind == "text/plain" and entity.disposition[0] == "inline" and not self.note:
            self.note = self.said(entity)  # a text shown in place, under a file's name
        if kind in SIGNATURES and not entity.name:
            return
        name = entity.name or _name_for(entity)
        inline = (bool(entity.content_id) and entity.disposition[0] != "attachment") or entity.disposition[
            0
        ] == "inline"
        self.add(Part(entity.position, name, kind, entity.size, entity.content_id, inline))

    def unwrap(self, entity: Entity, content: "tnef.Content") -> None:
        """Outlook's winmail.dat: the files inside it, and its words if the message has no others."""
        for index, file in enumerate(content.files, 1):
            self.add(
                Part(
                    f"{entity.position}.tnef.{index}",
                    file.name,
                    file.content_type,
                    len(file.data),
                    file.content_id,
                )
            )
        if content.html and not self.html:
            self.html.append(content.html)
        if content.text and not "".join(self.plain).strip():
            self.plain.append(content.text)

    def add(self, part: Part) -> None:
        if len(self.body.parts) < MOST_FILES:
            self.body.parts.append(part)
        else:
            self.body.cut = True


def is_readable(entity: Entity) -> bool:
    """A part to read in the message itself, rather than a file that came with it."""
    kind = entity.type
    if entity.disposition[0] == "attachment" or (kind.startswith("text/") and entity.name):
        return False
    if kind in (
        "text/plain",
        "text/html",
        "text/enriched",
        "text/x-amp-html",
        "text/markdown",
        "text",
        "text/english",
    ):
        return kind != "text/x-amp-html"
    return kind.startswith("multipart/") and bool(entity.body.strip())


def appointment(calendar: str) -> str:
    """An invitation in one line, for a message that says nothing else."""
    found = {
        key: value.replace("\\,", ",").replace("\\;", ";").replace("\\n", " ")
        for key, value in reversed(CALENDAR_LINE.findall(calendar))
    }
    day = re.match(r"(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d))?", found.get("DTSTART", ""))
    when = f"{day[1]}-{day[2]}-{day[3]}" + (f" {day[4]}:{day[5]}" if day[4] else "") if day else ""
    return " · ".join(
        filter(None, (found.get("SUMMARY", "").strip(), when, found.get("LOCATION", "").strip()))
    )


def _name_for(entity: Entity) -> str:
    """A file without a name gets one a person can open; a message gets its subject."""
    if entity.type == "message/rfc822":
        inner = Tree(entity.content[:100_000]).root.get("subject")
        return (said_in(inner)[:120].replace("/", "-") or "message") + ".eml"
    return entity.type.partition("/")[0] + EXTENSIONS.get(entity.type, "")
