"""May we, now, through this channel, for this purpose? One pure question, one answer in words."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy


class Purpose(models.TextChoices):
    """Why something leaves. Everything that leaves has exactly one."""

    ANSWER = "answer", gettext_lazy("An answer to what was asked")
    SECURITY = "security", gettext_lazy("Signing in, alarms, invitations")
    FORWARD = "forward", gettext_lazy("A message passed on to somebody who can help")
    SERVICE = "service", gettext_lazy("A message about something under way")
    OUTREACH = "outreach", gettext_lazy("A message nobody asked for")


class Answer(StrEnum):
    ALLOW = "allow"
    DELAY = "delay"
    REFUSE = "refuse"


@dataclass(frozen=True, slots=True)
class Verdict:
    """The answer, with its reason told to staff; `until` is set when the answer is to wait."""

    answer: Answer
    reason: str
    until: datetime | None = None

    @property
    def allows(self) -> bool:
        return self.answer is Answer.ALLOW


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked: a purpose, a channel, the people reached, and whether they wrote to us first."""

    purpose: str
    channel: str
    recipients: tuple[str, ...]
    answers_somebody: bool
    by_a_person: bool


def may_leave(request: Request) -> Verdict:
    """Answers to what was asked and security mail may leave; so may what a person writes to one person.

    Nothing else may yet: a message that nobody asked for needs an agreement, and none is recorded.
    """
    if not request.recipients:
        return Verdict(Answer.REFUSE, _("Nobody to send it to."))
    match request.purpose:
        case Purpose.SECURITY:
            return Verdict(Answer.ALLOW, _("Security messages always leave."))
        case Purpose.ANSWER if request.answers_somebody:
            return Verdict(Answer.ALLOW, _("It answers what the customer asked."))
        case Purpose.FORWARD | Purpose.SERVICE if request.by_a_person:
            return Verdict(Answer.ALLOW, _("A person wrote it, for somebody in particular."))
    return Verdict(Answer.REFUSE, _("Nobody asked for this message, and no agreement allows it."))
