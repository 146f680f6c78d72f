"""A mailbox on a real server, connected to the shop."""

from itertools import count

import pytest

from comptoir.channels.email.models import History, Mailbox

from .dovecot import Dovecot

numbers = count(1)


@pytest.fixture(scope="session")
def dovecot():
    server = Dovecot()
    try:
        yield server.start()
    finally:
        server.stop()


@pytest.fixture
def server(dovecot):
    """The same server, with an empty mailbox for each test."""
    dovecot.user = f"liege{next(numbers)}"
    return dovecot


@pytest.fixture
def connect(mailbox, files):
    """Connects the shop's address in Liège to a server: `connect(server, history="none")`."""

    def act(server, *, history=History.ALL, **facts) -> Mailbox:
        mailbox.secrets = {"password": server.password}
        mailbox.save()
        facts = {"host": "localhost", "port": server.port, "security": "none", "is_local": True} | facts
        return Mailbox.objects.create(
            account=mailbox, login=server.user, smtp_host="localhost", history=history, **facts
        )

    return act
