"""Chores: what the shop's machine does by itself every so often, as due rows like all other work."""

from django.db import models

from .due import Due


class Chore(Due):
    """One recurring piece of housekeeping; `name` finds the function registered with `work.every`."""

    name = models.CharField(max_length=80, unique=True)
    last_done_at = models.DateTimeField(null=True, editable=False)

    def __str__(self) -> str:
        return self.name
