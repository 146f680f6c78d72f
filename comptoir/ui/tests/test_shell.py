"""The frame around every page."""

import re
from types import SimpleNamespace

import pytest
from django.template.loader import render_to_string
from django.test import RequestFactory

from comptoir.ui import panels, places
from comptoir.ui.icons import PATHS

pytestmark = pytest.mark.django_db


def test_a_page_says_its_language_and_light_at_once(client, alex):
    alex.language, alex.theme = "en", "dark"
    alex.save()
    client.force_login(alex)

    page = client.get("/inbox/all/").content.decode()

    assert '<html lang="en" data-theme="dark">' in page


def test_nothing_is_written_inline(client, alex, parcel_thread):
    client.force_login(alex)
    page = client.get(f"/threads/{parcel_thread.pk}/").content.decode()

    assert not re.search(r"<style|style=|<script(?![^>]* src=)|\son[a-z]+=", page)


def test_every_place_and_settings_page_leads_somewhere(client, alex):
    client.force_login(alex)
    page = client.get("/inbox/all/").content.decode()

    assert 'href="#"' not in page
    assert all(one.icon in PATHS for one in [*places.places, *places.settings_pages])


def test_panels_speak_in_order_and_may_stay_silent(monkeypatch):
    told = [
        panels.Panel("late", "late.html", lambda *_: {}, 40),
        panels.Panel("first", "f.html", lambda *_: {}, 10),
    ]
    told.append(panels.Panel("silent", "s.html", lambda *_: None, 5))
    monkeypatch.setattr(panels, "panels", told)

    assert [one.name for one, _context in panels.sections(None, None)] == ["first", "late"]


def test_an_error_is_told_beside_its_field():
    from comptoir.ui.styleguide import SampleForm

    form = SampleForm({"email": "nour@"})
    html = render_to_string("ui/field.html", {"field": form["email"]}, RequestFactory().get("/"))

    assert 'aria-invalid="true"' in html
    assert f'id="{form["email"].id_for_label}_error"' in html


def test_strangers_see_no_place(rf, alex):
    from comptoir.ui.context import Shell

    request = rf.get("/")
    request.user = SimpleNamespace(is_authenticated=False)
    assert Shell(request).places == [] and Shell(request).settings == []
