"""Customers' concerns: who comes when, about what, and how often until it is solved.

The plan of a day depends on (centre, seed, day) and nothing else, least of all on queues: so the
arrivals of a week are the matters of its days and the planned returns of those of the three weeks
before, and any week can be made without the others.
"""

from __future__ import annotations

from bisect import bisect
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from itertools import accumulate
from math import exp, sqrt
from random import Random
from typing import NamedTuple

from ccdash.simulate import planted
from ccdash.simulate.calendar import DAY, days_of, midnight, open_span, start_of_day
from ccdash.simulate.centre import Centre
from ccdash.simulate.parts import Habits, Queue
from ccdash.simulate.planted import Plot
from ccdash.simulate.population import places_of
from ccdash.vocabulary import Channel

HORIZON = 21
"""Days in which a matter is over, solved or not."""
MOST_ROUNDS = 4
LAST_MAIL = 22 * 3600 + 1800
"""From then on a Sunday's mail is written after midnight: so no week leaves work to the next."""
LATER = 2 * 3600 + 1800
SUNDAY = 6
HURRY, HURRIED_BY = MOST_ROUNDS + 1, Channel.FORM
"""The round in which somebody asks what became of their e-mail, which may not be answered yet, and
how. It is beside the others: it neither opens nor closes anything."""
SOONEST, LATEST = 1200, 4800
"""Seconds after the e-mail."""
LIKES = 1.45
"""Some customers come often: above 1 the first of the population more than the others."""


class Matter(NamedTuple):
    """One concern of one customer."""

    key: str
    customer: int
    language: str
    subject: str
    case_round: int
    """The round in which a case is opened; 0 for none."""


class Round(NamedTuple):
    """One planned contact of a matter. `at` in epoch seconds."""

    at: int
    matter: Matter
    number: int
    queue: Queue
    point: str
    solves: bool
    closes: bool
    reopens: bool
    luck: float


@lru_cache(maxsize=80)
def planned(centre: Centre, seed: int, day: date) -> tuple[Round, ...]:
    """Every round of the matters that begin on that day, in the order of the matters."""
    planner = _Planner(centre, Random(f"{seed} {day} plan"), day)
    rounds = tuple(planner.rounds())
    hurried = _hurried(centre, Random(f"{seed} {day} hurry"), rounds)
    return (*rounds, *hurried)


def arrivals(centre: Centre, seed: int, monday: date) -> list[Round]:
    """Every planned contact of the week, in the order of time."""
    start, end = start_of_day(centre, monday), start_of_day(centre, monday + timedelta(days=7))
    found = [
        one
        for day in days_of(monday, before=HORIZON + 1)
        for one in planned(centre, seed, day)
        if start <= one.at < end
    ]
    return sorted(found, key=lambda one: (one.at, one.matter.key, one.number))


def expected(centre: Centre, queue: Queue, day: date) -> float:
    """How many new matters begin in the queue on that day, on average."""
    span = open_span(centre, queue.hours, day)
    if span is None:
        return 0.0
    volume, plots = centre.volume, planted.on(day)
    years = day.year + day.timetuple().tm_yday / 366 - volume.growth_from_year
    factor = volume.season[day.month - 1] * (1 + volume.growth_a_year) ** years
    if Plot.OVERLOADED_MONDAY in plots:
        factor *= planted.MONDAY_FACTOR
    if Plot.PRICE_RISE in plots:
        factor *= _sum_of_weights(queue, is_price_up=True) / _sum_of_weights(queue)
    weekday = centre.habits[queue.channel].weekdays[day.weekday()]
    return float(queue.a_day * volume.scale * factor * weekday)


def _weights(queue: Queue, *, is_price_up: bool = False) -> list[float]:
    """How often each subject of the queue is; the first two are the usual ones."""
    factor = planted.PRICE_FACTOR if is_price_up else 1.0
    return [
        (factor if subject == planted.PRICE_SUBJECT else 1.0) / (1 + place / 2)
        for place, subject in enumerate(queue.subjects)
    ]


def _sum_of_weights(queue: Queue, *, is_price_up: bool = False) -> float:
    return sum(_weights(queue, is_price_up=is_price_up))


@dataclass(frozen=True)
class _Clock:
    """When in an open day customers come: cumulated weights of its hours."""

    hours: tuple[int, ...]
    cumulated: tuple[float, ...]
    close: int

    def at(self, random: Random) -> int:
        """Seconds after midnight."""
        place = bisect(self.cumulated, random.random() * self.cumulated[-1])
        start = self.hours[place]
        return start + int(random.random() * (min(start - start % 3600 + 3600, self.close) - start))


