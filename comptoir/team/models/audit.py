"""The journal: who did what that matters for safety, when, and from where. Lines are added, never changed."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from comptoir.ground import clock

from .member import Member


class Act(models.TextChoices):
    """What is written in the journal. Higher floors note their exports and erasures with these."""

    SIGNED_IN = "signed_in", _("Signed in")
    SIGN_IN_REFUSED = "sign_in_refused", _("Sign-in refused")
    SIGNED_IN_BY_LINK = "signed_in_by_link", _("Signed in with a link printed by the machine")
    SIGNED_OUT_ELSEWHERE = "signed_out_elsewhere", _("Signed out another device")
    PASSWORD_CHANGED = "password_changed", _("Changed password")
    SECOND_FACTOR_ADDED = "second_factor_added", _("Added a second factor")
    SECOND_FACTOR_REMOVED = "second_factor_removed", _("Removed a second factor")
    SHOP_OPENED = "shop_opened", _("Opened the shop")
    INVITED = "invited", _("Invited")
    INVITATION_WITHDRAWN = "invitation_withdrawn", _("Withdrew an invitation")
    JOINED = "joined", _("Joined the team")
    ROLE_CHANGED = "role_changed", _("Changed a role")
    DEACTIVATED = "deactivated", _("Deactivated an account")
    REACTIVATED = "reactivated", _("Reactivated an account")
    STORE_CHANGED = "store_changed", _("Changed a store")
    EXPORTED = "exported", _("Exported data")
    ERASED = "erased", _("Erased data")
    SETTINGS_CHANGED = "settings_changed", _("Changed settings")


class AuditQuerySet(models.QuerySet):
    def note(self, act: str, *, by: Member | None, on="", address: str | None = None) -> "AuditEntry":
        """Adds a line; names are copied, so that it still reads when a person or a thing is gone."""
        entry = AuditEntry(
            act=act, by=by, who=str(by or ""), on=str(on)[:200], address=address, at=clock.now()
        )
        entry.save(force_insert=True)
        return entry


class AuditEntry(models.Model):
    """One line of the journal."""

    act = models.CharField(max_length=30, choices=Act.choices)
    by = models.ForeignKey(Member, models.SET_NULL, null=True, related_name="+")
    who = models.CharField(max_length=200, blank=True)
    on = models.CharField(max_length=200, blank=True)
    address = models.GenericIPAddressField(null=True)
    at = models.DateTimeField()

    objects = AuditQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["-at", "-id"], name="audit_newest_first")]

    def __str__(self) -> str:
        return f"{self.who} {self.act} {self.on}".strip()

    def save(self, **kwargs) -> None:
        if self.pk:
            raise TypeError("a line of the journal is never changed")
        super().save(**kwargs)

    def delete(self, **kwargs) -> None:
        raise TypeError("a line of the journal is never taken out")
