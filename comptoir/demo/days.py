"""Days: when customers write, and when the shop, which closes for lunch and on Mondays, can answer."""

from bisect import bisect_left, bisect_right
from datetime import datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

from comptoir.team.models import Store

from .story import Say

WEEKS = 7
# How many letters come by weekday (Monday first), and by hour: the evenings, the lunch break, Monday's pile.
WEEKDAYS = (15, 11, 10, 10, 9, 12, 9)
HOURS = (1, 0, 0, 0, 0, 0, 1, 4, 8, 10, 10, 9, 11, 10, 7, 7, 8, 10, 12, 14, 16, 14, 8, 3)
NIGHT = 6


class Hours:
    """When one store was open these last weeks, and will be in the next ones."""

    def __init__(self, store: Store, now: datetime):
        self.zone = ZoneInfo(store.time_zone)
        hours, today = store.opening_hours(), now.astimezone(self.zone).date()
        self.pieces = sorted(
            tuple(_moment(day, minutes, self.zone) for minutes in (slot.start, slot.end))
            for day in (today + timedelta(days=n) for n in range(-7 * WEEKS, 21))
            for slot in hours.slots_on(day)
        )

    def at_or_after(self, moment: datetime, rng: Random) -> datetime:
        """`moment` while the store is open, else some minutes after it opens next."""
        number = bisect_left(self.pieces, moment, key=lambda piece: piece[1])
        start, end = self.pieces[number]
        return moment if start <= moment else min(start + _minutes(rng, 4, 130), end - _minutes(rng, 1, 9))

    def at_or_before(self, moment: datetime, rng: Random) -> datetime:
        """`moment` while the store is open, else some minutes before it closed last."""
        number = bisect_right(self.pieces, moment, key=lambda piece: piece[0]) - 1
        start, end = self.pieces[number]
        return moment if moment < end else max(end - _minutes(rng, 3, 150), start + _minutes(rng, 1, 9))

    def opening_after(self, moment: datetime) -> datetime:
        return next(start for start, _end in self.pieces if start > moment)


class Rhythm:
    """The moments at which one shop's customers and people speak."""

    def __init__(self, hours: Hours, now: datetime, rng: Random):
        self.hours, self.now, self.rng = hours, now, rng

    def some_moment(self, days: int) -> datetime:
        """When a customer may have written first, within so many days."""
        today = self.now.astimezone(self.hours.zone).date()
        past = [today - timedelta(days=n) for n in range(days)]
        day = self.rng.choices(past, [WEEKDAYS[day.weekday()] for day in past])[0]
        hour = self.rng.choices(range(24), HOURS)[0]
        return _moment(day, hour * 60 + self.rng.randrange(60), self.hours.zone) + _seconds(self.rng)

    def onwards(self, says: list[Say], start: datetime) -> list[datetime]:
        """The moments of a story that began at `start`."""
        moments = [self._settle(says[0], start, back=False)]
        for say in says[1:]:
            moments.append(self._settle(say, moments[-1] + self._lapse(say), back=False))
        return moments

    def backwards(self, says: list[Say], last: timedelta) -> list[datetime]:
        """The moments of a story whose last word was said `last` ago; what is fresh stays to the minute."""
        moment = self.now - last - _seconds(self.rng)
        is_fresh = last < timedelta(hours=3) and not says[-1].is_from_shop
        moments = [moment if is_fresh else self._settle(says[-1], moment, back=True)]
        for say, above in zip(says[:0:-1], says[-2::-1], strict=True):
            moments.append(self._settle(above, moments[-1] - self._lapse(say), back=True))
        return moments[::-1]

    def after_closing_hours(self, moment: datetime, low: int = 2, high: int = 40) -> datetime:
        """Some minutes after `moment`, with the shop open; never later than now."""
        wanted = self.hours.at_or_after(moment + _minutes(self.rng, low, high), self.rng)
        return min(wanted, self.now - timedelta(minutes=1))

    def before(self, moment: datetime, low: int = 2, high: int = 20) -> datetime:
        return self.hours.at_or_before(moment - _minutes(self.rng, low, high), self.rng)

    def _lapse(self, say: Say) -> timedelta:
        """How long it took: as written, else what is usual."""
        if say.after is not None:
            return say.after + _seconds(self.rng)
        usual = 12 if say.note else 75 if say.is_from_shop else 200
        return timedelta(minutes=2 + usual * self.rng.lognormvariate(0, 0.8)) + _seconds(self.rng)

    def _settle(self, say: Say, moment: datetime, *, back: bool) -> datetime:
        if say.is_from_shop:
            return (
                self.hours.at_or_before(moment, self.rng)
                if back
                else self.hours.at_or_after(moment, self.rng)
            )
        if say.nature != "person":
            return moment
        return self._awake(moment, back=back)

    def _awake(self, moment: datetime, *, back: bool) -> datetime:
        """Customers sleep too, but for the odd insomniac."""
        here = moment.astimezone(self.hours.zone)
        if here.hour >= NIGHT or self.rng.random() < 0.03:
            return moment
        if back:
            return _moment(
                here.date() - timedelta(days=1), 21 * 60 + self.rng.randrange(150), self.hours.zone
            )
        return _moment(here.date(), 6 * 60 + 40 + self.rng.randrange(140), self.hours.zone)


def _moment(day, minutes: int, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone) + timedelta(minutes=minutes)


def _minutes(rng: Random, low: int, high: int) -> timedelta:
    return timedelta(minutes=rng.randint(low, high)) + _seconds(rng)


def _seconds(rng: Random) -> timedelta:
    return timedelta(seconds=rng.randrange(60))
