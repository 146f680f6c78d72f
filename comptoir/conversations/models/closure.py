"""Closures: a thread's ending, when and by whom; and what reopened it."""

from django.db import models, transaction

from comptoir.ground import clock
from comptoir.team.models import Member

from ..events import thread_closed, thread_reopened


class Closure(models.Model):
    """One ending; `reopened_at` tells that it did not last, `reopened_by` is empty when the customer wrote."""

    thread = models.ForeignKey("Thread", models.CASCADE, related_name="closures")
    by = models.ForeignKey(Member, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(default=clock.now)
    reopened_at = models.DateTimeField(null=True)
    reopened_by = models.ForeignKey(Member, models.SET_NULL, null=True, related_name="+")

    class Meta:
        ordering = ["at"]

    def __str__(self) -> str:
        return f"{self.thread} closed {self.at:%F}"


class Closable(models.Model):
    """Ends, and may be reopened; the first ending stands until then."""

    class Meta:
        abstract = True

    @property
    def is_closed(self) -> bool:
        return self.state == "closed"

    @transaction.atomic
    def close(self, *, by: Member) -> None:
        if self.is_closed:
            return
        self.end_snooze()
        self._turn_to("closed")
        self.closures.create(by=by)
        thread_closed.announce(self, by=by)

    @transaction.atomic
    def reopen(self, *, by: Member | None) -> None:
        if not self.is_closed:
            return
        self._turn_to("open")
        self.closures.filter(reopened_at=None).update(reopened_at=clock.now(), reopened_by=by)
        thread_reopened.announce(self, by=by)

    def reopen_for(self, message) -> None:
        """The customer wrote again: whatever the thread was, it is open now."""
        self.reopen(by=None)
        self.state = "open"
