"""A person's page: what is known, how to reach them, what matters; written without script as with it."""

import pytest

from comptoir.customers.models import Company, Customer, Handle, Matter

pytestmark = pytest.mark.django_db

HTMX = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture
def nour():
    return Handle.objects.greet("email", "nour@example.org", name="Nour Haddad")


@pytest.fixture
def counter(client, sam):
    """Sam's browser, in English."""
    sam.language = "en"
    sam.save()
    client.force_login(sam)
    return client


def page(client, person: Customer) -> str:
    return client.get(f"/customers/{person.pk}/").content.decode()


def test_somebody_new(counter):
    facts = {
        "name": " Zoé  Noël ",
        "email": "ZOE@example.org",
        "phone": "0470 12 34 56",
        "company": "Thiry",
        "town": "Huy",
    }
    response = counter.post("/customers/new/", facts | {"language": "fr"}, follow=True)

    text = response.content.decode()
    assert all(
        words in text
        for words in ("Zoé Noël", "zoe@example.org", "+32 470 12 34 56", "Thiry", "Huy", "French")
    )


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        ({}, "Write a name, or at least one way to reach this person."),
        ({"email": "nobody"}, "“nobody” is not an e-mail address."),
        ({"name": "Zoé", "phone": "12"}, "“12” is not a telephone number."),
        ({"name": "Zoé", "language": "xx"}, "xx"),
    ],
)
def test_somebody_new_who_cannot_be_written_down(counter, facts, sentence):
    response = counter.post("/customers/new/", facts)

    assert response.status_code == 422
    assert sentence in response.content.decode()
    assert not Customer.objects.exists()


def test_an_address_of_somebody_else_is_told_with_the_way_to_them(counter, nour):
    response = counter.post("/customers/new/", {"name": "Zoé", "email": "Nour@example.org"})

    assert f'<a href="/customers/{nour.pk}/">Nour Haddad</a>' in response.content.decode()
    assert Customer.objects.count() == 1


def test_a_second_person_of_the_same_company(counter, nour):
    nour.describe(company=Company.objects.named("Boulangerie Thiry"))
    counter.post("/customers/new/", {"name": "Zoé", "company": "boulangerie  thiry"})

    assert [one.name for one in Company.objects.get().people.order_by("pk")] == ["Nour Haddad", "Zoé"]
    listed = counter.get("/customers/", {"company": nour.company_id}).context["page"].people
    assert len(listed) == 2


def test_rewriting_what_is_known(counter, nour):
    counter.post(
        f"/customers/{nour.pk}/edit/", {"name": "Nour H.", "town": "Liège", "company": "", "language": "nl"}
    )

    text = page(counter, nour)
    assert "Nour H." in text and "Liège" in text and "Dutch" in text


def test_a_language_staff_did_not_choose_is_kept(counter, nour):
    nour.describe(language="el")
    counter.post(f"/customers/{nour.pk}/edit/", {"name": "Nour", "language": "el"})

    assert "Greek" in page(counter, nour)


# --- how to reach them -----------------------------------------------------------------------------
def add(client, person: Customer, value: str, **how):
    return client.post(f"/customers/{person.pk}/handles/", {"value": value}, **how)


def test_further_addresses_and_numbers(counter, nour):
    add(counter, nour, "Work@Example.com")
    add(counter, nour, "04 222 33 44")

    assert [str(one) for one in nour.handles.all()] == [
        "nour@example.org",
        "work@example.com",
        "+32 4 222 33 44",
    ]


@pytest.mark.parametrize("value", ["", "abc", "12", "a@b", "nour@example.org"])
def test_a_refused_one_says_why_and_changes_nothing(counter, nour, value):
    for how in ({}, HTMX):
        response = add(counter, nour, value, **how)
        assert response.status_code == 422 and "field__error" in response.content.decode()
    assert nour.handles.count() == 1


def test_one_of_somebody_else_leads_to_them_and_to_merging(counter, nour):
    zoe = Handle.objects.greet("email", "zoe@example.org", name="Zoé")
    text = add(counter, nour, "zoe@example.org").content.decode()

    assert f"/customers/{zoe.pk}/" in text and f"/customers/{nour.pk}/merger/?other={zoe.pk}" in text
    assert zoe.handles.count() == 1


def test_a_name_is_never_markup(counter, nour):
    Handle.objects.greet("email", "zoe@example.org", name="<script>alert(1)</script>")

    assert "<script>alert" not in add(counter, nour, "zoe@example.org").content.decode()


