"""One message, read: its label, its words, its files and its nature put together into an `Envelope`."""

from functools import cached_property

from comptoir.channels.envelope import Address, Bounce, Envelope, Nature

from . import bounces, forwards, label, problems, quotes, robots, tnef, transfer
from .body import Body, Collector
from .html import is_rich
from .mime import Entity, Tree
from .text import tidy

MOST_RECIPIENT_BYTES = 40_000
MOST_FORWARDS = 4


class Message:
    """The raw bytes and everything they say, worked out when it is asked for."""

    def __init__(self, raw: bytes, depth: int = 0):
        self.tree = Tree(raw)
        self.depth = depth
        self.root = self.tree.root

    @cached_property
    def body(self) -> Body:
        return Collector(self.tree).collect()

    @cached_property
    def charset(self) -> str:
        """The alphabet of the first text part, a hint for headers that name none."""
        return next(
            (part.charset for part in self.root.walk() if part.type.startswith("text/") and part.charset), ""
        )

    @cached_property
    def subject(self) -> str:
        return label.words(self.root.get("subject"), self.charset)[:2_000]

    @cached_property
    def text(self) -> str:
        """All the words, answers and quotations alike."""
        return tidy(self.body.plain)

    @cached_property
    def reply(self) -> quotes.Reply:
        return quotes.split(self.text)

    @cached_property
    def is_answer(self) -> bool:
        return bool(
            self.root.get("in-reply-to")
            or self.root.get("references")
            or forwards.marks.ANSWER_SUBJECT.match(self.subject)
        )

    @cached_property
    def bounce(self) -> Bounce | None:
        return None if robots.is_complaint(self.root) else bounces.find(self.tree, self.text, self.subject)

    @property
    def nature(self) -> Nature:
        if self.bounce:
            return Nature.BOUNCE
        if robots.is_complaint(self.root):
            return Nature.COMPLAINT
        if robots.is_automatic(self.root, self.subject):
            return Nature.AUTOMATIC
        return Nature.LIST if robots.is_list(self.root) else Nature.PERSON

    @property
    def forwarded(self):
        return forwards.forwarded(self.text, self.subject, is_answer=self.is_answer) or self._attached_mail()

    def _attached_mail(self):
        """A forward as an attachment: the message is a part of its own."""
        if (
            self.depth >= MOST_FORWARDS
            or self.bounce
            or (self.reply.said.strip() and not forwards.marks.FORWARD_SUBJECT.match(self.subject))
        ):
            return None
        for part in self.root.walk():
            if part.type == "message/rfc822":
                inner = Message(part.content, self.depth + 1)
                below = None if inner.text else inner._attached_mail()
                return forwards.Forwarded(
                    inner.sender, inner.text or (below.text if below else ""), inner.subject
                )
        return None

    def people(self, name: str) -> list[Address]:
        values = b", ".join(self.root.all(name))
        return label.addresses(values[:MOST_RECIPIENT_BYTES], self.charset)

    @cached_property
    def sender(self) -> Address:
        for name in ("from", "sender", "reply-to", "return-path"):
            value = self.root.get(name)
            if value and (people := label.addresses(value[:MOST_RECIPIENT_BYTES], self.charset)):
                return people[0]
        return Address("", label.words(self.root.get("from"), self.charset)[:300])

    def envelope(self) -> Envelope:
        root, reply = self.root, self.reply
        content_ids = {part.content_id for part in self.body.parts if part.content_id}
        dates = [*root.all("date"), *(value.rpartition(b";")[2] for value in root.all("received")[:1])]
        return Envelope(
            sender=self.sender,
            sent_at=next(filter(None, map(label.moment, dates)), None),
            subject=self.subject,
            text=reply.said,
            quoted=reply.folded,
            to=self.people("to"),
            cc=self.people("cc"),
            reply_to=self.people("reply-to"),
            external_id=next(iter(label.ids(root.get("message-id"))), ""),
            in_reply_to=next(iter(label.ids(root.get("in-reply-to"))), ""),
            references=label.ids(root.get("references")),
            parts=self.body.parts,
            nature=self.nature,
            bounce=self.bounce,
            forwarded=self.forwarded,
            rich=bool(self.body.html) and is_rich(self.body.html, content_ids, reply.said),
            problems=self.problems,
        )

    @property
    def problems(self) -> list[str]:
        crowded = any(len(self.root.get(name)) > MOST_RECIPIENT_BYTES for name in ("to", "cc"))
        told = (
            (problems.NO_SENDER, not self.sender.value),
            (problems.MANY_PEOPLE, crowded),
            (problems.NESTED, self.tree.too_deep),
            (problems.MANY_PARTS, self.tree.too_many),
            (problems.CUT, self.body.cut),
            (problems.CHARSET, self.body.unknown_charset),
            (problems.ENCRYPTED, self.body.encrypted),
        )
        return [sentence for sentence, holds in told if holds]

    def open(self, position: str) -> bytes:
        """The bytes of the part at this position; empty if there is none."""
        where, kind, index = position, "", ""
        for inner in (".uu.", ".tnef."):
            if inner in position:
                where, _, index = position.partition(inner)
                kind = inner
        entity = next(
            (part for part in self.root.walk() if part.position == where and not part.children), None
        )
        return self._inside(entity, kind, int(index or 0)) if entity else b""

    def _inside(self, entity: Entity, kind: str, index: int) -> bytes:
        if kind == ".uu.":
            return transfer.uuencoded(entity.content)[index - 1][1]
        if kind == ".tnef.":
            found = tnef.read(entity.content)
            return found.files[index - 1].data if found else b""
        return entity.content
