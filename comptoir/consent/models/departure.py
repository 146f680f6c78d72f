"""Departures: the outbox. Everything that leaves the shop is a row here first."""

from datetime import timedelta

from django.db import models, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from comptoir.channels.channel import Permit
from comptoir.channels.envelope import Delivery, Outgoing, SendFailed, SendUncertain
from comptoir.channels.models import Account
from comptoir.ground import clock
from comptoir.ground.models import Due
from comptoir.ground.models.due import DueQuerySet
from comptoir.ground.work import backoff
from comptoir.team.models import Member

from ..events import departure_moved
from ..rights import Answer, Purpose, Request, may_leave

GIVE_UP_AFTER = timedelta(days=2)

_issuer = object()
Permit.entrust(_issuer)


class State(models.TextChoices):
    """Where a departure stands. `uncertain`: it may have left; a person or a proof decides."""

    HELD = "held", gettext_lazy("About to leave")
    SENDING = "sending", gettext_lazy("Leaving")
    DATA_SENT = "data_sent", gettext_lazy("Handed over, no answer yet")
    SENT = "sent", gettext_lazy("Sent")
    PARTLY = "partly", gettext_lazy("Sent, but not to everybody")
    REFUSED = "refused", gettext_lazy("Refused")
    UNCERTAIN = "uncertain", gettext_lazy("Perhaps sent")
    BOUNCED = "bounced", gettext_lazy("Came back")
    CANCELLED = "cancelled", gettext_lazy("Taken back")


STUCK = (State.REFUSED, State.PARTLY, State.UNCERTAIN, State.BOUNCED)


class DepartureQuerySet(DueQuerySet):
    def hold(self, account: Account, outgoing: Outgoing, *, purpose: str, for_seconds: int = 0, **facts):
        """Puts a message in the outbox; it can be taken back for `for_seconds`."""
        moment = clock.now()
        return self.create(
            account=account,
            outgoing=outgoing.to_json(),
            external_id=outgoing.external_id,
            purpose=purpose,
            held_at=moment,
            due_at=moment + timedelta(seconds=for_seconds),
            **facts,
        )

    def sent(self):
        return self.filter(state__in=(State.SENT, State.PARTLY))

    def hold_after_restore(self, reason: str) -> int:
        """What a backup shows as leaving may have left since it was made: a person decides."""
        leaving = self.filter(state__in=(State.HELD, State.SENDING, State.DATA_SENT))
        aside = {"due_at": None, "leased_until": None, "set_aside_at": clock.now()}
        return leaving.update(state=State.UNCERTAIN, trouble=reason, **aside)

    def visible_to(self, member: Member):
        """Those of the accounts this member may know of; security mail only for those who run the shop."""
        if member.is_active and member.runs_the_shop:
            return self
        mine = self.exclude(purpose=Purpose.SECURITY)
        return mine.filter(account__in=Account.objects.visible_to(member))

    def to_mend(self):
        """Sends that went wrong and that nobody has dealt with."""
        return self.filter(state__in=STUCK, dismissed_at=None)

    def struggling(self):
        """Refused for now: tried again by themselves, unless a person takes them back."""
        return self.filter(state=State.HELD, failures__gt=0)


