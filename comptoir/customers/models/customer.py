"""Customers: people, known by as many handles as they like to use."""

from datetime import datetime

from django.db import models, transaction
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from comptoir.ground import clock, search

from ..events import customer_changed
from .company import Company

SORT_LENGTH = 80


class CustomerQuerySet(models.QuerySet):
    def present(self):
        """Those who still have a record of their own: not absorbed by another."""
        return self.filter(merged_into=None)

    def by_name(self):
        return self.order_by("sort_name", "pk")

    def after(self, sort_name: str, pk: int):
        """The page after a row, by keyset."""
        return self.filter(Q(sort_name__gt=sort_name) | Q(pk__gt=pk), sort_name__gte=sort_name)

    def with_row(self):
        """With everything a row shows, in a constant number of queries."""
        return self.select_related("company").prefetch_related("handles")


def sort_key(name: str) -> str:
    """What lists are ordered by: no capitals, no accents."""
    return search.fold(" ".join(name.split()))[:SORT_LENGTH]


class Customer(models.Model):
    """One person; `Handle` rows say how they reach us. No address or number is ever the key.

    `sort_name` is the name without capitals or accents, else the first handle: what lists are ordered by.
    `merged_into` is the record that absorbed this one (see `merging`).
    """

    name = models.CharField(_("Name"), max_length=200, blank=True)
    company = models.ForeignKey(
        Company, models.SET_NULL, null=True, blank=True, related_name="people", verbose_name=_("Company")
    )
    language = models.CharField(_("Language"), max_length=10, blank=True)
    town = models.CharField(_("Town"), max_length=120, blank=True)
    first_seen_at = models.DateTimeField(default=clock.now)
    last_inbound_at = models.DateTimeField(null=True, editable=False)
    sort_name = models.CharField(max_length=SORT_LENGTH, blank=True, editable=False)
    merged_into = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="absorbed",
        db_index=False,  # nearly always empty: lists must go by name instead
    )

    objects = CustomerQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["sort_name", "id"], name="customer_by_name"),
            models.Index(fields=["merged_into"], name="customer_absorbed", condition=~Q(merged_into=None)),
        ]

    def __str__(self) -> str:
        return self.name or self.main_handle

    def get_absolute_url(self) -> str:
        return reverse("customers:person", args=[self.pk])

    @property
    def audience(self) -> str:
        return "team"

    @property
    def live_data(self) -> dict:
        return {"customer": self.pk}

    @property
    def main_handle(self) -> str:
        handles = sorted(self.handles.all(), key=lambda handle: handle.pk)
        return str(handles[0]) if handles else str(_("Unknown"))

    @property
    def first_name(self) -> str:
        return self.name.split()[0] if self.name else ""

    def heard(self, at: datetime) -> None:
        """They spoke to us: what every retention period counts from, and what « depuis » tells."""
        first, last = self.first_seen_at, self.last_inbound_at
        if at < first or last is None or at > last:
            self.first_seen_at, self.last_inbound_at = min(first, at), max(last or at, at)
            seen = {"first_seen_at": self.first_seen_at, "last_inbound_at": self.last_inbound_at}
            Customer.objects.filter(pk=self.pk).update(**seen)

    def learn_name(self, name: str) -> None:
        """Takes the first name given; what staff or the person wrote before is never replaced."""
        if name.strip() and not self.name:
            self.describe(name=name.strip()[:200])

    @transaction.atomic
    def describe(self, **facts) -> None:
        """Writes down what is known of the person: name, company, language, town."""
        for field, value in facts.items():
            setattr(self, field, value)
        self.save(update_fields=list(facts))
        self.make_searchable()
        customer_changed.announce(self)

    def make_searchable(self, first_handles: list | None = None) -> None:
        """Found by name, company, town and every handle; called by each verb that changes one of them.

        `first_handles` are those of somebody new, whom no search knows yet.
        """
        if first_handles is None:
            self._sort()
        if self.merged_into_id:
            return search.forget("customer", self.pk)
        handles = self.handles.all() if first_handles is None else first_handles
        words = [word for handle in handles for word in handle.spellings]
        company = self.company.name if self.company_id else ""
        texts = (self.name, company, self.town, *words)
        search.keep("customer", self.pk, *texts, at=self.first_seen_at, is_new=first_handles is not None)

    def _sort(self) -> None:
        key = sort_key(self.name or self.main_handle)
        if key != self.sort_name:
            self.sort_name = key
            self.save(update_fields=["sort_name"])
