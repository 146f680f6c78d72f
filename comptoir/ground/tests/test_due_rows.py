"""Due rows: claimed once, lost by nobody, set aside when they stop the worker twice."""

from datetime import timedelta

import pytest
from django.utils import translation

from comptoir.ground import clock, work
from comptoir.ground.models import Chore
from comptoir.ground.models.due import LeaseLost

pytestmark = pytest.mark.django_db

MINUTE = timedelta(minutes=1)


def a_chore(**facts) -> Chore:
    return Chore.objects.create(name="sweep", **({"due_at": clock.now() - MINUTE} | facts))


def test_a_row_is_claimed_by_one_worker_only():
    a_chore()

    assert len(Chore.objects.claim(5, MINUTE)) == 1
    assert Chore.objects.claim(5, MINUTE) == []


def test_a_row_is_not_claimed_before_its_time():
    a_chore(due_at=clock.now() + MINUTE)

    assert Chore.objects.claim(5, MINUTE) == []


def test_a_worker_that_slept_past_its_lease_changes_nothing():
    a_chore()
    [sleeper] = Chore.objects.claim(1, -MINUTE)
    [other] = Chore.objects.claim(1, MINUTE)

    with pytest.raises(LeaseLost):
        sleeper.finish()
    other.finish()

    assert Chore.objects.get().due_at is None


def test_a_row_that_kills_its_worker_twice_is_set_aside_for_a_person():
    a_chore()
    with translation.override("en"):
        for _death in range(3):
            Chore.objects.claim(1, -MINUTE)

    row = Chore.objects.get()
    assert row.set_aside_at is not None
    assert "twice" in row.trouble


def test_a_person_may_ask_for_another_try():
    row = a_chore(set_aside_at=clock.now(), due_at=None)

    row.retry()

    assert len(Chore.objects.claim(1, MINUTE)) == 1


def test_a_failure_is_told_in_words_and_tried_again_later():
    row = a_chore()
    job = work.Job(Chore, do=lambda chore: 1 / 0)

    job.run()

    row.refresh_from_db()
    assert "ZeroDivisionError" in row.trouble
    assert row.due_at > clock.now()
    assert row.leased_until is None


def test_a_row_that_keeps_failing_waits_for_a_person():
    row = a_chore()
    job = work.Job(Chore, do=lambda chore: 1 / 0, tries=2)
    for _try in range(2):
        job.run()
        Chore.objects.filter(set_aside_at=None).update(due_at=clock.now() - MINUTE)

    row.refresh_from_db()
    assert row.set_aside_at is not None


def test_a_chore_comes_back_after_its_period():
    swept = []
    work.chores.add("sweep", work.Routine(lambda: swept.append(1), timedelta(hours=1)))
    row = a_chore()

    work.jobs.get("ground.Chore").run()

    row.refresh_from_db()
    assert swept == [1]
    assert row.due_at > clock.now() + timedelta(minutes=59)
