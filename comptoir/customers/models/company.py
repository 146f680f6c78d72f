"""Companies: the business behind several people."""

from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from .folded import FoldedField, folded_name


class CompanyQuerySet(models.QuerySet):
    def named(self, name: str) -> "Company | None":
        """The company of that name, whatever its capitals and accents; a new one if nobody mentioned it before."""
        name = " ".join(name.split())[:200]
        if not name:
            return None
        return self.filter(sort_name=folded_name(name)).first() or self.create(name=name)


class Company(models.Model):
    """`sort_name` is the name without capitals or accents."""

    name = models.CharField(_("Name"), max_length=200, unique=True)
    sort_name = FoldedField(db_index=True)

    objects = CompanyQuerySet.as_manager()

    class Meta:
        ordering = ["sort_name", "pk"]
        verbose_name_plural = "companies"

    def __str__(self) -> str:
        return self.name

    @transaction.atomic
    def rename(self, name: str) -> None:
        """Its people are found by its new name from now on."""
        self.name = " ".join(name.split())[:200]
        self.save()
        for person in self.people.prefetch_related("handles"):
            person.company = self
            person.make_searchable()
