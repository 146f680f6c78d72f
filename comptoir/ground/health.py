"""Health: what each app knows could be wrong with the shop's machine, and the cure, in words."""

import os
import shutil
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.db import DatabaseError
from django.db.models.functions import Now
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from . import clock
from .models import Chore
from .registry import Registry
from .work import jobs

LEAST_DISK = 500 * 1024 * 1024
MOST_SKEW = timedelta(seconds=30)
LATE = timedelta(minutes=15)


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong, as a sentence, and what to do about it."""

    fault: str
    cure: str


checks: Registry[Callable[[], Iterator[Finding]]] = Registry("health check")


def check(name: str) -> Callable[[Callable], Callable]:
    """Registers a generator of findings; it yields nothing when all is well."""

    def register(examine: Callable[[], Iterator[Finding]]) -> Callable:
        return checks.add(name, examine)

    return register


def examine() -> Iterator[Finding]:
    for name, one in checks.items():
        try:
            yield from one()
        except DatabaseError as error:
            reason = str(error).splitlines()[0]
            fault = _("The database does not answer (%(check)s): %(reason)s.") % {
                "check": name,
                "reason": reason,
            }
            yield Finding(fault, _("Start “comptoir up” once; if it persists, restore the last backup."))


@check("disk")
def disk() -> Iterator[Finding]:
    free = shutil.disk_usage(settings.HOME.path).free
    if free < LEAST_DISK:
        left = {"left": free // 2**20, "path": settings.HOME.path}
        fault = _("Only %(left)s MB are left on the disk of %(path)s.") % left
        yield Finding(fault, _("Free some space: below 100 MB nothing more can be received."))


@check("permissions")
def permissions() -> Iterator[Finding]:
    home = settings.HOME.path
    if not os.access(home, os.W_OK) or not os.access(settings.HOME.files, os.W_OK):
        fault = _("The folder %(path)s cannot be written.") % {"path": home}
        yield Finding(fault, _("Give it back to the account that runs Comptoir: chown -R."))
    key = home / "secret.key"
    if key.exists() and stat.S_IMODE(key.stat().st_mode) & 0o077:
        fault = _("Other accounts of this machine can read %(path)s.") % {"path": key}
        yield Finding(fault, f"chmod 600 {key}")


@check("clock")
def database_clock() -> Iterator[Finding]:
    row = Chore.objects.annotate(database_now=Now()).first()
    if row is not None and abs(row.database_now - clock.now()) > MOST_SKEW:
        yield Finding(
            _("The database’s clock and this machine’s differ by more than 30 seconds."),
            _("Set both by NTP: leases and promises count on it."),
        )


@check("work")
def work_left() -> Iterator[Finding]:
    for job in jobs:
        rows, name = job.model.objects, job.model._meta.verbose_name
        aside = rows.set_aside().count()
        if aside:
            fault = ngettext(
                "%(count)s %(name)s waits for a person.", "%(count)s %(name)s rows wait for a person.", aside
            )
            yield Finding(fault % {"count": aside, "name": name}, _("Open “To mend” in Comptoir."))
        late = rows.due().filter(due_at__lt=clock.now() - LATE).count()
        if late:
            fault = ngettext(
                "%(count)s %(name)s is more than 15 minutes late.",
                "%(count)s %(name)s rows are more than 15 minutes late.",
                late,
            )
            yield Finding(
                fault % {"count": late, "name": name}, _("Is a worker running? “comptoir up” starts one.")
            )
