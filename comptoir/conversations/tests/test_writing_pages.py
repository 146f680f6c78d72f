"""Writing from the pages: replies, notes, forwards, drafts, files, undo; nothing typed is lost."""

from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile

from comptoir.consent.models import Departure
from comptoir.conversations.models import Attachment, Draft, Message, SavedReply
from comptoir.ground import clock

pytestmark = pytest.mark.django_db


def write(client, thread, kind="reply", headers=None, **words):
    facts = {"body": "<p>Il arrive <b>demain</b>.</p>", "body_format": "html", "kind": kind} | words
    return client.post(f"/threads/{thread.pk}/{kind}/", facts, headers=headers)


def newest(thread) -> Message:
    return thread.messages.order_by("pk").last()


def test_a_reply_waits_for_an_undo_and_may_be_taken_back(at_the_counter, parcel_thread, htmx):
    page = write(at_the_counter, parcel_thread, headers=htmx).content.decode()
    message = newest(parcel_thread)

    assert message.is_held and message.text == "Il arrive demain."
    assert f"/messages/{message.pk}/undo/" in page
    back = at_the_counter.post(f"/messages/{message.pk}/undo/", headers=htmx).content.decode()
    assert f'data-gone="{message.pk}"' in back
    assert "Il arrive" in back and Draft.objects.get().html.startswith("<p>Il arrive")


def test_without_script_plain_words_keep_their_lines(at_the_counter, parcel_thread):
    response = write(at_the_counter, parcel_thread, body="Bonjour,\n\nil < arrive.\nÀ demain", body_format="")
    message = newest(parcel_thread)

    assert response.url.endswith(f"#message-{message.pk}")
    assert message.html == "<p>Bonjour,</p><p>il &lt; arrive.<br>À demain</p>"


def test_whoever_answers_a_free_thread_has_it(at_the_counter, parcel_thread, sam):
    write(at_the_counter, parcel_thread)
    parcel_thread.refresh_from_db()

    assert parcel_thread.assignee == sam


def test_send_and_finish(at_the_counter, parcel_thread):
    write(at_the_counter, parcel_thread, then="close")
    parcel_thread.refresh_from_db()

    assert parcel_thread.is_closed


def test_a_second_click_sends_once(at_the_counter, parcel_thread):
    for _click in range(2):
        write(at_the_counter, parcel_thread)

    assert Departure.objects.count() == 1


def test_too_late_to_undo_is_told(at_the_counter, parcel_thread):
    write(at_the_counter, parcel_thread)
    message = newest(parcel_thread)
    Departure.objects.update(state="sent")
    response = at_the_counter.post(f"/messages/{message.pk}/undo/", follow=True)

    assert "Too late: the message has left." in response.content.decode()


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ({"body": "<p> &nbsp;</p>"}, "Write something first."),
        ({"to": "nour at example"}, "is not an e-mail address."),
        ({"cc": "Nour <nour@>"}, "is not an e-mail address."),
        ({"to": ", ".join(f"p{n}@example.org" for n in range(60))}, "That is 60 people"),
    ],
)
def test_what_cannot_be_sent_is_told_and_kept(at_the_counter, parcel_thread, htmx, words, sentence):
    response = write(at_the_counter, parcel_thread, headers=htmx, **words)

    assert response.status_code == 422
    assert sentence in response.content.decode()
    assert "body" in words or Draft.objects.get().html == "<p>Il arrive <b>demain</b>.</p>"
    assert not Departure.objects.exists()


def test_a_note_stays_among_colleagues(at_the_counter, parcel_thread):
    write(at_the_counter, parcel_thread, "note")

    assert newest(parcel_thread).is_note
    assert not Departure.objects.exists()


def test_a_forward_carries_the_letter_and_its_files(at_the_counter, letter):
    thread = letter("Voici la photo").thread
    form = at_the_counter.get(f"/threads/{thread.pk}/?write=forward").content.decode()
    assert "Voici la photo" in form

    write(at_the_counter, thread, "forward", to="Atelier <atelier@example.org>", subject="Fwd: Mon vélo")
    departure = Departure.objects.get()
    assert departure.message.to[0].value == "atelier@example.org"
    assert departure.purpose == "forward"


