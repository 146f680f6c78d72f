"""Google's and Microsoft's own sign-in, with answers as their documentation shows them."""

import base64
import hashlib
import json
import threading
import time
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.parse import parse_qs, urlsplit

import pytest
from django.urls import reverse

from comptoir.channels.email import oauth
from comptoir.channels.email.models import Auth, Mailbox, OAuthClient
from comptoir.channels.email.trouble import Kind, MailTrouble
from comptoir.channels.models import Account

pytestmark = pytest.mark.django_db

# developers.google.com/identity/protocols/oauth2/web-server, learn.microsoft.com/entra/identity-platform/v2-oauth2-auth-code-flow
GOOGLE = {
    "access_token": "1/fFAGRNJru1FTz70BzhT3Zg",
    "expires_in": 3920,
    "token_type": "Bearer",
    "scope": "https://mail.google.com/",
    "refresh_token": "1//xEoDL4iW3cxlI7yDbSRFYNG01kVKM2C-259HOF2aQbI",
}
MICROSOFT = {
    "access_token": "eyJ0eXAiOiJKV1QiLCJhbGciOiJSUzI1NiIsIng1dCI6Ik5HVEZ2ZEstZnl0aEV1Q",
    "token_type": "Bearer",
    "expires_in": 3599,
    "scope": "https://outlook.office.com/IMAP.AccessAsUser.All https://outlook.office.com/SMTP.Send",
    "refresh_token": "AwABAAAAvPM1KaPlrEqdFSBzjqfTGAMxZGUTdM0t4B4",
}
REVOKED = {"error": "invalid_grant", "error_description": "Token has been expired or revoked."}


@pytest.fixture
def provider(monkeypatch):
    """A token office on this machine; `answers` are given in turn, `asked` keeps what was asked."""

    class Office(BaseHTTPRequestHandler):
        answers: list = []
        asked: list = []

        def do_POST(self):
            length = int(self.headers["Content-Length"])
            self.asked.append({k: v[0] for k, v in parse_qs(self.rfile.read(length).decode()).items()})
            status, body = self.answers.pop(0)
            data = json.dumps(body).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_words):
            pass

    server = HTTPServer(("127.0.0.1", 0), Office)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    url = f"http://127.0.0.1:{server.server_address[1]}/token"
    here = {auth: replace(one, token_url=url) for auth, one in oauth.PROVIDERS.items()}
    monkeypatch.setattr(oauth, "PROVIDERS", here)
    yield Office
    server.shutdown()
    server.server_close()


@pytest.fixture
def google(db):
    return OAuthClient.objects.create(
        provider=Auth.GOOGLE, client_id="comptoir.apps.example", secrets={"client_secret": "secret"}
    )


@pytest.fixture
def signed_in(connect, server, google):
    """A mailbox whose token ends now."""
    mailbox = connect(server, auth=Auth.GOOGLE)
    oauth.keep(mailbox.account, {"access_token": "old", "refresh_token": "kept", "expires_at": time.time()})
    return mailbox


def test_the_way_there_proves_itself_and_asks_to_stay(google):
    asked = oauth.Request.fresh()
    url = oauth.authorize_url(google, asked, "https://shop.example/back/", "a@cycles.example")
    told = {key: value[0] for key, value in parse_qs(urlsplit(url).query).items()}

    challenge = (
        base64.urlsafe_b64encode(hashlib.sha256(asked.verifier.encode()).digest()).rstrip(b"=").decode()
    )
    assert told["code_challenge"] == challenge and told["code_challenge_method"] == "S256"
    assert told["state"] == asked.state and told["access_type"] == "offline"
    assert "client_secret" not in told


def test_a_token_is_renewed_before_its_end_and_the_old_refresh_token_kept(signed_in, provider):
    provider.answers[:] = [(200, {key: GOOGLE[key] for key in ("access_token", "expires_in", "token_type")})]
    assert oauth.access_token(signed_in) == GOOGLE["access_token"]
    assert oauth.access_token(signed_in) == GOOGLE["access_token"]

    assert provider.asked[-1]["grant_type"] == "refresh_token"
    kept = Account.objects.get(pk=signed_in.account.pk).secrets["oauth"]
    assert kept["refresh_token"] == "kept" and kept["expires_at"] > time.time() + 3000


def test_a_permission_taken_back_is_told(signed_in, provider):
    provider.answers[:] = [(400, REVOKED)]
    with pytest.raises(MailTrouble) as trouble:
        oauth.access_token(signed_in)

    assert trouble.value.kind is Kind.TOKEN and trouble.value.needs_a_person


def test_connecting_with_microsoft_from_the_pages(client, alex, provider):
    client.force_login(alex)
    start = reverse("email:sign-in", args=["microsoft"])
    address = {"address": "atelier@hotmail.fr"}
    registration = {"client_id": "11112222-bbbb-3333", "client_secret": "chut", **address}
    client.post(reverse("email:registration", args=["microsoft"]), registration)
    told = {
        "history": "none",
        "name": "Atelier",
        "sender_name": "L’atelier",
        "signature": "",
        "store": "",
        **address,
    }
    page = client.post(start, told).content.decode()
    assert "chut" not in page

    trip = client.session["email_sign_in"]
    assert trip["state"] in page
    provider.answers[:] = [(200, MICROSOFT)]
    response = client.get(reverse("email:sign-in-back"), {"state": trip["state"], "code": "M.C5_BAY"})

    mailbox = Mailbox.objects.get()
    assert response.url == reverse("email:mailbox", args=[mailbox.pk])
    assert provider.asked[-1]["code_verifier"] == trip["verifier"]
    assert (mailbox.auth, mailbox.host, mailbox.saves_sent) == ("microsoft", "outlook.office365.com", True)
    assert mailbox.account.secrets["oauth"]["refresh_token"] == MICROSOFT["refresh_token"]


def test_an_answer_we_did_not_ask_for_is_refused(client, alex, google):
    client.force_login(alex)
    response = client.get(reverse("email:sign-in-back"), {"state": "forged", "code": "x"}, follow=True)

    assert response.redirect_chain[0][0] == reverse("email:mailboxes")
    assert not Mailbox.objects.exists()


def test_the_owner_may_say_no_at_the_provider(client, alex, google):
    client.force_login(alex)
    told = {
        "history": "none",
        "name": "A",
        "sender_name": "A",
        "signature": "",
        "store": "",
        "address": "a@gmail.com",
    }
    client.post(reverse("email:sign-in", args=["google"]), told)
    state = client.session["email_sign_in"]["state"]
    response = client.get(
        reverse("email:sign-in-back"), {"state": state, "error": "access_denied"}, follow=True
    )

    assert "access_denied" in response.content.decode()
    assert not Mailbox.objects.exists()
