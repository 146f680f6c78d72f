"""The journal: lines are added, read by owners, and never changed."""

import pytest
from django.urls import reverse

from comptoir.team.models import Act, AuditEntry


def test_a_sign_in_is_written_down(sam, browser):
    browser.post("/sign-in/", {"login": sam.email, "password": "un-mot-de-passe"}, REMOTE_ADDR="203.0.113.4")

    line = AuditEntry.objects.get(act=Act.SIGNED_IN)
    assert (line.by, line.who, line.address) == (sam, "Sam Agent", "203.0.113.4")


def test_a_role_given_is_written_down(alex, sam, signed_in):
    signed_in(alex).post(reverse("team:member", args=[sam.pk]), {"role": "manager"})

    line = AuditEntry.objects.get(act=Act.ROLE_CHANGED)
    assert line.by == alex and "Sam Agent" in line.on


def test_a_line_is_neither_changed_nor_taken_out(alex):
    line = AuditEntry.objects.note(Act.EXPORTED, by=alex, on="customers")

    with pytest.raises(TypeError):
        line.save()
    with pytest.raises(TypeError):
        line.delete()


def test_a_line_outlives_the_person(sam):
    line = AuditEntry.objects.note(Act.EXPORTED, by=sam)
    sam.delete()

    assert AuditEntry.objects.get(pk=line.pk).who == "Sam Agent"


def test_old_lines_are_a_click_away(alex, signed_in):
    for number in range(250):
        AuditEntry.objects.note(Act.EXPORTED, by=alex, on=f"export {number:03}")
    browser = signed_in(alex)

    seen, url = [], reverse("team:journal")
    while url:
        context = browser.get(url).context
        seen += [line.on for line in context["lines"] if line.act == Act.EXPORTED]
        url = context["more"] and f"{reverse('team:journal')}?before={context['more']}"

    assert seen == [f"export {number:03}" for number in reversed(range(250))]


def test_a_hostile_name_stays_text(alex, signed_in):
    alex.name = "<script>alert(1)</script>"
    alex.save()
    AuditEntry.objects.note(Act.EXPORTED, by=alex, on="<img src=x onerror=alert(1)>")
    browser = signed_in(alex)

    for name in ("team", "journal", "account", "first-steps"):
        page = browser.get(reverse(f"team:{name}")).content
        assert b"<script>alert" not in page and b"<img src=x" not in page
