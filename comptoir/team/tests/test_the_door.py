"""Every page is closed to strangers, and to the wrong role, unless it says otherwise."""

import pytest
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from comptoir.team.door import OPEN_TO_ALL, is_public
from comptoir.team.models import ExceptionalDay, Invitation, Role

# What strangers may open, besides allauth's and the shell's own pages. Adding a name here opens a door.
PUBLIC = OPEN_TO_ALL | {"team:welcome", "team:way-back"}
# Doors of other floors that check who knocks by themselves.
ELSEWHERE = ("health", "portal", "hooks")


def all_views(resolver=None, namespace=""):
    """Every (name, view) of the shop."""
    for one in (resolver or get_resolver()).url_patterns:
        if isinstance(one, URLResolver):
            inner = ":".join(filter(None, [namespace, one.namespace]))
            yield from all_views(one, inner)
        elif isinstance(one, URLPattern):
            yield ":".join(filter(None, [namespace, one.name or ""])), one.callback


def test_only_the_listed_pages_are_open_to_strangers():
    opened = {name for name, view in all_views() if is_public(view, name)}

    assert {name for name in opened if not name.startswith(ELSEWHERE)} <= PUBLIC


def team_urls(store, invitation, member, day) -> dict[str, str]:
    numbers = {
        "member": [member.pk],
        "deactivate": [member.pk],
        "reactivate": [member.pk],
        "renew-invitation": [invitation.pk],
        "withdraw-invitation": [invitation.pk],
        "store": [store.pk],
        "hours": [store.pk],
        "add-day": [store.pk],
        "remove-day": [store.pk, day.pk],
        "keep-holiday": [store.pk, "2026-12-25"],
        "end-visit": [10**6],
        "welcome": ["x" * 43],
        "way-back": ["x" * 43],
    }
    names = [name for name, _view in all_views() if name.startswith("team:")]
    return {name: reverse(name, args=numbers.get(name.removeprefix("team:"), [])) for name in names}


@pytest.fixture
def urls(liege, alex, robin):
    invitation = Invitation.objects.create(by=alex)
    day = ExceptionalDay.objects.create(store=liege, date="2026-12-24", until="2026-12-24")
    return team_urls(liege, invitation, robin, day)


def test_a_stranger_is_sent_to_sign_in_from_every_page(urls, browser):
    for name, url in urls.items():
        if name in PUBLIC:
            continue
        for answer in (browser.get(url), browser.post(url)):
            assert answer.status_code == 302, name
            assert answer["Location"].startswith(reverse("account_login")), name


MANAGERS_ONLY = {
    "team", "invite", "renew-invitation", "withdraw-invitation", "member", "deactivate", "reactivate",
    "stores", "new-store", "store", "hours", "add-day", "remove-day", "keep-holiday",
}  # fmt: skip
OWNERS_ONLY = {"journal", "business"}


@pytest.mark.parametrize("role", [Role.OWNER, Role.MANAGER, Role.AGENT])
def test_each_role_opens_its_own_pages(urls, sam, signed_in, role):
    sam.role = role
    sam.save()
    browser = signed_in(sam)

    refused = {
        name.removeprefix("team:")
        for name, url in urls.items()
        if name not in PUBLIC and 403 in (browser.get(url).status_code, browser.post(url).status_code)
    }

    # Setting a password without the old one is for whoever has just come by the machine's link.
    expected = {
        Role.OWNER: {"new-password"},
        Role.MANAGER: {"new-password"} | OWNERS_ONLY,
        Role.AGENT: {"new-password"} | OWNERS_ONLY | MANAGERS_ONLY,
    }
    assert refused == expected[role]


def test_a_manager_does_not_touch_an_owner(alex, manager, signed_in):
    browser = signed_in(manager)

    for name in ("member", "deactivate", "reactivate"):
        assert browser.post(reverse(f"team:{name}", args=[alex.pk])).status_code == 403
    answer = browser.post(reverse("team:invite"), {"role": "owner"})

    assert answer.status_code == 422
    assert not Invitation.objects.filter(role="owner").exists()


def test_a_page_remembers_where_one_was_going(alex, browser):
    answer = browser.get("/settings/journal/?before=9")
    assert answer["Location"] == "/sign-in/?next=%2Fsettings%2Fjournal%2F%3Fbefore%3D9"

    answer = browser.post(answer["Location"], {"login": alex.email, "password": "un-mot-de-passe"})
    assert answer["Location"] == "/settings/journal/?before=9"


@pytest.mark.parametrize(
    "evil", ["//evil.example", r"/\evil.example", "https://evil.example", r"\\evil.example"]
)
def test_nobody_is_sent_out_of_the_house(alex, browser, evil):
    answer = browser.post(
        reverse("account_login"), {"login": alex.email, "password": "un-mot-de-passe", "next": evil}
    )

    assert answer.status_code == 302
    assert answer["Location"] == "/"


def test_a_fragment_asked_by_a_stranger_opens_the_sign_in_page(db, browser):
    answer = browser.get(
        "/settings/team/", headers={"HX-Request": "true", "HX-Current-URL": "http://evil.example/a?b=1"}
    )

    assert answer.status_code == 204
    assert answer["HX-Redirect"] == "/sign-in/?next=%2Fa%3Fb%3D1"


@pytest.mark.parametrize("accept", ["application/json", "text/event-stream"])
def test_a_script_without_a_member_is_told_so(db, browser, accept):
    assert browser.get("/settings/team/", headers={"Accept": accept}).status_code == 401


def test_a_closed_account_is_out_at_once(alex, sam, signed_in):
    browser = signed_in(sam)
    assert browser.get(reverse("team:account")).status_code == 200

    signed_in(alex).post(reverse("team:deactivate", args=[sam.pk]))

    assert browser.get(reverse("team:account")).status_code == 302
