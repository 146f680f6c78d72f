"""What stands in a mail is what Sam reads, whatever program, alphabet or accident it went through."""

import base64
import struct
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comptoir.channels.email import reading
from comptoir.channels.email.reading import headers, open_part, read
from comptoir.channels.envelope import Address, Envelope, Nature


def mail(body: bytes | str = "Bonjour", **fields) -> bytes:
    fields = {"From": "Nour Haddad <nour@exemple.fr>", "Subject": "Mon vélo"} | {
        name.replace("_", "-"): value for name, value in fields.items()
    }
    head = "".join(f"{name}: {value}\n" for name, value in fields.items())
    return head.encode() + b"\n" + (body.encode() if isinstance(body, str) else body)


def parts(*pieces: str, kind: str = "mixed", **fields) -> bytes:
    body = "".join(f"--couture\n{piece}\n" for piece in pieces) + "--couture--\n"
    return mail(body, MIME_Version="1.0", Content_Type=f"multipart/{kind}; boundary=couture", **fields)


def test_an_ordinary_mail():
    raw = mail(
        "Bonjour,\n\nMon vélo est-il prêt ?\n",
        To="Cycles <liege@cycles.example>, =?utf-8?q?H=C3=A9l=C3=A8ne?= <helene@cycles.example>",
        Cc="atelier@cycles.example",
        Date="Tue, 3 Mar 2026 10:02:33 +0100",
        Message_ID="<un@exemple.fr>",
        In_Reply_To="<zero@cycles.example>",
        References="<debut@cycles.example> <zero@cycles.example>",
    )
    envelope = read(raw)

    assert envelope.sender == Address("nour@exemple.fr", "Nour Haddad")
    assert envelope.to[1] == Address("helene@cycles.example", "Hélène")
    assert envelope.cc == [Address("atelier@cycles.example")]
    assert envelope.sent_at == datetime(2026, 3, 3, 9, 2, 33, tzinfo=UTC)
    assert (envelope.external_id, envelope.in_reply_to) == ("un@exemple.fr", "zero@cycles.example")
    assert envelope.references == ["debut@cycles.example", "zero@cycles.example"]
    assert envelope.text == "Bonjour,\n\nMon vélo est-il prêt ?"
    assert envelope.nature == Nature.PERSON
    assert envelope.problems == []


@pytest.mark.parametrize(
    ("written", "seen"),
    [
        ("=?iso-8859-1?Q?V=E9lo_cass=E9?=", "Vélo cassé"),
        ("=?utf-8?B?VsOpbG8=?= =?utf-8?B?IGNhc3PDqQ==?=", "Vélo cassé"),
        ("=?utf-8?B?VsM=?= =?utf-8?B?qWxv?=", "Vélo"),  # a letter cut in two between the words
        ("=?utf-8?Q?V=C3=A9lo casse?=", "Vélo casse"),  # spaces where there must be none
        ("=?utf-8?Q?Pr=C3=AAt_?_Oui?=", "Prêt ? Oui"),
        ("=?inconnu?Q?Velo?=", "Velo"),
        ("=?utf-8?Q?jamais fini", "=?utf-8?Q?jamais fini"),
        ("Vélo cassé", "Vélo cassé"),
    ],
)
def test_subjects_of_every_make(written, seen):
    assert read(mail(Subject=written)).subject == seen


def test_a_subject_in_raw_latin_letters():
    assert read(b"From: nour@exemple.fr\nSubject: V\xe9lo cass\xe9\n\nBonjour").subject == "Vélo cassé"


@pytest.mark.parametrize(
    ("written", "address", "name"),
    [
        ('"Haddad, Nour" <nour@exemple.fr>', "nour@exemple.fr", "Haddad, Nour"),
        ("nour@exemple.fr (Nour Haddad)", "nour@exemple.fr", "Nour Haddad"),
        ("=?utf-8?q?Nour_Haddad_=3Cnour=40exemple=2Efr=3E?=", "nour@exemple.fr", "Nour Haddad"),
        ("=?utf-8?q?Haddad,_Nour?= <nour@exemple.fr>", "nour@exemple.fr", "Haddad, Nour"),
        ("Nour nour@exemple.fr", "nour@exemple.fr", "Nour"),
        ("<<nour@exemple.fr>>", "nour@exemple.fr", ""),
        ("Clients: nour@exemple.fr;", "nour@exemple.fr", ""),
    ],
)
def test_senders_of_every_make(written, address, name):
    assert read(mail(From=written)).sender == Address(address, name)