def test_a_forward_needs_somebody(at_the_counter, parcel_thread, htmx):
    response = write(at_the_counter, parcel_thread, "forward", headers=htmx)

    assert "Say whom to send it to." in response.content.decode()


def test_a_draft_is_kept_while_one_writes_and_found_again(at_the_counter, parcel_thread, htmx):
    url = f"/threads/{parcel_thread.pk}/draft/"
    words = {"body": "<p>Je regarde…</p>", "body_format": "html", "kind": "reply"}
    kept = at_the_counter.post(url, words, headers=htmx)

    assert "Draft kept" in kept.content.decode()
    assert "Je regarde…" in at_the_counter.get(f"/threads/{parcel_thread.pk}/").content.decode()
    at_the_counter.post(f"{url}removal/", {"kind": "reply"})
    assert not Draft.objects.exists()


def test_each_tab_keeps_its_own_words(at_the_counter, parcel_thread, htmx):
    url = f"/threads/{parcel_thread.pk}/draft/"
    reply = {"body": "<p>Pour Nour</p>", "body_format": "html", "kind": "reply", "go": "note"}
    note = at_the_counter.post(url, reply, headers=htmx).content.decode()
    assert "composer--note" in note and "Pour Nour" not in note

    again = at_the_counter.post(url, {"body": "", "kind": "note", "go": "reply"}, headers=htmx)
    assert "Pour Nour" in again.content.decode()


def test_a_draft_kept_while_its_message_left_is_not_a_draft(at_the_counter, parcel_thread, htmx):
    write(at_the_counter, parcel_thread)
    late = {"body": "<p>Il arrive <b>demain</b>.</p>", "body_format": "html", "kind": "reply"}
    at_the_counter.post(f"/threads/{parcel_thread.pk}/draft/", late, headers=htmx)

    assert not Draft.objects.exists()


def test_a_colleague_never_sees_my_draft(at_the_counter, client, alex, parcel_thread):
    words = {"body": "<p>Brouillon secret</p>", "body_format": "html", "kind": "reply"}
    at_the_counter.post(f"/threads/{parcel_thread.pk}/draft/", words)
    client.force_login(alex)

    assert "Brouillon secret" not in client.get(f"/threads/{parcel_thread.pk}/").content.decode()


def test_a_saved_reply_follows_what_is_written(at_the_counter, parcel_thread, sam, htmx):
    saved = SavedReply.objects.create(title="Hours", html="<p>Bonjour {prénom}, à 18 h.</p>", by=sam)
    words = {"body": "<p>Oui.</p>", "body_format": "html", "kind": "reply", "saved": saved.pk}
    page = at_the_counter.post(f"/threads/{parcel_thread.pk}/draft/", words, headers=htmx).content.decode()

    assert "Bonjour Nour, à 18 h." in page and "Oui." in page


def test_files_join_leave_and_travel(at_the_counter, files, parcel_thread, htmx):
    url = f"/threads/{parcel_thread.pk}/attachments/"
    for name in ("devis.pdf", "autre.txt"):
        at_the_counter.post(url, {"file": SimpleUploadedFile(name, b"x" * 50), "kind": "reply"}, headers=htmx)
    gone = Attachment.objects.get(name="autre.txt")
    at_the_counter.post(f"/attachments/{gone.pk}/removal/", headers=htmx)
    write(at_the_counter, parcel_thread)

    assert [file.name for file in newest(parcel_thread).attachments.all()] == ["devis.pdf"]
    assert [upload.name for upload in Departure.objects.get().message.uploads] == ["devis.pdf"]


def test_a_file_too_big_is_told(at_the_counter, files, settings, parcel_thread, htmx):
    settings.MAX_MESSAGE_BYTES = 1024 * 1024
    file = SimpleUploadedFile("film.mov", b"x" * (1024 * 1024 + 1))
    url = f"/threads/{parcel_thread.pk}/attachments/"
    page = at_the_counter.post(url, {"file": file, "kind": "reply"}, headers=htmx).content.decode()

    assert "film.mov is too big" in page
    assert not Attachment.objects.exists()


