"""Reconciliations: what the server has, compared with what we keep; said daily, so that nobody has to hope."""

from datetime import timedelta

from django.db import models

from comptoir.ground import clock

from .folder import Folder

KEPT_FOR = timedelta(days=90)


class ReconciliationQuerySet(models.QuerySet):
    def note(self, folder: Folder, **counts) -> "Reconciliation":
        self.filter(folder=folder, at__lt=clock.now() - KEPT_FOR).delete()
        return self.create(folder=folder, **counts)


class Reconciliation(models.Model):
    """One comparison of one folder: how many messages there, how many here, how many were missing and mended."""

    folder = models.ForeignKey(Folder, models.CASCADE, related_name="reconciliations")
    at = models.DateTimeField(default=clock.now)
    server_count = models.PositiveIntegerField()
    stored_count = models.PositiveIntegerField()
    missing = models.PositiveIntegerField(default=0)
    repaired = models.PositiveIntegerField(default=0)

    objects = ReconciliationQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.folder} {self.at:%Y-%m-%d}"

    @property
    def here_now(self) -> int:
        return self.stored_count + self.repaired

    @property
    def is_complete(self) -> bool:
        return self.missing == self.repaired
