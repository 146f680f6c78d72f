"""The event log: what happened, in order, for screens that follow and screens that slept."""

from django.db import connection, models
from django.db.models import F, Func

from .. import clock
from ..bell import ring_on_commit


class TransactionId(Func):
    """The writing transaction on PostgreSQL, where ids may commit out of order; 0 on SQLite, where they cannot."""

    template = "0"
    output_field = models.BigIntegerField()
    allowed_default = True

    def as_postgresql(self, compiler, connection, **extra):
        return self.as_sql(compiler, connection, template="pg_current_xact_id()::text::bigint", **extra)


class EventQuerySet(models.QuerySet):
    def note(self, kind: str, subject) -> None:
        """Adds one line to the log; only what a screen needs to know which fragment to ask for."""
        self.model(
            kind=kind,
            subject=f"{subject._meta.model_name}:{subject.pk}",
            audience=getattr(subject, "audience", "team"),
            data=getattr(subject, "live_data", {}),
            at=clock.now(),
        ).save(force_insert=True)
        ring_on_commit()

    def settled(self):
        """Lines that no earlier-numbered transaction can still slip in front of."""
        if connection.vendor != "postgresql":
            return self
        return self.extra(where=["transaction < pg_snapshot_xmin(pg_current_snapshot())::text::bigint"])

    def after(self, cursor: str):
        """Settled lines newer than `cursor` ("transaction.id", as `Event.cursor` gives), oldest first."""
        transaction, _, pk = cursor.partition(".")
        transaction, pk = int(transaction), int(pk or 0)
        newer = models.Q(transaction__gt=transaction) | models.Q(transaction=transaction, pk__gt=pk)
        return self.settled().filter(newer).order_by("transaction", "pk")

    def newest_cursor(self) -> str:
        newest = self.settled().order_by("-transaction", "-pk").first()
        return newest.cursor if newest else "0.0"


class Event(models.Model):
    """Something happened to `subject` ("thread:42"); `audience` says who may hear of it."""

    transaction = models.BigIntegerField(db_default=TransactionId(), editable=False)
    kind = models.CharField(max_length=60)
    subject = models.CharField(max_length=80)
    audience = models.CharField(max_length=40, default="team")
    data = models.JSONField(default=dict)
    at = models.DateTimeField(db_index=True)

    objects = EventQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(F("transaction"), F("id"), name="event_in_order")]

    @property
    def cursor(self) -> str:
        return f"{self.transaction}.{self.pk}"

    def __str__(self) -> str:
        return f"{self.kind} {self.subject}"
