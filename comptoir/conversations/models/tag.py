"""Tags: the shop's own words for sorting threads."""

from django.db import models, transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from comptoir.ground import search


class TagQuerySet(models.QuerySet):
    def named(self, name: str) -> "Tag | None":
        """The tag of that name, whatever its capitals and accents; a shop has few."""
        wanted = _folded(name)
        return next((tag for tag in self.all() if _folded(tag.name) == wanted), None)


class Tag(models.Model):
    name = models.CharField(_("Name"), max_length=40, unique=True)

    objects = TagQuerySet.as_manager()

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """Its threads."""
        return reverse("conversations:listing", args=[f"tag-{self.pk}"])

    def rename(self, name: str) -> None:
        self.name = " ".join(name.split())[:40]
        self.save(update_fields=["name"])

    @transaction.atomic
    def become(self, other: "Tag") -> None:
        """Every thread that has this tag has the other one instead, and this one is no more."""
        through = type(self).threads.through.objects
        already = through.filter(tag=other).values("thread")
        through.filter(tag=self).exclude(thread__in=already).update(tag=other)
        self.delete()


def _folded(name: str) -> str:
    return search.fold(" ".join(name.split()))
