"""Messages: what was said in a thread, by a customer, by the shop, or among colleagues."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from comptoir.channels.envelope import Address, Nature
from comptoir.channels.models import Receipt
from comptoir.consent.models import Departure
from comptoir.consent.models.departure import STUCK, State
from comptoir.customers.models import Customer
from comptoir.team.models import Member

from .thread import Thread


class Kind(models.TextChoices):
    INBOUND = "inbound", _("From the customer")
    OUTBOUND = "outbound", _("From the shop")
    NOTE = "note", _("Note")


class Message(models.Model):
    """One thing said. `text` is what was written, `quoted` what stood around it; the raw stays in `receipt`.

    `at` orders a thread: our own clock for what comes live, the sender's date for history and imports.
    """

    thread = models.ForeignKey(Thread, models.CASCADE, related_name="messages")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    at = models.DateTimeField()
    customer = models.ForeignKey(Customer, models.SET_NULL, null=True, blank=True, related_name="messages")
    member = models.ForeignKey(Member, models.SET_NULL, null=True, blank=True, related_name="messages")
    sender = models.CharField(max_length=320, blank=True)
    sender_name = models.CharField(max_length=200, blank=True)
    to = models.JSONField(default=list, blank=True)
    cc = models.JSONField(default=list, blank=True)
    bcc = models.JSONField(default=list, blank=True)
    subject = models.CharField(max_length=300, blank=True)
    text = models.TextField(blank=True)
    quoted = models.TextField(blank=True)
    html = models.TextField(blank=True)
    is_rich = models.BooleanField(default=False)
    nature = models.CharField(max_length=10, default=Nature.PERSON)
    external_id = models.CharField(max_length=255, blank=True, db_index=True)
    references = models.JSONField(default=list, blank=True)
    receipt = models.OneToOneField(Receipt, models.PROTECT, null=True, blank=True, related_name="message")
    departure = models.OneToOneField(Departure, models.PROTECT, null=True, blank=True, related_name="+")
    is_stranger = models.BooleanField(default=False)
    problems = models.JSONField(default=list, blank=True)

    class Meta:
        ordering = ["at", "pk"]
        indexes = [models.Index(fields=["thread", "at", "id"], name="message_in_thread")]

    def __str__(self) -> str:
        return self.text[:60]

    @property
    def audience(self) -> str:
        return self.thread.audience

    @property
    def live_data(self) -> dict:
        return {"thread": self.thread_id}

    @property
    def is_inbound(self) -> bool:
        return self.kind == Kind.INBOUND

    @property
    def is_note(self) -> bool:
        return self.kind == Kind.NOTE

    @property
    def author_name(self) -> str:
        if self.member:
            return str(self.member)
        return self.sender_name or self.sender or str(self.customer or "")

    @property
    def to_addresses(self) -> list[Address]:
        return [Address(**one) for one in self.to]

    @property
    def cc_addresses(self) -> list[Address]:
        return [Address(**one) for one in self.cc]

    @property
    def bcc_addresses(self) -> list[Address]:
        return [Address(**one) for one in self.bcc]

    @property
    def is_held(self) -> bool:
        """About to leave, and still to be taken back."""
        return bool(self.departure) and self.departure.state == State.HELD and not self.departure.failures

    @property
    def is_stuck(self) -> bool:
        return bool(self.departure) and self.departure.state in STUCK and not self.departure.dismissed_at
