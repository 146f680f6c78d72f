"""Improvising: ordinary matters put together from hand-written pieces, so that a month has its daily bread."""

from collections.abc import Iterable
from datetime import timedelta
from random import Random

from .people import Crowd
from .story import Person, Say, Story, written

# Who answers where, and how often.
DESKS = {
    "liege": {"Sam": 8, "Inès": 8, "Nadège": 3, "Alex": 1},
    "namur": {"Thomas": 14, "Nadège": 5, "Alex": 1},
    "bonjour": {"Nadège": 9, "Inès": 5, "Thomas": 5, "Alex": 1},
}
SHOPS = {"liege": 11, "namur": 7, "bonjour": 2}
# What follows the question: an answer, thanks, a further question and its answer.
COURSES = {"a": 22, "at": 30, "amA": 20, "amAt": 22, "ramA": 3, "rat": 3}


class Deck:
    """Deals its cards one after the other, shuffled again when all were seen: repeats stay far apart."""

    def __init__(self, cards: Iterable, rng: Random):
        self.cards, self.rng, self.left = list(cards), rng, []

    def deal(self):
        if not self.left:
            self.left = self.rng.sample(self.cards, len(self.cards))
        return self.left.pop()


class Improviser:
    """Makes up stories from `content/themes.toml` and the manners of `content/manners.toml`."""

    def __init__(self, rng: Random):
        self.rng, self.crowd = rng, Crowd(rng)
        self.themes, self.manners = written("themes"), written("manners")
        self.decks: dict[tuple, Deck] = {}
        self.count = 0

    def history(self) -> Story:
        """A matter of the past, from beginning to end."""
        return self._story(self._choose(COURSES))

    def fresh(self, last: timedelta, *, answered: bool, to: str = "") -> Story:
        """A matter of these days, on which somebody must still speak."""
        story = self._story("a" if answered else "", to=to)
        story.last, story.end, story.to = last, "open", to
        return story

    def _story(self, course: str, to: str = "") -> Story:
        theme = self._choose({one["name"]: one.get("weight", 5) for one in self.themes["theme"]})
        theme = next(one for one in self.themes["theme"] if one["name"] == theme)
        shop = self._choose({shop: weight for shop, weight in SHOPS.items() if not to or to in DESKS[shop]})
        who, self.count = self.crowd.somebody(shop), self.count + 1
        told = _Improvised(self, theme, who, to or self._choose(DESKS[shop]))
        says = told.says(course)
        return Story(told.subject, who, shop, says, key=f"daily-{self.count}", tags=theme.get("tags", []))

    def deal(self, *place: str, cards: list | None = None):
        """The next piece of one pile."""
        if place not in self.decks:
            self.decks[place] = Deck(cards, self.rng)
        return self.decks[place].deal()

    def _choose(self, weights: dict):
        return self.rng.choices(list(weights), list(weights.values()))[0]


class _Improvised:
    """One matter being made up: the same bicycle, the same day, the same manners throughout."""

    def __init__(self, improviser: Improviser, theme: dict, who: Person, desk: str):
        self.improviser, self.theme, self.who, self.desk = improviser, theme, who, desk
        self.rng, self.manners = improviser.rng, improviser.manners
        self.manner = self.rng.choices(list(self.manners["customers"]), (5, 3, 3, 2))[0]
        self.facts = {name: self.rng.choice(values) for name, values in improviser.themes["facts"].items()}
        self.talk = improviser.deal(theme["name"], "talk", cards=theme["talk"])
        self.subject = self._fill(self._deal("about"))

    def says(self, course: str) -> list[Say]:
        says = [Say(self._customer(self.talk["ask"], first=True))]
        more = self._deal("more") if "more" in self.talk or "more" in self.theme else []
        course = course if more else course.replace("mA", "")
        for step in course:
            says += self._step(step, more)
        return says

    def _step(self, step: str, more: list[str]) -> list[Say]:
        match step:
            case "r":
                return [
                    Say(
                        self._customer(self._pick("reminders", cards=self.manners["reminders"])),
                        after=timedelta(hours=self.rng.randint(26, 60)),
                    )
                ]
            case "m":
                return [Say(self._customer(more[0]))]
            case "t":
                thanks = self._pick(self.manner, cards=self.manners["customers"][self.manner]["thanks"])
                return [Say(self._customer(thanks), quotes=self.rng.random() < 0.6)]
            case "A":
                return [Say(self._shop(more[1], first=False), by=self.desk)]
        return [*self._perhaps_a_note(), Say(self._shop(self._deal("answers")), by=self.desk)]

    def _perhaps_a_note(self) -> list[Say]:
        if not self.theme.get("notes") or self.rng.random() > 0.3:
            return []
        asked, told = self.rng.sample([*DESKS["liege"], "Thomas"], 2)
        note = self._deal("notes")
        return [Say(self._fill(note), by=told if self.desk == asked else self.desk, note=True)]

    # --- manners ------------------------------------------------------------------------------------
    def _customer(self, body: str, *, first: bool = False) -> str:
        manner = self.manners["customers"][self.manner]
        body = self._fill(body)
        hello = self.rng.choice(manner["hello"]) if first or self.rng.random() < 0.35 else ""
        if self.manner == "terse":
            body = body[0].lower() + body[1:]
        goodbye = self._fill(self.rng.choice(manner["goodbye" if first else "again"]))
        return "\n\n".join(part for part in (hello, body, goodbye) if part)

    def _shop(self, body: str, *, first: bool = True) -> str:
        hello = self._fill(self.rng.choice(self.manners["shop"]["hello" if first else "again"]))
        goodbye = self.rng.choice(self.manners["shop"]["goodbye"])
        parts = [hello, self._fill(body), f"{goodbye}\n{self.desk}".strip()]
        return "\n\n".join(part for part in parts if part)

    # --- pieces -------------------------------------------------------------------------------------
    def _deal(self, pile: str):
        """The next piece of the talk's own pile, else of its theme's."""
        if pile in self.talk:
            return self.improviser.deal(self.talk["ask"], pile, cards=self.talk[pile])
        return self.improviser.deal(self.theme["name"], pile, cards=self.theme[pile])

    def _pick(self, *pile: str, cards: list[str]) -> str:
        return self.improviser.deal("manners", *pile, cards=cards)

    def _fill(self, text: str) -> str:
        return text.format(**self.facts, **named(self.who), desk=self.desk)


def named(who: Person) -> dict[str, str]:
    """How one addresses and signs for a person, whatever their program shows."""
    words = who.name.split()
    first = words[-1] if words[0].isupper() and len(words) > 1 else words[0]
    return {"first": first, "whole": who.name, "town": who.town}
