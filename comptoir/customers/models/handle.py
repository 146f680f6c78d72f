"""Handles: how a person reaches us on each channel."""

from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from .customer import Customer


class HandleQuerySet(models.QuerySet):
    def greet(self, kind: str, value: str, *, name: str = "") -> Customer:
        """The customer behind a handle; somebody new becomes a customer with this first handle."""
        value = Handle.normal(kind, value)
        handle = self.select_related("customer").filter(kind=kind, value=value).first()
        if handle is None:
            handle = self._welcome(kind, value)
        handle.customer.learn_name(name)
        return handle.customer

    @transaction.atomic
    def _welcome(self, kind: str, value: str) -> "Handle":
        """Two letters from a stranger at once still make one customer."""
        customer = Customer.objects.create()
        handle, is_new = self.get_or_create(kind=kind, value=value, defaults={"customer": customer})
        if not is_new:
            customer.delete()
        return handle


class Handle(models.Model):
    """An e-mail address, a telephone number, a page's user: one owner at a time."""

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="handles")
    kind = models.CharField(_("Kind"), max_length=20)
    value = models.CharField(_("Address or number"), max_length=320)

    objects = HandleQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "value"], name="one_owner_per_handle")]

    def __str__(self) -> str:
        return self.value

    @staticmethod
    def normal(kind: str, value: str) -> str:
        """The one spelling a handle is stored in: addresses in lower case, numbers without blanks."""
        value = value.strip()
        if kind == "phone":
            return "".join(mark for mark in value if mark.isdigit() or mark == "+")
        return value.lower()[:320]
