"""Companies: the business behind several people."""

from django.db import models, transaction
from django.utils.translation import gettext_lazy as _


class CompanyQuerySet(models.QuerySet):
    def named(self, name: str) -> "Company | None":
        """The company of that name, whatever the capitals; a new one if nobody mentioned it before."""
        name = " ".join(name.split())[:200]
        if not name:
            return None
        return self.filter(name__iexact=name).first() or self.get_or_create(name=name)[0]


class Company(models.Model):
    name = models.CharField(_("Name"), max_length=200, unique=True)

    objects = CompanyQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        verbose_name_plural = "companies"

    def __str__(self) -> str:
        return self.name

    @transaction.atomic
    def rename(self, name: str) -> None:
        """Its people are found by its new name from now on."""
        self.name = " ".join(name.split())[:200]
        self.save(update_fields=["name"])
        for person in self.people.prefetch_related("handles"):
            person.company = self
            person.make_searchable()
