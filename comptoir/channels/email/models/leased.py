"""Leases: two machines never read one mailbox at once."""

from datetime import timedelta

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

LEASE = timedelta(seconds=30)


class Leased(models.Model):
    """Held by one listener at a time, on the database's clock; `fence` grows with each holder."""

    leased_until = models.DateTimeField(null=True, editable=False)
    fence = models.PositiveIntegerField(default=0, editable=False)

    class Meta:
        abstract = True

    def take_lease(self) -> bool:
        """Becomes the one who reads; False while somebody else is."""
        free = Q(leased_until=None) | Q(leased_until__lt=Now())
        mine = type(self)._base_manager.filter(free, pk=self.pk, fence=self.fence)
        if not mine.update(leased_until=Now() + LEASE, fence=self.fence + 1):
            return False
        self.fence += 1
        return True

    def renew_lease(self) -> bool:
        """Keeps on reading; False when somebody else took over meanwhile."""
        return bool(self._held().update(leased_until=Now() + LEASE))

    def release_lease(self) -> None:
        self._held().update(leased_until=None)

    def _held(self) -> models.QuerySet:
        return type(self)._base_manager.filter(pk=self.pk, fence=self.fence)
