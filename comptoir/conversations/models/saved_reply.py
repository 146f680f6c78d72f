"""Saved replies: the shop's own good answers, with places for names."""

import html
import re

from django.db import models
from django.db.models import Q
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
PLACE = re.compile(r"\{([^{}<>]{1,30})\}")


class SavedReplyQuerySet(models.QuerySet):
    def visible_to(self, member: Member):
        """Those for every store, and those of the member's own; whoever sees everything sees all."""
        if member.sees_everything:
            return self
        return self.filter(Q(store=None) | Q(store__in=member.stores.all()))

    def fitting(self, thread: Thread, member: Member):
        """Those to choose from in a thread: for every store, or for the one that has it."""
        visible = self.visible_to(member)
        return visible.filter(Q(store=None) | Q(store=thread.store)) if thread.store_id else visible


class SavedReply(models.Model):
    """A reply to start from; `{prénom}` or `{first_name}` is filled in, anything unknown stays as written."""

    title = models.CharField(_("Title"), max_length=80)
    html = models.TextField(_("Text"))
    store = models.ForeignKey(
        Store, models.CASCADE, null=True, blank=True, related_name="saved_replies", verbose_name=_("Store")
    )
    by = models.ForeignKey(Member, models.SET_NULL, null=True, related_name="+")

    objects = SavedReplyQuerySet.as_manager()

    class Meta:
        ordering = ["title"]
        verbose_name_plural = "saved replies"

    def __str__(self) -> str:
        return self.title

    def fill(self, thread: Thread, member: Member) -> str:
        """The reply's HTML for this thread, each value escaped: data, never code."""

        def value(match: re.Match) -> str:
            tell = _teller(match[1])
            return html.escape(tell(thread, member)) if tell else match[0]

        return PLACE.sub(value, self.html)

    @property
    def unknown_places(self) -> list[str]:
        """What stands between braces and means nothing: it would leave as it is written."""
        return [match[0] for match in PLACE.finditer(self.html) if not _teller(match[1])]


def _teller(name: str):
    name = html.unescape(name).strip().lower()
    return VARIABLES.get(ALIASES.get(name, name))
