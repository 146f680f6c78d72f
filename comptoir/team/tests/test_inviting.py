"""Invitations and links: used once, for a day, by looking at nothing and pressing one button."""

from datetime import timedelta

import pytest
from django.urls import reverse

from comptoir.ground import clock
from comptoir.team.models import (
    Act,
    AlreadyOpen,
    AuditEntry,
    Business,
    Invitation,
    Member,
    Role,
    SignInLink,
    Store,
)

NOUR_JOINS = {"name": "Lou", "email": "lou@cycles.example", "password": "trois petits vélos"}
SHOP = NOUR_JOINS | {"business": "Cycles du Perron", "store": "Liège", "time_zone": "Europe/Brussels"}


def test_the_first_link_opens_the_shop(db, browser):
    link = Invitation.objects.owner_link()

    assert browser.get(link.path).status_code == 200
    answer = browser.post(link.path, SHOP)

    assert answer["Location"] == reverse("team:first-steps")
    owner = Member.objects.get()
    assert owner.is_owner and owner.check_password("trois petits vélos")
    assert Business.objects.current().name == "Cycles du Perron"
    assert Store.objects.get().calendar == "BE"
    assert browser.get(answer["Location"]).status_code == 200


def test_the_first_link_exists_only_while_nobody_owns_the_shop(alex):
    with pytest.raises(AlreadyOpen):
        Invitation.objects.owner_link()


def test_printing_the_first_link_again_kills_the_previous_one(db, browser):
    first, second = Invitation.objects.owner_link(), Invitation.objects.owner_link()

    assert browser.get(first.path).status_code == 404
    assert browser.get(second.path).status_code == 200


def test_two_first_links_do_not_make_two_shops(db, browser):
    """A link claimed while another owner has just arrived hands the shop to nobody."""
    link = Invitation.objects.owner_link()
    Member.objects.create_user("a@cycles.example", "un-mot-de-passe", name="A", role=Role.OWNER)

    assert browser.post(link.path, SHOP).status_code == 409
    assert Member.objects.count() == 1


def test_a_colleague_joins_with_the_role_and_the_stores_chosen(alex, liege, signed_in, browser):
    page = signed_in(alex).post(
        reverse("team:invite"),
        {"email": "lou@cycles.example", "role": "agent", "stores": [liege.pk]},
        follow=True,
    )
    link = page.context["new_link"].removeprefix("http://testserver")

    browser.get(link)
    browser.post(link, NOUR_JOINS)

    lou = Member.objects.get(email="lou@cycles.example")
    assert (lou.role, list(lou.stores.all())) == (Role.AGENT, [liege])
    assert browser.get(reverse("team:account")).status_code == 200
    assert Invitation.objects.get().accepted_by == lou


def test_the_link_is_shown_once_and_never_kept(alex, signed_in):
    browser = signed_in(alex)
    page = browser.post(reverse("team:invite"), {"role": "agent"}, follow=True)
    token = page.context["new_link"].rstrip("/").rpartition("/")[2]

    assert token in page.content.decode()
    assert token not in browser.get(reverse("team:team")).content.decode()
    assert token not in str(list(Invitation.objects.values()))


def test_an_invitation_is_used_once(alex, browser):
    invitation = Invitation.objects.create(by=alex)
    browser.post(invitation.path, NOUR_JOINS)
    browser.logout()

    assert browser.get(invitation.path).status_code == 404
    answer = browser.post(invitation.path, NOUR_JOINS | {"email": "again@cycles.example"})

    assert answer.status_code == 404
    assert not Member.objects.filter(email="again@cycles.example").exists()


def test_looking_at_an_invitation_ten_times_uses_nothing_up(alex, browser):
    invitation = Invitation.objects.create(by=alex)

    assert {browser.get(invitation.path).status_code for _time in range(10)} == {200}


def test_an_invitation_lives_a_day(alex, browser):
    invitation = Invitation.objects.create(by=alex)

    with clock.at(clock.now() + timedelta(hours=23, minutes=59)):
        assert browser.get(invitation.path).status_code == 200
    with clock.at(clock.now() + timedelta(hours=24, seconds=1)):
        assert browser.get(invitation.path).status_code == 404


