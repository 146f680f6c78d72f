"""Signing in: guessing is slow, sessions die when they should, secrets are sealed."""

import re
import time
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.contrib.sessions.models import Session
from django.core import mail
from django.test import Client
from django.urls import reverse

from comptoir.ground import clock
from comptoir.ground.secrets import unseal
from comptoir.team.housekeeping import forget_old_visits
from comptoir.team.models import Act, AuditEntry, Business, Member

PASSWORD = "un-mot-de-passe"
LOGIN = "/sign-in/"


def sign_in(browser, email, password=PASSWORD, **more):
    return browser.post(LOGIN, {"login": email, "password": password} | more)


def is_in(browser) -> bool:
    return browser.get(reverse("team:account")).status_code == 200


def test_the_session_changes_name_when_one_signs_in(alex, browser):
    browser.get("/sign-in/?next=/settings/team/")
    session = browser.session
    session["planted"] = True
    session.save()
    before = browser.session.session_key
    browser.cookies["comptoir_session"] = before

    sign_in(browser, alex.email)

    assert browser.session.session_key != before
    assert is_in(browser)


def test_a_new_password_signs_the_other_devices_out(alex, signed_in):
    here, elsewhere = signed_in(alex), signed_in(alex)

    answer = here.post(
        reverse("account_change_password"), {"oldpassword": PASSWORD, "password1": "cinq grands tandems"}
    )

    assert answer["Location"] == reverse("team:account")
    assert is_in(here)
    assert not is_in(elsewhere)
    assert alex.visits.count() == 1


def test_signing_another_device_out_ends_it_at_once(alex, signed_in):
    here, elsewhere = signed_in(alex), signed_in(alex)
    other = alex.visits.latest("pk")

    here.post(reverse("team:end-visit", args=[other.pk]))

    assert is_in(here)
    assert not is_in(elsewhere)


def test_nobody_ends_the_visit_of_somebody_else(alex, sam, signed_in):
    victim = signed_in(alex)

    assert signed_in(sam).post(reverse("team:end-visit", args=[alex.visits.get().pk])).status_code == 404
    assert is_in(victim)


def test_a_stolen_session_dies_with_its_visit(alex, signed_in):
    browser = signed_in(alex)
    copy = Client()
    copy.cookies.update(browser.cookies)
    assert is_in(copy)

    browser.post(reverse("account_logout"))

    assert not is_in(copy)


# --- guessing -------------------------------------------------------------------------------------------
def test_a_thousand_guesses_are_stopped_at_the_fifth(alex, browser, monkeypatch):
    tried = []
    monkeypatch.setattr(Member, "check_password", lambda self, raw: tried.append(raw) or raw == PASSWORD)

    for number in range(50):
        # Neither another Host nor another forwarded address helps.
        headers = {"host": f"h{number}.example", "x-forwarded-for": f"203.0.113.{number}"}
        browser.post(LOGIN, {"login": alex.email, "password": f"guess {number}"}, headers=headers)
    sign_in(browser, alex.email)

    assert len(tried) == 5
    assert not is_in(browser)


def test_whoever_tries_too_often_is_told_to_wait(alex, browser):
    answers = [sign_in(browser, alex.email, "wrong") for _time in range(40)]

    assert "Too many failed" in answers[6].content.decode()
    assert answers[-1].status_code == 429
    assert "Wait a few minutes" in answers[-1].content.decode()


def test_a_right_password_does_not_reset_the_count_of_wrong_ones(alex, sam, browser):
    for number in range(4):
        sign_in(browser, alex.email, f"guess {number}")
    sign_in(browser, sam.email)
    browser.logout()
    sign_in(browser, alex.email, "guess 5")

    assert sign_in(browser, alex.email).status_code == 200


