"""Planting: the demo shop, with its last five weeks, in an empty Comptoir."""

from datetime import timedelta
from random import Random

from django.db import transaction
from django.utils import translation

from comptoir.channels.models import Receipt
from comptoir.consent.models import Departure
from comptoir.conversations.models import (
    Assignment,
    Attachment,
    Closure,
    Draft,
    Message,
    Participant,
    Snooze,
    Thread,
)
from comptoir.customers.models import Company, Customer, Handle, Matter
from comptoir.ground import clock
from comptoir.team.models import Member

from . import cast
from .days import Hours, Rhythm
from .improvising import Improviser
from .ledger import Ledger
from .models import Postbag
from .story import Story, stories, written
from .telling import Teller

SEED = 4020
DAYS = 35
DAILY = 400
FAMILY = (Company, Customer, Handle, Matter)
DOOR = (Receipt, Departure)
INBOX = (Thread, *DOOR, Message, Attachment, Participant, Assignment, Closure, Snooze, Draft)
FILES = ("workshop", "sales", "trouble", "neighbours", "today", "mishaps")


class AlreadyOpen(Exception):
    """Somebody works here: a demo is planted in an empty shop only."""


def plant(*, days: int = DAYS, daily: int = DAILY) -> Member:
    """Fills an empty shop; returns its owner, as whom a visitor enters. Raises AlreadyOpen."""
    if Member.objects.exists():
        raise AlreadyOpen
    with translation.override("fr"), transaction.atomic():
        return _Planter(days, daily).plant()


class _Planter:
    def __init__(self, days: int, daily: int):
        self.days, self.daily = days, daily
        self.rng, self.now = Random(SEED), clock.now()
        self.cast, self.ledger = cast.gather(), Ledger()
        self.tellers = {key: self._teller(key) for key in self.cast.accounts}

    def plant(self) -> Member:
        for story, moments in sorted(self._told(), key=lambda told: told[1][0]):
            self.tellers[story.shop].tell(story, moments)
        self._set_one_aside()
        self._write()
        Postbag.objects.create(due_at=self.now + timedelta(seconds=90))
        return self.cast.owner

    def _teller(self, key: str) -> Teller:
        """One mailbox's; letters to both stores keep the hours of Liège."""
        account = self.cast.accounts[key]
        store = account.store or self.cast.accounts["liege"].store
        rhythm = Rhythm(Hours(store, self.now), self.now, self.rng)
        return Teller(self.ledger, account, self.cast.members, rhythm, self.rng)

    # --- what is told -------------------------------------------------------------------------------
    def _told(self):
        """Every story with its moments: the hand-written ones, the open ones of these days, the daily bread."""
        improviser = Improviser(self.rng)
        fresh = [improviser.fresh(**how) for how in self._fresh()]
        for story in [*(one for name in FILES for one in stories(name)), *fresh]:
            yield story, self.tellers[story.shop].rhythm.backwards(story.says, story.last)
        for _number in range(self.daily):
            story = improviser.history()
            yield story, self._past(story)

    def _fresh(self):
        """A handful that nobody took, that somebody has, that wait for the customer."""
        for minutes in (26, 95, 260, 600):
            yield {"last": timedelta(minutes=minutes), "answered": False}
        for hours, to in ((7, "Inès"), (21, "Thomas"), (30, "Sam")):
            yield {"last": timedelta(hours=hours), "answered": False, "to": to}
        for hours, to in ((28, "Thomas"), (50, "Inès"), (74, "Sam"), (100, "Nadège")):
            yield {"last": timedelta(hours=hours), "answered": True, "to": to}

    def _past(self, story: Story) -> list:
        """Moments that all lie behind us, by some hours at least."""
        rhythm = self.tellers[story.shop].rhythm
        latest = self.now - timedelta(hours=3)
        while True:
            moments = rhythm.onwards(story.says, rhythm.some_moment(self.days))
            if rhythm.hours.at_or_after(moments[-1] + timedelta(hours=2), self.rng) < latest:
                return moments

    def _set_one_aside(self) -> None:
        """The letter that could not be read, for « what went wrong »."""
        told = written("mishaps")["aside"]
        self.tellers[told["shop"]].set_aside(told)

    # --- what is written ----------------------------------------------------------------------------
    def _write(self) -> None:
        messages = self.ledger.rows[Message]
        messages.sort(key=lambda one: one.at)
        self.ledger.rows[Receipt].sort(key=lambda one: one.received_at)
        self.ledger.rows[Departure].sort(key=lambda one: one.held_at)
        self.ledger.write([*FAMILY, *INBOX], self.cast.tags)
        self.ledger.make_searchable(messages)
