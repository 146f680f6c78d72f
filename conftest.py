"""The cast, the same everywhere: Nour the customer, Sam the agent, Alex the owner, Robin the outsider."""

import os
import socket
from pathlib import Path

os.environ.setdefault("COMPTOIR_TESTING", "1")
os.environ.setdefault("COMPTOIR_HOME", os.path.join("/tmp", f"comptoir-tests-{os.getuid()}-{os.getpid()}"))

import pytest

from comptoir.ground.catalogs import compile_stale


def pytest_configure(config):
    """French is compiled once, before anybody reads it; the workers of a parallel run find it made."""
    if not hasattr(config, "workerinput"):
        compile_stale(Path(__file__).parent / "comptoir")


@pytest.fixture(scope="session")
def django_db_modify_db_settings(tmp_path_factory, django_db_modify_db_settings_parallel_suffix):
    """SQLite in a file of this run's own, as in life: threads and processes share it, neighbours do not."""
    from django.db import connection

    if connection.vendor == "sqlite":
        connection.settings_dict["TEST"]["NAME"] = str(tmp_path_factory.mktemp("database") / "test.sqlite3")


@pytest.fixture(autouse=True)
def no_strangers(monkeypatch):
    """Tests talk to this machine only."""
    connect = socket.socket.connect

    def connect_here(self, address):
        is_far = self.family in (socket.AF_INET, socket.AF_INET6) and not _is_loopback(address[0])
        if is_far:
            raise PermissionError(f"a test tried to reach {address[0]}")
        return connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", connect_here)


def _is_loopback(host: str) -> bool:
    return host in ("localhost", "::1") or host.startswith("127.")


@pytest.fixture
def files(settings, tmp_path):
    """Raw messages and media in a folder of the test's own."""
    backend = "comptoir.ground.storage.DurableStorage"
    settings.STORAGES = settings.STORAGES | {
        "default": {"BACKEND": backend, "OPTIONS": {"location": tmp_path / "files"}}
    }
    return tmp_path / "files"


@pytest.fixture
def liege(db):
    from comptoir.team.models import Store

    return Store.objects.create(name="Liège", town="Liège")


@pytest.fixture
def namur(db):
    from comptoir.team.models import Store

    return Store.objects.create(name="Namur", town="Namur")


@pytest.fixture
def alex(db):
    """The owner."""
    from comptoir.team.models import Member, Role

    return Member.objects.create_user(
        "alex@cycles.example", "un-mot-de-passe", name="Alex Owner", role=Role.OWNER
    )


@pytest.fixture
def sam(db, liege):
    """An agent in Liège."""
    from comptoir.team.models import Member

    sam = Member.objects.create_user("sam@cycles.example", "un-mot-de-passe", name="Sam Agent")
    sam.stores.add(liege)
    return sam


@pytest.fixture
def robin(db, namur):
    """An agent of another store, who must never see what Liège sees."""
    from comptoir.team.models import Member

    robin = Member.objects.create_user("robin@cycles.example", "un-mot-de-passe", name="Robin Outsider")
    robin.stores.add(namur)
    return robin


@pytest.fixture
def mailbox(db, liege):
    """The shop's address in Liège."""
    from comptoir.channels.models import Account

    return Account.objects.create(
        kind="email", name="Cycles de Liège", address="liege@cycles.example", store=liege
    )


@pytest.fixture
def letter(files, mailbox):
    """Writes to the shop as somebody would; returns the message filed: `letter("Bonjour", subject="Vélo")`."""
    from email.message import EmailMessage
    from email.utils import make_msgid

    from comptoir.channels.models import Receipt
    from comptoir.conversations.models import Message

    def write(
        text="Bonjour, mon vélo est-il prêt ?", *, sender="Nour <nour@example.org>", account=None, **headers
    ):
        facts = {"outbound": True} if headers.pop("from_sent_folder", False) else {}
        mail = EmailMessage()
        mail["From"] = sender
        mail["To"] = headers.pop("to", (account or mailbox).address)
        mail["Message-ID"] = headers.pop("message_id", None) or make_msgid(domain="example.org")
        for name, value in (
            {"Subject": "Mon vélo", "Date": "Thu, 19 Nov 2026 10:00:00 +0100"}
            | {name.replace("_", "-").title(): value for name, value in headers.items()}
        ).items():
            mail[name] = value
        mail.set_content(text)
        receipt = Receipt.objects.keep(account or mailbox, mail["Message-ID"], mail.as_bytes(), facts=facts)
        Receipt.objects.get(pk=receipt.pk).file()
        return Message.objects.get(receipt=receipt)

    return write


@pytest.fixture
def parcel_thread(letter):
    """Nour asks where her parcel is."""
    return letter("Bonjour, où est mon colis ?", subject="Mon colis").thread


class PostOffice:
    """An SMTP server on loopback that keeps what it is handed, as a relay of the shop."""

    def __init__(self):
        self.letters = []

    async def handle_DATA(self, server, session, envelope):
        from email import message_from_bytes, policy

        letter = message_from_bytes(envelope.content, policy=policy.default)
        letter.recipients = envelope.rcpt_tos
        self.letters.append(letter)
        return "250 OK"


@pytest.fixture
def post_office(settings):
    """Where the shop's mail arrives: `post_office.letters`."""
    from aiosmtpd.controller import Controller

    office = PostOffice()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    controller = Controller(office, hostname="127.0.0.1", port=port)
    controller.start()
    settings.SMTP_RELAY = f"smtp://127.0.0.1:{port}"
    settings.UNDO_SECONDS = 0
    yield office
    controller.stop()