def test_renewing_gives_a_new_link_and_kills_the_old_one(alex, signed_in, browser):
    invitation = Invitation.objects.create(by=alex)
    old = invitation.path

    page = signed_in(alex).post(reverse("team:renew-invitation", args=[invitation.pk]), follow=True)
    new = page.context["new_link"].removeprefix("http://testserver")

    assert browser.get(old).status_code == 404
    assert browser.get(new).status_code == 200


def test_a_withdrawn_invitation_is_dead(alex, signed_in, browser):
    invitation = Invitation.objects.create(by=alex)

    signed_in(alex).post(reverse("team:withdraw-invitation", args=[invitation.pk]))

    assert browser.get(invitation.path).status_code == 404


@pytest.mark.parametrize(
    "spoil",
    [
        lambda token: " ",
        lambda token: token[:-1],
        lambda token: token[::-1],
        lambda token: token + "=",
        lambda token: "0" * 64,
        lambda token: token.upper(),
    ],
)
def test_a_blank_or_tampered_token_opens_nothing(alex, browser, spoil):
    invitation = Invitation.objects.create(by=alex)
    path = reverse("team:welcome", args=[spoil(invitation.token)])

    assert browser.get(path).status_code == 404
    assert Invitation.objects.find("") is None
    assert Invitation.objects.find(invitation.token_hash) is None


def test_a_weak_password_is_refused_in_words(alex, browser):
    invitation = Invitation.objects.create(by=alex)

    answer = browser.post(invitation.path, NOUR_JOINS | {"password": "1234567890"})

    assert answer.status_code == 422
    assert "too common" in answer.content.decode()
    assert Invitation.objects.usable().exists()


# --- the way back -----------------------------------------------------------------------------------
def test_a_locked_out_owner_comes_back_and_sets_a_password(alex, browser):
    link = SignInLink.objects.issue(alex)

    assert browser.get(link.path).status_code == 200
    assert "_auth_user_id" not in browser.session
    answer = browser.post(link.path)
    assert answer["Location"] == reverse("team:new-password")
    browser.post(answer["Location"], {"password": "cinq grands tandems"})

    alex.refresh_from_db()
    assert alex.check_password("cinq grands tandems")
    assert browser.get(reverse("team:account")).status_code == 200
    assert AuditEntry.objects.filter(act=Act.SIGNED_IN_BY_LINK, by=alex).exists()
    assert browser.get(reverse("team:new-password")).status_code == 403


def test_the_way_back_lasts_a_quarter_of_an_hour_and_works_once(alex, browser):
    late, used = SignInLink.objects.issue(alex), None
    with clock.at(clock.now() + timedelta(minutes=16)):
        assert browser.post(late.path).status_code == 404

    used = SignInLink.objects.issue(alex)
    browser.post(used.path)
    assert browser.post(used.path).status_code == 404


def test_second_factors_go_only_when_asked(alex, browser):
    alex.authenticator_set.create(type="totp", data={"secret": "x"})
    for asked, left in (("", 1), ("on", 0)):
        browser.post(SignInLink.objects.issue(alex).path)
        browser.post(
            reverse("team:new-password"), {"password": "cinq grands tandems", "forget_second_factors": asked}
        )

        assert alex.authenticator_set.count() == left


# --- the team ---------------------------------------------------------------------------------------
def test_the_last_owner_stays(alex, signed_in):
    browser = signed_in(alex)

    page = browser.post(reverse("team:deactivate", args=[alex.pk]), follow=True)
    assert "last owner" in page.content.decode()
    browser.post(reverse("team:member", args=[alex.pk]), {"role": "agent"})

    alex.refresh_from_db()
    assert alex.is_active and alex.is_owner


def test_an_owner_may_leave_once_another_one_is_named(alex, sam, signed_in):
    browser = signed_in(alex)
    browser.post(reverse("team:member", args=[sam.pk]), {"role": "owner"})

    browser.post(reverse("team:deactivate", args=[alex.pk]))

    alex.refresh_from_db()
    assert not alex.is_active
    assert list(Member.objects.owners()) == [sam]


def test_of_two_people_pressing_at_once_one_joins(alex):
    invitation = Invitation.objects.create(by=alex)
    seen_twice = [Invitation.objects.find(invitation.token) for _person in range(2)]

    joined = [
        one.accept(name="Lou", email=f"lou{number}@cycles.example", password="trois petits vélos")
        for number, one in enumerate(seen_twice)
    ]

    assert joined[0] is not None
    assert joined[1] is None
