"""The business itself: its name, and the address at which its people open Comptoir."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class BusinessManager(models.Manager):
    def current(self) -> "Business":
        """The one business of this home; a nameless one until its owner has arrived."""
        return self.first() or Business()


class Business(models.Model):
    """One row per home. `address` is where links in e-mails lead: never what a visitor's browser claims."""

    name = models.CharField(_("Name of the business"), max_length=120)
    address = models.URLField(_("Web address of Comptoir"), blank=True)
    opened_at = models.DateTimeField(auto_now_add=True)

    objects = BusinessManager()

    def __str__(self) -> str:
        return self.name

    def link_to(self, path: str) -> str:
        """A full link for an e-mail; just the path while nobody has said where Comptoir lives."""
        return (settings.BASE_URL or self.address).rstrip("/") + path
