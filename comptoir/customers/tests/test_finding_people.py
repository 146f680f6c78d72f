"""People are found by whatever one remembers of them, and listed by name."""

import pytest

from comptoir.customers import phones
from comptoir.customers.models import Company, Customer, Handle

pytestmark = pytest.mark.django_db


@pytest.fixture
def nour():
    nour = Handle.objects.greet("email", "Nour@Example.org", name="Nour Haddad")
    Handle.give(nour, "phone", "+32470123456")
    return nour


def found(client, query: str) -> list[Customer]:
    return client.get("/customers/", {"q": query}).context["page"].people


@pytest.mark.parametrize(
    "query",
    ["haddad", "NOUR", "nour@ex", "0470 12 34", "+32 470", "0032470123456", "32470123456", "0470/12.34.56"],
)
def test_found_by_name_address_or_number(client, sam, nour, query):
    Handle.objects.greet("email", "robin@example.org", name="Robin")
    client.force_login(sam)

    assert found(client, query) == [nour]


def test_found_by_what_was_noted_since(client, sam, nour):
    nour.describe(company=Company.objects.named("Boulangerie Thiry"), town="Seraing")
    client.force_login(sam)

    assert found(client, "thiry") == found(client, "seraing") == [nour]


def test_a_renamed_company_brings_its_people_along(client, sam, nour):
    nour.describe(company=Company.objects.named("Boulangerie Thiry"))
    nour.company.rename("Aux deux épis")
    client.force_login(sam)

    assert found(client, "épis") == [nour]
    assert found(client, "thiry") == []


def test_an_address_taken_away_finds_nobody(client, sam, nour):
    nour.handles.get(kind="email").take_away()
    client.force_login(sam)

    assert found(client, "example.org") == []


def test_everybody_once_by_name_whatever_accents_and_capitals(client, sam):
    names = ["émile Zed", "Zoé", "Eva", "amélie", "Élodie"] + [f"Nadia {n:02}" for n in range(50)]
    for number, name in enumerate(names):
        Handle.objects.greet("email", f"{number}@example.org", name=name)
    client.force_login(sam)

    seen, after = [], ""
    while True:
        page = client.get("/customers/", {"after": after}).context["page"]
        seen += [person.name for person in page.people]
        if not (after := page.next):
            break

    assert len(seen) == len(set(seen)) == 55
    assert seen[:4] == ["amélie", "Élodie", "émile Zed", "Eva"] and seen[-1] == "Zoé"


def test_search_results_have_further_pages(client, sam):
    for number in range(50):
        Handle.objects.greet("email", f"{number}@example.org", name="Nadia Benali")
    client.force_login(sam)

    first = client.get("/customers/", {"q": "nadia"}).context["page"]
    rest = client.get("/customers/", {"q": "nadia", "after": first.next}).context["page"]

    assert len({one.pk for one in first.people + rest.people}) == 50 and rest.next == ""


def test_a_list_costs_the_same_for_two_people_and_forty(client, sam, django_assert_max_num_queries):
    client.force_login(sam)
    for number in range(40):
        person = Handle.objects.greet("email", f"{number}@example.org", name=f"Nadia {number}")
        person.describe(company=Company.objects.named(f"Boutique {number}"))
    client.get("/customers/")

    with django_assert_max_num_queries(12):
        client.get("/customers/")


@pytest.mark.parametrize("after", ["x", "~", "9~", "99999999999999999999~a", "~a", "1", "\x00"])
def test_a_mangled_mark_is_the_first_page(client, sam, nour, after):
    client.force_login(sam)

    assert client.get("/customers/", {"after": after}).status_code == 200


def test_an_empty_book_says_how_it_fills(client, sam):
    sam.language = "en"
    sam.save()
    client.force_login(sam)

    assert "finds a place here by themselves" in client.get("/customers/").content.decode()


def test_nobody_comes_in_without_signing_in(client, nour):
    for path in ("/customers/", "/customers/new/", f"/customers/{nour.pk}/", f"/customers/{nour.pk}/merger/"):
        response = client.get(path)
        assert response.status_code == 302 and "next=" in response.url


@pytest.mark.parametrize(
    ("typed", "country", "kept"),
    [
        ("0470 12 34 56", "BE", "+32470123456"),
        ("06 12 34 56 78", "FR", "+33612345678"),
        ("(514) 555-0199", "CA", "+15145550199"),
        ("+33 6 12 34 56 78", "BE", "+33612345678"),
    ],
)
def test_a_number_is_kept_with_its_country(typed, country, kept):
    assert phones.normal(typed, country) == kept


def test_the_country_is_that_of_the_members_store(sam, liege, namur):
    namur.time_zone = "Europe/Paris"
    namur.save()
    liege.calendar = "CA-QC"
    liege.save()

    assert phones.country_for(sam) == "CA"
    assert phones.country_for(None) == "CA"


def test_a_company_is_one_whatever_capitals_and_accents():
    first = Company.objects.named("Épicerie  du Quai")
    Company.objects.bulk_create([Company(name="Éclair")])

    assert Company.objects.named("épicerie du QUAI") == first
    assert Company.objects.named("eclair").name == "Éclair"
    assert Company.objects.named("  ") is None