class Departure(Due):
    """One message on its way out, complete in `outgoing`; `external_id` stays its id for ever."""

    account = models.ForeignKey(Account, models.PROTECT, related_name="departures")
    purpose = models.CharField(max_length=10, choices=Purpose.choices)
    state = models.CharField(max_length=10, choices=State.choices, default=State.HELD, db_index=True)
    outgoing = models.JSONField()
    external_id = models.CharField(max_length=255, blank=True, db_index=True)
    answers_somebody = models.BooleanField(default=False)
    by = models.ForeignKey(Member, models.SET_NULL, null=True, blank=True, related_name="departures")
    held_at = models.DateTimeField()
    left_at = models.DateTimeField(null=True, editable=False)
    refusals = models.JSONField(default=dict, blank=True)
    dismissed_at = models.DateTimeField(null=True, editable=False)

    objects = DepartureQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.purpose} {self.external_id}"

    @property
    def message(self) -> Outgoing:
        return Outgoing.from_json(self.outgoing)

    def may_leave(self):
        message = self.message
        return may_leave(
            Request(
                purpose=self.purpose,
                channel=self.account.kind,
                recipients=tuple(address.value for address in message.recipients),
                answers_somebody=self.answers_somebody,
                by_a_person=self.by_id is not None,
            )
        )

    @property
    def is_private(self) -> bool:
        """Holds a key to somebody's account: never shown to anybody else."""
        return self.purpose == Purpose.SECURITY

    @property
    def is_stuck(self) -> bool:
        return self.state in STUCK and self.dismissed_at is None

    @property
    def may_have_arrived(self) -> bool:
        return self.state == State.UNCERTAIN

    # --- what people do -------------------------------------------------------------------------
    def take_back(self) -> bool:
        """Stops it if no worker has it yet; True when it will never leave."""
        mine = Departure.objects.filter(pk=self.pk, state=State.HELD, leased_until=None)
        return self._move_by_hand(mine, state=State.CANCELLED, due_at=None, set_aside_at=None)

    def send_again(self) -> bool:
        """A person, told of the risk, sends a stuck departure again under the same id.

        When it reached some already, it goes to the others alone.
        """
        mine = Departure.objects.filter(pk=self.pk, state=self.state, state__in=STUCK)
        again = {
            "outgoing": self._outgoing_again(),
            "state": State.HELD,
            "due_at": clock.now(),
            "held_at": clock.now(),
            "failures": 0,
            "kills": 0,
        }
        return self._move_by_hand(mine, **again, set_aside_at=None, trouble="", dismissed_at=None)

    def _outgoing_again(self) -> dict:
        if self.state != State.PARTLY:
            return self.outgoing
        left = {address.lower() for address in self.refusals}
        people = {
            key: [one for one in self.outgoing.get(key, []) if one["value"].lower() in left]
            for key in ("to", "cc", "bcc")
        }
        return self.outgoing | people

    def dismiss(self) -> bool:
        """A person has dealt with it: no longer listed as something to mend."""
        mine = Departure.objects.filter(pk=self.pk, state__in=STUCK)
        return self._move_by_hand(mine, dismissed_at=clock.now())

    def came_back(self, reason: str) -> None:
        """The other side accepted it, then returned it (RFC 3464)."""
        mine = Departure.objects.filter(pk=self.pk)
        self._move_by_hand(mine, state=State.BOUNCED, trouble=reason, dismissed_at=None)

    @transaction.atomic
    def _move_by_hand(self, mine, **changes) -> bool:
        moved = bool(mine.update(**changes))
        if moved:
            self._take(changes)
            departure_moved.announce(self)
        return moved

    # --- what the worker does -------------------------------------------------------------------
    def leave(self) -> None:
        """Asks for the right, sends, and writes down what became of it. One step of the outbox."""
        if self.state == State.DATA_SENT:
            return self._end(State.UNCERTAIN, _("The line was cut after the message was handed over."))
        verdict = self.may_leave()
        if verdict.answer is Answer.DELAY:
            return self.postpone(verdict.until, verdict.reason, failed=False)
        if verdict.answer is Answer.REFUSE:
            return self._end(State.REFUSED, verdict.reason)
        self._step(State.SENDING)
        try:
            delivery = self._send()
        except SendUncertain as failure:
            self._end(State.UNCERTAIN, failure.reason)
        except SendFailed as failure:
            self._fail(failure)
        else:
            self._arrive(delivery)

    def _send(self) -> Delivery:
        permit = Permit(self.pk, issuer=_issuer)
        return self.account.channel.send(self.account, self.message, permit, self._step)

    def _step(self, state: str) -> None:
        """Writes how far it got, on its own commit, before the next step; raises LeaseLost if taken over."""
        if self.state == state:
            return
        self.keep_lease(state=state)

    def _arrive(self, delivery: Delivery) -> None:
        if delivery.refused and not delivery.accepted:
            return self._end(State.REFUSED, _one_sentence(delivery.refused), refusals=delivery.refused)
        state = State.PARTLY if delivery.refused else State.SENT
        told = _one_sentence(delivery.refused) or delivery.note
        with transaction.atomic():
            self.finish(state=state, left_at=clock.now(), refusals=delivery.refused)
            if told:
                self._write(trouble=told)
            departure_moved.announce(self)

    def _fail(self, failure: SendFailed) -> None:
        too_old = clock.now() - self.held_at > GIVE_UP_AFTER
        if failure.again and not too_old:
            return self.postpone(backoff(self.failures), failure.reason, state=State.HELD)
        self._end(State.REFUSED, failure.reason)

    @transaction.atomic
    def _end(self, state: str, reason: str, **changes) -> None:
        self.set_aside(reason, state=state, **changes)
        departure_moved.announce(self)


def _one_sentence(refused: dict[str, str]) -> str:
    return " · ".join(f"{address}: {words}" for address, words in refused.items())
