"""Two records of one person become one, and part again exactly as they were."""

import pytest

from comptoir.customers import merging
from comptoir.customers.models import Customer, Handle, Matter
from comptoir.ground import search

pytestmark = pytest.mark.django_db


@pytest.fixture
def nour():
    return Handle.objects.greet("email", "nour@example.org", name="Nour Haddad")


@pytest.fixture
def double(sam):
    """The same Nour, who wrote from work."""
    double = Handle.objects.greet("email", "n.haddad@work.example", name="N. Haddad")
    double.describe(town="Liège", language="fr")
    Matter.objects.note(double, by=sam, label="Vélo", text="Un tandem")
    return double


def found(query: str) -> set[int]:
    return {subject for _id, subject, _group in search.find(query, kind="customer", count=9)}


def test_one_record_has_everything(nour, double, sam):
    merging.merge(nour, double, by=sam)

    kept = Customer.objects.present().get()
    assert kept.name == "Nour Haddad" and kept.town == "Liège"
    assert {one.value for one in kept.handles.all()} == {"nour@example.org", "n.haddad@work.example"}
    assert kept.matters.get().text == "Un tandem"
    assert found("work") == {kept.pk}


def test_threads_follow_and_new_mail_too(letter, sam):
    mine, theirs = letter(sender="nour@example.org").thread, letter(sender="n@work.example").thread
    merging.merge(mine.customer, theirs.customer, by=sam)

    theirs.refresh_from_db()
    assert theirs.customer == mine.customer
    assert letter(sender="n@work.example", subject="Encore").thread.customer == mine.customer


def test_parted_each_has_its_own_again(letter, nour, double, sam):
    thread = letter(sender="n.haddad@work.example").thread
    merger = merging.merge(nour, double, by=sam)
    Handle.give(nour, "phone", "+32470123456")
    merging.undo(merger, by=sam)

    nour.refresh_from_db()
    double.refresh_from_db()
    thread.refresh_from_db()
    assert (nour.town, double.town, double.merged_into) == ("", "Liège", None)
    assert {one.value for one in nour.handles.all()} == {"nour@example.org", "+32470123456"}
    assert [one.value for one in double.handles.all()] == ["n.haddad@work.example"]
    assert thread.customer == double and double.matters.exists()
    assert found("work") == {double.pk}


def test_what_was_rewritten_since_stays(nour, double, sam):
    merger = merging.merge(nour, double, by=sam)
    Customer.objects.get(pk=nour.pk).describe(town="Huy")
    merging.undo(merger, by=sam)

    nour.refresh_from_db()
    assert nour.town == "Huy"


def test_mergers_in_a_row_part_in_reverse(nour, double, sam):
    third = Handle.objects.greet("email", "third@example.org", name="Nour H")
    first = merging.merge(double, third, by=sam)
    second = merging.merge(nour, double, by=sam)

    with pytest.raises(merging.CannotMerge):
        merging.undo(first, by=sam)
    merging.undo(second, by=sam)
    merging.undo(first, by=sam)

    assert Customer.objects.present().count() == 3
    assert [one.handles.count() for one in Customer.objects.order_by("pk")] == [1, 1, 1]


def test_neither_with_itself_nor_twice(nour, double, sam):
    with pytest.raises(merging.CannotMerge):
        merging.merge(nour, nour, by=sam)
    merger = merging.merge(nour, double, by=sam)
    with pytest.raises(merging.CannotMerge):
        merging.merge(nour, double, by=sam)
    merging.undo(merger, by=sam)
    with pytest.raises(merging.CannotMerge):
        merging.undo(merger, by=sam)


# --- at the counter --------------------------------------------------------------------------------
@pytest.fixture
def counter(client, sam):
    sam.language = "en"
    sam.save()
    client.force_login(sam)
    return client


def test_compared_then_merged_then_undone(counter, nour, double):
    assert "N. Haddad" in counter.get(f"/customers/{nour.pk}/merger/", {"q": "haddad"}).content.decode()
    compared = counter.get(f"/customers/{nour.pk}/merger/", {"other": double.pk}).content.decode()
    assert "nour@example.org" in compared and "n.haddad@work.example" in compared

    response = counter.post(
        f"/customers/{nour.pk}/merger/", {"other": double.pk, "kept": double.pk}, follow=True
    )
    text = response.content.decode()
    assert "One record now." in text and "nour@example.org" in text
    assert counter.get(f"/customers/{nour.pk}/").url == f"/customers/{double.pk}/"

    undo = f"/mergers/{double.mergers.get().pk}/undo/"
    assert undo in text
    assert counter.get(undo).status_code == 405
    counter.post(undo)
    assert Customer.objects.present().count() == 2


def test_an_absorbed_record_is_listed_nowhere_and_changed_nowhere(counter, nour, double, sam):
    merging.merge(nour, double, by=sam)

    assert counter.get("/customers/").context["page"].people == [nour]
    assert counter.get(f"/customers/{double.pk}/edit/").status_code == 404
    assert counter.post(f"/customers/{double.pk}/handles/", {"value": "x@y.example"}).status_code == 404


@pytest.mark.parametrize("other", ["x", "999", "9" * 30, "-1"])
def test_with_nobody_is_not_found(counter, nour, other):
    assert counter.get(f"/customers/{nour.pk}/merger/", {"other": other}).status_code == 404
