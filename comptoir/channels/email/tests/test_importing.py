"""Old mail comes in: from any file, once, with its own dates, and nothing happens because of it."""

import gzip
from pathlib import Path

import pytest

from comptoir.channels.email import importing
from comptoir.channels.email.importing import CannotImport, run
from comptoir.channels.models import Account, Origin, Receipt
from comptoir.consent.models import Departure
from comptoir.conversations.models import Message


def letter(
    number=1, *, sender="Nour <nour@example.org>", to="liege@cycles.example", text="Bonjour", year=2021
) -> str:
    return (
        f"From: {sender}\nTo: {to}\nSubject: Question {number}\nMessage-ID: <{number}@example.org>\n"
        f"Date: Tue, 09 Mar {year} 10:00:00 +0100\nContent-Type: text/plain; charset=utf-8\n\n{text}\n"
    )


def mbox(path: Path, *letters: str, stamp="From nour@example.org Tue Mar  9 10:00:00 2021") -> Path:
    quoted = [one.replace("\nFrom ", "\n>From ") for one in letters]
    path.write_text("".join(f"{stamp}\n{one}\n" for one in quoted))
    return path


@pytest.fixture(autouse=True)
def a_shop(mailbox, files):
    return mailbox


def subjects() -> list[str]:
    return sorted(Message.objects.values_list("subject", flat=True))


def test_an_mbox_comes_in_with_its_own_dates_and_sets_nothing_in_motion(tmp_path):
    report = run(mbox(tmp_path / "old.mbox", letter(1), letter(2, year=2022), letter(3)), show=False)

    assert (report.read, report.new, report.known) == (3, 3, 0)
    assert report.years == {2021: 2, 2022: 1}
    assert "2022: 1" in str(report)
    assert subjects() == ["Question 1", "Question 2", "Question 3"]
    assert {message.at.year for message in Message.objects.all()} == {2021, 2022}
    assert set(Receipt.objects.values_list("origin", flat=True)) == {Origin.IMPORT}
    assert not Departure.objects.exists()


def test_the_same_command_again_adds_nothing(tmp_path):
    path = mbox(tmp_path / "old.mbox", letter(1), letter(2))
    run(path, show=False)
    report = run(path, show=False)

    assert (report.read, report.new, report.known) == (2, 0, 2)
    assert Message.objects.count() == 2


def test_one_mail_found_in_several_files_is_one(tmp_path):
    marked = letter(1).replace(
        "\nSubject", "\nX-Mozilla-Status: 0001\nX-Gmail-Labels: Boîte,\n  Vélos\nSubject"
    )
    mbox(tmp_path / "a.mbox", letter(1), letter(2))
    mbox(tmp_path / "b.mbox", marked)
    (tmp_path / "one.eml").write_bytes(letter(1).replace("\n", "\r\n").encode())
    report = run(tmp_path, show=False)

    assert (report.read, report.new) == (4, 2)
    assert subjects() == ["Question 1", "Question 2"]


def test_words_that_look_like_the_next_mail_cut_nothing(tmp_path):
    tricky = (
        "Il a écrit :\nFrom here on, all is well\n\nFrom Nour Tue Mar  9 10:00:00 2021\nà bientôt\n>From afar"
    )
    path = tmp_path / "old.mbox"
    path.write_text(
        f"From - Tue Mar  9 10:00:00 2021\n{letter(1, text=tricky)}\nFrom - Tue Mar  9 10:00:00 2021\n{letter(2)}"
    )
    run(path, show=False)

    assert Message.objects.count() == 2
    assert b"From here on" in Receipt.objects.get(message__subject="Question 1").raw
    assert b"\nFrom afar" in Receipt.objects.get(message__subject="Question 1").raw


