"""What can be searched: folded words and their stems, beside the rows they come from."""

from django.db import models


class SearchText(models.Model):
    """One searchable thing: a message, a customer. `id` grows with the date of the thing, so that newest
    first is the order of the key; `group` is what a result opens (the thread of a message)."""

    id = models.BigIntegerField(primary_key=True)
    kind = models.CharField(max_length=20)
    subject = models.BigIntegerField()
    group = models.BigIntegerField(null=True)
    words = models.TextField()
    stems = models.TextField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "subject"], name="searched_once")]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject}"
