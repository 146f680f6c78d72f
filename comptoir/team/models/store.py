"""Stores: the places where the business welcomes people, each with its own opening hours and zone."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from .opening import Opens


class Store(Opens):
    """One shop, workshop or web counter."""

    name = models.CharField(_("Name"), max_length=120, unique=True)
    town = models.CharField(_("Town"), max_length=120, blank=True)
    time_zone = models.CharField(_("Time zone"), max_length=60, default="Europe/Brussels")

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name
