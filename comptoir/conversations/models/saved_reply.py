"""Saved replies: the shop's own good answers, with places for names."""

import html
import re

from django.db import models
from django.utils.translation import gettext_lazy as _

from comptoir.team.models import Member, Store

from .thread import Thread

VARIABLES = {
    "prénom": lambda thread, member: thread.customer.first_name,
    "nom": lambda thread, member: thread.customer.name,
    "boutique": lambda thread, member: str(thread.store or ""),
    "sujet": lambda thread, member: thread.subject,
    "moi": lambda thread, member: member.first_name,
}
ALIASES = {"first_name": "prénom", "name": "nom", "store": "boutique", "subject": "sujet", "me": "moi"}


class SavedReply(models.Model):
    """A reply to start from; `{prénom}` or `{first_name}` is filled in, anything unknown stays as written."""

    title = models.CharField(_("Title"), max_length=80)
    html = models.TextField(_("Text"))
    store = models.ForeignKey(
        Store, models.CASCADE, null=True, blank=True, related_name="saved_replies", verbose_name=_("Store")
    )
    by = models.ForeignKey(Member, models.SET_NULL, null=True, related_name="+")

    class Meta:
        ordering = ["title"]
        verbose_name_plural = "saved replies"

    def __str__(self) -> str:
        return self.title

    def fill(self, thread: Thread, member: Member) -> str:
        """The reply's HTML for this thread, each value escaped: data, never code."""

        def value(match: re.Match) -> str:
            name = match[1].strip().lower()
            tell = VARIABLES.get(ALIASES.get(name, name))
            return html.escape(tell(thread, member)) if tell else match[0]

        return re.sub(r"\{([^{}<>]{1,30})\}", value, self.html)
