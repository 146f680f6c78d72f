"""Mergers: two records found to be one person, with what is needed to part them again."""

from django.db import models

from comptoir.ground import clock
from comptoir.team.models import Member

from .customer import Customer


class MergerQuerySet(models.QuerySet):
    def standing(self):
        return self.filter(undone_at=None)


class Merger(models.Model):
    """`absorbed` became part of `kept`. `taken` holds, for each field filled from the absorbed record, what
    stood there before and what was written."""

    kept = models.ForeignKey(Customer, models.CASCADE, related_name="mergers")
    absorbed = models.ForeignKey(Customer, models.CASCADE, related_name="+")
    by = models.ForeignKey(Member, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(default=clock.now)
    taken = models.JSONField(default=dict)
    undone_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey(Member, models.SET_NULL, null=True, related_name="+")

    objects = MergerQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.absorbed} into {self.kept}"


class MovedRows(models.Model):
    """Where rows of one model came from: `rows` pointed to the absorbed record by `field`."""

    merger = models.ForeignKey(Merger, models.CASCADE, related_name="moved")
    model = models.CharField(max_length=80)
    field = models.CharField(max_length=60)
    rows = models.JSONField()

    class Meta:
        verbose_name_plural = "moved rows"

    def __str__(self) -> str:
        return f"{len(self.rows)} {self.model}"
