"""The ledger: every row of the demo, gathered in memory and written at once.

Each verb leaves the rows that the inbox itself would have left for the same event (`conversations.filing`,
`writing`, the verbs of `Thread`), but for the event log: nobody's screen was open this past month.
"""

import hashlib
import os
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from random import Random

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db.models import Model

from comptoir.channels.envelope import Address, Envelope, Nature
from comptoir.channels.models import Account, Receipt
from comptoir.conversations.models import Attachment, Message, Participant, Thread, Turn
from comptoir.conversations.models.thread import PREVIEW_LENGTH
from comptoir.customers.models import Company, Customer, Handle, Matter
from comptoir.customers.models.customer import sort_key
from comptoir.ground import search
from comptoir.ground.typography import french
from comptoir.team.models import Member

from .story import Person

STIRRING = (Nature.PERSON, Nature.BOUNCE, Nature.COMPLAINT)
NEXT = timedelta(seconds=1)


@dataclass
class Ledger:
    """Rows by model, in the order in which they must be written."""

    rows: dict[type[Model], list[Model]] = field(default_factory=lambda: defaultdict(list))
    customers: dict[str, Customer] = field(default_factory=dict)
    companies: dict[str, Company] = field(default_factory=dict)
    present: set[tuple[int, str]] = field(default_factory=set)
    tagged: list[tuple[Thread, str]] = field(default_factory=list)
    handles: dict[str, list[Handle]] = field(default_factory=dict)

    def add(self, row: Model) -> Model:
        self.rows[type(row)].append(row)
        return row

    # --- people -----------------------------------------------------------------------------------
    def greet(self, person: Person, at: datetime, by: Member) -> Customer:
        """The customer behind a person; whoever wrote before is known."""
        value = Handle.normal("email", person.email)
        customer = self.customers.get(value) or self._welcome(person, value, at, by)
        customer.first_seen_at = min(customer.first_seen_at, at)
        return customer

    def _welcome(self, person: Person, value: str, at: datetime, by: Member) -> Customer:
        facts = {"town": person.town, "language": person.language, "company": self._company(person.company)}
        known = {"first_seen_at": at - known_for(person), "sort_name": sort_key(person.name or value)}
        customer = self.add(Customer(name=person.name, **facts, **known))
        self.customers[value] = customer
        handles = {"email": value, "phone": Handle.normal("phone", person.phone)}
        self.handles[value] = [
            self.add(Handle(customer=customer, kind=kind, value=one)) for kind, one in handles.items() if one
        ]
        for label, text in person.matters:
            self.add(Matter(customer=customer, label=label, text=french(text), by=by, at=at))
        return customer

    def _company(self, name: str) -> Company | None:
        if name and name not in self.companies:
            self.companies[name] = self.add(Company(name=name))
        return self.companies.get(name)

    # --- what comes in ----------------------------------------------------------------------------
    def receive(self, account: Account, raw: bytes, at: datetime, **facts) -> Receipt:
        """A receipt with its raw mail on disk."""
        digest = hashlib.sha256(raw).hexdigest()
        path = f"raw/{at:%Y/%m/%d}/{digest[:40]}"
        shelve(path, raw)
        number = len(self.rows[Receipt]) + 1
        told = {"external_id": f"demo:{number}", "path": path, "size": len(raw), "digest": digest}
        read = {"filed_at": at + NEXT, "fence": 1} | facts
        return self.add(Receipt(account=account, received_at=at, **told, **read))

    def file(self, thread: Thread, envelope: Envelope, receipt: Receipt) -> Message:
        """The receipt's message, in its thread."""
        message = self.add(
            Message(
                thread=thread,
                kind="inbound",
                at=receipt.received_at,
                customer=thread.customer,
                sender=envelope.sender.value,
                sender_name=envelope.sender.name,
                to=as_json(envelope.to),
                cc=as_json(envelope.cc),
                subject=envelope.subject,
                text=envelope.text,
                quoted=envelope.quoted,
                is_rich=envelope.rich,
                nature=envelope.nature,
                external_id=envelope.external_id,
                references=envelope.references[-20:],
                receipt=receipt,
                problems=envelope.problems,
            )
        )
        for part in envelope.parts:
            self._keep_part(message, part)
        self.join(thread, [envelope.sender, *envelope.to, *envelope.cc])
        self._note_contact(message)
        self.hear(message, stirs=envelope.nature in STIRRING)
        return message

    def _keep_part(self, message: Message, part) -> None:
        about = {"name": part.name, "content_type": part.content_type, "size": part.size}
        place = {"position": part.position, "content_id": part.content_id, "is_inline": part.inline}
        self.add(Attachment(thread=message.thread, message=message, at=message.at, **about, **place))

    def _note_contact(self, message: Message) -> None:
        customer = message.customer
        if message.nature == Nature.PERSON and (customer.last_inbound_at or message.at) <= message.at:
            customer.last_inbound_at = message.at

    # --- what a thread knows ------------------------------------------------------------------------
    def join(self, thread: Thread, people: list[Address]) -> None:
        for value in (one.value.lower() for one in people if one.value.lower() != thread.account.address):
            if (id(thread), value) not in self.present:
                self.present.add((id(thread), value))
                self.add(Participant(thread=thread, value=value))

    def hear(self, message: Message, *, stirs: bool) -> None:
        """What `Thread.hear` does, without saving."""
        thread = message.thread
        thread.message_count += 1
        if message.at >= thread.last_at or thread.message_count == 1:
            thread.last_at, thread.preview = message.at, " ".join(message.text.split())[:PREVIEW_LENGTH]
        if stirs:
            thread.turn = Turn.US if message.is_inbound else Turn.THEM

    # --- in the end ---------------------------------------------------------------------------------
    def write(self, order: list[type[Model]], tags: dict[str, int]) -> None:
        """Everything, parents before children, then what can be searched."""
        for model in order:
            model._base_manager.bulk_create(self.rows.pop(model, []), batch_size=500)
        label = Thread.tags.through
        label.objects.bulk_create(label(thread_id=one.pk, tag_id=tags[name]) for one, name in self.tagged)
        if self.rows:
            raise ValueError(f"rows of {list(self.rows)} were forgotten")

    def make_searchable(self, messages: list[Message]) -> None:
        search.keep_all("message", ((one.pk, one.at, one.thread_id, _texts(one)) for one in messages))
        people = (
            (one.pk, one.first_seen_at, None, self._spellings(value)) for value, one in self.customers.items()
        )
        search.keep_all("customer", people)

    def _spellings(self, value: str) -> tuple[str, ...]:
        """What finds a customer, as `Customer.make_searchable` has it."""
        customer = self.customers[value]
        words = [word for handle in self.handles[value] for word in handle.spellings]
        return customer.name, customer.company.name if customer.company else "", customer.town, *words


def known_for(person: Person) -> timedelta:
    """How long the shop had known somebody when they wrote; whom it knows well, it has known for long."""
    rng = Random(person.email)
    if person.matters or person.company:
        return timedelta(days=rng.randint(640, 1900))
    return timedelta(days=rng.randint(30, 1900)) if rng.random() < 0.5 else timedelta()


def _texts(message: Message) -> tuple[str, ...]:
    return message.subject, message.text, message.sender_name, message.sender


def shelve(path: str, data: bytes) -> None:
    """Puts a file into the shop's storage; on a disk of our own without waiting for each to be safe."""
    try:
        place = Path(default_storage.path(path))
    except NotImplementedError:
        default_storage.save(path, ContentFile(data))
        return
    place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    place.write_bytes(data)
    os.chmod(place, 0o600)


def as_json(people: list[Address]) -> list[dict]:
    return [{"value": one.value, "name": one.name} for one in people]