def test_what_came_by_mail_is_handed_over_sealed(at_the_counter, files, parcel_thread, sam):
    evil = {"name": "../../x<script>.html", "content_type": "text/html", "size": 9}
    draft = Draft.objects.create(thread=parcel_thread, member=sam)
    path = default_storage.save("uploads/x", ContentFile(b"<script>"))
    attachment = Attachment.objects.create(draft=draft, path=path, **evil)
    response = at_the_counter.get(f"/attachments/{attachment.pk}/")

    assert response["Content-Type"] == "application/octet-stream"
    assert response["Content-Disposition"].startswith("attachment;")
    assert "/" not in response["Content-Disposition"].split("''")[1]
    assert "sandbox" in response["Content-Security-Policy"]


def test_files_of_others_are_not_found(client, files, robin, sam, parcel_thread):
    draft = Draft.objects.create(thread=parcel_thread, member=sam)
    attachment = Attachment.objects.create(draft=draft, name="x", content_type="image/png", size=1, path="x")
    client.force_login(robin)

    assert client.get(f"/attachments/{attachment.pk}/").status_code == 404
    assert client.post(f"/attachments/{attachment.pk}/removal/").status_code == 404


def test_a_new_letter_opens_a_thread(at_the_counter, mailbox):
    words = {
        "account": mailbox.pk,
        "to": "Julien <julien@example.org>",
        "subject": "Votre vélo",
        "body": "Prêt !",
    }
    response = at_the_counter.post("/threads/new/", words, follow=True)

    assert "Votre vélo" in response.content.decode()
    assert Departure.objects.get().message.to[0].name == "Julien"


def test_a_new_letter_without_subject_is_told_and_kept(at_the_counter, mailbox):
    words = {"account": mailbox.pk, "to": "julien@example.org", "body": "Prêt !", "kind": "new"}
    response = at_the_counter.post("/threads/new/", words)

    assert response.status_code == 422
    assert "Give it a subject" in response.content.decode()
    assert "Prêt !" in at_the_counter.get("/threads/new/").content.decode()


def test_the_original_layout_is_sealed_and_fetches_nothing(at_the_counter, letter):
    message = letter("Bonjour")
    response = at_the_counter.get(f"/messages/{message.pk}/layout/")
    asked = at_the_counter.get(f"/messages/{message.pk}/layout/?images=1")

    assert "script-src" not in response["Content-Security-Policy"]
    assert "default-src 'none'" in response["Content-Security-Policy"]
    assert "https:" not in response["Content-Security-Policy"]
    assert "img-src 'self' data: https:" in asked["Content-Security-Policy"]


def test_the_letter_can_be_had_as_it_came(at_the_counter, letter):
    message = letter("Bonjour tel quel")
    response = at_the_counter.get(f"/messages/{message.pk}/source/")

    assert b"Bonjour tel quel" in response.content
    assert response["Content-Disposition"].startswith("attachment")


def test_a_send_that_failed_says_why_and_can_be_tried_again(at_the_counter, parcel_thread):
    write(at_the_counter, parcel_thread)
    message = newest(parcel_thread)
    aside = {"state": "refused", "trouble": "Nobody lives there.", "due_at": None}
    Departure.objects.update(**aside, set_aside_at=clock.now() - timedelta(minutes=1))

    assert "Nobody lives there." in at_the_counter.get(f"/threads/{parcel_thread.pk}/").content.decode()
    at_the_counter.post(f"/messages/{message.pk}/sending/")
    assert Departure.objects.get().state == "held"


@pytest.mark.parametrize("path", ["layout/", "source/"])
def test_robin_reads_no_message_of_liege(client, robin, letter, path):
    client.force_login(robin)

    assert client.get(f"/messages/{letter('Secret').pk}/{path}").status_code == 404
