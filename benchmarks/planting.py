"""Many messages, quickly: rows written in bulk, as filing would have written them."""

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
BATCH = 5000
WORDS = """commande vélo facture livraison réparation dérailleur atelier garantie retour boutique remise pneu casque
batterie cadre selle frein chaîne roue lumière bonjour merci demain jeudi samedi matin soir colis adresse magasin devis
délai prix taille couleur modèle stock essai rendez-vous entretien montage échange remboursement avoir caution""".split()


def plant(count: int) -> None:
    """`count` messages in threads of five over two years, most of them closed, a few hundred open."""
    import random
    from datetime import timedelta

    from django.db import transaction

    from comptoir.channels.models import Account
    from comptoir.conversations.models import Message, Thread
    from comptoir.customers.models import Customer, Handle
    from comptoir.ground import clock
    from comptoir.ground.models import SearchText
    from comptoir.ground.search import fold, stem

    dice, account, now = random.Random(7), Account.objects.first(), clock.now()
    stems = {word: stem(fold(word)) for word in WORDS}
    folded = {word: fold(word) for word in WORDS}
    threads = count // PER_THREAD
    first = (Message.objects.order_by("-pk").values_list("pk", flat=True).first() or 0) + 1
    people = Customer.objects.bulk_create(
        (Customer(name=f"Client {n}", first_seen_at=now) for n in range(max(threads // 2, 1))),
        batch_size=BATCH,
    )
    Handle.objects.bulk_create(
        (Handle(customer=one, kind="email", value=f"client{n}@exemple.test") for n, one in enumerate(people)),
        batch_size=BATCH,
    )
    for start in range(0, threads, BATCH // PER_THREAD):
        size = min(BATCH // PER_THREAD, threads - start)
        rows, messages, texts = [], [], []
        for n in range(start, start + size):
            at = now - timedelta(minutes=10 + 1_000_000 * n / threads)
            state = "open" if n < 400 or dice.random() < 0.002 else "closed"
            turn = dice.choice(["us", "them"])
            rows.append(
                Thread(
                    subject=" ".join(dice.choices(WORDS, k=4)),
                    customer=dice.choice(people),
                    account=account,
                    state=state,
                    turn=turn,
                    opened_at=at - timedelta(hours=9),
                    last_at=at,
                    preview=" ".join(dice.choices(WORDS, k=18)),
                    message_count=PER_THREAD,
                )
            )
        with transaction.atomic():
            Thread.objects.bulk_create(rows)
            for thread in rows:
                for n in range(PER_THREAD):
                    words = dice.choices(WORDS, k=60)
                    at = thread.last_at - timedelta(hours=PER_THREAD - 1 - n)
                    kind = "inbound" if n % 2 == 0 else "outbound"
                    messages.append(
                        Message(
                            pk=first,
                            thread=thread,
                            kind=kind,
                            at=at,
                            customer=thread.customer if kind == "inbound" else None,
                            sender="client@exemple.test" if kind == "inbound" else account.address,
                            subject=thread.subject,
                            text=" ".join(words),
                            external_id=f"planted-{first}@exemple.test",
                        )
                    )
                    texts.append(
                        SearchText(
                            id=(int(at.timestamp() * 1000) << 21) | first % (1 << 21),
                            kind="message",
                            subject=first,
                            group=thread.pk,
                            words=" ".join(dict.fromkeys(folded[word] for word in words)),
                            stems=" ".join(dict.fromkeys(stems[word] for word in words)),
                        )
                    )
                    first += 1
            Message.objects.bulk_create(messages, batch_size=BATCH)
            SearchText.objects.bulk_create(texts, batch_size=BATCH)
    _move_sequences()


def _move_sequences() -> None:
    """On PostgreSQL, rows written with their own ids leave the counter behind."""
    from django.core.management.color import no_style
    from django.db import connection

    from comptoir.conversations.models import Message

    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), [Message]):
            cursor.execute(statement)
