"""Saved replies: written once, for a store or for all, filled in with the right names."""

import pytest

from comptoir.conversations.models import SavedReply

pytestmark = pytest.mark.django_db


@pytest.fixture
def counter(client, sam):
    sam.language = "en"
    sam.save()
    client.force_login(sam)
    return client


@pytest.fixture
def hours(sam):
    return SavedReply.objects.create(
        title="Horaires", html="<p>Bonjour {prénom}, à {boutique} : 9 h à 18 h.</p>", by=sam
    )


def page(client, path: str) -> str:
    return client.get(path).content.decode()


def test_written_and_kept(counter, sam, liege):
    words = {"title": "Ouverture", "body": "Bonjour {prénom},\n\nNous ouvrons à 9 h.", "store": liege.pk}
    text = counter.post("/saved-replies/new/", words, follow=True).content.decode()

    reply = SavedReply.objects.get()
    assert reply.html == "<p>Bonjour {prénom},</p><p>Nous ouvrons à 9 h.</p>" and reply.by == sam
    assert "Ouverture" in text and "Liège" in text


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ({"title": "", "body": "x"}, "Give it a title"),
        ({"title": "x", "body": " "}, "Write something first."),
    ],
)
def test_half_a_reply_is_refused_and_kept_on_screen(counter, words, sentence):
    response = counter.post("/saved-replies/new/", words)

    assert response.status_code == 422 and sentence in response.content.decode()
    assert not SavedReply.objects.exists()


def test_what_was_written_is_still_there_after_a_refusal(counter):
    assert (
        "Nous ouvrons"
        in counter.post("/saved-replies/new/", {"title": "", "body": "Nous ouvrons"}).content.decode()
    )


def test_scripts_do_not_pass(counter):
    html = '<p onclick="x()">Bonjour <script>alert(1)</script><a href="javascript:x()">ici</a></p>'
    counter.post("/saved-replies/new/", {"title": "x", "body": html, "body_format": "html"})

    reply = SavedReply.objects.get()
    assert "script" not in reply.html and "onclick" not in reply.html


# --- the preview -----------------------------------------------------------------------------------
def test_the_page_shows_it_filled_in_and_explains_the_places(counter, hours):
    text = page(counter, f"/saved-replies/{hours.pk}/")

    assert "Bonjour Nadia, à Liège" in text
    assert all(place in text for place in ("{first_name}", "{name}", "{store}", "{subject}", "{me}"))


def test_places_are_explained_in_french_to_the_french(counter, sam, hours):
    sam.language = "fr"
    sam.save()

    assert "{prénom}" in page(counter, f"/saved-replies/{hours.pk}/")


def test_the_preview_follows_what_one_writes(counter, sam):
    words = {
        "title": "",
        "body": "<p>Bonjour {First_Name}, {me}. {prix} <script>x</script></p>",
        "body_format": "html",
    }
    text = counter.post("/saved-replies/preview/", words, HTTP_HX_REQUEST="true").content.decode()

    assert "Bonjour Nadia, Sam." in text and "<script>" not in text and "<html" not in text
    assert "Nothing is known by this name: {prix}" in text


def test_without_script_it_is_seen_before_it_is_kept(counter):
    words = {"title": "Ouverture", "body": "Bonjour {prénom}", "preview": "1"}
    response = counter.post("/saved-replies/new/", words)

    assert response.status_code == 200 and "Bonjour Nadia" in response.content.decode()
    assert not SavedReply.objects.exists()


def test_a_name_is_never_markup(parcel_thread, sam, hours):
    parcel_thread.customer.name = "<b>Nour</b> Haddad"

    assert "&lt;b&gt;Nour&lt;/b&gt;" in hours.fill(parcel_thread, sam)


# --- whose ----------------------------------------------------------------------------------------
def test_a_stores_own_reply_is_for_its_people_and_its_threads(
    client, sam, robin, alex, liege, namur, parcel_thread, hours
):
    ours = SavedReply.objects.create(title="Liège", html="x", store=liege)
    theirs = SavedReply.objects.create(title="Namur", html="x", store=namur)

    assert list(SavedReply.objects.visible_to(sam)) == [hours, ours]
    assert list(SavedReply.objects.visible_to(alex)) == [hours, ours, theirs]
    assert list(SavedReply.objects.fitting(parcel_thread, alex)) == [hours, ours]
    client.force_login(robin)
    assert client.get(f"/saved-replies/{ours.pk}/").status_code == 404
    assert client.post(f"/saved-replies/{ours.pk}/removal/").status_code == 404
    assert client.get(f"/saved-replies/{theirs.pk}/").status_code == 200


def test_nobody_writes_for_a_store_that_is_not_theirs(counter, namur):
    response = counter.post("/saved-replies/new/", {"title": "x", "body": "x", "store": namur.pk})

    assert response.status_code == 422 and not SavedReply.objects.exists()


def test_the_composer_offers_those_that_fit(counter, parcel_thread, hours, namur):
    SavedReply.objects.create(title="Pour Namur seulement", html="x", store=namur)
    text = page(counter, f"/threads/{parcel_thread.pk}/")

    assert "Horaires" in text and "Pour Namur seulement" not in text


def test_removed_and_given_back(counter, hours):
    text = counter.post(f"/saved-replies/{hours.pk}/removal/", follow=True).content.decode()
    assert not SavedReply.objects.exists() and "/saved-replies/undo/" in text

    counter.post("/saved-replies/undo/")
    assert SavedReply.objects.get().html == hours.html
    assert counter.post("/saved-replies/undo/").status_code == 404


def test_an_empty_shelf_teaches_what_to_put_on_it(counter):
    assert "Write the answer you give every week once" in page(counter, "/saved-replies/")


def test_nobody_else_comes_in(client, hours):
    for path in ("/saved-replies/", f"/saved-replies/{hours.pk}/", "/tags/"):
        assert client.get(path).status_code == 302


def test_the_list_costs_a_constant_number_of_queries(counter, liege, django_assert_max_num_queries):
    for number in range(30):
        SavedReply.objects.create(title=f"{number}", html="x", store=liege)
    page(counter, "/saved-replies/")

    with django_assert_max_num_queries(14):
        page(counter, "/saved-replies/")
