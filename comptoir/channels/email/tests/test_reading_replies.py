"""Sam sees what Nour wrote; what stood below is folded, never lost."""

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comptoir.channels.email.reading import read
from comptoir.channels.email.reading.forwards import forwarded
from comptoir.channels.email.reading.quotes import split
from comptoir.channels.envelope import Address

SHOP = "Cycles de Liège <liege@cycles.example>"
ANSWERS = {
    "Gmail": f"\n\nLe mar. 3 mars 2026 à 10:02, {SHOP} a écrit :\n\n> Bonjour Nour,\n> votre vélo est prêt.\n",
    "Gmail, line cut": "\n\nLe mar. 3 mars 2026 à 10:02, Cycles de Liège <\nliege@cycles.example> a écrit :\n\n> Bonjour\n",
    "Outlook": f"\n\nDe : {SHOP}\nEnvoyé : mardi 3 mars 2026 10:02\nÀ : Nour\nObjet : Votre vélo\n\nBonjour Nour,\n",
    "Outlook for Android": "\n\nTélécharger Outlook pour Android<https://aka.ms/x>\n________________________________\n"
    f"De: {SHOP}\nEnvoyé: mardi 3 mars 2026 10:02:33\nÀ: Nour\nObjet: RE: vélo\n\nBonjour\n",
    "Apple": f"\n\nEnvoyé de mon iPhone\n\n> Le 3 mars 2026 à 10:02, {SHOP} a écrit :\n> \n> Bonjour\n",
    "Thunderbird": "\n\nLe 03/03/2026 à 10:02, Cycles de Liège a écrit :\n> Bonjour\n\n-- \nNour\n",
    "Yahoo": f"\n\n    Le mardi 3 mars 2026 à 10:02:33 UTC+1, {SHOP} a écrit :  \n \n Bonjour\n",
    "Orange": f"\n\n> Message du 03/03/26 10:02\n> De : {SHOP}\n> A : nour@orange.fr\n> Objet : votre vélo\n>\n> Bonjour\n",
    "Free": f"\n\n----- Mail original -----\nDe: {SHOP}\nÀ: nour@free.fr\nEnvoyé: Mardi 3 Mars 2026\nObjet: vélo\n\nBonjour\n",
    "La Poste": f"\n\nenvoyé : 3 mars 2026 à 10:02\nde : {SHOP}\nà : nour@laposte.net\nobjet : votre vélo\n\nBonjour\n",
    "SFR": f"\n\n==========\n\nMessage du : 03/03/2026 10:02\nDe : {SHOP}\nA : nour@sfr.fr\nSujet : vélo\n\nBonjour",
    "Proton": f"\n\nEnvoyé avec la messagerie sécurisée Proton Mail.\n\nLe mardi 3 mars 2026 à 10:02, {SHOP} a écrit :\n\n> Bonjour",
    "Samsung": f"\n\nEnvoyé depuis mon smartphone Samsung Galaxy.\n\n-------- Message d'origine --------\nDe : {SHOP}\nÀ : n@x.fr\nBonjour",
    "Dutch": f"\n\nMet vriendelijke groet,\nNour\n\nOp di 3 mrt 2026 om 10:02 schreef {SHOP}:\n\n> Beste\n",
    "Dutch Outlook": f"\n\nVan: {SHOP}\nVerzonden: dinsdag 3 maart 2026 10:02\nAan: Nour\nOnderwerp: fiets\n\nBeste",
    "German": f"\n\nMit freundlichen Grüßen\nNour\n\nAm Di., 3. März 2026 um 10:02 Uhr schrieb {SHOP}:\n\n> Hallo\n",
    "GMX": f"\n\nGesendet: Dienstag, 03. März 2026 um 10:02 Uhr\nVon: {SHOP}\nAn: n@gmx.de\nBetreff: Rad\nHallo",
    "English iPad": f"\n\nSent from my iPad\n\nOn 3 Mar 2026, at 10:02, {SHOP} wrote:\n\nHello,\n",
    "signature card": "\n\nBien à vous,\n\n\nNour HADDAD\nResponsable achats\nTél. : 01 02 03 04 05\nwww.exemple.fr\n",
    "legal notice": "\n\nCe message et toutes les pièces jointes sont confidentiels.\nToute utilisation est interdite.",
}


@pytest.mark.parametrize("program", ANSWERS)
def test_the_answer_stands_alone(program):
    said = "Bonjour,\n\nOui, samedi me va.\nMerci d'avance !"

    assert split(said + ANSWERS[program]).said == said


def test_answers_written_between_the_questions_stay_with_them():
    text = "Le 03/03/2026 à 10:02, Cycles a écrit :\n> Quelle taille ?\nTaille M.\n> Quelle couleur ?\nBleu.\n\n-- \nNour\n"

    assert split(text).said == "> Quelle taille ?\nTaille M.\n> Quelle couleur ?\nBleu."


