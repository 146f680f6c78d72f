"""Folders: the drawers of a mailbox, and how far each has been read."""

import hashlib
from datetime import date, datetime, timedelta

from django.db import models, transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from comptoir.channels.models import Origin
from comptoir.ground import clock

from .mailbox import History, Mailbox
from .sighting import Sighting

# Junk looked at late is still news; an archive put back into the inbox is not.
LATE = timedelta(days=1)
CLOCKS_DIFFER = timedelta(minutes=5)
LONGEST_NAME = 180


class Role(models.TextChoices):
    INBOX = "inbox", pgettext_lazy("folder", "Inbox")
    SENT = "sent", _("Sent mail")
    OTHER = "other", _("Other")


class FolderQuerySet(models.QuerySet):
    def followed(self):
        return self.filter(is_followed=True)

    def with_past(self):
        """Folders with old messages still to fetch."""
        return self.exclude(past_below=None)


class Folder(models.Model):
    """One folder on the server. UIDs up to `boundary_uid` were there before us: they are the past.

    Live mail is what lies above `highest_uid`. The past is fetched newest first, downwards from
    `past_below`; None there means that nothing is left to fetch.
    """

    mailbox = models.ForeignKey(Mailbox, models.CASCADE, related_name="folders")
    name = models.CharField(max_length=500)
    role = models.CharField(max_length=5, choices=Role.choices, default=Role.OTHER)
    is_followed = models.BooleanField(default=False)
    uidvalidity = models.BigIntegerField(null=True, editable=False)
    uidnext = models.BigIntegerField(null=True, editable=False)
    highestmodseq = models.BigIntegerField(null=True, editable=False)
    boundary_uid = models.BigIntegerField(default=0, editable=False)
    highest_uid = models.BigIntegerField(default=0, editable=False)
    live_since = models.DateTimeField(null=True, editable=False)
    last_seen_at = models.DateTimeField(null=True, editable=False)
    past_since = models.DateField(null=True, editable=False)
    past_below = models.BigIntegerField(null=True, editable=False)
    past_done = models.PositiveIntegerField(default=0, editable=False)
    past_total = models.PositiveIntegerField(default=0, editable=False)
    trouble = models.TextField(blank=True, editable=False)

    objects = FolderQuerySet.as_manager()

    class Meta:
        ordering = [models.Case(models.When(role="inbox", then=0), default=1), "name"]
        constraints = [models.UniqueConstraint(fields=["mailbox", "name"], name="one_row_per_folder")]

    def __str__(self) -> str:
        return self.name

    @property
    def is_sent(self) -> bool:
        return self.role == Role.SENT

    @property
    def has_past(self) -> bool:
        return self.past_below is not None

    @property
    def last_reconciliation(self):
        return self.reconciliations.first()

    def external_id(self, uid: int) -> str:
        """What makes one message of this folder unique, for ever, on this server."""
        name = self.name
        if len(name) > LONGEST_NAME:
            name = hashlib.sha256(name.encode()).hexdigest()
        return f"{name}:{self.uidvalidity}:{uid}"

    def origin(self, uid: int, arrived_at: datetime) -> str:
        """Live when it arrived after we began to watch; only live mail sets anything in motion."""
        if uid > self.boundary_uid:
            is_live = arrived_at >= self.mailbox.connected_at - LATE
        else:
            is_live = self.live_since is not None and arrived_at >= self.live_since
        return Origin.LIVE if is_live else Origin.HISTORY

    # --- reading on -------------------------------------------------------------------------------
    def begin(self, uidvalidity: int, uidnext: int) -> None:
        """First look: what is there is the past; how much of it is wanted was asked when connecting."""
        day = self.mailbox.connected_at.date()
        history = History(self.mailbox.history)
        wanted = history is not History.NONE
        self._restart(uidvalidity, uidnext, since=history.since(day), below=uidnext if wanted else None)

    def begin_again(self, uidvalidity: int, uidnext: int) -> None:
        """The server renumbered its messages: all are looked at again, and those we have are recognised."""
        seen_at = self.last_seen_at or self.mailbox.connected_at
        since = History(self.mailbox.history).since(self.mailbox.connected_at.date())
        with transaction.atomic():
            Sighting.objects.filter(folder=self).exclude(receipt=None).delete()
            self._restart(
                uidvalidity, uidnext, since=since, below=uidnext, live_since=seen_at - CLOCKS_DIFFER
            )

    def _restart(
        self, uidvalidity: int, uidnext: int, *, since: date | None, below: int | None, **more
    ) -> None:
        self._write(
            uidvalidity=uidvalidity,
            uidnext=uidnext,
            boundary_uid=uidnext - 1,
            highest_uid=uidnext - 1,
            past_since=since,
            past_below=below,
            past_done=0,
            past_total=0,
            trouble="",
            last_seen_at=clock.now(),
            **more,
        )

    def advance(self, highest_uid: int) -> None:
        """Everything up to `highest_uid` is stored: the next look starts above it."""
        mine = Folder.objects.filter(pk=self.pk, uidvalidity=self.uidvalidity, highest_uid__lt=highest_uid)
        mine.update(highest_uid=highest_uid)
        self.highest_uid = max(self.highest_uid, highest_uid)

    def count_past(self, total: int) -> None:
        if not self.past_total:
            self._write(past_total=total)

    def descend(self, below: int | None, count: int) -> None:
        """`count` more old messages are stored; None ends the past."""
        changes = {} if below is None else {"past_below": below}
        Folder.objects.filter(pk=self.pk, uidvalidity=self.uidvalidity).update(
            past_done=F("past_done") + count, **(changes or {"past_below": None})
        )
        self.past_below, self.past_done = below, self.past_done + count

    def looked_at(self, *, uidnext: int | None, highestmodseq: int | None = None) -> None:
        changes = {"uidnext": uidnext, "last_seen_at": clock.now(), "trouble": ""}
        if highestmodseq is not None:
            changes["highestmodseq"] = highestmodseq
        self._write(**changes)

    def failed(self, sentence: str) -> None:
        self._write(trouble=sentence)

    def _write(self, **changes) -> None:
        Folder.objects.filter(pk=self.pk).update(**changes)
        for name, value in changes.items():
            setattr(self, name, value)
