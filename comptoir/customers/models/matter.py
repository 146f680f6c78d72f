"""What matters to a person, in the shop's own words: prefers SMS after 6 pm, rides a cargo bike."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from comptoir.ground import clock
from comptoir.team.models import Member

from .customer import Customer


class Matter(models.Model):
    """One thing to remember about a customer, that they would not mind reading."""

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="matters")
    label = models.CharField(_("What"), max_length=40)
    text = models.CharField(_("In words"), max_length=300)
    by = models.ForeignKey(Member, models.SET_NULL, null=True)
    at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.label}: {self.text}"
