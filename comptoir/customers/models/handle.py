"""Handles: how a person reaches us on each channel."""

from datetime import datetime

from django.db import IntegrityError, models, transaction
from django.utils.translation import gettext_lazy as _

from comptoir.ground import clock

from .. import phones
from ..events import customer_changed
from .customer import Customer, sort_key


class HandleTaken(Exception):
    """The handle belongs to somebody else, or to this person already."""

    def __init__(self, handle: "Handle"):
        super().__init__(str(handle))
        self.handle = handle


class HandleQuerySet(models.QuerySet):
    def greet(self, kind: str, value: str, *, name: str = "", at: datetime | None = None) -> Customer:
        """The customer behind a handle; somebody new, seen first `at`, becomes one with this first handle."""
        value = Handle.normal(kind, value)
        handle = self.select_related("customer").filter(kind=kind, value=value).first()
        if handle is None:
            handle = self._welcome(kind, value, name, at or clock.now())
        handle.customer.learn_name(name)
        return handle.customer

    def _welcome(self, kind: str, value: str, name: str, at: datetime) -> "Handle":
        """Two letters from a stranger at once still make one customer."""
        name = name.strip()[:200]
        try:
            with transaction.atomic():
                facts = {"name": name, "sort_name": sort_key(name or value)}
                customer = Customer.objects.create(**facts, first_seen_at=at)
                handle = self.create(customer=customer, kind=kind, value=value)
                customer.make_searchable([handle])
        except IntegrityError:
            handle = self.owned(kind, value)
        return handle

    def owned(self, kind: str, value: str) -> "Handle | None":
        """The handle as it is stored, with the person it belongs to."""
        return self.select_related("customer").filter(kind=kind, value=value).first()


class Handle(models.Model):
    """An e-mail address, a telephone number, a page's user: one owner at a time."""

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="handles")
    kind = models.CharField(_("Kind"), max_length=20)
    value = models.CharField(_("Address or number"), max_length=320)

    objects = HandleQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["kind", "value"], name="one_owner_per_handle")]

    def __str__(self) -> str:
        return phones.readable(self.value) if self.kind == "phone" else self.value

    @property
    def spellings(self) -> list[str]:
        """What somebody may type to find it."""
        return phones.spellings(self.value) if self.kind == "phone" else [self.value]

    @staticmethod
    def normal(kind: str, value: str, *, country: str = "") -> str:
        """The one spelling a handle is stored in: addresses in lower case, numbers with their country's prefix."""
        value = value.strip()
        if kind == "phone":
            return phones.normal(value, country)[:320]
        return value.lower()[:320]

    @classmethod
    @transaction.atomic
    def give(cls, customer: Customer, kind: str, value: str) -> "Handle":
        """A further way to reach somebody; raises HandleTaken when it has an owner."""
        handle, is_new = cls.objects.select_related("customer").get_or_create(
            kind=kind, value=value, defaults={"customer": customer}
        )
        if not is_new:
            raise HandleTaken(handle)
        _settle(customer)
        return handle

    @transaction.atomic
    def take_away(self) -> None:
        """They are no longer reached this way; what was said through it stays."""
        customer = self.customer
        self.delete()
        _settle(customer)


def _settle(customer: Customer) -> None:
    customer._prefetched_objects_cache = {}
    customer.make_searchable()
    customer_changed.announce(customer)