@pytest.mark.parametrize(
    ("charset", "data", "seen"),
    [
        ("iso-8859-1", "Prêt à 10 €".encode("cp1252"), "Prêt à 10 €"),
        ("utf-8", "Prêt".encode("cp1252"), "Prêt"),
        ("us-ascii", "Prêt".encode(), "Prêt"),
        ("iso-8859-1", "Prêt".encode(), "Prêt"),
        ("alphabet-inconnu", "Prêt".encode(), "Prêt"),
        ("windows-1252http-equiv", "Prêt".encode("cp1252"), "Prêt"),
        ("shift_jis", "自転車".encode("cp932"), "自転車"),
        ("utf-16", "Prêt".encode("utf-16"), "Prêt"),
        ("base64", b"UHLqdA==", "UHLqdA=="),
    ],
)
def test_alphabets_declared_rightly_or_not(charset, data, seen):
    assert read(mail(data, Content_Type=f"text/plain; charset={charset}")).text == seen


def test_an_unknown_alphabet_is_said():
    raw = mail("Prêt", Content_Type="text/plain; charset=klingon")

    assert read(raw).problems == [reading.problems.CHARSET]


def test_an_attachment_keeps_its_name_and_its_bytes():
    pdf = base64.b64encode(b"%PDF facture").decode()
    raw = parts(
        "Content-Type: text/plain; charset=utf-8\n\nLa facture est jointe.",
        "Content-Type: application/pdf\nContent-Transfer-Encoding: base64\n"
        "Content-Disposition: attachment; filename*0*=utf-8''Fact; filename*1*=ure%20n%C2%B0; filename*2=12.pdf\n\n"
        + pdf,
    )
    (part,) = read(raw).parts

    assert (part.name, part.size, part.position) == ("Facture n°12.pdf", 12, "2")
    assert open_part(raw, part.position) == b"%PDF facture"
    assert open_part(raw, "7.3") == b""


def test_a_picture_in_the_page_is_inline_and_makes_it_rich():
    raw = parts(
        'Content-Type: text/html\n\n<p>Voici la rayure :</p><img src="cid:photo">',
        "Content-Type: image/png\nContent-ID: <photo>\n\nPNG",
        kind="related",
    )
    envelope = read(raw)

    assert envelope.parts[0].inline and envelope.parts[0].content_id == "photo"
    assert envelope.rich
    assert 'src="cid:photo"' in reading.layout(raw)


def test_a_page_of_plain_typing_is_not_rich():
    page = '<div dir="ltr"><p style="font-family:Arial">Bonjour</p><ul><li>un pneu</li></ul></div>'
    raw = parts(
        "Content-Type: text/plain\n\nBonjour", f"Content-Type: text/html\n\n{page}", kind="alternative"
    )

    assert not read(raw).rich


def test_pieces_of_text_one_after_the_other_are_all_read():
    raw = parts("Content-Type: text/plain\n\nDébut.", "Content-Type: image/png\n\nPNG", "\nFin.")

    assert read(raw).text == "Début.\n\nFin."


def test_a_page_without_words_beside_it_is_told_in_words():
    page = "<style>p{}</style><p>Bonjour,</p><p>voir <a href='https://exemple.fr/velo'>ce vélo</a><br>Nour&nbsp;!</p>"

    assert (
        read(mail(page, Content_Type="text/html; charset=utf-8")).text
        == "Bonjour,\n\nvoir ce vélo (https://exemple.fr/velo)\nNour !"
    )


def test_lines_cut_by_the_sender_are_joined():
    raw = mail("Une phrase qui \ncontinue.\nUne autre.\n-- \nNour", Content_Type="text/plain; format=flowed")

    assert read(raw).text == "Une phrase qui continue.\nUne autre."


