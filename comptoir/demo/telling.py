"""Telling: a story becomes a thread, with its letters, replies, notes, closures and pauses."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from comptoir.channels.email import reading
from comptoir.channels.envelope import Address, Outgoing
from comptoir.channels.models import Account
from comptoir.conversations.models import Assignment, Attachment, Closure, Draft, Message, Snooze, Thread
from comptoir.conversations.writing import Words, as_text, sign
from comptoir.team.models import Member

from . import letters, outbox, things
from .days import Rhythm
from .ledger import Ledger, as_json, shelve
from .setting import as_html
from .story import Person, Say, Story, lapse, person


@dataclass
class Teller:
    """Tells stories of one mailbox into the ledger."""

    ledger: Ledger
    account: Account
    members: dict[str, Member]
    rhythm: Rhythm
    rng: Random

    def tell(self, story: Story, moments: list[datetime]) -> Thread:
        """The whole story; `moments` has one for each thing said."""
        told = _Telling(self, story, self._open(story, moments[0]))
        for number, (say, at) in enumerate(zip(story.says, moments, strict=True)):
            told.say(number, say, at)
        told.finish(moments[-1])
        self.ledger.tagged += [(told.thread, name) for name in story.tags]
        return told.thread

    def set_aside(self, told: dict) -> None:
        """A letter that the shop's machine could not read: kept whole, waiting for a person."""
        who, at = person(told["from"]), self.rhythm.now - lapse(told["last"])
        letter = letters.Letter(
            sender=_address(who),
            to=Address(self.account.address, self.account.sender_name),
            subject=told["subject"],
            text=told["text"].strip(),
            at=at.astimezone(self.rhythm.hours.zone),
            id=letters.message_id("aside", 0, who.email.rpartition("@")[2]),
            files=told["files"],
        )
        aside = {
            "filed_at": None,
            "fence": 2,
            "kills": 2,
            "set_aside_at": at + outbox.UNDONE,
            "trouble": told["trouble"],
        }
        self.ledger.receive(self.account, letter.raw(), at, **aside)

    def _open(self, story: Story, at: datetime) -> Thread:
        customer = self.ledger.greet(story.who, at, self._colleague(story))
        facts = {"opened_at": at, "last_at": at, "account": self.account, "store": self.account.store}
        return self.ledger.add(Thread(subject=story.subject, customer=customer, **facts))

    def _colleague(self, story: Story) -> Member:
        return self.members[next((say.by for say in story.says if say.by), "Nadège")]


