"""Stores: where the business welcomes people, and when."""

from datetime import date

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from comptoir.ground import clock
from comptoir.ui.toasts import say

from ..calendars import Calendar, usual_calendar
from ..door import for_managers, for_owners
from ..forms import BusinessForm, ExceptionalDayForm, HoursForm, StoreForm
from ..models import Act, AuditEntry, Business, Store
from ..visitors import address_of


@for_managers
def index(request: HttpRequest) -> HttpResponse:
    return _list(request, BusinessForm(instance=Business.objects.current()))


@require_POST
@for_owners
def business(request: HttpRequest) -> HttpResponse:
    """The name of the business, and the address that links in e-mails lead to."""
    form = BusinessForm(request.POST, instance=Business.objects.current())
    if not form.is_valid():
        return _list(request, form)
    form.save()
    _note(request, Act.SETTINGS_CHANGED, form.instance)
    say(request, _("The business is up to date."))
    return redirect("team:stores")


@for_managers
def new(request: HttpRequest) -> HttpResponse:
    zone = timezone.get_current_timezone_name()
    form = StoreForm(request.POST or None, initial={"time_zone": zone, "calendar": usual_calendar(zone)})
    if request.method == "POST" and form.is_valid():
        store = form.save()
        _note(request, Act.STORE_CHANGED, store)
        say(request, _("%(store)s is open. When is it?") % {"store": store})
        return redirect("team:hours", store.pk)
    return render(request, "team/store_form.html", {"form": form}, status=422 if form.is_bound else 200)


@for_managers
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    store = get_object_or_404(Store, pk=pk)
    form = StoreForm(request.POST or None, instance=store)
    if request.method == "POST" and form.is_valid():
        form.save()
        _note(request, Act.STORE_CHANGED, store)
        say(request, _("%(store)s is up to date.") % {"store": store})
        return redirect("team:stores")
    facts = {"form": form, "store": store}
    return render(request, "team/store_form.html", facts, status=422 if form.is_bound else 200)


@for_managers
def hours(request: HttpRequest, pk: int) -> HttpResponse:
    """The week, the holidays and the exceptional days of one store."""
    store = get_object_or_404(Store, pk=pk)
    asked = request.GET.get("slots", "")
    slots = int(asked) if asked.isdigit() and len(asked) < 2 else 2
    form = HoursForm(store, request.POST or None, slots=slots)
    if request.method == "POST" and form.is_valid():
        store.hours = form.cleaned_data["hours"]
        store.save(update_fields=["hours"])
        _note(request, Act.STORE_CHANGED, store)
        say(request, _("The hours of %(store)s are up to date.") % {"store": store})
        return redirect("team:hours", store.pk)
    return _hours(request, store, form=form)


@require_POST
@for_managers
def add_day(request: HttpRequest, pk: int) -> HttpResponse:
    """A closure, or other hours, for a day or a time."""
    store = get_object_or_404(Store, pk=pk)
    form = ExceptionalDayForm(request.POST)
    if not form.is_valid():
        return _hours(request, store, day_form=form)
    form.instance.store = store
    day = form.save()
    _note(request, Act.STORE_CHANGED, f"{store} · {day}")
    say(request, _("This exceptional day is kept."))
    return redirect("team:hours", store.pk)


@require_POST
@for_managers
def remove_day(request: HttpRequest, pk: int, day: int) -> HttpResponse:
    store = get_object_or_404(Store, pk=pk)
    get_object_or_404(store.exceptional_days, pk=day).delete()
    _note(request, Act.STORE_CHANGED, store)
    say(request, _("These days follow the usual hours again."))
    return redirect("team:hours", store.pk)


@require_POST
@for_managers
def keep_holiday(request: HttpRequest, pk: int, day: str) -> HttpResponse:
    """Opens on a public holiday as on any other day, or takes that back."""
    store, on = get_object_or_404(Store, pk=pk), _date(day)
    kept = store.exceptional_days.filter(date=on, as_usual=True)
    if not kept.delete()[0]:
        store.exceptional_days.create(date=on, until=on, as_usual=True)
    _note(request, Act.STORE_CHANGED, f"{store} · {on}")
    return redirect("team:hours", store.pk)


def _list(request: HttpRequest, form: BusinessForm) -> HttpResponse:
    now = clock.now()
    stores = [(one, one.opening_hours()) for one in Store.objects.prefetch_related("exceptional_days")]
    rows = [(one, hours.today_in_words(now) if hours.are_known else "") for one, hours in stores]
    facts = {"stores": rows, "business_form": form if request.member.is_owner else None}
    return render(request, "team/stores.html", facts, status=422 if form.is_bound else 200)


def _hours(request: HttpRequest, store: Store, *, form=None, day_form=None) -> HttpResponse:
    opening_hours = store.opening_hours()
    today = opening_hours.today(clock.now())
    facts = {
        "store": store,
        "form": form or HoursForm(store),
        "day_form": day_form or ExceptionalDayForm(),
        "days": store.exceptional_days.filter(until__gte=today, as_usual=False).order_by("date"),
        "holidays": _holidays(store, opening_hours, today),
        "now": opening_hours.today_in_words(clock.now()) if opening_hours.are_known else "",
    }
    is_wrong = any(one is not None and one.is_bound for one in (form, day_form))
    return render(request, "team/hours.html", facts, status=422 if is_wrong else 200)


def _holidays(store: Store, opening_hours, today: date) -> list[dict]:
    """The public holidays still to come this year and next January."""
    if not store.calendar or not store.timetable.closes_on_holidays:
        return []
    calendar = Calendar(store.calendar)
    coming = [*calendar.of_year(today.year), *calendar.of_year(today.year + 1)]
    until = date(today.year + 1, 1, 31)
    return [
        {"day": day, "name": name, "is_kept": day in opening_hours.kept_open}
        for day, name in coming
        if today <= day <= until
    ]


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise Http404 from error


def _note(request: HttpRequest, act: str, on) -> None:
    AuditEntry.objects.note(act, by=request.member, on=on, address=address_of(request))
