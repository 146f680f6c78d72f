"""Sent copies: what leaves from here is also found in the mailbox's Sent folder, whatever it takes."""

import hashlib

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import models

from comptoir.channels.models import Account
from comptoir.ground import clock
from comptoir.ground.models import Due
from comptoir.ground.models.due import DueQuerySet


class SentCopyQuerySet(DueQuerySet):
    def owe(self, account: Account, raw: bytes) -> "SentCopy":
        digest = hashlib.sha256(raw).hexdigest()
        path = default_storage.save(f"sent/{clock.now():%Y/%m/%d}/{digest[:40]}", ContentFile(raw))
        return self.create(account=account, path=path, due_at=clock.now())


class SentCopy(Due):
    """One message to append to the Sent folder; the row goes once the server has it."""

    account = models.ForeignKey(Account, models.CASCADE, related_name="sent_copies")
    path = models.CharField(max_length=200)

    objects = SentCopyQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.account} {self.path}"

    @property
    def raw(self) -> bytes:
        with default_storage.open(self.path) as file:
            return file.read()

    @property
    def was_tried(self) -> bool:
        """The server may have it already: look before appending."""
        return bool(self.failures or self.kills)

    def done(self) -> None:
        self.finish()
        path = self.path
        self.delete()
        default_storage.delete(path)
