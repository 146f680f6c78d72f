"""The pages of mailboxes, as the owner meets them."""

import re

import pytest
from django.urls import reverse

from comptoir.channels.email.models import Folder, Mailbox
from comptoir.channels.models import Account

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner(client, alex):
    client.force_login(alex)
    return client


@pytest.fixture
def smtp():
    """An outgoing server that lets the right password in."""
    from aiosmtpd.controller import Controller
    from aiosmtpd.smtp import AuthResult

    from .dovecot import PASSWORD, free_port

    def check(server, session, envelope, mechanism, data):
        return AuthResult(success=data.password.decode() == PASSWORD, handled=False)

    controller = Controller(object(), "127.0.0.1", free_port(), authenticator=check, auth_require_tls=False)
    controller.start()
    yield controller
    controller.stop()


def told(server, smtp, **changes) -> dict:
    """What the owner types."""
    return {
        "address": "bonjour@cycles.example",
        "provider": "",
        "login": server.user,
        "password": server.password,
        "host": "localhost",
        "port": server.port,
        "security": "none",
        "smtp_host": "localhost",
        "smtp_port": smtp.port,
        "smtp_security": "none",
        "history": "month",
        "name": "Cycles",
        "sender_name": "Les Cycles",
        "signature": "À bientôt",
        "store": "",
    } | changes


def text(response) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def test_the_first_page_teaches_the_next_step(owner):
    assert reverse("email:new") in owner.get(reverse("email:mailboxes")).content.decode()


def test_an_agent_and_a_stranger_are_not_let_in(client, sam):
    assert client.get(reverse("email:mailboxes")).status_code == 302
    client.force_login(sam)
    assert client.get(reverse("email:mailboxes")).status_code == 403


def test_a_known_address_shows_its_servers_before_any_password(owner):
    page = owner.post(reverse("email:new"), {"address": "atelier@orange.fr"})

    assert "imap.orange.fr" in page.content.decode()
    assert "smtp.orange.fr" in page.content.decode()


def test_connecting_tests_first_then_shows_the_mailbox(owner, server, smtp):
    response = owner.post(reverse("email:connect"), told(server, smtp), follow=True)

    mailbox = Mailbox.objects.get()
    assert response.redirect_chain == [(reverse("email:mailbox", args=[mailbox.pk]), 302)]
    assert mailbox.account.address == "bonjour@cycles.example"
    assert mailbox.account.secrets == {"password": server.password}
    assert mailbox.account.signature == "À bientôt"


def test_a_test_changes_nothing_and_does_not_ask_for_the_password_twice(owner, server, smtp):
    page = owner.post(reverse("email:connect"), told(server, smtp, test="1"))
    assert not Mailbox.objects.exists()
    assert server.password not in page.content.decode()

    sealed = re.search(r'name="sealed" value="([^"]+)"', page.content.decode())[1]
    owner.post(reverse("email:connect"), told(server, smtp, password="", sealed=sealed))
    assert Mailbox.objects.get().password == server.password


def test_a_wrong_password_is_told_and_nothing_is_connected(owner, server, smtp):
    page = owner.post(reverse("email:connect"), told(server, smtp, password="pas-le-bon"))

    assert page.status_code == 422
    assert "localhost" in text(page)
    assert "pas-le-bon" not in page.content.decode()
    assert not Account.objects.filter(kind="email").exists()


def test_receiving_may_be_connected_before_sending_works(owner, server, smtp):
    wrong = told(server, smtp, smtp_password="autre-chose")
    assert owner.post(reverse("email:connect"), wrong).status_code == 422
    owner.post(reverse("email:connect"), wrong | {"anyway": "1"})

    assert Mailbox.objects.exists()


def test_an_address_is_connected_once(owner, server, smtp):
    owner.post(reverse("email:connect"), told(server, smtp))
    again = owner.post(reverse("email:connect"), told(server, smtp, address="Bonjour@Cycles.example"))

    assert again.status_code == 422
    assert Mailbox.objects.count() == 1


def test_a_server_of_this_machine_is_for_the_owner_alone(client, alex, server, smtp):
    alex.role = "manager"
    alex.save()
    client.force_login(alex)
    page = client.post(reverse("email:connect"), told(server, smtp))

    assert page.status_code == 422
    assert not Mailbox.objects.exists()


def test_the_state_page_tells_what_was_seen_and_compared(owner, connect, server, mailbox):
    connected = connect(server)
    Folder.objects.create(mailbox=connected, name="INBOX", role="inbox", is_followed=True)
    mailbox.failed("Le serveur ne répond pas.")
    page = owner.get(reverse("email:mailbox", args=[connected.pk]))
    assert "Le serveur ne répond pas." in text(page)

    fragment = owner.get(reverse("email:mailbox", args=[connected.pk]), headers={"HX-Request": "true"})
    assert "<html" not in fragment.content.decode()
    assert "Le serveur ne répond pas." in text(fragment)


def test_pausing_resuming_and_asking_for_a_comparison(owner, connect, server):
    mailbox = connect(server)
    for act, question in (
        ("pause", lambda: Mailbox.objects.get().is_paused),
        ("resume", lambda: not Mailbox.objects.get().is_paused),
        ("reconcile", lambda: Mailbox.objects.get().reconciliation_asked_at),
    ):
        assert owner.post(reverse(f"email:{act}", args=[mailbox.pk]), follow=True).status_code == 200
        assert question()


def test_disconnecting_forgets_the_password_and_keeps_the_mail(owner, connect, server, mailbox, letter):
    message = letter("Bonjour")
    connected = connect(server)
    url = reverse("email:disconnect", args=[connected.pk])
    assert owner.get(url).status_code == 200
    owner.post(url)

    mailbox.refresh_from_db()
    assert mailbox.closed_at and mailbox.secrets == {}
    message.refresh_from_db()
    assert owner.get(reverse("email:mailbox", args=[connected.pk])).status_code == 404


def test_a_mailbox_connected_again_goes_on_where_it_stopped(owner, connect, server, smtp, mailbox):
    connected = connect(server)
    owner.post(reverse("email:disconnect", args=[connected.pk]))
    owner.post(reverse("email:connect"), told(server, smtp, address=mailbox.address))

    assert Mailbox.objects.get().pk == connected.pk
    assert Mailbox.objects.open().exists()


def test_changing_the_signature_asks_for_no_password_and_no_test(owner, connect, server, mailbox):
    connected = connect(server)
    page = owner.get(reverse("email:edit", args=[connected.pk])).content.decode()
    assert server.password not in page
    changed = told(server, server, smtp_port=465, smtp_security="tls", password="", signature="Merci")
    del changed["address"]
    response = owner.post(reverse("email:edit", args=[connected.pk]), changed)

    assert response.status_code == 302
    mailbox.refresh_from_db()
    assert mailbox.signature == "Merci" and mailbox.secrets == {"password": server.password}


def test_choosing_folders(owner, connect, server):
    connected = connect(server)
    sav = Folder.objects.create(mailbox=connected, name="SAV")
    owner.post(reverse("email:folders", args=[connected.pk]), {"folders": [sav.pk]})

    assert Folder.objects.get(name="SAV").is_followed


def test_an_address_may_be_received_directly(owner):
    owner.post(reverse("email:direct"), {"address": "sav@cycles.example", "name": "SAV"})

    assert "sav@cycles.example" in text(owner.get(reverse("email:mailboxes")))
