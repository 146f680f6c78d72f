"""The team's own guests: browsers in which somebody is signed in."""

import pytest
from django.test import Client
from hypothesis import settings as hypothesis_settings

# A busy machine is not a wrong answer.
hypothesis_settings.register_profile("patient", deadline=None)
hypothesis_settings.load_profile("patient")

PASSWORD = "un-mot-de-passe"


@pytest.fixture
def browser():
    """A stranger's browser that asks for English."""
    return Client(headers={"accept-language": "en"})


@pytest.fixture
def signed_in(db):
    """`signed_in(alex)` is a browser where Alex is signed in."""

    def sign_in(member, **facts) -> Client:
        client = Client(headers={"accept-language": "en"}, **facts)
        client.force_login(member)
        return client

    return sign_in


@pytest.fixture
def manager(db):
    from comptoir.team.models import Member, Role

    return Member.objects.create_user("max@cycles.example", PASSWORD, name="Max Manager", role=Role.MANAGER)