class _Telling:
    """One story being told: what was said so far, and where the thread stands."""

    def __init__(self, teller: Teller, story: Story, thread: Thread):
        self.teller, self.story, self.thread = teller, story, thread
        self.ledger, self.account, self.rng = teller.ledger, teller.account, teller.rng
        self.shop = Address(self.account.address, self.account.sender_name)
        self.domain = self.account.address.rpartition("@")[2]
        self.spoken: list[Message] = []
        self.closure: Closure | None = None

    def say(self, number: int, say: Say, at: datetime) -> None:
        if say.note:
            self._note(say, at)
        elif say.is_from_shop:
            self._reply(number, say, at)
        else:
            self._hear(number, say, at)

    # --- the customer -----------------------------------------------------------------------------
    def _hear(self, number: int, say: Say, at: datetime) -> None:
        raw = self._letter(number, say, at).raw()
        receipt = self.ledger.receive(self.account, raw, at)
        envelope = reading.read(raw)
        if not self.spoken:
            self.thread.subject = envelope.subject
        if self.closure and envelope.nature == "person":
            self.closure.reopened_at, self.closure, self.thread.state = at, None, "open"
        self.spoken.append(self.ledger.file(self.thread, envelope, receipt))

    def _letter(self, number: int, say: Say, at: datetime) -> letters.Letter:
        who = say.sender or self.story.who
        last = self.spoken[-1] if self.spoken else None
        text = say.text
        if last and say.quotes and say.nature == "person" and not say.html:
            text = letters.quoting(text, last.text, self._writer(last), self._here(last.at))
        return letters.Letter(
            sender=_address(who),
            to=self.shop,
            cc=[_address(one) for one in say.cc],
            subject=f"Re: {self.thread.subject}" if last else self.story.subject,
            text=text,
            html=say.html,
            at=self._here(at) - timedelta(seconds=3),
            id=letters.message_id(self.story.key, number, who.email.rpartition("@")[2]),
            answers=[one.external_id for one in self.spoken],
            files=say.files,
            nature=say.nature,
            reason=say.reason,
            returns=self.story.who.email,
        )

    def _writer(self, message: Message) -> str:
        """Who wrote, as the customer's program shows it: the shop, not its member."""
        return message.sender_name if message.is_inbound else self.shop.name

    def _here(self, at: datetime) -> datetime:
        return at.astimezone(self.teller.rhythm.hours.zone)

    # --- the shop ---------------------------------------------------------------------------------
    def _reply(self, number: int, say: Say, at: datetime) -> None:
        member = self.teller.members[say.by]
        self._take(member, at)
        words = Words(as_html(say.text))
        outgoing = self._outgoing(number, say, words, at)
        departure = self.ledger.add(outbox.departure(self.account, say, outgoing, member, at))
        self.thread.has_trouble |= say.fate != "sent"
        message = self.ledger.add(
            Message(
                thread=self.thread,
                kind="outbound",
                at=at,
                member=member,
                sender=self.account.address,
                to=as_json(outgoing.to),
                cc=as_json(outgoing.cc),
                subject=outgoing.subject,
                text=words.text,
                html=words.html,
                external_id=outgoing.external_id,
                references=outgoing.references,
                departure=departure,
            )
        )
        self._attach(say, message, member)
        self.ledger.hear(message, stirs=True)
        self.ledger.join(self.thread, outgoing.recipients)
        self.spoken.append(message)
        if number < len(self.story.says) - 1 and self.story.end == "closed" and self.rng.random() < 0.4:
            self._close(member, at + timedelta(seconds=self.rng.randint(4, 50)))

    def _outgoing(self, number: int, say: Say, words: Words, at: datetime) -> Outgoing:
        asked = [one for one in self.spoken if one.is_inbound and one.nature == "person"]
        above = asked[-1] if asked else None
        html = sign(words.html, self.account, self.teller.members[say.by])
        return Outgoing(
            to=[Address(above.sender, above.sender_name) if above else _address(self.story.who)],
            cc=[_address(one) for one in say.cc],
            sender=self.shop,
            subject=f"Re: {self.thread.subject}" if above else self.thread.subject,
            html=html,
            text=as_text(html),
            external_id=letters.message_id(self.story.key, number, self.domain),
            in_reply_to=above.external_id if above else "",
            references=[*above.references, above.external_id] if above else [],
            sent_at=at.isoformat(),
        )

    def _attach(self, say: Say, message: Message, member: Member) -> None:
        for name in say.files:
            thing = things.draw(name)
            path = f"attachments/{message.at:%Y/%m/%d}/{message.external_id[:16]}-{name}"
            shelve(path, thing.data)
            about = {"name": thing.name, "content_type": thing.content_type, "size": len(thing.data)}
            file = self.ledger.add(
                Attachment(thread=self.thread, message=message, by=member, path=path, at=message.at, **about)
            )
            upload = file.as_upload()
            message.departure.outgoing["uploads"].append(
                {name: getattr(upload, name) for name in upload.__slots__}
            )

    def _note(self, say: Say, at: datetime) -> None:
        words = Words(as_html(say.text))
        member = self.teller.members[say.by]
        note = Message(
            thread=self.thread, kind="note", at=at, member=member, text=words.text, html=words.html
        )
        self.ledger.add(note)
        self.thread.message_count += 1

    # --- where it stands --------------------------------------------------------------------------
    def _take(self, member: Member, at: datetime) -> None:
        """Whoever answers first has taken the thread a little before, or was given it."""
        if self.thread.assignee is None and (self.story.to or self.story.end != "open"):
            self._give(self.teller.members[self.story.to] if self.story.to else member, at)

    def _give(self, to: Member, at: datetime) -> None:
        by = self.teller.members["Nadège"] if self.rng.random() < 0.2 else to
        before = max(self.teller.rhythm.before(at), self.thread.opened_at + timedelta(seconds=40))
        self.thread.assignee = to
        self.ledger.add(Assignment(thread=self.thread, to=to, by=by, at=min(before, at)))

    def _close(self, by: Member, at: datetime) -> None:
        self.closure = self.ledger.add(Closure(thread=self.thread, by=by, at=at))
        self.thread.state = "closed"

    def finish(self, last: datetime) -> None:
        """The state in which today finds the thread."""
        story, rhythm = self.story, self.teller.rhythm
        if story.to and self.thread.assignee is None:
            self._give(self.teller.members[story.to], rhythm.after_closing_hours(last))
        member = self.thread.assignee or self.teller.members["Nadège"]
        match story.end:
            case "closed" if self.closure is None:
                self._close(member, max(rhythm.after_closing_hours(last), last + timedelta(seconds=20)))
            case "spam":
                self.thread.state = "spam"
            case "open" | "closed":
                pass
            case pause:
                self._pause(int(pause.removeprefix("snoozed").strip(" d")), member, last)
        if story.draft:
            self._draft(last)

    def _pause(self, days: int, member: Member, last: datetime) -> None:
        rhythm = self.teller.rhythm
        until = rhythm.hours.opening_after(rhythm.now + timedelta(days=days - 1, hours=6))
        at = max(rhythm.after_closing_hours(last, 1, 9), last + timedelta(seconds=20))
        self.ledger.add(Snooze(thread=self.thread, by=member, until=until, due_at=until, at=at))
        self.thread.state = "snoozed"

    def _draft(self, last: datetime) -> None:
        member = self.teller.members[self.story.draft_by]
        started = self.teller.rhythm.now - timedelta(minutes=7)
        text = as_html(self.story.draft)
        updated = max(started, last + timedelta(seconds=50))
        facts = {"html": text, "to": str(_address(self.story.who)), "updated_at": updated}
        self.ledger.add(Draft(thread=self.thread, member=member, **facts))


def _address(person: Person) -> Address:
    return Address(person.email, person.name)
