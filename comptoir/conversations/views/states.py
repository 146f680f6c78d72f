"""States: a thread put on pause, done, or spam; and back."""

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from comptoir.ui import toasts
from comptoir.ui.templatetags.ui import moment_plain

from ..forms import SnoozeForm, SubjectForm
from .desk import find_thread, refresh


@require_POST
def snooze(request: HttpRequest, pk: int) -> HttpResponse:
    """Puts the thread aside until a moment."""
    thread = find_thread(request, pk)
    form = SnoozeForm(request.POST)
    if form.is_valid():
        thread.snooze(form.cleaned_data["until"], by=request.member)
        sentence = _("On pause. Back: %(when)s.") % {"when": moment_plain(form.cleaned_data["until"])}
        toasts.say(request, sentence, undo=_undo("snooze-end", pk))
    else:
        _say_errors(request, form)
    return refresh(request, thread)


@require_POST
def wake(request: HttpRequest, pk: int) -> HttpResponse:
    thread = find_thread(request, pk)
    thread.wake(by=request.member)
    return refresh(request, thread)


@require_POST
def close(request: HttpRequest, pk: int) -> HttpResponse:
    thread = find_thread(request, pk)
    thread.close(by=request.member)
    toasts.say(request, _("Done."), undo=_undo("closure-undo", pk))
    return refresh(request, thread)


@require_POST
def reopen(request: HttpRequest, pk: int) -> HttpResponse:
    thread = find_thread(request, pk)
    thread.reopen(by=request.member)
    return refresh(request, thread)


@require_POST
def spam(request: HttpRequest, pk: int) -> HttpResponse:
    thread = find_thread(request, pk)
    thread.mark_as_spam(by=request.member)
    toasts.say(request, _("Put with the spam."), undo=_undo("spam-undo", pk))
    return refresh(request, thread)


@require_POST
def not_spam(request: HttpRequest, pk: int) -> HttpResponse:
    thread = find_thread(request, pk)
    thread.not_spam(by=request.member)
    return refresh(request, thread)


@require_POST
def rename(request: HttpRequest, pk: int) -> HttpResponse:
    """Gives the thread another subject, for us; the customer's mail keeps its own."""
    thread = find_thread(request, pk)
    form = SubjectForm(request.POST)
    if form.is_valid():
        thread.rename(form.cleaned_data["subject"], by=request.member)
    else:
        _say_errors(request, form)
    return refresh(request, thread)


def _undo(name: str, pk: int) -> str:
    return reverse(f"conversations:{name}", args=[pk])


def _say_errors(request: HttpRequest, form) -> None:
    for errors in form.errors.values():
        toasts.warn(request, " ".join(errors))
