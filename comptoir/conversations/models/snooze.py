"""Snoozes: a thread put aside until a moment, then back by itself."""

from datetime import datetime

from django.db import models, transaction

from comptoir.ground import clock
from comptoir.ground.models import Due
from comptoir.team.models import Member

from ..events import thread_snoozed, thread_woken


class Snooze(Due):
    """A pause, due when the thread comes back; `ended_at` says when it did, for whatever reason."""

    thread = models.ForeignKey("Thread", models.CASCADE, related_name="snoozes")
    by = models.ForeignKey(Member, models.SET_NULL, null=True, related_name="+")
    until = models.DateTimeField()
    at = models.DateTimeField(default=clock.now)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["at"]

    def __str__(self) -> str:
        return f"{self.thread} until {self.until:%F %R}"

    @transaction.atomic
    def end(self) -> None:
        """The moment has come: the thread is open again, unless somebody ended the pause before."""
        if self.ended_at is None and self.thread.state == "snoozed":
            self.thread.wake(by=None)
        self.finish()


class Snoozable(models.Model):
    """Can be put aside until a moment."""

    class Meta:
        abstract = True

    @transaction.atomic
    def snooze(self, until: datetime, *, by: Member) -> None:
        self.end_snooze()
        self.snoozes.create(by=by, until=until, due_at=until)
        self._turn_to("snoozed")
        thread_snoozed.announce(self, by=by)

    @transaction.atomic
    def wake(self, *, by: Member | None) -> None:
        if self.state != "snoozed":
            return
        self.end_snooze()
        self._turn_to("open")
        thread_woken.announce(self, by=by)

    def end_snooze(self) -> None:
        self.snoozes.filter(ended_at=None).update(ended_at=clock.now(), due_at=None)
