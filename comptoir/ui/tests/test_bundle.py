"""One stylesheet and one script, small, kept for ever, made without a build."""

import gzip
import re

import pytest
from django.urls import reverse

from comptoir.ui import bundle

pytestmark = pytest.mark.django_db


def test_script_and_styles_stay_light():
    assert len(bundle.script().gzipped) <= 30_000
    assert len(bundle.stylesheet().gzipped) <= 16_000


def test_browser_gets_it_compressed_and_keeps_it(client):
    asset = bundle.stylesheet()
    response = client.get(reverse("ui:asset", args=[asset.name]), headers={"accept-encoding": "gzip"})

    assert "immutable" in response["Cache-Control"]
    assert gzip.decompress(response.content) == asset.body


def test_a_page_older_than_the_update_still_gets_its_styles(client):
    response = client.get(reverse("ui:asset", args=["0123456789abcdef.css"]))

    assert response.content == bundle.stylesheet().body
    assert response["Cache-Control"] == "no-cache"


def test_nothing_else_is_served(client):
    assert client.get(reverse("ui:asset", args=["settings.py"])).status_code == 404


def test_every_sheet_opens_a_known_layer():
    known = set(re.findall(r"[a-z]+", bundle.LAYERS.removeprefix("@layer ")))
    for sheet in bundle._sources("css"):
        opened = re.findall(r"@layer ([a-z]+)", sheet.read_text())
        assert opened and set(opened) <= known, sheet


def test_an_element_lives_in_a_file_of_its_name():
    for script in bundle._sources("js"):
        assert re.findall(r'customElements\.define\("([^"]+)"', script.read_text()) in ([], [script.stem]), (
            script
        )
