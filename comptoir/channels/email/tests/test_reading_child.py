"""A message made to break the reader costs itself only: its neighbours are read, and what can be told of it is."""

import os
import signal
import subprocess
import sys
import threading
import time

import pytest

from comptoir.channels.email import reading
from comptoir.channels.email.reading import child, wire

MAIL = "From: Nour <nour@exemple.fr>\nTo: liege@cycles.example\nSubject: Mon vélo\nMessage-ID: <1@exemple.fr>\n\nPrêt ?".encode()
PAGE = (
    b"From: nour@exemple.fr\nSubject: page\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n"
    b"--b\nContent-Type: text/html\n\n<p>Bonjour<script>x</script></p>\n--b\nContent-Type: image/png\n\nPNG\n--b--"
)
ENDLESS = b"From: Nour <nour@exemple.fr>\nSubject: bombe\nMessage-ID: <bombe@exemple.fr>\n\n"


@pytest.fixture
def reader():
    with child.Reader() as reader:
        yield reader


@pytest.fixture
def stuck(reader, monkeypatch):
    """A reader whose process has just stopped answering, as over a bomb."""
    reader.read(MAIL)
    os.kill(reader._free[0].child.pid, signal.SIGSTOP)
    return reader


def test_the_process_reads_as_we_do(reader):
    assert reader.read(MAIL) == reading.read(MAIL)
    assert reader.read(PAGE) == reading.read(PAGE)
    assert reader.layout(PAGE) == reading.layout(PAGE) == "<p>Bonjour</p>"
    assert reader.open_part(PAGE, "2") == b"PNG"


def test_every_envelope_survives_the_way_through_the_pipe():
    raw = b"From: a@b.fr\nSubject: TR: x\nDate: Tue, 3 Mar 2026 10:02:33 +0100\n\nDe : Sam <s@c.fr>\nObjet : y\nDate : hier\n\nz"
    envelope = reading.read(raw)

    assert envelope.forwarded
    assert wire.load(wire.dump(envelope)) == envelope


def test_a_message_that_stops_the_process_is_told_by_its_headers(stuck):
    started = time.monotonic()
    envelope = stuck.read(ENDLESS)

    assert time.monotonic() - started < 3
    assert (envelope.sender.value, envelope.subject) == ("nour@exemple.fr", "bombe")
    assert envelope.external_id == "bombe@exemple.fr"
    assert envelope.problems == [reading.problems.TOO_LONG]


def test_neighbours_wait_two_seconds_at_most(stuck):
    threading.Thread(target=stuck.read, args=(ENDLESS,)).start()
    time.sleep(0.1)
    started = time.monotonic()

    assert stuck.read(MAIL).text == "Prêt ?"
    assert time.monotonic() - started < 4


def test_a_process_that_died_is_replaced(reader):
    reader.read(MAIL)
    os.kill(reader._free[0].child.pid, signal.SIGKILL)
    time.sleep(0.1)

    assert reader.read(MAIL).text == "Prêt ?"


def test_the_process_is_renewed_every_so_often():
    with child.Reader(messages=2) as reader:
        seen = set()
        for _ in range(4):
            reader.read(MAIL)
            seen |= {process.child.pid for process in reader._free}
        assert len(seen) == 2


def test_several_threads_read_at_once():
    with child.Reader(size=2) as reader:
        found = []
        threads = [threading.Thread(target=lambda: found.append(reader.read(MAIL).text)) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert found == ["Prêt ?"] * 8


BOMBS = {
    "parts inside parts": b"From: a@b.fr\n"
    + b"".join(b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (i, i) for i in range(3_000)),
    "messages inside messages": b"From: a@b.fr\n" + b"Content-Type: message/rfc822\n\n" * 3_000,
    "very many parts": b"From: a@b.fr\nContent-Type: multipart/mixed; boundary=b\n\n"
    + b"--b\n\nx\n" * 50_000,
    "very many people": b"From: a@b.fr\nTo: "
    + b",\n ".join(b"<u%d@x.fr>" % i for i in range(20_000))
    + b"\n\nx",
    "a megabyte of header": b"From: a@b.fr\nX: " + b"a\n " * 400_000 + b"\n\nx",
    "comments inside comments": b"From: a@b.fr\nTo: " + b"(" * 5_000 + b")" * 5_000 + b"\n\nx",
    "spaces": b"From: a@b.fr\n\nx" + b" " * 200_000 + b"y",
    "quotation marks": b"From: a@b.fr\n\n" + b">" * 300_000,
    "copied headers": b"From: a@b.fr\n\n" + b"From: a\nSent: b\n" * 10_000,
    "one long line": b"From: a@b.fr\n\n" + b"a" * 5_000_000,
    "a deep page": b"From: a@b.fr\nContent-Type: text/html\n\n" + b"<div>" * 100_000,
    "begin without end": b"From: a@b.fr\n\n" + b"begin 644 x\n" * 50_000,
}


@pytest.mark.parametrize("bomb", BOMBS)
def test_known_bombs_take_less_than_two_seconds_and_leave_an_envelope(reader, bomb):
    reader.read(MAIL)
    started = time.monotonic()
    envelope = reader.read(BOMBS[bomb])

    assert envelope.sender.value == "a@b.fr"
    assert time.monotonic() - started < 3


def test_the_process_stays_small(reader):
    reader.read(MAIL)
    with open(f"/proc/{reader._free[0].child.pid}/status") as status:
        kilobytes = next(int(line.split()[1]) for line in status if line.startswith("VmRSS"))

    assert kilobytes < 35_000


def test_the_process_ends_with_its_caller():
    program = (
        "import os, sys; from comptoir.channels.email.reading.child import Reader; r = Reader();"
        "r.read(b'From: a@b.fr\\n\\nx'); print(r._free[0].child.pid, flush=True); os.kill(os.getpid(), 9)"
    )
    environment = os.environ | {"PYTHONPATH": child.ROOT}
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, env=environment)
    pid = int(done.stdout)

    assert any(not _runs(pid) for _ in _moments(3))


def _moments(seconds: float):
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        yield None
        time.sleep(0.05)


def _runs(pid: int) -> bool:
    """A process that ended but that nobody has buried yet does not run."""
    try:
        with open(f"/proc/{pid}/stat") as stat:
            return stat.read().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False
