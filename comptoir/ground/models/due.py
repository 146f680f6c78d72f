"""Due rows: work to do is a row of its own app, claimed with a lease; the row is the truth."""

from datetime import datetime, timedelta

from django.db import models, transaction
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from .. import clock
from ..bell import ring_on_commit

KILLS_BEFORE_SETTING_ASIDE = 2


class LeaseLost(Exception):
    """Somebody else holds the row now: whatever was being done must roll back."""


class DueQuerySet(models.QuerySet):
    def due(self):
        """Ready to be claimed, by the database's own clock."""
        free = Q(leased_until=None) | Q(leased_until__lt=Now())
        return self.filter(free, due_at__lte=Now(), set_aside_at=None)

    def set_aside(self):
        """Waiting for a person: tried too often, or stopped the worker twice."""
        return self.exclude(set_aside_at=None)

    def claim(self, count: int, lease: timedelta) -> list:
        """Leases at most `count` due rows to the caller, each with a fresh fence. One commit."""
        with transaction.atomic():
            rows = self.due().order_by("due_at", "pk")
            if transaction.get_connection().features.has_select_for_update_skip_locked:
                rows = rows.select_for_update(skip_locked=True, of=("self",))
            return self._lease(list(rows[:count]), lease)

    def _lease(self, rows: list, lease: timedelta) -> list:
        """A lease found expired means that its holder died; a second death sets the row aside."""
        taken = [row for row in rows if row.leased_until is None or not row._mourn()]
        ids = [row.pk for row in taken]
        self.model._base_manager.filter(pk__in=ids).update(leased_until=Now() + lease, fence=F("fence") + 1)
        for row in taken:
            row.fence, row.leased_until = row.fence + 1, clock.now() + lease
        return taken


class Due(models.Model):
    """A row with work to do at `due_at`: leased to one worker at a time, retried, or set aside in words.

    `fence` grows with each lease; a worker that slept past its lease can change nothing, since
    `finish` and `postpone` ask for the fence they were given.
    """

    due_at = models.DateTimeField(null=True, blank=True, db_index=True)
    leased_until = models.DateTimeField(null=True, blank=True, editable=False)
    fence = models.PositiveIntegerField(default=0, editable=False)
    failures = models.PositiveSmallIntegerField(default=0, editable=False)
    kills = models.PositiveSmallIntegerField(default=0, editable=False)
    trouble = models.TextField(blank=True, editable=False)
    set_aside_at = models.DateTimeField(null=True, blank=True, editable=False, db_index=True)

    objects = DueQuerySet.as_manager()

    class Meta:
        abstract = True

    def save(self, *args, **kwargs):
        super().save(*args, **kwargs)
        if self.due_at is not None:
            ring_on_commit()

    def _mourn(self) -> bool:
        """Notes that a worker died holding this row; True when that is once too often."""
        self._write(kills=self.kills + 1)
        if self.kills < KILLS_BEFORE_SETTING_ASIDE:
            return False
        reason = _("The work stopped the worker twice; a person should look at it.")
        self._write(leased_until=None, set_aside_at=clock.now(), due_at=None, trouble=str(reason))
        return True

    def finish(self, *, due_at: datetime | None = None, **changes) -> None:
        """Ends the lease in the caller's transaction; raises LeaseLost when somebody else took it over."""
        self._release(due_at=due_at, failures=0, kills=0, trouble="", **changes)

    def postpone(self, due_at: datetime, reason: str, *, failed: bool = True, **changes) -> None:
        """Tries again at `due_at`, telling why in words."""
        self._release(due_at=due_at, failures=self.failures + failed, trouble=reason, **changes)

    def set_aside(self, reason: str, **changes) -> None:
        """Leaves the row to a person, telling why in words."""
        aside = {"due_at": None, "set_aside_at": clock.now(), "failures": self.failures + 1}
        self._release(**aside, trouble=reason, **changes)

    def keep_lease(self, **changes) -> None:
        """Writes progress while holding the row; raises LeaseLost when somebody else took it over."""
        mine = type(self)._base_manager.filter(pk=self.pk, fence=self.fence)
        if not mine.update(**changes):
            raise LeaseLost(f"{self._meta.label} {self.pk}")
        self._take(changes)

    def retry(self) -> None:
        """A person asks for another try, now."""
        self._write(due_at=clock.now(), set_aside_at=None, leased_until=None, failures=0, kills=0)
        ring_on_commit()

    @property
    def is_leased(self) -> bool:
        return self.leased_until is not None

    def _release(self, **changes) -> None:
        self.keep_lease(**changes, leased_until=None)

    def _write(self, **changes) -> None:
        type(self)._base_manager.filter(pk=self.pk).update(**changes)
        self._take(changes)

    def _take(self, changes: dict) -> None:
        for name, value in changes.items():
            plain = value if not hasattr(value, "resolve_expression") else clock.now()
            setattr(self, name, plain)