@pytest.mark.parametrize(
    "stamp",
    [
        "From - Tue Mar 09 10:00:00 2021",
        "From nour at example.org  Tue Mar  9 10:00:00 2021",
        "From 1693452@xxx Tue Mar 09 10:00:00 +0000 2021",
        "From MAILER-DAEMON Tue Mar  9 10:00:00 2021 remote from relay",
        "From nour@example.org",
    ],
)
def test_every_programs_way_of_parting_mails(tmp_path, stamp):
    report = run(mbox(tmp_path / "old", letter(1), letter(2), stamp=stamp), show=False)

    assert report.new == 2 and Message.objects.count() == 2


def test_windows_line_ends_and_a_last_line_without_one(tmp_path):
    path = tmp_path / "old.mbox"
    text = (
        f"From - Tue Mar  9 10:00:00 2021\n{letter(1)}\nFrom - Tue Mar  9 10:00:00 2021\n{letter(2)}".rstrip(
            "\n"
        )
    )
    path.write_bytes(text.replace("\n", "\r\n").encode())

    assert run(path, show=False).new == 2


def test_a_maildir_with_its_folders_and_flags(tmp_path):
    for folder in ("cur", "new", "tmp", ".Sent/cur", ".Sent/new"):
        (tmp_path / "box" / folder).mkdir(parents=True)
    box = tmp_path / "box"
    (box / "cur" / "1.host:2,FS").write_text(letter(1))
    (box / "new" / "2.host").write_text(letter(2))
    (box / "cur" / "3.host:2,D").write_text(letter(3))
    (box / "tmp" / "4.host").write_text(letter(4))
    (box / ".Sent" / "cur" / "5.host:2,S").write_text(
        letter(5, sender="Phone <x@phone.example>", to="nour@example.org")
    )
    report = run(box, show=False)

    assert report.new == 3 and report.left_out == 1
    assert subjects() == ["Question 1", "Question 2", "Question 5"]
    assert Receipt.objects.get(message__subject="Question 1").facts["flags"] == "FS"
    assert Message.objects.get(subject="Question 5").kind == "outbound"


def test_what_the_shop_wrote_stands_on_its_side(tmp_path):
    answer = letter(2, sender="Cycles <Liege@cycles.example>", to="nour@example.org")
    form = letter(3, sender="liege@cycles.example", to="liege@cycles.example")
    run(mbox(tmp_path / "old.mbox", letter(1), answer, form), show=False)

    assert Message.objects.get(subject="Question 2").kind == "outbound"
    assert Message.objects.get(subject="Question 3").kind == "inbound"


def test_a_tree_of_files_leaves_other_things_alone(tmp_path):
    (tmp_path / "2021" / "été").mkdir(parents=True)
    (tmp_path / "2021" / "été" / "a.eml").write_text(letter(1))
    (tmp_path / "2021" / "b.emlx").write_text(f"{len(letter(2))}\n{letter(2)}<?xml version='1.0'?><plist/>")
    (tmp_path / "2021" / "notes.txt").write_text("Note: rien")
    (tmp_path / "Inbox.msf").write_bytes(b"// <!-- <mdb:mork:z")
    report = run(tmp_path, show=False)

    assert report.read == 2 and subjects() == ["Question 1", "Question 2"]
    assert b"plist" not in Receipt.objects.get(message__subject="Question 2").raw


def test_an_absurd_date_is_replaced_by_the_files_own(tmp_path):
    late = letter(1).replace("09 Mar 2021", "09 Mar 2099")
    run(mbox(tmp_path / "old.mbox", late), show=False)

    assert Receipt.objects.get().received_at.year == 2021


def test_stopped_half_way_it_goes_on_from_there(tmp_path, monkeypatch):
    path = mbox(tmp_path / "old.mbox", *(letter(n) for n in range(10)))
    monkeypatch.setattr(importing, "BATCH", 4)
    keep, calls = importing._keep, []

    def interrupted(*facts):
        calls.append(1)
        if len(calls) == 2:
            raise KeyboardInterrupt
        keep(*facts)

    monkeypatch.setattr(importing, "_keep", interrupted)
    with pytest.raises(CannotImport):
        run(path, show=False)
    assert Message.objects.count() == 4

    monkeypatch.setattr(importing, "_keep", keep)
    report = run(path, show=False)
    assert (report.new, report.known) == (6, 4) and Message.objects.count() == 10