def test_an_answer_below_the_quotation_is_found():
    text = "Le 03/03/2026 à 10:02, Cycles a écrit :\n> Quelle taille ?\n\nTaille M."

    assert split(text).said == "Taille M."


@pytest.mark.parametrize(
    "text",
    [
        "Bonjour,\n\nLe 12 mars vous m'avez écrit :\nvotre colis arrive jeudi.\nIl n'est pas là.\n\nMerci",
        "Bonjour,\nmon message du : 3 mars est resté sans réponse.\nOn Monday I wrote:\nnothing",
        "De : Nour <nour@exemple.fr>\nObjet : Contact\nTéléphone : 06\n\nBonjour, je cherche un vélo.",
        "Bonjour,\nvoici le trajet :\nDe : Liège\nÀ : Namur\nDate : 12 mars\nPouvez-vous livrer ?",
        "Il me faut :\n- un pneu\n- une chambre à air",
        "Le pneu est crevé.\nCordialement\nNour\nPS : commande 12345",
        "Merci d'avance,\nNour",
        "Cordialement",
        "Prix < 10 € ou > 5 € ?\n\n## Liste\n----\n\n1. selle\n\n----\n\nVoilà ce qu'il faut.",
        "La facture est ci-dessous.\nEnvoyé par mail hier",
        "Sent mail to you yesterday",
        "Sent from my desk, which is easier than my mobile phone.",
    ],
)
def test_a_customers_sentence_is_never_folded(text):
    assert split(text).said == text


LINES = st.sampled_from(
    [
        "Bonjour", "", "> cité", ">> deux fois", "-- ", "Le 3 mars 2026 à 10:02, Sam <s@c.fr> a écrit :", "De : Sam <s@c.fr>",
        "Objet : vélo", "À : Nour", "Cordialement,", "Nour", "____________", "Envoyé de mon iPhone", "-----Message d'origine-----",
        "> Le 3 mars 2026, Sam a écrit :", "Bien. Merci ?", "----", "C> vieux", "Date : 12 mars",
    ]
)  # fmt: skip


@given(st.lists(LINES, max_size=40))
@settings(max_examples=400, deadline=None)
def test_every_word_is_in_the_text_or_under_the_fold(lines):
    text = "\n".join(lines)
    reply = split(text)

    assert Counter(text.split()) == Counter(f"{reply.said}\n{reply.folded}".split())


FORWARDS = {
    "Gmail": "---------- Forwarded message ---------\nDe : {who}\nDate: mar. 3 mars 2026\nSubject: Devis\nTo: <nour@x.fr>\n\n{words}",
    "Apple": "Début du message réexpédié :\n\n> De: {who}\n> Objet: Devis\n> Date: 3 mars 2026\n> À: <nour@x.fr>\n> \n> {words}",
    "Thunderbird": "-------- Message transféré --------\nSujet : \tDevis\nDate : \tTue, 3 Mar 2026\nDe : \t{who}\nPour : \tn@x.fr\n\n\n{words}",
    "Outlook": "De : {who}\nEnvoyé : mardi 3 mars 2026 10:02\nÀ : Nour <nour@x.fr>\nObjet : Devis\n\n{words}",
    "German": "-------- Weitergeleitete Nachricht --------\nBetreff: Devis\nDatum: Di, 3 Mär 2026\nVon: {who}\nAn: n@x.de\n\n{words}",
}


@pytest.mark.parametrize("program", FORWARDS)
def test_a_forward_tells_who_first_wrote_and_what(program):
    text = "Pour vous.\n\n" + FORWARDS[program].format(
        who="Robin <robin@exemple.fr>", words="Bonjour, un devis ?"
    )
    found = forwarded(text, "TR: Devis", is_answer=False)

    assert found.sender == Address("robin@exemple.fr", "Robin")
    assert (found.subject, found.text) == ("Devis", "Bonjour, un devis ?")
    assert split(text).said == "Pour vous."


def test_headers_copied_under_an_answer_are_no_forward():
    text = "Oui.\n\nDe : Sam <sam@cycles.example>\nEnvoyé : mardi\nÀ : Nour\nObjet : vélo\n\nBonjour"
    raw = f"From: nour@x.fr\nSubject: RE: vélo\nIn-Reply-To: <1@cycles.example>\n\n{text}".encode()

    assert read(raw).forwarded is None


def test_a_page_is_folded_like_words():
    page = f"<div>Oui !</div><div class='gmail_quote'>Le mar. 3 mars 2026 à 10:02, {SHOP.replace('<', '&lt;')} a écrit :<blockquote>Prêt</blockquote></div>"
    envelope = read(f"From: n@x.fr\nContent-Type: text/html; charset=utf-8\n\n{page}".encode())

    assert envelope.text == "Oui !"
    assert "> Prêt" in envelope.quoted
