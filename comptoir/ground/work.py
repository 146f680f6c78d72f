"""Work: how workers find due rows and do one verb on each (ARCHITECTURE, rule 1)."""

import logging
import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Event as Stop

from django.db import close_old_connections, connection, models
from django.utils.translation import gettext as _

from . import clock
from .bell import Bell
from .models.chore import Chore
from .models.due import Due, LeaseLost
from .registry import Registry

log = logging.getLogger(__name__)

LONGEST_NAP = 1.0  # seconds: a bell that did not ring delays by this much, never more


@dataclass(frozen=True)
class Job:
    """What to do with the due rows of one model, how many at once, and for how long they are leased."""

    model: type[Due]
    do: Callable[[Due], None]
    batch: int = 20
    lease: timedelta = timedelta(minutes=2)
    tries: int = 8

    def run(self) -> int:
        """Claims one batch and does it; returns how many rows were claimed.

        Looking first costs a read; claiming would take SQLite's only write lock, for nothing most of the time.
        """
        if not self.model.objects.due().exists():
            return 0
        rows = self.model.objects.claim(self.batch, self.lease)
        for row in rows:
            self._attempt(row)
        return len(rows)

    def _attempt(self, row: Due) -> None:
        try:
            self.do(row)
            if row.is_leased:
                row.finish()
        except LeaseLost:
            log.warning("%s %s was taken over by another worker", row._meta.label, row.pk)
        except Exception as error:
            log.exception("%s %s failed", row._meta.label, row.pk)
            self._note_failure(row, error)

    def _note_failure(self, row: Due, error: Exception) -> None:
        reason = in_words(error)
        try:
            if row.failures + 1 >= self.tries:
                row.set_aside(reason)
            else:
                row.postpone(backoff(row.failures), reason)
        except LeaseLost:
            log.warning("%s %s was taken over by another worker", row._meta.label, row.pk)


jobs: Registry[Job] = Registry("job")
chores: Registry["Routine"] = Registry("chore")


def works(model: type[Due], **how) -> Callable[[Callable], Callable]:
    """Registers the verb done on each due row of `model`; see `Job` for the keywords."""

    def register(do: Callable[[Due], None]) -> Callable:
        jobs.add(model._meta.label, Job(model, do, **how))
        return do

    return register


@dataclass(frozen=True)
class Routine:
    do: Callable[[], None]
    period: timedelta


def every(period: timedelta, *, name: str) -> Callable[[Callable], Callable]:
    """Registers a chore done about every `period`, by one worker at a time, wherever it runs."""

    def register(do: Callable[[], None]) -> Callable:
        chores.add(name, Routine(do, period))
        return do

    return register


@works(Chore, batch=1, lease=timedelta(minutes=30))
def do_chore(chore: Chore) -> None:
    routine = chores.get(chore.name)
    routine.do()
    chore.finish(due_at=clock.now() + routine.period, last_done_at=clock.now())


def plan_chores() -> None:
    """Gives every registered chore its row, due at once the first time; forgets those nobody registers."""
    for name, _routine in chores.items():
        Chore.objects.get_or_create(name=name, defaults={"due_at": clock.now()})
    Chore.objects.exclude(name__in=[name for name, _routine in chores.items()]).delete()


def run_until(stop: Stop) -> None:
    """A worker's whole life: claim, do, listen for the bell. Several may run at once, anywhere."""
    bell = Bell()
    try:
        while not stop.is_set():
            if not _one_round(stop):
                bell.wait(LONGEST_NAP, stop)
    finally:
        bell.close()
        connection.close()


def _one_round(stop: Stop) -> int:
    """One batch of every job; a job that cannot reach its rows does not stop the others."""
    close_old_connections()
    return sum(_one_batch(job, stop) for job in jobs if not stop.is_set())


def _one_batch(job: Job, stop: Stop) -> int:
    try:
        return job.run()
    except Exception:
        log.exception("the rows of %s could not be reached; trying again", job.model._meta.label)
        connection.close()
        stop.wait(LONGEST_NAP)
        return 0


def drain(limit: int = 10_000) -> int:
    """Does everything that is due now, in this thread: for commands and tests. Returns the rows done."""
    done = 0
    while done < limit:
        count = sum(job.run() for job in jobs)
        if not count:
            break
        done += count
    return done


def backoff(failures: int) -> datetime:
    """When to try again after `failures` failures: 15 s doubling to an hour, give or take a fifth."""
    seconds = min(15 * 2**failures, 3600)
    return clock.now() + timedelta(seconds=seconds * random.uniform(0.8, 1.2))


def in_words(error: Exception) -> str:
    """A failure nobody foresaw, as one sentence for staff; the log has the rest."""
    kind = type(error).__name__
    return _("Something unforeseen went wrong (%(kind)s). The log tells more.") % {"kind": kind}


def to_mend() -> list[models.QuerySet]:
    """For each job, the rows set aside for a person."""
    return [job.model.objects.set_aside() for job in jobs]