def test_live_mail_waits_behind_one_batch_at_most(tmp_path, mailbox, monkeypatch):
    monkeypatch.setattr(importing, "BATCH", 3)
    seen = []
    keep = importing._keep

    def keep_and_look(*facts):
        keep(*facts)
        seen.append(Receipt.objects.filter(filed_at=None).count())

    monkeypatch.setattr(importing, "_keep", keep_and_look)
    run(mbox(tmp_path / "old.mbox", *(letter(n) for n in range(9))), show=False)

    assert seen == [3, 3, 3]


def test_one_file_that_cannot_be_read_stops_no_other(tmp_path, monkeypatch):
    for name in ("a", "b"):
        (tmp_path / f"{name}.eml").write_text(letter(name))
    messages = importing._messages

    def broken(source, bar):
        if source.path.name == "a.eml":
            raise OSError(5, "Input/output error")
        yield from messages(source, bar)

    monkeypatch.setattr(importing, "_messages", broken)
    with pytest.raises(CannotImport, match=r"a\.eml"):
        run(tmp_path, show=False)

    assert subjects() == ["Question b"]


def test_a_mail_too_large_is_told_and_the_others_come_in(tmp_path, settings):
    settings.MAX_MESSAGE_BYTES = 10_000
    path = mbox(tmp_path / "old.mbox", letter(1), letter(2, text="x\n" * 20_000), letter(3))
    with pytest.raises(CannotImport, match=r"MB|Mo"):
        run(path, show=False)

    assert subjects() == ["Question 1", "Question 3"]


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("gone", None, "gone"),
        ("empty.mbox", b"", "empty|vide"),
        ("photo.jpg", b"\xff\xd8\xff\xe0 JFIF", "mbox"),
        ("old.zip", b"PK\x03\x04rest", "zip"),
        ("old.mbox.gz", gzip.compress(b"From x", mtime=0), "gzip"),
        ("outlook.pst", b"!BDN....", "Outlook"),
    ],
)
def test_what_is_no_mail_is_told_in_one_sentence(tmp_path, name, content, words):
    path = tmp_path / name
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(CannotImport, match=words) as refusal:
        run(path, show=False)

    assert "\n" not in str(refusal.value)


def test_an_empty_folder_holds_no_mail(tmp_path):
    with pytest.raises(CannotImport):
        run(tmp_path, show=False)


def test_whose_mail_it_is(tmp_path, mailbox, liege, namur):
    path = mbox(tmp_path / "vieux courrier.mbox", letter(1))
    assert importing.account_for(path) == mailbox
    assert importing.account_for(path, address="LIEGE@cycles.example") == mailbox

    fresh = importing.account_for(path, address="namur@cycles.example", store="namur")
    assert fresh.store == namur and fresh.kind == "email"
    with pytest.raises(CannotImport, match=r"liege@cycles\.example"):
        importing.account_for(path)
    with pytest.raises(CannotImport):
        importing.account_for(path, address="nonsense")

    Account.objects.all().delete()
    assert importing.account_for(path).name == "vieux courrier"


def test_a_mailbox_of_many_megabytes_is_never_in_memory_whole(tmp_path):
    path = tmp_path / "old.mbox"
    with path.open("w") as file:
        for number in range(400):
            file.write(
                f"From - Tue Mar  9 10:00:00 2021\n{letter(number, text='Une ligne de texte.' * 4000)}\n"
            )
    import tracemalloc

    tracemalloc.start()
    with path.open("rb") as file:
        count = sum(1 for _one in importing.split(file))
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert count == 400 and peak < path.stat().st_size / 20
