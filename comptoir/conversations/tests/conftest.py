"""Sam at the counter, with a browser."""

import pytest


@pytest.fixture
def at_the_counter(client, sam):
    """Sam's browser, in English."""
    sam.language = "en"
    sam.save()
    client.force_login(sam)
    return client


@pytest.fixture
def htmx():
    """What htmx says of itself with each request."""
    return {"HX-Request": "true"}
