"""The planted shop is whole, consistent with itself, and lives around the present."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db.models import Count, F, Max, Min
from django.test import TestCase

from comptoir.channels.models import Account, Receipt
from comptoir.consent.models import Departure
from comptoir.conversations import filing, writing
from comptoir.conversations.models import Attachment, Closure, Draft, Message, SavedReply, Snooze, Thread
from comptoir.customers.models import Company, Customer, Matter
from comptoir.demo import planting
from comptoir.demo.days import Hours
from comptoir.ground import clock, search
from comptoir.ground.models import Event, SearchText
from comptoir.team.models import Member, Store


@pytest.fixture(scope="class", autouse=True)
def own_files(tmp_path_factory):
    """Raw messages and files go to a folder of this class's own."""
    from django.conf import settings
    from django.test import override_settings

    backend = {
        "BACKEND": "comptoir.ground.storage.DurableStorage",
        "OPTIONS": {"location": tmp_path_factory.mktemp("files")},
    }
    with override_settings(STORAGES=settings.STORAGES | {"default": backend}):
        yield


def as_facts(row) -> dict:
    """A row's own fields, whatever its number."""
    own = {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}
    return {name: value for name, value in own.items() if name not in ("id", "thread_id")}


def people(thread: Thread) -> set[str]:
    return set(thread.participants.values_list("value", flat=True))


def words(kind: str, subject: int) -> tuple:
    row = SearchText.objects.get(kind=kind, subject=subject)
    return row.words, row.stems, row.group


