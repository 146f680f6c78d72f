"""Mail no person typed is told from mail a person did: failures, absences, lists, complaints."""

import pytest

from comptoir.channels.email.reading import read
from comptoir.channels.envelope import Nature

REPORT = """From: MAILER-DAEMON@mx.example (Mail Delivery System)
To: liege@cycles.example
Subject: Undelivered Mail Returned to Sender
Content-Type: multipart/report; report-type=delivery-status; boundary=b

--b

I'm sorry to have to inform you that your message could not be delivered.

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example

Final-Recipient: rfc822; nour@exemple.fr
Action: {action}
Status: {status}
Diagnostic-Code: smtp; {status} said the other side

--b
Content-Type: message/rfc822

From: liege@cycles.example
To: nour@exemple.fr
Message-ID: <reponse-12@cycles.example>
Subject: Votre vélo

Bonjour Nour
--b--
"""


def report(action="failed", status="5.1.1") -> bytes:
    return REPORT.format(action=action, status=status).encode()


def test_a_standard_report_tells_who_was_not_reached_and_which_mail_it_was():
    envelope = read(report())

    assert envelope.nature == Nature.BOUNCE
    assert envelope.bounce.recipients == ["nour@exemple.fr"]
    assert envelope.bounce.permanent
    assert envelope.bounce.status == "5.1.1"
    assert envelope.bounce.reason == "5.1.1 said the other side"
    assert envelope.bounce.original_id == "reponse-12@cycles.example"


@pytest.mark.parametrize(("action", "status"), [("delayed", "4.4.1"), ("failed", "4.2.2")])
def test_a_delay_is_not_for_good(action, status):
    assert not read(report(action, status)).bounce.permanent


def test_a_receipt_of_delivery_is_no_failure():
    assert read(report("delivered", "2.0.0")).nature != Nature.BOUNCE


def server(words: str, **fields) -> bytes:
    fields = {"From": "postmaster@fai.example", "To": "liege@cycles.example", "Return-Path": "<>"} | fields
    return ("".join(f"{name}: {value}\n" for name, value in fields.items()) + "\n" + words).encode()


@pytest.mark.parametrize(
    "raw",
    [
        server("Votre message n'a pas pu être remis à <nour@exemple.fr>", Subject="Non remis"),
        server("<nour@exemple.fr>: 550 5.1.1 User unknown", Subject="Returned mail"),
        server("Die Nachricht konnte nicht zugestellt werden: nour@exemple.fr", Subject="Unzustellbar"),
        server("Zie onder", **{"Subject": "Mail failure", "X-Failed-Recipients": "nour@exemple.fr"}),
        server(
            "550 unknown user <nour@exemple.fr>",
            Subject="Mail could not be delivered",
            From="filtre@fai.example",
        ),
    ],
)
def test_failures_told_in_a_servers_own_words(raw):
    envelope = read(raw)

    assert envelope.nature == Nature.BOUNCE
    assert envelope.bounce.recipients == ["nour@exemple.fr"]


def person(words: str, subject: str, **fields) -> bytes:
    return server(
        words,
        **{"From": "Nour <nour@exemple.fr>", "Return-Path": "<nour@exemple.fr>", "Subject": subject} | fields,
    )


@pytest.mark.parametrize(
    "raw",
    [
        person("Mon colis n'a pas été livré, écrivez à nour2@exemple.fr", "Problème de livraison"),
        person("My parcel was not delivered. Reach me at nour2@exemple.fr", "Delivery failed"),
        person("La facture a été rejetée par ma banque, compte inconnu.", "Paiement refusé : quota dépassé"),
        person(
            "Que veut dire ceci ?\n\n> 550 5.1.1 <sam@cycles.example> User unknown",
            "TR: Undeliverable: Devis",
        ),
        person("Bonjour", "Absence de réponse de votre part"),
        person("Bonjour", "En congés : puis-je passer lundi ?"),
        person("Bonjour", "Vacation rental: two bikes"),
        person("Bonjour", "Auto : rayure sur la portière"),
    ],
)
def test_a_person_is_never_taken_for_a_machine(raw):
    assert read(raw).nature == Nature.PERSON


@pytest.mark.parametrize(
    "raw",
    [
        person("Je suis absente.", "Votre message", **{"Auto-Submitted": "auto-replied"}),
        person("Je suis absente.", "Votre message", **{"X-Autoreply": "yes"}),
        person("Je suis absente.", "Votre message", Precedence="auto_reply"),
        person("Je suis absente.", "Réponse automatique : Votre vélo"),
        person("Ik ben afwezig", "Automatisch antwoord: fiets"),
        person("Ich bin weg", "Abwesenheitsnotiz"),
    ],
)
def test_absences_are_automatic(raw):
    assert read(raw).nature == Nature.AUTOMATIC


def test_a_mail_that_says_it_is_not_automatic_is_a_persons():
    assert read(person("Bonjour", "Vélo", **{"Auto-Submitted": "no"})).nature == Nature.PERSON


def test_a_newsletter_is_a_list():
    raw = person("Nos offres", "Offres", **{"List-Unsubscribe": "<https://exemple.fr/stop>"})

    assert read(raw).nature == Nature.LIST


def test_a_complaint_is_neither_a_failure_nor_a_person():
    raw = person(
        "--b\n\nspam\n--b\nContent-Type: message/feedback-report\n\nFeedback-Type: abuse\n--b--",
        "plainte",
        **{"Content-Type": "multipart/report; report-type=feedback-report; boundary=b"},
    )
    envelope = read(raw)

    assert (envelope.nature, envelope.bounce) == (Nature.COMPLAINT, None)
