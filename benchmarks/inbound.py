"""Inbound mail: from the LMTP door to searchable, durable, in CPU milliseconds per message."""

import smtplib
import tempfile
import time
from email import message_from_bytes, policy
from pathlib import Path

from comptoir.config.tests.shop import Shop

from .corpora import reference_mail
from .figures import Figures, cpu_of_me

ADDRESS = "support@boutique.test"
COUNT = 1000
FILED = "from comptoir.channels.models import Receipt; print(Receipt.objects.exclude(filed_at=None).count())"


def measure(shop: Shop, figures: Figures, count: int = COUNT) -> None:
    with tempfile.TemporaryDirectory() as folder:
        mails = [path.read_bytes() for path in reference_mail(count, Path(folder), ADDRESS)]
    reference = _parse_alone(mails)
    already = int(shop.run(FILED))
    before, started = shop.cpu(), time.monotonic()
    _deliver(shop, mails)
    delivered = time.monotonic() - started
    while int(shop.run(FILED)) - already < count:
        time.sleep(0.5)
    total = time.monotonic() - started
    milliseconds = (shop.cpu() - before) / count * 1000
    facts = {"reference": "email parse alone", "ratio": milliseconds / reference}
    figures.add("inbound, door to searchable", milliseconds, "CPU ms/message", goal=15, **facts)
    figures.add("inbound, accepted at the door", count / delivered, "messages/s")
    figures.add("inbound, door to searchable", count / total, "messages/s")


def _parse_alone(mails: list[bytes]) -> float:
    """The standard library's parser over the same mail, in CPU ms a message."""
    before = cpu_of_me()
    for raw in mails:
        message = message_from_bytes(raw, policy=policy.default)
        [part.get_payload(decode=True) for part in message.walk()]
        [str(value) for value in message.values()]
    return (cpu_of_me() - before) / len(mails) * 1000


def _deliver(shop: Shop, mails: list[bytes]) -> None:
    with smtplib.LMTP("127.0.0.1", shop.door) as line:
        for raw in mails:
            line.sendmail("somebody@exemple.test", [ADDRESS], raw)
