"""How an account is doing, in words for staff."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from comptoir.ui.templatetags.ui import moment_plain

if TYPE_CHECKING:
    from .models import Account


class Health(StrEnum):
    HEALTHY = "healthy"
    WAITING = "waiting"
    FAILING = "failing"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Condition:
    """`words` tell the state, `reason` what is wrong and what to do; `since` when it began."""

    health: Health
    words: str
    reason: str = ""
    since: datetime | None = None

    @classmethod
    def of(cls, account: "Account") -> "Condition":
        if account.closed_at:
            return cls(Health.CLOSED, _("Closed"), since=account.closed_at)
        if account.last_error:
            return cls._failing(account.last_error, account.last_error_at)
        if account.last_seen_at:
            words = _("In order; seen: %(when)s") % {"when": moment_plain(account.last_seen_at)}
            return cls(Health.HEALTHY, words, since=account.last_seen_at)
        return cls(Health.WAITING, _("Waiting for its first sign of life"), since=account.created_at)

    @classmethod
    def _failing(cls, reason: str, since: datetime | None) -> "Condition":
        told = {"when": moment_plain(since)} if since else None
        words = _("Failing since: %(when)s") % told if told else _("Failing")
        return cls(Health.FAILING, words, reason, since)

    @property
    def is_failing(self) -> bool:
        return self.health is Health.FAILING

    @property
    def tone(self) -> str:
        """The kind of pill that says the same."""
        return {Health.HEALTHY: "good", Health.FAILING: "wrong", Health.WAITING: "soon"}.get(self.health, "")
