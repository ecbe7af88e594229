"""How many of a team may be out now without a live channel missing its target, and when more may.

Each team stands for itself: it has its part of what comes and no help from others, so that all may
take their advice at once. Why, and what is left out: docs/decisions/0028-breaks.md.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import takewhile
from math import isinf

from ccdash.views.board import PersonNow, Place
from ccdash.views.crews import Crew, Skills, crews
from ccdash.views.outlook import HALF_HOUR, Expected, Line, Work
from ccdash.views.staffing import Demand, erlang_a
from ccdash.vocabulary import Channel


class CannotSay(StrEnum):
    """Why there is no advice."""

    NO_LIVE_CHANNEL = "no_live_channel"
    STATES_UNKNOWN = "states_unknown"
    HISTORY_TOO_SHORT = "history_too_short"
    HANDLING_UNKNOWN = "handling_unknown"


@dataclass(frozen=True, slots=True)
class Goal:
    """So large a share is to be answered within so many seconds."""

    share: float
    seconds: int


@dataclass(frozen=True)
class Situation:
    """Everything that an advice is made of. `waiting`: by line. `busier`: by channel, how many
    times more than usual comes. `goal`: of a line. `limit`: how many seconds somebody may be away,
    for reasons of which no length is usual."""

    at: datetime
    people: Sequence[PersonNow]
    waiting: Mapping[Line, int]
    skills: Skills
    expected: Expected
    busier: Mapping[str, float]
    work: Work
    goal: Callable[[Line], Goal]
    limit: Callable[[PersonNow], float | None]


@dataclass(frozen=True, slots=True)
class Returning:
    """Somebody who is out, and when they are expected back: None where nothing is usual. Who is
    due should be back already."""

    name: str
    at: datetime | None
    is_due: bool = False


@dataclass(frozen=True, slots=True)
class Slot:
    """A stretch in which one more may be out than are."""

    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class ChannelOutlook:
    """A live channel of the team in the half hour that runs. `arrivals`: its part, those who wait
    included. `handling`: seconds of one person's time. `patience`: None where nobody is taken to
    give up. `levels`: the service level with 0, 1, 2 ... of the team out."""

    channel: Channel
    arrivals: float
    handling: float
    patience: float | None
    people: int
    free: int
    goal: Goal
    levels: tuple[float, ...]


@dataclass(frozen=True)
class BreakAdvice:
    """What is told of one team. `people` take live contacts and are here, breaks included. `slot`
    is the good time that runs when it is one, else the next; None: not within two hours.
    `limiting`: who would miss their target with one more out, by how much."""

    team: str
    people: int = 0
    may_be_out: int = 0
    are_out: int = 0
    slot: Slot | None = None
    returning: tuple[Returning, ...] = ()
    limiting: tuple[Channel, ...] = ()
    channels: tuple[ChannelOutlook, ...] = ()
    cannot_say: CannotSay | None = None

    @property
    def is_good_now(self) -> bool:
        """Whether one more may go."""
        return self.may_be_out > self.are_out


def advice(now: Situation) -> tuple[BreakAdvice, ...]:
    """Of every team that has somebody here, by name."""
    return tuple(_of(crew, now) for crew in crews(now.people, now.skills))


def _of(crew: Crew, now: Situation) -> BreakAdvice:
    reason = _cannot_say(crew, now)
    if reason is not None:
        return BreakAdvice(crew.team, cannot_say=reason)
    returning = tuple(sorted(_returning(crew, now), key=_first_back))
    pressure = _pressure(crew, now)
    may_be_out = pressure.most_out()
    return BreakAdvice(
        crew.team,
        people=len(crew.here),
        may_be_out=may_be_out,
        are_out=len(crew.out),
        slot=_slot(pressure, now, returning),
        returning=returning,
        limiting=pressure.limiting(may_be_out + 1),
        channels=tuple(_outlook(pressure, one, may_be_out) for one in pressure.demands),
    )


def _cannot_say(crew: Crew, now: Situation) -> CannotSay | None:
    if not crew.is_known:
        return CannotSay.STATES_UNKNOWN
    if not crew.channels:
        return CannotSay.NO_LIVE_CHANNEL
    if now.expected.arrivals is None:
        return CannotSay.HISTORY_TOO_SHORT
    if any(now.work.seconds(line) is None for line in crew.shares):
        return CannotSay.HANDLING_UNKNOWN
    return None


# How many -----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Pressure:
    """What comes to a team in a half hour, and who is there for it."""

    crew: Crew
    demands: Mapping[Channel, Demand]
    goals: Mapping[Channel, Goal]
    people: Mapping[Channel, int]

    def level(self, channel: Channel, out: int) -> float:
        """The service level of the channel with so many out: the worse of two. Those who take it
        have it alone; all of the team have all that comes. Each is out of every channel."""
        own, seconds = self.demands[channel], self.goals[channel].seconds
        arrivals = sum(one.arrivals for one in self.demands.values())
        load = sum(one.load for one in self.demands.values())
        every = Demand(arrivals, load / arrivals if arrivals else 0.0, own.patience)
        alone = erlang_a(own, self.people[channel] - out, seconds)
        together = erlang_a(every, len(self.crew.here) - out, seconds)
        return min(alone.in_target, together.in_target)

    def holds(self, out: int) -> bool:
        """Whether every channel makes its target with so many out."""
        return all(self.level(one, out) >= self.goals[one].share for one in self.demands)

    def most_out(self) -> int:
        """How many may be out, counted up: with more out no channel does better."""
        every = range(1, len(self.crew.here) + 1)
        return sum(1 for _ in takewhile(self.holds, every)) if self.holds(0) else 0

    def limiting(self, out: int) -> tuple[Channel, ...]:
        """The channels that miss their target with so many out, by how much."""
        margins = {one: self.level(one, out) - self.goals[one].share for one in self.demands}
        return tuple(sorted((one for one in margins if margins[one] < 0), key=margins.__getitem__))


def _pressure(crew: Crew, now: Situation) -> _Pressure:
    """Of the half hour that runs."""
    goals = {one: _goal(now, crew.lines(one)) for one in crew.channels}
    demands = {one: _demand(crew, now, 0, one) for one in goals}
    return _Pressure(crew, demands, goals, {one: len(crew.people(one)) for one in goals})


def _later(pressure: _Pressure, now: Situation, place: int) -> _Pressure:
    """Of another half hour, with the same people."""
    crew = pressure.crew
    return replace(
        pressure, demands={one: _demand(crew, now, place, one) for one in pressure.goals}
    )


def _goal(now: Situation, lines: Iterable[Line]) -> Goal:
    """Of queues with different targets the hardest."""
    goals = [now.goal(line) for line in lines]
    return Goal(max(one.share for one in goals), min(one.seconds for one in goals))


def _demand(crew: Crew, now: Situation, place: int, channel: Channel) -> Demand:
    """In the half hour of that place; in the first one those who wait come, too."""
    usually = (now.expected.arrivals or ())[place]
    lines, more = crew.lines(channel), now.busier.get(channel, 1.0)
    come = {
        line: (usually.get(line, 0.0) * more + (0 if place else now.waiting.get(line, 0)))
        * crew.shares[line]
        for line in lines
    }
    every = sum(come.values())
    seconds = sum(many * (now.work.seconds(line) or 0.0) for line, many in come.items())
    at_once = now.work.at_once(channel, [one.agent_id for one in crew.people(channel)])
    return Demand(
        every / HALF_HOUR.total_seconds(),
        seconds / every / at_once if every else 0.0,
        now.work.patience(lines),
    )


def _outlook(pressure: _Pressure, channel: Channel, may_be_out: int) -> ChannelOutlook:
    demand, people = pressure.demands[channel], pressure.crew.people(channel)
    shown = range(min(may_be_out + 2, len(pressure.crew.here) + 1))
    return ChannelOutlook(
        channel,
        arrivals=demand.arrivals * HALF_HOUR.total_seconds(),
        handling=demand.handling,
        patience=None if isinf(demand.patience) else demand.patience,
        people=len(people),
        free=sum(one.place is Place.FREE for one in people),
        goal=pressure.goals[channel],
        levels=tuple(pressure.level(channel, out) for out in shown),
    )


# When ---------------------------------------------------------------------------------------------


def _slot(pressure: _Pressure, now: Situation, returning: Sequence[Returning]) -> Slot | None:
    """The first run of half hours in which one more may be out than will be; if it is one now, the
    run that it is in. Who is here is taken to stay."""
    starts = now.expected.starts
    places = iter(range(len(starts)))
    first = next((one for one in places if _is_good(pressure, now, returning, one)), None)
    if first is None:
        return None
    last = max(
        takewhile(lambda one: _is_good(pressure, now, returning, one), places), default=first
    )
    return Slot(starts[first], starts[last] + HALF_HOUR)


def _is_good(
    pressure: _Pressure, now: Situation, returning: Sequence[Returning], place: int
) -> bool:
    start, here = now.expected.starts[place], len(pressure.crew.here)
    still_out = sum(not place or one.at is None or one.at > start for one in returning)
    that = _later(pressure, now, place) if place else pressure
    return still_out < here and that.holds(still_out + 1)


def _returning(crew: Crew, now: Situation) -> Iterator[Returning]:
    for one in crew.out:
        since, length = one.since, _length(one, now)
        back = None if since is None or length is None else since + timedelta(seconds=length)
        yield Returning(one.name, back, is_due=back is not None and back <= now.at)


def _length(one: PersonNow, now: Situation) -> float | None:
    """What is usual for the reason; without that its limit."""
    usually = now.work.lengths.get((one.intent, one.reason or ""))
    return now.limit(one) if usually is None else usually


def _first_back(one: Returning) -> tuple[bool, float, str]:
    return one.at is None, one.at.timestamp() if one.at else 0.0, one.name
