"""Threads: one matter with one customer, whatever the channel."""

from datetime import datetime

from django.db import models, transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from comptoir.channels.models import Account
from comptoir.customers.models import Customer
from comptoir.ground import clock
from comptoir.team.models import Member, Store

from ..events import thread_assigned, thread_changed, thread_moved, thread_tagged
from .closure import Closable
from .snooze import Snoozable
from .tag import Tag

PREVIEW_LENGTH = 140
LISTED = ["message_count", "last_at", "preview", "turn", "state"]


class State(models.TextChoices):
    OPEN = "open", _("Open")
    SNOOZED = "snoozed", _("Paused")
    CLOSED = "closed", _("Done")
    SPAM = "spam", _("Spam")


class Turn(models.TextChoices):
    """Who is expected to speak next."""

    US = "us", _("Ours")
    THEM = "them", _("Theirs")


class ThreadQuerySet(models.QuerySet):
    def visible_to(self, member: Member):
        """An agent with stores sees those and what belongs to no store yet; others see everything."""
        if not member.is_active:
            return self.none()
        if member.sees_everything:
            return self
        return self.filter(Q(store=None) | Q(store__in=member.stores.all()))

    def open(self):
        return self.filter(state=State.OPEN)

    def mine(self, member: Member):
        return self.open().filter(assignee=member)

    def to_take(self):
        """Nobody has it and the customer spoke last."""
        return self.open().filter(assignee=None, turn=Turn.US)

    def waiting(self):
        """We answered; the customer may speak."""
        return self.open().filter(turn=Turn.THEM)

    def snoozed(self):
        return self.filter(state=State.SNOOZED)

    def closed(self):
        return self.filter(state=State.CLOSED)

    def spam(self):
        return self.filter(state=State.SPAM)

    def all_but_spam(self):
        return self.exclude(state=State.SPAM)

    def tagged(self, tag: Tag):
        return self.all_but_spam().filter(tags=tag)

    def newest_first(self):
        return self.order_by("-last_at", "-pk")

    def older_than(self, last_at: datetime, pk: int):
        """The page after a row, by keyset: what moved meanwhile is neither skipped nor shown twice."""
        return self.filter(Q(last_at__lt=last_at) | Q(last_at=last_at, pk__lt=pk))


class Thread(Closable, Snoozable, models.Model):
    """One matter. `last_at`, `preview`, `turn` and the counters are kept here so that a list reads one row."""

    subject = models.CharField(_("Subject"), max_length=300, blank=True)
    customer = models.ForeignKey(Customer, models.PROTECT, related_name="threads")
    account = models.ForeignKey(Account, models.PROTECT, related_name="threads")
    store = models.ForeignKey(Store, models.SET_NULL, null=True, blank=True, related_name="threads")
    assignee = models.ForeignKey(Member, models.SET_NULL, null=True, blank=True, related_name="threads")
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    turn = models.CharField(max_length=4, choices=Turn.choices, default=Turn.US)
    tags = models.ManyToManyField(Tag, blank=True, related_name="threads")
    opened_at = models.DateTimeField(default=clock.now)
    last_at = models.DateTimeField(default=clock.now)
    due_at = models.DateTimeField(null=True, blank=True, editable=False)
    preview = models.CharField(max_length=200, blank=True, editable=False)
    message_count = models.PositiveIntegerField(default=0, editable=False)
    has_trouble = models.BooleanField(default=False, editable=False)

    objects = ThreadQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["-last_at", "-id"], name="thread_all"),
            models.Index(fields=["state", "-last_at", "-id"], name="thread_by_state"),
            models.Index(fields=["assignee", "state", "-last_at", "-id"], name="thread_mine"),
            models.Index(fields=["state", "turn", "assignee", "-last_at", "-id"], name="thread_to_take"),
            models.Index(fields=["account", "-last_at", "-id"], name="thread_by_channel"),
            models.Index(fields=["customer", "-last_at"], name="thread_by_customer"),
        ]

    def __str__(self) -> str:
        return self.subject or str(self.customer)

    @property
    def audience(self) -> str:
        """Whose screens may redraw: the store's people, or everybody while no store has it."""
        return f"store:{self.store_id}" if self.store_id else "team"

    # --- verbs ----------------------------------------------------------------------------------
    @transaction.atomic
    def assign(self, to: Member | None, *, by: Member) -> None:
        """Gives the thread to a member, or back to everybody with None."""
        from_id, self.assignee = self.assignee_id, to
        if from_id == (to.pk if to else None):
            return
        self.save(update_fields=["assignee"])
        self.assignments.create(to=to, by=by)
        thread_assigned.announce(self, by=by)

    @transaction.atomic
    def tag(self, name: str, *, by: Member) -> Tag:
        tag = Tag.objects.named(name) or Tag.objects.create(name=" ".join(name.split())[:40])
        self.tags.add(tag)
        thread_tagged.announce(self, by=by)
        return tag

    @transaction.atomic
    def untag(self, tag: Tag, *, by: Member) -> None:
        self.tags.remove(tag)
        thread_tagged.announce(self, by=by)

    @transaction.atomic
    def move_to(self, store: Store | None, *, by: Member) -> None:
        """Hands the thread to another store; the screens of both redraw."""
        thread_moved.announce(self, by=by)
        self.store = store
        self.save(update_fields=["store"])
        thread_moved.announce(self, by=by)

    @transaction.atomic
    def rename(self, subject: str, *, by: Member) -> None:
        self.subject = subject.strip()[:300]
        self.save(update_fields=["subject"])
        thread_changed.announce(self, by=by)

    @transaction.atomic
    def mark_as_spam(self, *, by: Member) -> None:
        self._turn_to(State.SPAM)
        thread_changed.announce(self, by=by)

    @transaction.atomic
    def not_spam(self, *, by: Member) -> None:
        self._turn_to(State.OPEN)
        thread_changed.announce(self, by=by)

    # --- setters for what a list shows ------------------------------------------------------------
    def hear(self, message, *, stirs: bool = True) -> None:
        """Takes a new message into account and saves; one that stirs sets whose turn it is and wakes the thread."""
        self.message_count += 1
        if message.at >= self.last_at or self.message_count == 1:
            self.last_at = message.at
            self.preview = " ".join(message.text.split())[:PREVIEW_LENGTH]
        if stirs:
            self.turn = Turn.US if message.is_inbound else Turn.THEM
            if self.pk:
                self._wake_for(message)
        self.save(update_fields=LISTED if self.pk else None)

    def note_trouble(self, has_trouble: bool) -> None:
        """Whether a send of this thread went wrong and waits for a person."""
        if has_trouble != self.has_trouble:
            self.has_trouble = has_trouble
            self.save(update_fields=["has_trouble"])

    def _wake_for(self, message) -> None:
        """A customer who writes again reopens what was closed or paused; spam stays spam."""
        if message.is_inbound and self.state in (State.CLOSED, State.SNOOZED):
            self.end_snooze()
            self.reopen_for(message)

    def _turn_to(self, state: str) -> None:
        self.state = state
        self.save(update_fields=["state"])