class PlantedShop(TestCase):
    """Planted once for all; each test looks at it from one side."""

    @classmethod
    def setUpTestData(cls):
        cls.owner = planting.plant()

    # --- how much, and where ----------------------------------------------------------------------
    def test_there_is_a_month_of_a_busy_shop(self):
        assert Customer.objects.count() >= 300
        assert Thread.objects.count() >= 450
        assert Message.objects.count() >= 1300
        assert Message.objects.filter(kind="note").count() >= 60
        assert Message.objects.aggregate(first=Min("at"))["first"] < clock.now() - timedelta(days=28)
        assert {store.name for store in Store.objects.all()} == {"Liège", "Namur"}
        assert Company.objects.exists() and Matter.objects.exists() and SavedReply.objects.exists()

    def test_every_view_has_something(self):
        threads = Thread.objects.visible_to(self.owner)
        views = [threads.to_take(), threads.waiting(), threads.snoozed(), threads.closed(), threads.spam()]
        assert all(view.exists() for view in views)
        assert all(threads.mine(member).exists() for member in Member.objects.all())
        assert all(threads.filter(account=account).exists() for account in Account.objects.all())
        assert not Thread.tags.rel.model.objects.exclude(pk__in=[]).filter(threads=None).exists()
        assert 25 <= threads.open().count() + threads.snoozed().count() <= 40
        assert Draft.objects.filter(member=self.owner).exists()

    def test_somebody_wrote_minutes_ago(self):
        assert Thread.objects.to_take().filter(last_at__gt=clock.now() - timedelta(minutes=60)).count() >= 2

    def test_something_went_wrong_and_can_be_mended(self):
        states = set(Departure.objects.to_mend().values_list("state", flat=True))
        assert states == {"refused", "bounced"}
        assert Thread.objects.filter(has_trouble=True).count() == 2

        receipt = Receipt.objects.to_mend().get()
        receipt.retry()
        receipt.refresh_from_db()
        receipt.file()
        assert receipt.message.thread.customer.name == "Élodie Pirard"
        assert receipt.message.attachments.count() == 2

    # --- time -------------------------------------------------------------------------------------
    def test_nothing_is_in_the_future_but_the_end_of_pauses(self):
        now = clock.now()
        assert not Message.objects.filter(at__gt=now).exists()
        assert not Closure.objects.filter(at__gt=now).exists()
        assert not Thread.objects.filter(last_at__gt=now).exists()
        assert not Departure.objects.filter(left_at__gt=now).exists()
        assert not Snooze.objects.filter(at__gt=now).exists()
        assert not Snooze.objects.filter(until__lte=now).exists()

    def test_the_shop_answers_when_it_is_open(self):
        hours = {store.pk: store.opening_hours() for store in Store.objects.all()}
        answers = Message.objects.filter(kind="outbound", thread__store__isnull=False)
        spoken = answers.values_list("thread__store", "at")
        assert all(hours[store].is_open(at) for store, at in spoken)

    def test_hardly_anybody_writes_in_the_middle_of_the_night(self):
        brussels, fresh = ZoneInfo("Europe/Brussels"), clock.now() - timedelta(hours=4)
        past = Message.objects.filter(kind="inbound", at__lt=fresh).values_list("at", flat=True)
        night = [at for at in past if 1 <= at.astimezone(brussels).hour < 6]
        assert len(night) < len(past) / 40

    # --- consistent with what the inbox itself writes -----------------------------------------------
    def test_every_letter_reads_again_as_it_was_filed(self):
        for receipt in Receipt.objects.exclude(filed_at=None).order_by("pk")[::9]:
            envelope, message = receipt.read(), receipt.message
            assert (envelope.text, envelope.quoted) == (message.text, message.quoted)
            assert envelope.sender.value == message.sender
            assert envelope.subject == message.subject
            assert envelope.external_id == message.external_id
            assert len(envelope.parts) == message.attachments.count()
            assert not envelope.problems

    def test_the_inbox_would_have_filed_the_same(self):
        for thread in Thread.objects.to_take().filter(message_count=1):
            message = thread.messages.get()
            receipt, planted = message.receipt, (as_facts(thread), as_facts(message), people(thread))
            thread.delete()
            Receipt.objects.filter(pk=receipt.pk).update(filed_at=None)
            receipt = Receipt.objects.get(pk=receipt.pk)
            receipt.file()

            again = receipt.message
            assert (as_facts(again.thread), as_facts(again), people(again.thread)) == planted

    def test_a_reply_would_have_left_the_same_rows(self):
        planted = Message.objects.filter(kind="outbound", departure__state="sent", attachments=None)
        for message in planted.order_by("pk")[::80]:
            before = message.thread.messages.filter(at__lt=message.at, kind="inbound", nature="person")
            departure = message.departure
            outgoing = departure.message
            assert outgoing.text == writing.as_text(outgoing.html)
            assert outgoing.html == writing.sign(message.html, message.thread.account, message.member)
            assert message.text == writing.Words(message.html).text
            assert outgoing.in_reply_to == before.last().external_id == outgoing.references[-1]
            assert departure.may_leave().allows
            assert departure.held_at < departure.left_at

    def test_search_knows_them_as_if_they_had_been_written_one_by_one(self):
        for customer in Customer.objects.order_by("pk")[::25]:
            known = words("customer", customer.pk), customer.sort_name
            customer.make_searchable()
            assert (words("customer", customer.pk), customer.sort_name) == known
        for message in Message.objects.order_by("pk")[::150]:
            known = words("message", message.pk)
            filing.make_searchable(message)
            assert words("message", message.pk) == known

    def test_threads_count_what_they_hold(self):
        counted = Thread.objects.annotate(held=Count("messages"))
        assert not counted.exclude(held=F("message_count")).exists()
        for thread in Thread.objects.order_by("pk")[::7]:
            spoken = thread.messages.exclude(kind="note").order_by("at", "pk").last()
            assert thread.last_at == spoken.at
            assert thread.preview == " ".join(spoken.text.split())[:140]
            assert thread.is_closed == thread.closures.filter(reopened_at=None).exists()
            assert (thread.state == "snoozed") == thread.snoozes.filter(ended_at=None).exists()

    def test_a_customer_spoke_last_when_it_says_so(self):
        latest = Message.objects.filter(kind="inbound", nature="person").values("customer")
        for row in latest.annotate(last=Max("at")):
            assert Customer.objects.get(pk=row["customer"]).last_inbound_at == row["last"]

    def test_nobody_in_it_can_be_reached(self):
        senders = set(Message.objects.exclude(kind="note").values_list("sender", flat=True))
        assert all(sender.endswith(".example") for sender in senders)
        assert all(account.kind == "email-demo" for account in Account.objects.all())

    def test_files_open(self):
        kinds = {file.content_type: file.open() for file in Attachment.objects.all()}
        assert kinds["image/png"].startswith(b"\x89PNG")
        assert kinds["application/pdf"].startswith(b"%PDF")
        inline = Attachment.objects.filter(is_inline=True).get()
        assert "cid:" in inline.message.receipt.account.channel.layout(inline.message.receipt)

    def test_the_shop_writes_french_as_it_is_printed(self):
        for html in Message.objects.filter(kind="outbound").values_list("html", flat=True):
            assert "'" not in html and " ?" not in html and " :" not in html.replace(" :)", "")

    def test_search_finds_a_derailleur(self):
        assert search.find("dérailleur", kind="message", count=5)
        assert search.find("Lhoest", kind="customer", count=5)

    def test_open_screens_are_not_told_a_month_of_news(self):
        assert Event.objects.count() < 50

    def test_planting_twice_is_refused(self):
        with pytest.raises(planting.AlreadyOpen):
            planting.plant()


@pytest.mark.django_db
def test_hours_snap_to_the_open_shop():
    from random import Random

    store = Store.objects.create(name="Essai", hours="Tu-Fr 10:00-12:30,13:30-18:30; Sa 10:00-17:00")
    now = clock.now()
    hours, rng = Hours(store, now), Random(1)
    for days in range(1, 20):
        moment = now - timedelta(days=days, hours=days)
        assert store.opening_hours().is_open(hours.at_or_after(moment, rng))
        assert store.opening_hours().is_open(hours.at_or_before(moment, rng))
        assert hours.at_or_before(moment, rng) <= moment <= hours.at_or_after(moment, rng)
