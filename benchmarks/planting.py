"""Many messages, quickly: rows written in bulk, as filing would have written them."""

import random
from datetime import timedelta
from functools import cache

OPENING = """
import sys
from django.core.management import call_command
call_command("migrate", verbosity=0)
from comptoir.team.models import Member
from comptoir.channels.models import Account
Member.objects.create_user("alex@boutique.test", "un-mot-de-passe", name="Alex", role="owner", language="fr")
Account.objects.create(kind="email", name="Boutique", address=sys.argv[1], settings={"door": True})
"""
PLANT = "from benchmarks.planting import plant; import sys; plant(int(sys.argv[1]))"

PER_THREAD = 5
BATCH = 1000  # threads written at once
WORDS = """commande vélo facture livraison réparation dérailleur atelier garantie retour boutique remise pneu casque
batterie cadre selle frein chaîne roue lumière bonjour merci demain jeudi samedi matin soir colis adresse magasin devis
délai prix taille couleur modèle stock essai rendez-vous entretien montage échange remboursement avoir caution""".split()


def plant(count: int) -> None:
    """`count` messages in threads of five over two years, most of them closed, a few hundred open."""
    from comptoir.conversations.models import Message

    threads = count // PER_THREAD
    people = _people(max(threads // 2, 1))
    first = (Message.objects.order_by("-pk").values_list("pk", flat=True).first() or 0) + 1
    for start in range(0, threads, BATCH):
        numbers = range(start, min(start + BATCH, threads))
        _write(numbers, threads, people, first + start * PER_THREAD)
    _move_counters(Message)


def _people(count: int) -> list:
    from comptoir.customers.models import Customer, Handle

    rows = (Customer(name=f"Client {n}", sort_name=f"client {n}") for n in range(count))
    people = Customer.objects.bulk_create(rows, batch_size=5000)
    handles = (
        Handle(customer=one, kind="email", value=f"client{n}@exemple.test") for n, one in enumerate(people)
    )
    Handle.objects.bulk_create(handles, batch_size=5000)
    return people


def _write(numbers: range, total: int, people: list, first: int) -> None:
    from django.db import transaction

    from comptoir.conversations.models import Message, Thread
    from comptoir.ground import search

    dice = random.Random(first)
    with transaction.atomic():
        threads = Thread.objects.bulk_create(_thread(n, total, people, dice) for n in numbers)
        pairs = [(thread, n) for thread in threads for n in range(PER_THREAD)]
        messages = [_message(pk, thread, n, dice) for pk, (thread, n) in enumerate(pairs, start=first)]
        Message.objects.bulk_create(messages)
        found = ((one.pk, one.at, one.thread_id, (one.subject, one.text)) for one in messages)
        search.keep_all("message", found)


def _thread(n: int, total: int, people: list, dice: random.Random):
    from comptoir.conversations.models import Thread
    from comptoir.ground import clock

    at = clock.now() - timedelta(minutes=10 + 1_000_000 * n / total)
    return Thread(
        subject=" ".join(dice.choices(WORDS, k=4)),
        customer=dice.choice(people),
        account_id=_account(),
        state="open" if n < 400 or dice.random() < 0.002 else "closed",
        turn=dice.choice(["us", "them"]),
        opened_at=at - timedelta(hours=9),
        last_at=at,
        preview=" ".join(dice.choices(WORDS, k=18)),
        message_count=PER_THREAD,
    )


@cache
def _account() -> int:
    from comptoir.channels.models import Account

    return Account.objects.order_by("pk").values_list("pk", flat=True)[0]


def _message(pk: int, thread, n: int, dice: random.Random):
    from comptoir.conversations.models import Message

    is_inbound = n % 2 == 0
    return Message(
        pk=pk,
        thread=thread,
        kind="inbound" if is_inbound else "outbound",
        at=thread.last_at - timedelta(hours=PER_THREAD - 1 - n),
        customer=thread.customer if is_inbound else None,
        sender="client@exemple.test" if is_inbound else "support@boutique.test",
        subject=thread.subject,
        text=" ".join(dice.choices(WORDS, k=60)),
        external_id=f"planted-{pk}@exemple.test",
    )


def _move_counters(*models) -> None:
    """On PostgreSQL, rows written with their own ids leave the counter behind."""
    from django.core.management.color import no_style
    from django.db import connection

    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), models):
            cursor.execute(statement)
