"""People: the customers of two valleys, with the names and the mail programs they are likely to have."""

import unicodedata
from random import Random

from .story import Person, written


class Crowd:
    """Hands out people of a shop's neighbourhood; some of them come back with another matter."""

    BACK_AGAIN = 0.27

    def __init__(self, rng: Random):
        self.rng, self.told = rng, written("people")
        self.known: dict[str, list[Person]] = {shop: [] for shop in self.told["towns"]}
        self.taken: set[str] = set()

    def somebody(self, shop: str) -> Person:
        known = self.known[shop]
        if len(known) > 20 and self.rng.random() < self.BACK_AGAIN:
            return self.rng.choice(known)
        known.append(self._newcomer(shop))
        return known[-1]

    def _newcomer(self, shop: str) -> Person:
        first, last = self.rng.choice(self.told["first"]), self.rng.choice(self.told["last"])
        email = self._address(first, last)
        if email in self.taken:
            return self._newcomer(shop)
        self.taken.add(email)
        phone = f"+32400{self.rng.randrange(100_000, 999_999)}" if self.rng.random() < 0.3 else ""
        return Person(
            self._as_shown(first, last), email, self.rng.choice(self.told["towns"][shop]), phone=phone
        )

    def _as_shown(self, first: str, last: str) -> str:
        """How a mail program shows them: most by their name, some by less, some in capitals."""
        chance = self.rng.random()
        return f"{last.upper()} {first}" if chance < 0.04 else first if chance < 0.08 else f"{first} {last}"

    def _address(self, first: str, last: str) -> str:
        first, last = plain(first), plain(last)
        shape = self.rng.choice(
            (
                "{first}.{last}",
                "{first}.{last}",
                "{first}{last}",
                "{f}.{last}",
                "{last}.{first}",
                "{first}_{year}",
                "{first}{last}{year}",
            )
        )
        year = self.rng.randrange(58, 99)
        provider = self.rng.choice(self.told["providers"])
        return f"{shape.format(first=first, last=last, f=first[0], year=year)}@{provider}"


def plain(name: str) -> str:
    """A name as it stands in an address."""
    letters = unicodedata.normalize("NFKD", name.lower().replace("ı", "i"))
    return "".join(one for one in letters if one.isascii() and one.isalnum())
