"""A page that cannot be shown says so in the shop's own words."""

import pytest
from django.test import Client
from django.urls import path

from comptoir.config import urls

pytestmark = pytest.mark.django_db


def broken(request):
    raise RuntimeError("as if something had broken")


urlpatterns = [path("broken/", broken), *urls.urlpatterns]


@pytest.fixture
def browser(alex) -> Client:
    """Alex, whose browser shows what went wrong as any other does."""
    client = Client(
        raise_request_exception=False, headers={"accept-language": "fr"}, enforce_csrf_checks=True
    )
    client.force_login(alex)
    return client


def test_a_missing_page(browser):
    response = browser.get("/nowhere/")

    assert response.status_code == 404
    assert "Rien ici" in response.text and "Retour à l’accueil" in response.text


def test_a_page_open_for_too_long(browser):
    response = browser.post("/sign-in/", {"login": "alex@cycles.example"})

    assert response.status_code == 403
    assert "Recommencez" in response.text


def test_a_page_that_breaks(browser, settings):
    settings.ROOT_URLCONF = __name__
    response = browser.get("/broken/")

    assert response.status_code == 500
    assert "Quelque chose s’est cassé" in response.text
