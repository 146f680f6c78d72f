"""What leaves as an e-mail: well-formed, the same at each try, and never more than was meant."""

from email import message_from_bytes, policy

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from hypothesis import given, settings
from hypothesis import strategies as st

from comptoir.channels.email.composing import compose, new_id
from comptoir.channels.email.reading import read
from comptoir.channels.envelope import Address, Outgoing, SendFailed, Upload
from comptoir.channels.models import Account

NOUR = Address("nour@example.org", "Nour")
SHOP = Account(
    kind="email", name="Cycles de Liège", address="liege@cycles.example", sender_name="Cycles, Liège"
)


def letter(**facts) -> Outgoing:
    told = {
        "to": [NOUR],
        "text": "Bonjour Nour,\nvotre vélo est prêt.",
        "external_id": "abc123@cycles.example",
    }
    return Outgoing(**(told | {"sent_at": "2026-11-20T09:00:00+00:00"} | facts))


def opened(outgoing: Outgoing):
    return message_from_bytes(compose(SHOP, outgoing), policy=policy.default)


def test_a_plain_answer_reads_as_it_was_written():
    mail = opened(letter(subject="Re: Mon vélo"))

    assert mail["From"].addresses[0].display_name == "Cycles, Liège"
    assert mail["From"].addresses[0].addr_spec == "liege@cycles.example"
    assert mail["Subject"] == "Re: Mon vélo"
    assert mail["Message-ID"] == "<abc123@cycles.example>"
    assert mail["Date"].datetime.isoformat() == "2026-11-20T10:00:00+01:00"
    assert mail.get_content() == "Bonjour Nour,\r\nvotre vélo est prêt.\r\n"


def test_the_same_letter_gives_the_same_bytes():
    outgoing = letter(html="<p>Bonjour</p>")

    assert compose(SHOP, outgoing) == compose(SHOP, Outgoing.from_json(outgoing.to_json()))


def test_hidden_recipients_are_written_nowhere():
    raw = compose(SHOP, letter(cc=[Address("sam@cycles.example")], bcc=[Address("alex@cycles.example")]))

    assert b"alex@" not in raw and b"bcc" not in raw.lower()
    assert b"Cc: sam@cycles.example" in raw


def test_two_names_with_commas_stay_two_people():
    people = [
        Address(f"n{n}@example.org", f"Éléonore, « la {n}e » du très long nom de famille") for n in range(5)
    ]

    assert read(compose(SHOP, letter(to=people))).to == people


def test_pictures_in_the_text_travel_with_it_and_files_beside(files):
    path = default_storage.save("media/one", ContentFile(b"\x89PNG picture"))
    mail = opened(
        letter(
            html='<p>Voici : <img src="cid:photo1"></p>',
            uploads=[
                Upload(path, "photo.png", "image/png", content_id="photo1"),
                Upload(path, "devis été.pdf", "application/pdf"),
                Upload(path, "../../etc/passwd\r\nX-Evil: 1", "not a type"),
            ],
        )
    )

    shape = [part.get_content_type() for part in mail.walk()]
    assert shape[:5] == [
        "multipart/mixed",
        "multipart/alternative",
        "text/plain",
        "multipart/related",
        "text/html",
    ]
    assert [part.get_filename() for part in mail.iter_attachments()] == ["devis été.pdf", "passwd  X-Evil: 1"]
    assert mail["X-Evil"] is None
    picture = next(part for part in mail.walk() if part["Content-ID"] == "<photo1>")
    assert picture.get_content() == b"\x89PNG picture"


def test_a_file_that_is_gone_stops_the_send_in_words(files):
    with pytest.raises(SendFailed, match=r"devis\.pdf"):
        compose(SHOP, letter(uploads=[Upload("media/gone", "devis.pdf", "application/pdf")]))


def test_a_long_lineage_keeps_its_first_and_its_latest():
    ids = [f"{n}-{'x' * 120}@example.org" for n in range(60)]
    raw = compose(SHOP, letter(in_reply_to=ids[-1], references=ids))

    told = message_from_bytes(raw)["References"].split()
    assert told == [f"<{ids[0]}>", *(f"<{one}>" for one in ids[-19:])]
    assert all(len(line) < 998 for line in raw.split(b"\r\n"))


def test_a_robot_says_that_it_is_one():
    assert opened(letter(automatic=True, in_reply_to="q@example.org"))["Auto-Submitted"] == "auto-replied"
    assert opened(letter(automatic=True))["Auto-Submitted"] == "auto-generated"
    assert opened(letter())["Auto-Submitted"] is None


def test_nothing_tells_whether_it_was_opened():
    raw = compose(SHOP, letter(html="<p>Bonjour</p>"))

    assert b"http" not in raw and b"<img" not in raw


def test_a_line_that_begins_with_from_is_not_mangled_by_mailbox_files():
    assert (
        b"\r\nFrom "
        not in compose(SHOP, letter(text="Voici :\nFrom here to there")).partition(b"\r\n\r\n")[2]
    )
    assert "From here" in opened(letter(text="Voici :\nFrom here to there")).get_content()


def test_ids_cannot_be_guessed_and_name_our_domain():
    ids = {new_id(SHOP) for _n in range(50)}

    assert len(ids) == 50
    assert all(one.endswith("@cycles.example") and len(one.partition("@")[0]) == 32 for one in ids)


def test_a_domain_with_accents_travels_in_ascii():
    shop = Account(kind="email", name="Vélo", address="bonjour@vélo.example")

    assert b"<bonjour@xn--vlo-bma.example>" in compose(shop, letter(to=[Address("x@café.example")]))
    assert new_id(shop).endswith("@xn--vlo-bma.example")


BREAKS = st.sampled_from(["\r\n", "\n", "\r", "\x0b", "\x0c", "\x85", "\u2028", "\x00"])
EVIL = st.tuples(st.text(max_size=20), BREAKS, st.just("Bcc: victim@example.net"), st.text(max_size=20)).map(
    "".join
)
OUR_HEADERS = {
    *("date", "from", "to", "cc", "subject", "message-id", "in-reply-to", "references"),
    *("mime-version", "content-type", "content-transfer-encoding"),
}


@given(EVIL, st.sampled_from(["subject", "name", "address", "reply", "reference", "cc"]))
@settings(max_examples=200, deadline=None)
def test_a_line_break_never_becomes_a_header(evil, place):
    told = {
        "subject": {"subject": evil},
        "name": {"to": [Address("nour@example.org", evil)]},
        "address": {"to": [Address(evil)]},
        "reply": {"in_reply_to": evil},
        "reference": {"references": [evil]},
        "cc": {"cc": [Address("a@example.org", evil)]},
    }[place]
    with pytest.raises(SendFailed):
        compose(SHOP, letter(**told))


@given(st.text(max_size=300), st.text(max_size=120))
@settings(max_examples=200, deadline=None)
def test_whatever_is_written_only_our_headers_are_there(subject, name):
    try:
        raw = compose(SHOP, letter(subject=subject, to=[Address("nour@example.org", name)]))
    except SendFailed:
        return
    head = raw.partition(b"\r\n\r\n")[0]
    assert all(len(line) < 998 for line in head.split(b"\r\n"))
    assert {key.lower() for key in message_from_bytes(raw).keys()} <= OUR_HEADERS  # noqa: SIM118
    assert b"\n" not in head.replace(b"\r\n", b"")
