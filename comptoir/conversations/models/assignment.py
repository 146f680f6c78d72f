"""Assignments: who was given a thread, by whom, when."""

from django.db import models

from comptoir.ground import clock
from comptoir.team.models import Member

from .thread import Thread


class Assignment(models.Model):
    """One change of hands; `to` is empty when the thread went back to everybody."""

    thread = models.ForeignKey(Thread, models.CASCADE, related_name="assignments")
    to = models.ForeignKey(Member, models.SET_NULL, null=True, related_name="+")
    by = models.ForeignKey(Member, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["at"]

    def __str__(self) -> str:
        return f"{self.thread} to {self.to}"