def test_taken_away_and_given_back(counter, nour):
    handle = nour.handles.get()
    response = counter.post(f"/customers/{nour.pk}/handles/{handle.pk}/removal/", **HTMX)
    assert not nour.handles.exists()
    assert f"/customers/{nour.pk}/handles/undo/" in response.content.decode()

    counter.post(f"/customers/{nour.pk}/handles/undo/", **HTMX)
    assert nour.handles.get().value == "nour@example.org"
    assert counter.post(f"/customers/{nour.pk}/handles/undo/").status_code == 404


def test_a_handle_is_only_taken_away_on_its_owners_page(counter, nour):
    zoe = Handle.objects.greet("email", "zoe@example.org", name="Zoé")

    assert counter.post(f"/customers/{nour.pk}/handles/{zoe.handles.get().pk}/removal/").status_code == 404


# --- what matters ----------------------------------------------------------------------------------
def note(client, person: Customer, **how):
    facts = {"label": "Vélo", "text": "Un cargo électrique"}
    return client.post(f"/customers/{person.pk}/matters/new/", facts, **how)


def test_what_matters_is_noted_rewritten_forgotten_and_remembered(counter, nour, sam):
    note(counter, nour)
    matter = nour.matters.get()
    assert (matter.label, matter.by) == ("Vélo", sam)

    counter.post(f"/customers/{nour.pk}/matters/{matter.pk}/", {"label": "Vélo", "text": "Un tandem"})
    assert "Un tandem" in page(counter, nour)

    counter.post(f"/customers/{nour.pk}/matters/{matter.pk}/removal/")
    assert "Forgotten" in page(counter, nour) and not nour.matters.exists()
    counter.post(f"/customers/{nour.pk}/matters/undo/")
    assert nour.matters.get().text == "Un tandem"


def test_with_htmx_only_the_list_comes_back(counter, nour):
    text = note(counter, nour, **HTMX).content.decode()

    assert f'id="matters-{nour.pk}"' in text and "Un cargo électrique" in text and "<html" not in text


def test_rewriting_in_place_with_htmx_and_on_a_page_without(counter, nour):
    note(counter, nour)
    path = f"/customers/{nour.pk}/matters/{nour.matters.get().pk}/"

    assert "<html" not in counter.get(path, **HTMX).content.decode()
    assert "<html" in counter.get(path).content.decode()


def test_half_a_thing_to_remember_is_refused_with_what_was_written(counter, nour):
    path = f"/customers/{nour.pk}/matters/new/"
    for how in ({}, HTMX):
        response = counter.post(path, {"label": "", "text": "Un tandem"}, **how)
        assert response.status_code == 422 and "Un tandem" in response.content.decode()


def test_from_a_thread_one_comes_back_to_it_and_nowhere_else(counter, nour):
    path = f"/customers/{nour.pk}/matters/new/"
    facts = {"label": "Vélo", "text": "Un tandem"}

    assert counter.post(path, facts | {"next": "/threads/3/"}).url == "/threads/3/"
    assert counter.post(path, facts | {"next": "https://evil.example/"}).url == f"/customers/{nour.pk}/"


def test_what_matters_stands_beside_the_thread(counter, parcel_thread, sam):
    Matter.objects.note(parcel_thread.customer, by=sam, label="Vélo", text="Un cargo électrique")

    assert "Un cargo électrique" in counter.get(f"/threads/{parcel_thread.pk}/").content.decode()


def test_history_shows_the_threads_one_may_see(client, parcel_thread, sam, robin):
    client.force_login(sam)
    assert "Mon colis" in page(client, parcel_thread.customer)

    client.force_login(robin)
    assert "Mon colis" not in page(client, parcel_thread.customer)


def test_the_page_costs_a_constant_number_of_queries(counter, nour, sam, django_assert_max_num_queries):
    for number in range(20):
        Handle.give(nour, "email", f"{number}@example.org")
        Matter.objects.note(nour, by=sam, label=f"Vélo {number}", text="Un tandem")
    page(counter, nour)

    with django_assert_max_num_queries(18):
        page(counter, nour)


def test_changes_are_posted(counter, nour):
    handle = nour.handles.get().pk
    for path in (f"handles/{handle}/removal/", "handles/", "matters/new/", "matters/undo/", "handles/undo/"):
        assert counter.get(f"/customers/{nour.pk}/{path}").status_code == 405


def test_nobody_of_that_number(counter):
    assert counter.get("/customers/99/").status_code == 404
