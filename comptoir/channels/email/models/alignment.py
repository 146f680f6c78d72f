"""Alignment: whether other mail servers will believe that what leaves under our address comes from us."""

from django.db import models

from comptoir.channels.models import Account
from comptoir.ground import clock
from comptoir.ground.models import Due
from comptoir.ground.models.due import DueQuerySet


class AlignmentQuerySet(DueQuerySet):
    def ask(self, account: Account) -> None:
        """Has an account's domain looked at, now; for when its address or its way out has changed."""
        self.update_or_create(account=account, defaults={"due_at": clock.now(), "set_aside_at": None})

    def ask_new(self) -> None:
        """Has every account looked at that never was."""
        fresh = Account.objects.open().filter(kind="email", alignment=None).exclude(address="")
        self.bulk_create(
            [self.model(account=account, due_at=clock.now()) for account in fresh], ignore_conflicts=True
        )


class Alignment(Due):
    """What was found about one account's domain (SPF, DKIM, DMARC); looked at again every day."""

    account = models.OneToOneField(Account, models.CASCADE, related_name="alignment")
    findings = models.JSONField(default=list, editable=False)
    checked_at = models.DateTimeField(null=True, editable=False)

    objects = AlignmentQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.account} {self.checked_at or ''}".strip()
