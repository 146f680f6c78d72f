"""Attachments: files that came with a message, or leave with one."""

from django.core.files.storage import default_storage
from django.db import models

from comptoir.channels.envelope import Upload
from comptoir.ground import clock
from comptoir.team.models import Member

from .message import Message
from .thread import Thread


class Attachment(models.Model):
    """A file of a message. Inbound bytes stay in the receipt, found again by `position`; ours lie at `path`.

    `size` is in bytes. One uploaded for a draft has no message yet, and belongs to `by` alone.
    """

    thread = models.ForeignKey(Thread, models.CASCADE, null=True, related_name="attachments")
    message = models.ForeignKey(Message, models.CASCADE, null=True, related_name="attachments")
    draft = models.ForeignKey("Draft", models.SET_NULL, null=True, related_name="attachments")
    by = models.ForeignKey(Member, models.SET_NULL, null=True, related_name="+")
    name = models.CharField(max_length=255)
    content_type = models.CharField(max_length=120)
    size = models.PositiveBigIntegerField()
    position = models.CharField(max_length=60, blank=True)
    path = models.CharField(max_length=255, blank=True)
    content_id = models.CharField(max_length=255, blank=True)
    is_inline = models.BooleanField(default=False)
    at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.name

    @property
    def is_picture(self) -> bool:
        return self.content_type in ("image/png", "image/jpeg", "image/gif", "image/webp")

    def open(self) -> bytes:
        """The file's bytes, from the media storage or out of the raw message."""
        if self.path:
            with default_storage.open(self.path) as file:
                return file.read()
        receipt = self.message.receipt
        return receipt.account.channel.open_part(receipt, self.position)

    def as_upload(self) -> Upload:
        return Upload(self.path, self.name, self.content_type, self.content_id)
