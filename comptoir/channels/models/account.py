"""Accounts: one mailbox, one telephone number, one page; how it is doing is always visible."""

from datetime import datetime

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from comptoir.ground import clock
from comptoir.ground.secrets import SealedField
from comptoir.team.models import Member, Store

from ..channel import Channel, channels
from ..condition import Condition


class AccountQuerySet(models.QuerySet):
    def open(self):
        return self.filter(closed_at=None)

    def failing(self):
        """Those whose other side does not answer, or says no."""
        return self.open().exclude(last_error="")

    def visible_to(self, member: Member):
        """An agent with stores knows the accounts of those and of no store; others know all."""
        if not member.is_active:
            return self.none()
        if member.sees_everything:
            return self
        return self.filter(Q(store=None) | Q(store__in=member.stores.all()))


class Account(models.Model):
    """One way in and out through a channel; `settings` are its own, `secrets` are sealed."""

    kind = models.CharField(max_length=20)
    name = models.CharField(_("Name"), max_length=120)
    address = models.CharField(_("Address"), max_length=320, blank=True)
    store = models.ForeignKey(Store, models.SET_NULL, null=True, blank=True, verbose_name=_("Store"))
    settings = models.JSONField(default=dict, blank=True)
    secrets = SealedField(default=dict, blank=True)
    signature = models.TextField(_("Signature"), blank=True)
    sender_name = models.CharField(_("Sender name"), max_length=120, blank=True)
    created_at = models.DateTimeField(default=clock.now)
    closed_at = models.DateTimeField(null=True, editable=False)
    last_seen_at = models.DateTimeField(null=True, editable=False)
    last_error = models.TextField(blank=True, editable=False)
    last_error_at = models.DateTimeField(null=True, editable=False)

    objects = AccountQuerySet.as_manager()

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    @property
    def channel(self) -> Channel:
        return channels.get(self.kind)

    @property
    def warnings(self) -> list[str]:
        """What may keep its answers from arriving, in words."""
        return self.channel.warnings(self)

    @property
    def condition(self) -> Condition:
        """How it is doing, in words."""
        return Condition.of(self)

    def seen(self, at: datetime | None = None) -> None:
        """The other side answered: whatever was wrong is over."""
        self._note(last_seen_at=at or clock.now(), last_error="", last_error_at=None)

    def failed(self, sentence: str) -> None:
        """The other side did not answer, or said no; `sentence` tells staff what and what to do."""
        self._note(last_error=sentence, last_error_at=self.last_error_at or clock.now())

    def _note(self, **changes) -> None:
        Account.objects.filter(pk=self.pk).update(**changes)
        for name, value in changes.items():
            setattr(self, name, value)
