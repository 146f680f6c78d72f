"""From the link printed at the first start to a customer who has been answered, and answers."""

import smtplib
import time
from collections.abc import Callable, Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest
from playwright.sync_api import Locator, Page, expect

from comptoir.channels.email.tests.dovecot import Dovecot
from comptoir.config.tests.shop import Shop, shop

from .post_office import PostOffice

ADDRESS = "bonjour@cycles.example"


@pytest.fixture
def new_shop() -> Iterator[Shop]:
    """A shop on its first day, with a moment to change one's mind after each send."""
    with shop(COMPTOIR_UNDO_SECONDS="6") as one:
        one.open()
        yield one


@pytest.fixture
def dovecot() -> Iterator[Dovecot]:
    server = Dovecot()
    try:
        yield server.start()
    finally:
        server.stop()


@pytest.fixture
def post_office(dovecot) -> Iterator[PostOffice]:
    with PostOffice(dovecot.user, dovecot.password) as office:
        yield office


def test_from_the_link_to_a_customer_who_answers(new_shop, dovecot, post_office, visit):
    alex = visit(new_shop)
    open_the_shop(alex, new_shop.link)
    connect_the_mailbox(alex, dovecot, post_office)

    alex.get_by_role("link", name="Accueil").click()
    expect(alex.get_by_text("Tout le monde a sa réponse")).to_be_visible()
    dovecot.deliver(letter_from_nour("Mon vélo", "Bonjour, mon vélo est-il prêt ?"))
    expect(row_of_nour(alex)).to_contain_text("Mon vélo")

    row_of_nour(alex).get_by_role("link").click()
    expect(message(alex, "mon vélo est-il prêt")).to_be_visible()
    write_then_take_back(alex, "Il est prêt, à tout à l'heure.")
    alex.get_by_role("button", name="Envoyer", exact=True).click()
    expect(message(alex, "Il est prêt").get_by_text("Envoyé", exact=True)).to_be_visible()

    [answer] = post_office.letters
    assert answer.recipients == ["nour@example.org"]
    assert answer["From"] == f"Cycles du Quai <{ADDRESS}>"
    assert answer["In-Reply-To"] == "<mon-velo@example.org>"
    assert "Il est prêt" in answer.get_body(("plain",)).get_content()
    [copy] = eventually(lambda: letters_in(dovecot, "Sent"))
    assert copy["Message-ID"] == answer["Message-ID"]

    dovecot.deliver(letter_from_nour("Re: Mon vélo", "Merci, j'arrive vers 17 h.", answers=answer))
    expect(message(alex, "j'arrive vers 17 h")).to_be_visible()
    alex.get_by_role("link", name="À moi").click()
    expect(row_of_nour(alex)).to_have_count(1)
    assert len(post_office.letters) == 1


def test_a_letter_handed_to_the_door_rings_too(new_shop, visit):
    alex = visit(new_shop)
    open_the_shop(alex, new_shop.link)
    alex.goto("/settings/mailboxes/direct/")
    alex.get_by_role("textbox", name="Adresse").fill(ADDRESS)
    alex.get_by_label("Nom", exact=True).fill("Atelier")
    alex.get_by_role("button", name="Ajouter cette adresse").click()
    alex.get_by_role("link", name="Accueil").click()

    with smtplib.LMTP("127.0.0.1", new_shop.door) as door:
        letter = letter_from_nour("Un pneu", "Avez-vous un 700 × 28 ?")
        door.sendmail("nour@example.org", [ADDRESS], letter)

    expect(row_of_nour(alex)).to_contain_text("Un pneu")


def open_the_shop(page: Page, link: str) -> None:
    page.goto(link)
    page.get_by_label("Nom de votre commerce").fill("Cycles du Quai")
    page.get_by_label("Première boutique").fill("Liège")
    page.get_by_label("Votre nom").fill("Alex Delvaux")
    page.get_by_label("Votre adresse e-mail").fill("alex@cycles.example")
    page.get_by_label("Mot de passe").fill("une-pompe-et-deux-rustines")
    page.get_by_role("button", name="Ouvrir la boutique").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("La boutique est ouverte, Alex")


def connect_the_mailbox(page: Page, dovecot: Dovecot, post_office: PostOffice) -> None:
    """From the first steps, by hand, with a password mistyped once."""
    page.get_by_role("link", name="Commencer").click()
    page.get_by_role("textbox", name="Adresse").fill(ADDRESS)
    page.get_by_role("button", name="Trouver ses serveurs").click()
    page.get_by_label("Identifiant", exact=True).fill(dovecot.user)
    page.get_by_label("Serveur de réception (IMAP)").fill("localhost")
    page.get_by_label("Serveur d’envoi (SMTP)").fill("localhost")
    for place, server in enumerate((dovecot, post_office)):
        page.get_by_label("Port", exact=True).nth(place).fill(str(server.port))
        page.get_by_label("Sécurité").nth(place).select_option(label="Non chiffrée (cette machine seulement)")

    page.get_by_role("textbox", name="Mot de passe", exact=False).first.fill("pas-celui-là")
    page.get_by_role("button", name="Relier", exact=True).click()
    expect(page.get_by_text("Le serveur « localhost » refuse l’identifiant").first).to_be_visible()
    page.get_by_role("textbox", name="Mot de passe", exact=False).first.fill(dovecot.password)
    page.get_by_role("button", name="Relier", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(ADDRESS)
    expect(page.get_by_text("À l’écoute")).to_be_visible()


def write_then_take_back(page: Page, words: str) -> None:
    """Sent, then taken back in time: the words are in the composer again."""
    page.get_by_role("textbox", name="Répondre").fill(words)
    page.get_by_role("button", name="Envoyer", exact=True).click()
    expect(message(page, words[:11])).to_be_visible()
    page.get_by_role("button", name="Annuler").click()
    expect(message(page, words[:11])).to_have_count(0)
    expect(page.get_by_role("textbox", name="Répondre")).to_contain_text(words[:11])


def row_of_nour(page: Page) -> Locator:
    return page.get_by_role("region").get_by_role("listitem").filter(has_text="Nour Benali")


def message(page: Page, words: str) -> Locator:
    return page.get_by_role("region", name="Messages").get_by_role("article").filter(has_text=words)


def letter_from_nour(subject: str, text: str, *, answers: EmailMessage | None = None) -> bytes:
    letter = EmailMessage()
    letter["From"] = "Nour Benali <nour@example.org>"
    letter["To"] = ADDRESS
    letter["Subject"] = subject
    letter["Date"] = "Thu, 19 Nov 2026 10:00:00 +0100"
    letter["Message-ID"] = "<merci@example.org>" if answers else "<mon-velo@example.org>"
    if answers:
        letter["In-Reply-To"] = letter["References"] = answers["Message-ID"]
    letter.set_content(text)
    return letter.as_bytes()


def letters_in(dovecot: Dovecot, folder: str) -> list[EmailMessage]:
    with dovecot.raw_client(folder) as client:
        numbers = client.search(None, "ALL")[1][0].split()
        raws = [client.fetch(number, "(RFC822)")[1][0][1] for number in numbers]
    return [message_from_bytes(raw, policy=policy.default) for raw in raws]


def eventually(look: Callable[[], list], seconds: float = 20) -> list:
    """What `look` finds, as soon as it finds something."""
    deadline = time.monotonic() + seconds
    while not (found := look()) and time.monotonic() < deadline:
        time.sleep(0.1)
    return found
