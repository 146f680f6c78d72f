"""Customers: people, known by as many handles as they like to use."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from comptoir.ground import clock

from .company import Company


class Customer(models.Model):
    """One person; `Handle` rows say how they reach us. No address or number is ever the key."""

    name = models.CharField(_("Name"), max_length=200, blank=True)
    company = models.ForeignKey(
        Company, models.SET_NULL, null=True, blank=True, related_name="people", verbose_name=_("Company")
    )
    language = models.CharField(_("Language"), max_length=10, blank=True)
    town = models.CharField(_("Town"), max_length=120, blank=True)
    first_seen_at = models.DateTimeField(default=clock.now)
    last_inbound_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        indexes = [models.Index(fields=["name", "id"], name="customer_by_name")]

    def __str__(self) -> str:
        return self.name or self.main_handle

    @property
    def main_handle(self) -> str:
        handles = sorted(self.handles.all(), key=lambda handle: handle.pk)
        return handles[0].value if handles else str(_("Unknown"))

    @property
    def first_name(self) -> str:
        return self.name.split()[0] if self.name else ""

    def learn_name(self, name: str) -> None:
        """Takes the first name given; what staff or the person wrote before is never replaced."""
        if name.strip() and not self.name:
            self.name = name.strip()[:200]
            self.save(update_fields=["name"])
