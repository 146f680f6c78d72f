"""What did not leave, or came back: told in words, sent again only by somebody who knows the risk."""

from datetime import timedelta

import pytest

from comptoir.channels.envelope import Address, Outgoing
from comptoir.consent.models import Departure, State
from comptoir.consent.rights import Purpose
from comptoir.conversations import writing
from comptoir.conversations.models import Message
from comptoir.ground import clock

pytestmark = pytest.mark.django_db


@pytest.fixture
def counter(client, sam):
    sam.language = "en"
    sam.save()
    client.force_login(sam)
    return client


@pytest.fixture
def stuck(mailbox, sam):
    """Puts a message of Sam's in the outbox, and lets it go wrong: `stuck(State.REFUSED, "No.")`."""

    def write(
        state=State.REFUSED, trouble="The server refuses this sender.", *, purpose=Purpose.ANSWER, **facts
    ):
        people = [Address("nour@example.org", "Nour"), Address("zoe@example.org")]
        words = Outgoing(
            to=people[:1], cc=people[1:], subject="Votre vélo", text="Il est prêt.", external_id="<1@x>"
        )
        departure = Departure.objects.hold(mailbox, words, purpose=purpose, by=sam, answers_somebody=True)
        facts = {"due_at": None, "set_aside_at": clock.now(), "failures": 1} | facts
        Departure.objects.filter(pk=departure.pk).update(state=state, trouble=trouble, **facts)
        departure.refresh_from_db()
        return departure

    return write


def path(departure: Departure, tail: str = "") -> str:
    return f"/mending/departures/{departure.pk}/{tail}"


def page(client, path: str) -> str:
    return client.get(path).content.decode()


@pytest.mark.parametrize("state", [State.REFUSED, State.PARTLY, State.UNCERTAIN, State.BOUNCED])
def test_it_is_listed_and_told(counter, stuck, state):
    departure = stuck(state)

    for text in (
        page(counter, "/mending/"),
        page(counter, "/mending/departures/"),
        page(counter, path(departure)),
    ):
        assert all(
            words in text for words in ("Votre vélo", "nour@example.org", "refuses this sender", "Sam Agent")
        )
    assert "Il est prêt." in page(counter, path(departure))


def test_the_door_counts_what_waits_and_closes_when_nothing_does(counter, stuck):
    departure = stuck()
    assert '<span class="place__count">1<' in page(counter, "/mending/")

    counter.post(path(departure, "dismissal/"))
    text = page(counter, "/mending/")
    assert "place__count" not in text and "Nothing to mend" in text


def test_a_refused_one_is_sent_again(counter, stuck):
    departure = stuck()
    counter.post(path(departure, "sending/"))

    departure.refresh_from_db()
    assert departure.state == State.HELD and departure.external_id == "<1@x>"
    assert Departure.objects.due().get() == departure


def test_one_that_may_have_arrived_leaves_again_only_for_somebody_who_checked(counter, stuck):
    departure = stuck(State.UNCERTAIN)
    response = counter.post(path(departure, "sending/"))
    departure.refresh_from_db()
    assert response.status_code == 422 and "could receive it twice" in response.content.decode()
    assert departure.state == State.UNCERTAIN

    counter.post(path(departure, "sending/"), {"checked": "1"})
    departure.refresh_from_db()
    assert departure.state == State.HELD


def test_one_that_reached_some_goes_only_to_the_others(counter, stuck):
    departure = stuck(State.PARTLY, refusals={"Zoe@example.org": "unknown"})
    counter.post(path(departure, "sending/"))

    departure.refresh_from_db()
    assert [one.value for one in departure.message.recipients] == ["zoe@example.org"]


def test_two_colleagues_at_once_send_it_once(stuck):
    departure = stuck()
    twin = Departure.objects.get(pk=departure.pk)

    assert [departure.send_again(), twin.send_again()] == [True, False]


def test_one_still_tried_can_be_taken_back(counter, stuck):
    later = clock.now() + timedelta(minutes=5)
    departure = stuck(State.HELD, "The server is busy.", due_at=later, set_aside_at=None)
    assert "The server is busy." in page(counter, "/mending/")

    counter.post(path(departure, "removal/"))
    departure.refresh_from_db()
    assert departure.state == State.CANCELLED and not Departure.objects.due().exists()


def test_what_is_leaving_is_not_taken_back(counter, stuck):
    departure = stuck(State.SENDING)

    assert "Too late" in counter.post(path(departure, "removal/"), follow=True).content.decode()


def test_it_leads_to_its_thread(counter, client, parcel_thread, sam, robin):
    message = writing.reply(parcel_thread, writing.Words("<p>Il arrive.</p>"), by=sam)
    message.departure._move_by_hand(Departure.objects.filter(pk=message.departure_id), state=State.REFUSED)
    link = f"/threads/{parcel_thread.pk}/"

    assert link in page(counter, "/mending/") and link in page(counter, path(message.departure))
    assert Message.objects.get(pk=message.pk).thread.has_trouble


def test_security_mail_never_shows_its_words(client, counter, stuck, alex):
    departure = stuck(purpose=Purpose.SECURITY)
    assert counter.get(path(departure)).status_code == 404
    assert "Votre vélo" not in page(counter, "/mending/")

    client.force_login(alex)
    text = page(client, path(departure))
    assert "Votre vélo" in text and "Il est prêt." not in text


def test_an_outsider_sees_nothing_of_it(client, robin, stuck):
    departure = stuck()
    client.force_login(robin)

    assert "Votre vélo" not in page(client, "/mending/") + page(client, "/mending/departures/")
    assert client.get(path(departure)).status_code == 404
    for tail in ("sending/", "removal/", "dismissal/"):
        assert client.post(path(departure, tail)).status_code == 404
    departure.refresh_from_db()
    assert departure.is_stuck


def test_nobody_else_comes_in(client, stuck):
    for one in ("/mending/", "/mending/departures/", path(stuck())):
        assert client.get(one).status_code == 302


def test_changes_are_posted(counter, stuck):
    departure = stuck()
    for tail in ("sending/", "removal/", "dismissal/"):
        assert counter.get(path(departure, tail)).status_code == 405


def test_what_arrived_has_no_page_here(counter, stuck):
    assert counter.get(path(stuck(State.SENT))).status_code == 404


def test_pages_follow_each_other_at_a_constant_price(counter, stuck, django_assert_max_num_queries):
    for _number in range(45):
        stuck()
    first = counter.get("/mending/departures/")

    with django_assert_max_num_queries(16):
        rest = counter.get("/mending/departures/", {"after": first.context["next"]})

    shown = [*first.context["departures"], *rest.context["departures"]]
    assert len({one.pk for one in shown}) == 45
    with django_assert_max_num_queries(20):
        counter.get("/mending/")
