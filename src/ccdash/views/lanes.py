"""A customer's contacts as lanes over time: a matter is a lane, a contact a mark on it.

The axis keeps the order and shortens silence: two contacts of one morning stay apart even where the
next one is a year later. Places are shares of the width, from 0 to 1.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import pairwise
from math import log1p

import polars as pl

from ccdash.views.customer import Case, Visit, asked_again
from ccdash.vocabulary import Joined, Outcome

EVEN = 0.55
"""Which share of the width all steps have alike; the rest goes by the length of the silence."""
LAST = 0.975
NONE_WHOLE = pl.DataFrame(schema={"matter": pl.Int64, "bounces": pl.Int64, "others": pl.Int64})
LABEL, TOUCH, TICK = 0.165, 0.03, 0.13
"""How wide a label, a mark, and the date of a tick are, on the narrowest desk."""


@dataclass(frozen=True, slots=True)
class Mark:
    """One contact, or several that would cover each other. `room` is the width that its label has,
    0 without any; a flipped label ends at the mark."""

    at: float
    end: float
    visits: tuple[Visit, ...]
    room: float = 0.0
    is_flipped: bool = False


@dataclass(frozen=True, slots=True)
class Lane:
    """One matter, or all contacts that stand alone. `links` join a contact with the one that goes
    on from it; `again` are the contacts in which the customer told of it again. `bounces` are
    those of the whole matter, to which `others` more contacts belong, not known to be theirs."""

    number: int | None
    case: Case | None
    subject: str | None
    visits: tuple[Visit, ...]
    marks: tuple[Mark, ...]
    links: tuple[tuple[float, float], ...]
    again: frozenset[int] = frozenset()
    bounces: int = 0
    others: int = 0

    @property
    def is_matter(self) -> bool:
        """Whether its contacts are about one thing."""
        return self.number is not None

    @property
    def joined(self) -> tuple[Joined, ...]:
        """In which ways its contacts came together."""
        return tuple(one for one in Joined if any(each.joined is one for each in self.visits))

    @property
    def is_open(self) -> bool:
        """Whether something of the matter is still to be done: its case is not resolved, or a
        contact is open."""
        is_of_case = self.case is not None and not self.case.is_resolved
        return is_of_case or any(one.outcome is Outcome.OPEN for one in self.visits)

    @property
    def channels(self) -> int:
        """How many it went through."""
        return len({one.channel for one in self.visits})

    @property
    def people(self) -> int:
        """How many served it."""
        return len({one.agent for one in self.visits if one.agent})


@dataclass(frozen=True, slots=True)
class Lanes:
    """Open matters first, then those with the newest contact; ticks are places with their day."""

    lanes: tuple[Lane, ...]
    ticks: tuple[tuple[float, datetime], ...]

    @property
    def busiest(self) -> Lane | None:
        """The matter that took most contacts, an open one before any other."""
        matters = [one for one in self.lanes if one.is_matter]
        return max(matters, key=_weight, default=None)

    @property
    def matters(self) -> tuple[Lane, ...]:
        """Without the contacts that stand alone."""
        return tuple(one for one in self.lanes if one.is_matter)

    @property
    def again(self) -> frozenset[int]:
        """The contacts in which the customer told of a matter again."""
        return frozenset(each for one in self.lanes for each in one.again)

    @property
    def count(self) -> int:
        """How many matters there are; a conversation that stands alone is one, too."""
        return len(self.matters) + sum(not one.continues_another for one in self._alone)

    @property
    def open(self) -> int:
        """How many of these are open."""
        alone = (one.outcome is Outcome.OPEN for one in self._alone)
        return sum(one.is_open for one in self.matters) + sum(alone)

    @property
    def _alone(self) -> tuple[Visit, ...]:
        return tuple(each for one in self.lanes if not one.is_matter for each in one.visits)


def _weight(lane: Lane) -> tuple[bool, int]:
    many = len(lane.visits)
    return lane.is_open and many > 1, many


Placed = tuple[float, Visit]


def lanes(told: Sequence[Visit], whole: pl.DataFrame = NONE_WHOLE) -> Lanes:
    """Of visits, newest first; test calls are left out. `whole` has of each matter what all of its
    contacts have (store.customers.whole_matters)."""
    real = [one for one in reversed(told) if not one.is_test]
    placed = list(zip(places([one.arrived for one in real]), real, strict=True))
    again = asked_again(told)
    drawn = [_lane(its, again) for its in _matters(placed)]
    known = {one.pop("matter"): one for one in whole.iter_rows(named=True)}
    drawn = [replace(one, **known.get(one.number, {})) for one in drawn]
    drawn.sort(key=lambda one: (one.is_matter, one.is_open, one.visits[-1].arrived), reverse=True)
    return Lanes(tuple(drawn), tuple(_ticks(placed)))


def places(arrivals: Sequence[datetime]) -> list[float]:
    """Where each of these ascending instants stands."""
    gaps = [log1p((b - a).total_seconds() / 3600) for a, b in pairwise(arrivals)]
    silence, at, found = sum(gaps) or 1.0, 0.0, [0.0] * min(1, len(arrivals))
    for gap in gaps:
        at += EVEN / len(gaps) + (1 - EVEN) * gap / silence
        found.append(at)
    return [one * LAST / (found[-1] or 1.0) for one in found]


def _matters(placed: Sequence[Placed]) -> list[list[Placed]]:
    """Those of each matter, and those that stand alone."""
    found: dict[int | None, list[Placed]] = {}
    for one in placed:
        found.setdefault(one[1].matter, []).append(one)
    return list(found.values())


def _lane(placed: Sequence[Placed], again: frozenset[int]) -> Lane:
    links = tuple((a, b) for (a, _), (b, visit) in pairwise(placed) if visit.continues_another)
    visits = tuple(visit for _, visit in placed)
    number = visits[0].matter
    named = visits[::-1] if number is not None else ()
    case = next((one.case for one in named if one.case), None)
    subject = next((one.subject for one in named if one.subject), None)
    its = again & {one.number for one in visits}
    return Lane(number, case, subject, visits, tuple(_labelled(_marks(placed))), links, its)


def _marks(placed: Sequence[Placed]) -> list[Mark]:
    groups: list[list[Placed]] = []
    for one in placed:
        if groups and one[0] - groups[-1][0][0] < TOUCH:
            groups[-1].append(one)
        else:
            groups.append([one])
    return [Mark(its[0][0], its[-1][0], tuple(visit for _, visit in its)) for its in groups]


def _labelled(marks: Sequence[Mark]) -> list[Mark]:
    """From the newest on, each label that covers none of those that have one, with all the room
    until the next one. A flipped label shares it with the one before if it is enough for both."""
    found: list[Mark] = []
    limit = 1.0
    for mark in reversed(marks):
        flips = not found and mark.at + LABEL > 1
        if flips:
            gap = mark.at - (marks[-2].end if len(marks) > 1 else 0.0)
            is_shared = len(marks) > 1 and gap >= 2 * LABEL
            room = gap / 2 if is_shared else max(LABEL, gap)
            limit = mark.at - room
        else:
            room = limit - mark.at
            room = room if room >= LABEL else 0.0
            limit = mark.at if room else limit
        found.append(replace(mark, room=room, is_flipped=flips))
    return found[::-1]


def _ticks(placed: Sequence[Placed]) -> Iterator[tuple[float, datetime]]:
    last: tuple[float, datetime] | None = None
    for at, visit in placed:
        if at > 1 - TICK * 0.6:
            return
        is_free = last is None or at - last[0] >= TICK
        if is_free and (last is None or visit.arrived.date() != last[1].date()):
            last = (at, visit.arrived)
            yield last
