"""Out by the shop's own mail server and back in by the door: letters, and what could not be delivered."""

import time

import pytest

from comptoir.channels.email.sending import deliver
from comptoir.channels.envelope import Address, Nature, Outgoing
from comptoir.channels.models import Account, Receipt

from .door_open import open_door
from .postfix import free_port, server

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def post(mailbox, files, settings):
    """The shop's mail server, between its way out and its door."""
    port = free_port()
    with open_door(port=port), server(port) as running:
        settings.SMTP_RELAY = f"smtp://127.0.0.1:{running.port}"
        yield running


def arrived(count: int) -> list[Receipt]:
    deadline = time.monotonic() + 15
    while Receipt.objects.count() < count and time.monotonic() < deadline:
        time.sleep(0.05)
    return list(Receipt.objects.order_by("pk"))


def test_a_letter_goes_out_and_comes_in_and_an_impossible_one_comes_back(mailbox, post, namur):
    namur_mailbox = Account.objects.create(kind="email", name="Namur", address="namur@cycles.example")
    outgoing = Outgoing(
        to=[Address("namur@cycles.example", "Élodie, à Namur")],
        bcc=[Address("liege+copie@cycles.example")],
        subject="Vélo prêt : « Été 2026 »",
        text=".\nVotre vélo est prêt\nFrom Liège\n",
        html="<p>Votre vélo est prêt</p>",
        external_id="one@cycles.example",
    )
    delivery = deliver(mailbox, outgoing, lambda step: None)
    assert delivery.accepted == ["namur@cycles.example", "liege+copie@cycles.example"]

    receipts = {receipt.account: receipt for receipt in arrived(2)}
    letter = receipts[namur_mailbox].read()
    assert letter.external_id == "one@cycles.example" and letter.subject == outgoing.subject
    assert letter.text.split("\n") == [".", "Votre vélo est prêt", "From Liège"]
    assert letter.to == outgoing.to and b"copie" not in receipts[namur_mailbox].raw
    assert letter.nature is Nature.PERSON and not letter.outbound
    assert receipts[mailbox].facts["to"] == ["liege+copie@cycles.example"]

    lost = Outgoing(to=[Address("nobody@cycles.example")], text="Bonjour", external_id="two@cycles.example")
    deliver(mailbox, lost, lambda step: None)
    back = arrived(3)[-1]
    assert back.account == mailbox and back.facts["from"] == ""
    bounce = back.read()
    assert bounce.nature is Nature.BOUNCE and bounce.bounce.permanent
    assert bounce.bounce.recipients == ["nobody@cycles.example"]
    assert bounce.bounce.original_id == "two@cycles.example"