def test_an_unknown_address_costs_and_says_the_same(alex, browser, monkeypatch):
    from django.contrib.auth import hashers

    hashed = []
    real = hashers.make_password
    monkeypatch.setattr(
        "django.contrib.auth.base_user.make_password", lambda raw: hashed.append(raw) or real(raw)
    )

    wrong = sign_in(browser, alex.email, "wrong")
    unknown = sign_in(browser, "nobody@cycles.example", "wrong")

    told = [re.sub(r'value="[^"]*"', "", answer.content.decode()) for answer in (wrong, unknown)]
    assert told[0].replace(alex.email, "") == told[1].replace("nobody@cycles.example", "")
    assert hashed == ["wrong"]


def test_ten_megabytes_of_password_are_not_hashed(alex, browser, monkeypatch):
    monkeypatch.setattr(Member, "check_password", lambda self, raw: pytest.fail("hashed"))

    assert sign_in(browser, alex.email, "x" * 100_000).status_code == 200
    assert AuditEntry.objects.filter(act=Act.SIGNED_IN).count() == 0


def test_refused_sign_ins_are_in_the_journal_with_their_address(alex, browser):
    browser.post(LOGIN, {"login": alex.email, "password": "wrong"}, REMOTE_ADDR="203.0.113.9")

    line = AuditEntry.objects.get(act=Act.SIGN_IN_REFUSED)
    assert (line.on, line.address) == (alex.email, "203.0.113.9")


@pytest.mark.parametrize(("behind_proxy", "address"), [(False, "10.0.0.1"), (True, "203.0.113.9")])
def test_only_a_known_proxy_is_believed(alex, browser, settings, behind_proxy, address):
    settings.TRUSTED_PROXY = behind_proxy

    browser.post(
        LOGIN,
        {"login": alex.email, "password": "wrong"},
        REMOTE_ADDR="10.0.0.1",
        headers={"x-forwarded-for": "198.51.100.7, 203.0.113.9"},
    )

    assert AuditEntry.objects.get().address == address


# --- forgotten ----------------------------------------------------------------------------------------
def test_a_forgotten_password_is_chosen_again_by_a_link_to_the_shops_own_address(alex, browser, signed_in):
    Business.objects.create(name="Cycles", address="https://comptoir.cycles.example")
    elsewhere = signed_in(alex)

    browser.post("/password/forgotten/", {"email": alex.email}, headers={"host": "evil.example"})
    [letter] = mail.outbox
    link = re.search(r"https://comptoir\.cycles\.example(\S+)", letter.body)[1]
    page = browser.get(link, follow=True)
    browser.post(page.redirect_chain[-1][0], {"password1": "cinq grands tandems"})

    assert "evil.example" not in letter.body
    assert letter.to == [alex.email]
    assert not is_in(elsewhere)
    sign_in(browser, alex.email, "cinq grands tandems")
    assert is_in(browser)
    assert (
        "no longer works" in Client(headers={"accept-language": "en"}).get(link, follow=True).content.decode()
    )


def test_an_unknown_address_is_told_the_same_and_gets_nothing(alex, browser):
    known = browser.post("/password/forgotten/", {"email": alex.email})
    unknown = browser.post("/password/forgotten/", {"email": "nobody@cycles.example"})

    assert known["Location"] == unknown["Location"]
    assert [letter.to for letter in mail.outbox] == [[alex.email]]


def test_a_changed_address_leaves_the_old_one_without_power(alex, signed_in, browser):
    signed_in(alex).post(
        reverse("team:address"), {"email": "new@cycles.example", "current_password": PASSWORD}
    )

    assert not is_in(browser)
    sign_in(browser, "alex@cycles.example")
    assert not is_in(browser)
    sign_in(browser, "new@cycles.example")
    assert is_in(browser)


def test_the_address_changes_only_with_the_password(alex, signed_in):
    answer = signed_in(alex).post(
        reverse("team:address"), {"email": "new@cycles.example", "current_password": "no"}
    )

    assert answer.status_code == 422
    alex.refresh_from_db()
    assert alex.email == "alex@cycles.example"


# --- second factors -------------------------------------------------------------------------------------
def code(secret: str) -> str:
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))


