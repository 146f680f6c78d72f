"""Sightings: where on the server each stored message was seen."""

from django.db import models

from comptoir.channels.models import Receipt


class SightingQuerySet(models.QuerySet):
    def here(self, folder):
        """In this folder, as it is numbered now."""
        return self.filter(folder=folder, uidvalidity=folder.uidvalidity)

    def forget(self, receipt: Receipt) -> int:
        """Before a receipt is erased for good: its places stay known, so that it is never fetched again."""
        return self.filter(receipt=receipt).update(receipt=None, digest=receipt.digest)

    def erased(self, account, digests) -> set[str]:
        """Which of these bytes were erased here on purpose."""
        gone = self.filter(receipt=None, digest__in=list(digests), folder__mailbox__account=account)
        return set(gone.values_list("digest", flat=True))

    def note(self, folder, receipts: dict[int, Receipt | None]) -> None:
        """Writes down that these UIDs are stored; a message may be seen in several places."""
        rows = [
            self.model(folder=folder, uidvalidity=folder.uidvalidity, uid=u, receipt=r)
            for u, r in receipts.items()
        ]
        self.bulk_create(
            rows,
            update_conflicts=True,
            unique_fields=["folder", "uidvalidity", "uid"],
            update_fields=["receipt"],
        )


class Sighting(models.Model):
    """One message at one place. Without a receipt it was erased on purpose and stays so."""

    folder = models.ForeignKey("Folder", models.CASCADE, related_name="sightings")
    uidvalidity = models.BigIntegerField()
    uid = models.BigIntegerField()
    receipt = models.ForeignKey(Receipt, models.CASCADE, null=True, related_name="sightings")
    digest = models.CharField(max_length=64, blank=True)

    objects = SightingQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["folder", "uidvalidity", "uid"], name="one_sighting_per_place")
        ]
        indexes = [models.Index(fields=["digest"], condition=models.Q(receipt=None), name="erased_by_digest")]

    def __str__(self) -> str:
        return f"{self.folder}:{self.uid}"
