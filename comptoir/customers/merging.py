"""Merging: two records of one person become one; and two again, when that was a mistake.

Every row of every app that points to the absorbed record is pointed to the kept one, and remembered, so
that parting gives back exactly what was taken. What arrived since the merger stays with the kept record.
"""

from collections.abc import Iterator

from django.apps import apps
from django.db import models, transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from comptoir.ground import clock
from comptoir.team.models import Member

from .events import customer_changed, customers_merged, customers_parted
from .models import Customer, Merger, MovedRows

FIELDS = ("name", "company", "language", "town")
ROWS_AT_ONCE = 500


class CannotMerge(Exception):
    """These two cannot become one, or not be parted now; says why in words."""


@transaction.atomic
def merge(kept: Customer, absorbed: Customer, *, by: Member) -> Merger:
    """Makes `absorbed` part of `kept`: its handles, its threads, all it has; blanks are filled from it."""
    kept, absorbed = _both(kept, absorbed)
    merger = Merger.objects.create(kept=kept, absorbed=absorbed, by=by, taken=_fill_blanks(kept, absorbed))
    for model, field in _pointers():
        _move(merger, model, field)
    _note_last_contact(kept, absorbed)
    absorbed.merged_into = kept
    absorbed.save(update_fields=["merged_into"])
    customers_merged.announce(kept, absorbed=absorbed, by=by)
    _settle(kept, absorbed)
    return merger


@transaction.atomic
def undo(merger: Merger, *, by: Member) -> None:
    """Parts them: what was moved goes back, unless it has moved on since. Raises CannotMerge in words."""
    merger = (
        Merger.objects.select_for_update(of=("self",)).select_related("kept", "absorbed").get(pk=merger.pk)
    )
    if merger.undone_at:
        raise CannotMerge(_("These two are apart already."))
    if merger.kept.merged_into_id:
        raise CannotMerge(_("This record became part of another one since: part those two first."))
    for moved in merger.moved.all():
        _give_back(merger, moved)
    _empty_again(merger.kept, merger.taken)
    merger.absorbed.merged_into = None
    merger.absorbed.save(update_fields=["merged_into"])
    merger.undone_at, merger.undone_by = clock.now(), by
    merger.save(update_fields=["undone_at", "undone_by"])
    customers_parted.announce(merger.kept, absorbed=merger.absorbed, by=by)
    _settle(merger.kept, merger.absorbed)


def _both(kept: Customer, absorbed: Customer) -> tuple[Customer, Customer]:
    """Both as they stand now, held until the end of the transaction."""
    pks = sorted({kept.pk, absorbed.pk})
    if len(pks) < 2:
        raise CannotMerge(_("This is one and the same record."))
    found = {one.pk: one for one in Customer.objects.select_for_update().filter(pk__in=pks).order_by("pk")}
    if any(one.merged_into_id for one in found.values()):
        raise CannotMerge(_("One of the two is part of another record already."))
    return found[kept.pk], found[absorbed.pk]


def _pointers() -> Iterator[tuple[type[models.Model], models.Field]]:
    """Every foreign key of the shop that names a customer, but those that tell of mergers."""
    for model in apps.get_models():
        if model in (Merger, MovedRows):
            continue
        for field in model._meta.concrete_fields:
            if field.is_relation and field.related_model is Customer:
                yield model, field


def _move(merger: Merger, model: type[models.Model], field: models.Field) -> None:
    pointing = model._base_manager.filter(**{field.name: merger.absorbed})
    rows = list(pointing.order_by("pk").values_list("pk", flat=True))
    if rows:
        MovedRows.objects.create(merger=merger, model=model._meta.label, field=field.name, rows=rows)
        pointing.update(**{field.name: merger.kept})


def _give_back(merger: Merger, moved: MovedRows) -> None:
    model = apps.get_model(moved.model)
    for start in range(0, len(moved.rows), ROWS_AT_ONCE):
        some = model._base_manager.filter(pk__in=moved.rows[start : start + ROWS_AT_ONCE])
        some.filter(**{moved.field: merger.kept}).update(**{moved.field: merger.absorbed})


def _fill_blanks(kept: Customer, absorbed: Customer) -> dict:
    """What the kept record did not know is taken from the other; what it knew stays."""
    taken = {}
    for name in FIELDS:
        field = Customer._meta.get_field(name).attname
        before, there = getattr(kept, field), getattr(absorbed, field)
        if there and not before:
            taken[field] = {"before": before, "written": there}
            setattr(kept, field, there)
    kept.save(update_fields=list(taken))
    return taken


def _empty_again(kept: Customer, taken: dict) -> None:
    """Fields filled by the merger are as before, unless somebody rewrote them since."""
    for field, was in taken.items():
        if getattr(kept, field) == was["written"]:
            setattr(kept, field, was["before"])
    kept.save(update_fields=list(taken))


def _note_last_contact(kept: Customer, absorbed: Customer) -> None:
    """The later of both: every retention period counts from it."""
    both = Customer.objects.filter(pk__in=[kept.pk, absorbed.pk])
    kept.last_inbound_at = both.aggregate(latest=Max("last_inbound_at"))["latest"]
    kept.save(update_fields=["last_inbound_at"])


def _settle(*people: Customer) -> None:
    for person in people:
        person._prefetched_objects_cache = {}
        person.make_searchable()
        customer_changed.announce(person)
