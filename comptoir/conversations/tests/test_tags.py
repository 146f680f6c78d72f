"""Tags put in order: made, renamed everywhere, made one, removed."""

import pytest

from comptoir.conversations.models import Tag

pytestmark = pytest.mark.django_db


@pytest.fixture
def counter(client, sam):
    sam.language = "en"
    sam.save()
    client.force_login(sam)
    return client


@pytest.fixture
def repair(parcel_thread, sam):
    return parcel_thread.tag("Réparation", by=sam)


def test_made_and_listed(counter):
    assert "No tag yet" in counter.get("/tags/").content.decode()

    text = counter.post("/tags/", {"name": "  Devis   vélo "}, follow=True).content.decode()
    assert Tag.objects.get().name == "Devis vélo"
    assert "Devis vélo" in text


@pytest.mark.parametrize("name", ["", "RÉPARATION", "x" * 41])
def test_refused_with_a_reason(counter, repair, name):
    response = counter.post("/tags/", {"name": name})

    assert response.status_code == 422 and "field__error" in response.content.decode()
    assert Tag.objects.count() == 1


def test_renamed_on_every_thread(counter, repair, parcel_thread):
    counter.post(f"/tags/{repair.pk}/", {"name": "réparation"})

    assert [tag.name for tag in parcel_thread.tags.all()] == ["réparation"]


def test_two_become_one_only_on_purpose(counter, repair, parcel_thread, letter, sam):
    workshop = letter("Et mes freins ?", subject="Freins").thread.tag("Atelier", by=sam)
    parcel_thread.tag("Atelier", by=sam)
    response = counter.post(f"/tags/{repair.pk}/", {"name": "atelier"})
    assert response.status_code == 422 and "cannot be undone" in response.content.decode()
    assert Tag.objects.count() == 2

    counter.post(f"/tags/{repair.pk}/", {"name": "atelier", "merge": "1"})
    assert Tag.objects.get() == workshop
    assert workshop.threads.count() == 2 and list(parcel_thread.tags.all()) == [workshop]


def test_removal_is_asked_twice(counter, repair, parcel_thread):
    assert "It stands on 1 thread" in counter.get(f"/tags/{repair.pk}/removal/").content.decode()
    assert Tag.objects.exists()

    counter.post(f"/tags/{repair.pk}/removal/")
    assert not Tag.objects.exists() and not parcel_thread.tags.exists()