def test_a_file_written_into_the_text_in_the_old_way():
    raw = mail("Voici :\n\nbegin 644 note.txt\n'8F]N:F]U<@  \n`\nend\nMerci\n")
    envelope = read(raw)

    assert envelope.text.split() == ["Voici", ":", "Merci"]
    assert open_part(raw, envelope.parts[0].position) == b"bonjour"


def test_an_invitation_alone_says_what_it_is():
    event = "BEGIN:VCALENDAR\nBEGIN:VEVENT\nSUMMARY:Essai du vélo\nDTSTART:20260303T140000\nEND:VEVENT\nEND:VCALENDAR"
    envelope = read(parts(f"Content-Type: text/calendar; charset=utf-8\n\n{event}"))

    assert envelope.text == "Essai du vélo · 2026-03-03 14:00"
    assert envelope.parts[0].name.endswith(".ics")


def test_outlooks_winmail_is_opened():
    def attribute(kind, data):
        return struct.pack("<BII", 2, kind, len(data)) + data + b"\0\0"

    tnef = struct.pack("<IH", 0x223E9F78, 1) + attribute(0x69002, b"\0" * 14)
    tnef += attribute(0x18010, b"devis.txt\0") + attribute(0x6800F, b"cent euros")
    raw = parts(
        "Content-Type: text/plain\n\nVoici",
        "Content-Type: application/ms-tnef; name=winmail.dat\nContent-Transfer-Encoding: base64\n\n"
        + base64.b64encode(tnef).decode(),
    )
    (part,) = read(raw).parts

    assert part.name == "devis.txt"
    assert open_part(raw, part.position) == b"cent euros"


def test_a_forward_as_an_attachment_tells_its_author():
    raw = parts(
        "Content-Type: message/rfc822\n\nFrom: Robin <robin@exemple.fr>\nSubject: Devis\n\nBonjour, un devis ?",
        Subject="TR: Devis",
    )
    envelope = read(raw)

    assert envelope.forwarded.sender == Address("robin@exemple.fr", "Robin")
    assert (envelope.forwarded.subject, envelope.forwarded.text) == ("Devis", "Bonjour, un devis ?")
    assert envelope.parts[0].name == "Devis.eml"


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\n\n",
        b"Subject",
        b"From: nour@exemple.fr",
        mail("--a\n\nBonjour", Content_Type="multipart/mixed"),
        mail("--autre\nContent-Type: text/plain\n\nBonjour\n", Content_Type="multipart/mixed; boundary=a"),
        mail("Bonjour", Content_Type="multipart/mixed; boundary=jamais"),
        mail("Bonjour", Content_Type="n'importe quoi"),
        mail("!!!!", Content_Type="text/plain", Content_Transfer_Encoding="base64"),
    ],
)
def test_damaged_mail_is_read_as_far_as_it_goes(raw):
    envelope = read(raw)

    assert reading.problems.UNREADABLE not in envelope.problems
    assert "Bonjour" in envelope.text or b"Bonjour" not in raw


def test_mail_without_a_sender_says_so():
    assert read(b"Subject: Bonjour\n\nQui suis-je ?").problems == [reading.problems.NO_SENDER]


def test_the_raw_headers_page_shows_every_header_decoded():
    raw = b"Received: from ici\nReceived: from la\nSubject: =?utf-8?q?V=C3=A9lo?=\n\nBonjour"

    assert headers(raw) == [("received", "from ici"), ("received", "from la"), ("subject", "Vélo")]


@given(st.binary(max_size=3000))
@settings(max_examples=200, deadline=None)
def test_any_bytes_at_all_give_an_envelope(raw):
    assert isinstance(read(raw), Envelope)


MIME_SOUP = st.lists(
    st.sampled_from(
        "From: a@b.c|Content-Type: multipart/mixed; boundary=b|--b|--b--||Content-Type: text/html|<p>x|> q|=?utf-8?q?".split(
            "|"
        )
    ),
    max_size=40,
)


@given(MIME_SOUP)
@settings(max_examples=200, deadline=None)
def test_scraps_of_mail_in_any_order_are_read(lines):
    envelope = read("\n".join(lines).encode())

    assert reading.problems.UNREADABLE not in envelope.problems
