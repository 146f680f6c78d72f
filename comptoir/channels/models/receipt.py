"""Receipts: everything that ever came in, kept raw before anybody reads it."""

import hashlib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import IntegrityError, models, transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from comptoir.ground import clock
from comptoir.ground.bell import ring_on_commit
from comptoir.ground.models import Due
from comptoir.ground.models.due import DueQuerySet
from comptoir.team.models import Member

from ..envelope import Envelope
from ..events import envelope_arrived
from .account import Account

HANDS = 8  # files flushed to disk side by side cost little more than one


USUAL_WAIT = timedelta(minutes=15)


class Origin(models.TextChoices):
    """How it came; only what comes live may set anything in motion."""

    LIVE = "live", _("as it arrived")
    HISTORY = "history", _("fetched from the mailbox’s past")
    IMPORT = "import", _("imported from a file")


class ReceiptQuerySet(DueQuerySet):
    def keep(
        self,
        account: Account,
        external_id: str,
        raw: bytes,
        *,
        origin: str = Origin.LIVE,
        facts: dict | None = None,
        received_at: datetime | None = None,
    ) -> "Receipt":
        """Stores `raw` durably, then its row; returns the receipt already there if it came before.

        `external_id` is unique per account ("INBOX:12:345", a provider's id, a hash). When this returns,
        the sender may be told "received". `facts` are what the channel must remember (folder, flags).
        """
        moment = clock.now()
        facts = _put_away(raw, moment) | {"origin": origin, "facts": facts or {}}
        try:
            with transaction.atomic():
                return self.create(
                    account=account,
                    external_id=external_id,
                    received_at=received_at or moment,
                    due_at=moment,
                    **facts,
                )
        except IntegrityError:
            return self.get(account=account, external_id=external_id)

    def keep_many(self, account: Account, arrivals: list["Arrival"], *, origin: str) -> list["Arrival"]:
        """Keeps old mail by the armful: files first, side by side, then all rows in one short commit.

        Returns those that were new: neither their id nor their bytes were known in this account.
        """
        ids = [arrival.external_id for arrival in arrivals]
        digests = [hashlib.sha256(arrival.raw).hexdigest() for arrival in arrivals]
        here = self.filter(account=account)
        known_ids = set(here.filter(external_id__in=ids).values_list("external_id", flat=True))
        known = set(here.filter(digest__in=digests).values_list("digest", flat=True))
        new = {}
        for arrival, digest in zip(arrivals, digests, strict=True):
            if arrival.external_id not in known_ids and digest not in known:
                known.add(digest)
                new[arrival.external_id] = arrival
        moment = clock.now()
        with ThreadPoolExecutor(HANDS) as hands:
            stored = list(hands.map(lambda arrival: _put_away(arrival.raw, moment), new.values()))
        rows = [
            self.model(
                account=account,
                external_id=arrival.external_id,
                origin=origin,
                facts=arrival.facts,
                received_at=arrival.received_at or moment,
                due_at=moment,
                **where,
            )
            for arrival, where in zip(new.values(), stored, strict=True)
        ]
        with transaction.atomic():
            self.bulk_create(rows, ignore_conflicts=True)
            ring_on_commit()
        return list(new.values())

    def due(self):
        """With their accounts, which reading needs."""
        return super().due().select_related("account")

    def visible_to(self, member: Member):
        """Those of the accounts this member may know of."""
        if member.is_active and member.sees_everything:
            return self
        return self.filter(account__in=Account.objects.visible_to(member))

    def unfiled(self):
        """Not in a thread yet, and nobody said that it need not be."""
        return self.filter(filed_at=None, dismissed_at=None)

    def to_mend(self):
        """Receipts that could not be filed: a person should look."""
        return self.unfiled().exclude(set_aside_at=None)

    def slow(self):
        """Tried in vain and to be tried again, or waiting much longer than usual for their turn."""
        late = Q(due_at__lt=clock.now() - USUAL_WAIT) | Q(failures__gt=0)
        return self.unfiled().filter(late, set_aside_at=None, due_at__isnull=False)

    def troubled(self):
        """Everything a person may want to look at: set aside, or slow."""
        late = Q(due_at__lt=clock.now() - USUAL_WAIT) | Q(due_at__isnull=False, failures__gt=0)
        return self.unfiled().filter(Q(set_aside_at__isnull=False) | late)


@dataclass(frozen=True, slots=True)
class Arrival:
    """One old message about to be kept."""

    external_id: str
    raw: bytes
    facts: dict = field(default_factory=dict)
    received_at: datetime | None = None


def _put_away(raw: bytes, moment: datetime) -> dict:
    """Stores the bytes durably; returns where, how many, and their digest."""
    digest = hashlib.sha256(raw).hexdigest()
    path = f"raw/{moment:%Y/%m/%d}/{digest[:40]}"
    if not default_storage.exists(path):
        path = default_storage.save(path, ContentFile(raw))
    return {"path": path, "size": len(raw), "digest": digest}


class Receipt(Due):
    """One thing received, raw on disk at `path`; `filed_at` is set once it stands in a thread."""

    account = models.ForeignKey(Account, models.PROTECT, related_name="receipts")
    external_id = models.CharField(max_length=255)
    origin = models.CharField(max_length=10, choices=Origin.choices, default=Origin.LIVE)
    path = models.CharField(max_length=200)
    size = models.PositiveIntegerField()
    digest = models.CharField(max_length=64)
    facts = models.JSONField(default=dict, blank=True)
    received_at = models.DateTimeField()
    filed_at = models.DateTimeField(null=True, editable=False)
    dismissed_at = models.DateTimeField(null=True, editable=False)
    dismissed_by = models.ForeignKey(Member, models.SET_NULL, null=True, editable=False, related_name="+")

    objects = ReceiptQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["account", "external_id"], name="one_receipt_per_event")
        ]
        indexes = [
            models.Index(fields=["digest"], name="receipt_by_digest"),
            models.Index(
                fields=["account", "id"],
                name="receipt_unfiled",
                condition=Q(filed_at=None, dismissed_at=None),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.account} {self.external_id}"

    @property
    def raw(self) -> bytes:
        with default_storage.open(self.path) as file:
            return file.read()

    def beginning(self, count: int) -> bytes:
        """The first bytes, however big the rest."""
        with default_storage.open(self.path) as file:
            return file.read(count)

    @property
    def is_set_aside(self) -> bool:
        return self.set_aside_at is not None

    @property
    def is_live(self) -> bool:
        return self.origin == Origin.LIVE

    def read(self) -> Envelope:
        """What came, as every floor above sees it."""
        return self.account.channel.read(self)

    def file(self) -> None:
        """Reads the receipt and announces its envelope; whoever files it does so in this transaction."""
        envelope = self.read()
        with transaction.atomic():
            envelope_arrived.announce(self, envelope=envelope)
            self.finish(filed_at=clock.now())

    # --- what people do -------------------------------------------------------------------------
    def try_again(self) -> bool:
        """A person asks that it be read once more; False when it was filed meanwhile."""
        mine = Receipt.objects.filter(pk=self.pk, filed_at=None)
        if not mine.update(dismissed_at=None, dismissed_by=None):
            return False
        self.retry()
        return True

    def dismiss(self, *, by: Member) -> bool:
        """A person says that it need not be filed; its raw form stays. False when it was filed meanwhile."""
        mine = Receipt.objects.filter(pk=self.pk, filed_at=None, leased_until=None)
        return bool(mine.update(dismissed_at=clock.now(), dismissed_by=by, due_at=None))
