"""What matters to a person, in the shop's own words: prefers SMS after 6 pm, rides a cargo bike."""

from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from comptoir.ground import clock
from comptoir.team.models import Member

from ..events import customer_changed
from .customer import Customer


class MatterQuerySet(models.QuerySet):
    @transaction.atomic
    def note(self, customer: Customer, *, by: Member, **words) -> "Matter":
        """Writes down one more thing to remember about somebody."""
        matter = self.create(customer=customer, by=by, **words)
        customer_changed.announce(customer)
        return matter


class Matter(models.Model):
    """One thing to remember about a customer, that they would not mind reading."""

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="matters")
    label = models.CharField(_("What"), max_length=40)
    text = models.CharField(_("In words"), max_length=300)
    by = models.ForeignKey(Member, models.SET_NULL, null=True)
    at = models.DateTimeField(default=clock.now)

    objects = MatterQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.label}: {self.text}"

    @transaction.atomic
    def rewrite(self, *, by: Member, label: str, text: str) -> None:
        self.label, self.text, self.by, self.at = label, text, by, clock.now()
        self.save()
        customer_changed.announce(self.customer)

    @transaction.atomic
    def forget(self) -> None:
        self.delete()
        customer_changed.announce(self.customer)
