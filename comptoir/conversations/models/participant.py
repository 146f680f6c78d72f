"""Participants: the addresses that belong to a thread; anybody else who writes into it is flagged."""

from django.db import models

from .thread import Thread


class ParticipantQuerySet(models.QuerySet):
    def join(self, thread: Thread, addresses) -> None:
        rows = [self.model(thread=thread, value=one.value.lower()[:320]) for one in addresses if one.value]
        self.bulk_create(rows, ignore_conflicts=True)


class Participant(models.Model):
    thread = models.ForeignKey(Thread, models.CASCADE, related_name="participants")
    value = models.CharField(max_length=320)

    objects = ParticipantQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["thread", "value"], name="participant_once")]

    def __str__(self) -> str:
        return self.value
