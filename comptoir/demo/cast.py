"""The cast: the business, its two stores, its people, its mailboxes, its own words."""

from dataclasses import dataclass
from datetime import date, timedelta

from comptoir.channels.models import Account
from comptoir.conversations.models import SavedReply, Tag
from comptoir.ground import clock
from comptoir.team.models import Business, ExceptionalDay, Member, Store

from .setting import as_html
from .story import written


@dataclass
class Cast:
    """Who and what is there before the first letter: members by first name, mailboxes by key, tags' ids by name."""

    members: dict[str, Member]
    accounts: dict[str, Account]
    tags: dict[str, int]

    @property
    def owner(self) -> Member:
        return next(one for one in self.members.values() if one.is_owner)


def gather() -> Cast:
    """Writes the shop itself, empty of customers."""
    told = written("cast")
    Business.objects.create(name=told["business"])
    stores = {key: _store(dict(facts)) for key, facts in told["stores"].items()}
    members = {facts["name"].split()[0]: _member(dict(facts), stores) for facts in told["members"]}
    accounts = {key: _account(dict(facts), stores) for key, facts in told["accounts"].items()}
    tags = {name: Tag.objects.create(name=name).pk for name in told["tags"]}
    for facts in told["saved"]:
        SavedReply.objects.create(
            title=facts["title"],
            html=as_html(facts["text"]),
            by=members["Nadège"],
            store=stores.get(facts.get("store")),
        )
    return Cast(members, accounts, tags)


def _store(facts: dict) -> Store:
    days = facts.pop("days", [])
    store = Store.objects.create(**facts, calendar="BE")
    today = clock.now().date()
    for one in days:
        first = _working_day(today + timedelta(days=one["in"]), store)
        until = first + timedelta(days=one.get("for", 1) - 1)
        ExceptionalDay.objects.create(
            store=store, date=first, until=until, hours=one.get("hours", ""), reason=one["reason"]
        )
    return store


def _working_day(day: date, store: Store) -> date:
    """An exceptional day falls on one that would have been ordinary."""
    while not store.timetable.slots_on(day):
        day += timedelta(days=1)
    return day


def _member(facts: dict, stores: dict[str, Store]) -> Member:
    """A colleague without a password: the demo is entered by its link."""
    mine = [stores[key] for key in facts.pop("stores", [])]
    member = Member.objects.create_user(password=None, language="fr", **facts)
    member.stores.set(mine)
    return member


def _account(facts: dict, stores: dict[str, Store]) -> Account:
    """A mailbox that neither listens nor sends (see `letterbox`), seen a moment ago."""
    store = stores.get(facts.pop("store", ""))
    seen = clock.now() - timedelta(minutes=1)
    return Account.objects.create(
        kind="email-demo", store=store, settings={"demo": True}, last_seen_at=seen, **facts
    )
