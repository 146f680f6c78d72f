"""Drafts: what a member is writing, kept on the server so that nothing typed is lost."""

from django.db import models

from comptoir.ground import clock
from comptoir.team.models import Member

from .thread import Thread


class Draft(models.Model):
    """One member's unfinished reply, forward or note in a thread; one of each at a time.

    A draft without a thread is a new message to somebody.
    """

    thread = models.ForeignKey(Thread, models.CASCADE, null=True, blank=True, related_name="drafts")
    member = models.ForeignKey(Member, models.CASCADE, related_name="drafts")
    kind = models.CharField(max_length=8, default="reply")
    subject = models.CharField(max_length=300, blank=True)
    html = models.TextField(blank=True)
    to = models.CharField(max_length=2000, blank=True)
    cc = models.CharField(max_length=2000, blank=True)
    bcc = models.CharField(max_length=2000, blank=True)
    updated_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["thread", "member", "kind"], name="one_draft_of_a_kind"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} by {self.member}"