def set_up_totp(browser) -> str:
    browser.post("/confirm/?next=/second-factors/app/", {"password": PASSWORD})
    secret = browser.get("/second-factors/app/").context["form"].secret
    browser.post("/second-factors/app/", {"code": code(secret)})
    return secret


def test_a_code_from_the_phone_is_asked_after_the_password(alex, signed_in, browser):
    set_up_totp(signed_in(alex))

    answer = sign_in(browser, alex.email)
    assert answer["Location"].startswith("/sign-in/second-factor/")
    assert not is_in(browser)
    browser.post("/sign-in/second-factor/", {"code": "000000"})
    assert not is_in(browser)


def test_the_secret_of_the_app_is_sealed_in_the_database(alex, signed_in):
    secret = set_up_totp(signed_in(alex))

    kept = alex.authenticator_set.get(type="totp").data["secret"]
    assert secret not in kept
    assert unseal(kept) == secret


def test_a_recovery_code_opens_once(alex, signed_in, browser):
    set_up_totp(signed_in(alex))
    codes = alex.authenticator_set.get(type="recovery_codes").wrap().get_unused_codes()

    for expected in (True, False):
        sign_in(browser, alex.email)
        browser.post("/sign-in/second-factor/", {"code": codes[0]})
        assert is_in(browser) is expected
        browser.logout()


def test_a_passkey_does_not_lock_the_password_out(alex, browser):
    """Somebody who adds one on the shop's computer still signs in on their phone."""
    alex.authenticator_set.create(type="webauthn", data={"name": "Shop"})

    sign_in(browser, alex.email)

    assert is_in(browser)


def test_second_factors_are_asked_the_password_first(alex, signed_in):
    browser = signed_in(alex)

    for path in ("/second-factors/app/", "/second-factors/passkeys/new/", "/second-factors/codes/new/"):
        assert browser.get(path)["Location"].startswith("/confirm/")


@pytest.mark.parametrize(
    ("host", "secure", "words"),
    [
        ("localhost:8000", False, None),
        ("comptoir.example", True, None),
        ("comptoir.example", False, "encrypted line (https)"),
        ("192.168.1.10:8000", True, "by its number"),
        ("[::1]:8000", False, "by its number"),
    ],
)
def test_the_pages_say_why_passkeys_are_not_available(alex, signed_in, browser, host, secure, words):
    for client, path in ((browser, LOGIN), (signed_in(alex), "/settings/account/")):
        page = client.get(path, headers={"host": host}, secure=secure).content.decode()

        assert ("Passkeys are not available" in page) is bool(words)
        assert words is None or words in page


def test_what_a_shop_does_not_want_is_not_there(alex, signed_in, browser):
    for path in ("/closed/account_signup/", "/accounts/signup/", "/signup/"):
        assert browser.get(path).status_code in (302, 404)
        assert signed_in(alex).get(path).status_code == 404


def test_what_no_longer_serves_is_forgotten(alex, signed_in):
    signed_in(alex)
    with clock.at(clock.now() + timedelta(days=31)):
        forget_old_visits()

    assert not alex.visits.exists()
    assert not Session.objects.exists()


def test_an_open_page_costs_three_questions_to_know_who_looks(alex, signed_in, django_assert_num_queries):
    browser = signed_in(alex)
    browser.get("/nowhere/")

    with django_assert_num_queries(3):
        browser.get("/nowhere/")


def test_the_members_time_zone_is_that_of_their_store(sam, liege, signed_in):
    liege.time_zone = "America/Toronto"
    liege.save()

    page = signed_in(sam).get(reverse("team:account"))

    moment = page.context["visits"][0].seen_at.astimezone(ZoneInfo("America/Toronto"))
    assert f"{moment:%H:%M}" in page.content.decode()


def test_who_has_no_password_is_shown_no_door_to_change_it(client, alex):
    client.force_login(alex)
    change = "/password/"
    assert f'href="{change}"' in client.get("/settings/account/").content.decode()

    alex.set_unusable_password()
    alex.save()
    client.force_login(alex)

    assert f'href="{change}"' not in client.get("/settings/account/").content.decode()