@lru_cache(maxsize=4096)
def clock_of(centre: Centre, queue: Queue, span: tuple[int, int]) -> _Clock:
    """The hours in which the queue is open, as the shape of its channel weighs them."""
    habits: Habits = centre.habits[queue.channel]
    hours = [span[0], *range(span[0] - span[0] % 3600 + 3600, span[1], 3600)]
    ends = [*hours[1:], span[1]]
    pieces = zip(hours, ends, strict=True)
    parts = [habits.hours_of_day[start // 3600] * (end - start) / 3600 for start, end in pieces]
    if not any(parts):
        parts = [1.0] * len(hours)
    return _Clock(tuple(hours), tuple(accumulate(parts)), span[1])


class _Planner:
    """Draws the matters of one day, always in the same order."""

    def __init__(self, centre: Centre, random: Random, day: date) -> None:
        self.centre, self.random, self.day = centre, random, day
        self.plots = planted.on(day)
        self.midnight = midnight(centre, day)
        self.returns = list(accumulate(weight for _, weight in centre.returns.channels))

    def rounds(self) -> Iterator[Round]:
        number = 0
        for queue in self.centre.queues:
            span = open_span(self.centre, queue.hours, self.day)
            if span is None:
                continue
            clock = clock_of(self.centre, queue, span)
            for _ in range(self._count(expected(self.centre, queue, self.day))):
                number += 1
                yield from self._begun(queue, clock, f"{self.day:%y%m%d}-{number:04}")

    def _count(self, mean: float) -> int:
        """A number of that mean and variance: Poisson's for few, nearly so for many."""
        if mean > 12:
            return max(0, round(self.random.gauss(mean, sqrt(mean))))
        limit, count, product = exp(-mean), 0, self.random.random()
        while product > limit:
            count, product = count + 1, product * self.random.random()
        return count

    def _begun(self, queue: Queue, clock: _Clock, key: str) -> Iterator[Round]:
        """The rounds of one new matter."""
        first = self._first(queue, clock, key)
        if first.solves:
            yield first
            return
        if Plot.MISSING_FIELD in self.plots and queue.key == planted.FORM_QUEUE:
            yield first
            yield self._round_by_mail(first)
            return
        before = first
        while True:
            yield before
            following = None if before.solves else self._following(before)
            if following is None:
                return
            before = following

    def _first(self, queue: Queue, clock: _Clock, key: str) -> Round:
        random = self.random.random
        sums = _sums(queue, Plot.PRICE_RISE in self.plots)
        subject = queue.subjects[bisect(sums, random() * sums[-1])]
        languages = queue.languages
        has_one = len(languages) == 1 or random() < 0.8
        language = languages[0] if has_one else languages[1 + int(random() * (len(languages) - 1))]
        places = places_of(self.centre, language)
        customer = places.start + int(len(places) * random() ** LIKES)
        solves = random() < self._chance(queue.channel, self.plots)
        if queue.key == planted.FORM_QUEUE and Plot.MISSING_FIELD in self.plots:
            solves = False
        opens = 0 if solves else 1 + (queue.channel is Channel.SELF_SERVICE)
        matter = Matter(key, customer, language, subject, opens)
        at = self._settled(queue.channel, self.day, self.midnight + clock.at(self.random))
        return self._round(matter, queue, (at, 1, solves, False))

    def _round(self, matter: Matter, queue: Queue, of: tuple[int, int, bool, bool]) -> Round:
        at, number, solves, reopens = of
        random = self.random.random
        points, sums = _points(self.centre, queue)
        point = points[bisect(sums, random() * sums[-1])]
        closes = solves or random() < self.centre.returns.closes_early
        return Round(at, matter, number, queue, point, solves, closes, reopens, random())

    def _chance(self, channel: Channel, plots: frozenset[Plot]) -> float:
        """How often a contact in the channel solves its matter."""
        solved = self.centre.habits[channel].solved
        is_bad = channel is planted.PRICE_CHANNEL and Plot.PRICE_RISE in plots
        return solved * planted.CHAT_SOLVES if is_bad else solved

    def _following(self, before: Round) -> Round | None:
        """The customer comes back, often by another channel; None when they give up."""
        if before.number >= MOST_ROUNDS:
            return None
        returns, random = self.centre.returns, self.random
        channel = self._channel_after(before.queue.channel)
        days = max(1, round(returns.days * exp(random.gauss(0, returns.spread))))
        gone = (before.at - self.midnight) // DAY
        if gone + days > HORIZON:
            return None
        return self._later(before, channel, gone + days)

    def _later(self, before: Round, channel: Channel, days: int) -> Round | None:
        day = self.day + timedelta(days=days)
        queue = queue_for(self.centre, channel, before.matter)
        span = open_span(self.centre, queue.hours, day)
        if span is None:
            queue = queue_for(self.centre, Channel.EMAIL, before.matter)
            span = open_span(self.centre, queue.hours, day)
        if span is None:
            return None
        clock = clock_of(self.centre, queue, span)
        at = midnight(self.centre, day) + clock.at(self.random)
        at = self._settled(queue.channel, day, at)
        is_last = before.number + 1 == MOST_ROUNDS
        chance = self._chance(queue.channel, planted.on(day))
        solves = self.random.random() < (max(chance, 0.9) if is_last else chance)
        return self._round(before.matter, queue, (at, before.number + 1, solves, before.closes))

    def _round_by_mail(self, form: Round) -> Round:
        """The form lacked a field: within three days an e-mail asks for it or brings it."""
        days = (form.at - self.midnight) // DAY + 1 + int(self.random.random() * 3)
        found = self._later(form, planted.FORM_RETURNS_BY, days)
        if found is None:
            raise ValueError(f"no inbox is open {days} days after {self.day}")
        return found._replace(solves=True, closes=True)

    def _channel_after(self, channel: Channel) -> Channel:
        is_same = self.random.random() < self.centre.habits[channel].returns_here
        if is_same and channel is not Channel.SELF_SERVICE:
            return channel
        others = self.centre.returns.channels
        return others[bisect(self.returns, self.random.random() * self.returns[-1])][0]

    def _settled(self, channel: Channel, day: date, at: int) -> int:
        """Mail of a late Sunday evening is written after midnight."""
        is_late = day.weekday() == SUNDAY and at - midnight(self.centre, day) >= LAST_MAIL
        is_mail = channel is not Channel.SELF_SERVICE and is_late
        return at + LATER if is_mail else at


def _hurried(centre: Centre, random: Random, rounds: Iterable[Round]) -> Iterator[Round]:
    """Of some who wrote an e-mail: while that waits, they ask in another channel as well."""
    for one in rounds:
        if one.number > 1 or one.queue.channel is not Channel.EMAIL:
            continue
        is_hurry = random.random() < centre.returns.hurries
        after, luck = random.randrange(SOONEST, LATEST), random.random()
        if not is_hurry:
            continue
        at, queue = one.at + after, queue_for(centre, HURRIED_BY, one.matter)
        day = datetime.fromtimestamp(at, centre.zone).date()
        span = open_span(centre, queue.hours, day)
        second = at - midnight(centre, day)
        if span is None or day.weekday() == SUNDAY or not span[0] <= second < span[1]:
            continue
        point = _points(centre, queue)[0][0]
        yield Round(
            at, one.matter, HURRY, queue, point, one.solves, closes=False, reopens=False, luck=luck
        )


@lru_cache(maxsize=4096)
def _queue_for(centre: Centre, channel: Channel, language: str, subject: str) -> Queue:
    def fits(queue: Queue) -> tuple[bool, bool, bool]:
        speaks = language in queue.languages
        return (queue.channel is channel and speaks, speaks, subject in queue.subjects)

    return max((one for one in centre.queues if one.channel is not Channel.SELF_SERVICE), key=fits)


def queue_for(centre: Centre, channel: Channel, matter: Matter) -> Queue:
    """Where the matter goes in that channel: language before subject before the channel itself."""
    return _queue_for(centre, channel, matter.language, matter.subject)


@lru_cache(maxsize=256)
def _points(centre: Centre, queue: Queue) -> tuple[tuple[str, ...], tuple[float, ...]]:
    """Where the queue is reached, and the cumulated shares of those points."""
    found = [one for one in centre.points if queue.key in one.queues]
    return tuple(one.name for one in found), tuple(accumulate(one.share for one in found))


@lru_cache(maxsize=256)
def _sums(queue: Queue, is_price_up: bool) -> tuple[float, ...]:  # noqa: FBT001
    return tuple(accumulate(_weights(queue, is_price_up=is_price_up)))
