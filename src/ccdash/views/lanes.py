"""A customer's contacts as lanes over time: a matter is a lane, a contact a mark on it.

The axis keeps the order and shortens silence: two contacts of one morning stay apart even where the
next one is a year later. Places are shares of the width, from 0 to 1.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import pairwise
from math import log1p

from ccdash.views.customer import Case, Visit

SAME_MATTER = timedelta(days=14)
"""Contacts about one subject that are no further apart are taken as one matter."""
EVEN = 0.55
"""Which share of the width all steps have alike; the rest goes by the length of the silence."""
LAST = 0.975
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
    """One matter, or all contacts that are of none (without case and subject). `links` join a
    contact with the one that goes on from it."""

    case: Case | None
    subject: str | None
    visits: tuple[Visit, ...]
    marks: tuple[Mark, ...]
    links: tuple[tuple[float, float], ...]

    @property
    def is_open(self) -> bool:
        """Whether the matter waits to be resolved."""
        return self.case is not None and not self.case.is_resolved

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
        named = [one for one in self.lanes if one.case or one.subject]
        return max(named, key=lambda one: (one.is_open, len(one.visits)), default=None)


Placed = tuple[float, Visit]
_Key = tuple[Case | None, str | None]


def lanes(told: Sequence[Visit]) -> Lanes:
    """Of visits, newest first; test calls are left out."""
    real = [one for one in reversed(told) if not one.is_test]
    placed = list(zip(places([one.arrived for one in real]), real, strict=True))
    drawn = [_lane(key, its) for key, its in _matters(placed)]
    drawn.sort(key=lambda one: (one.is_open, one.visits[-1].arrived), reverse=True)
    nameless = [one for one in drawn if not (one.case or one.subject)]
    named = [one for one in drawn if one.case or one.subject]
    return Lanes((*named, *nameless), tuple(_ticks(placed)))


def places(arrivals: Sequence[datetime]) -> list[float]:
    """Where each of these ascending instants stands."""
    gaps = [log1p((b - a).total_seconds() / 3600) for a, b in pairwise(arrivals)]
    silence, at, found = sum(gaps) or 1.0, 0.0, [0.0] * min(1, len(arrivals))
    for gap in gaps:
        at += EVEN / len(gaps) + (1 - EVEN) * gap / silence
        found.append(at)
    return [one * LAST / (found[-1] or 1.0) for one in found]


def _matters(placed: Sequence[Placed]) -> Iterator[tuple[_Key, list[Placed]]]:
    """A lane for each case, for each subject that came again soon, and one for all others."""
    cases: dict[str, list[Placed]] = {}
    subjects: dict[str | None, list[Placed]] = {}
    for one in placed:
        case = one[1].case
        if case is not None:
            cases.setdefault(case.key, []).append(one)
        else:
            subjects.setdefault(one[1].subject, []).append(one)
    for its in cases.values():
        case = its[-1][1].case
        yield (case, its[-1][1].subject), its
    others = list(subjects.pop(None, []))
    for subject, its in subjects.items():
        for run in _runs(its):
            if len(run) > 1:
                yield (None, subject), run
            else:
                others += run
    if others:
        yield (None, None), sorted(others, key=lambda one: one[0])


def _runs(placed: Sequence[Placed]) -> list[list[Placed]]:
    runs: list[list[Placed]] = []
    for one in placed:
        if runs and one[1].arrived - runs[-1][-1][1].arrived <= SAME_MATTER:
            runs[-1].append(one)
        else:
            runs.append([one])
    return runs


def _lane(key: _Key, placed: Sequence[Placed]) -> Lane:
    case, subject = key
    links = tuple((a, b) for (a, _), (b, visit) in pairwise(placed) if visit.continues_another)
    visits = tuple(visit for _, visit in placed)
    return Lane(case, subject, visits, tuple(_labelled(_marks(placed))), links)


def _marks(placed: Sequence[Placed]) -> list[Mark]:
    groups: list[list[Placed]] = []
    for one in placed:
        if groups and one[0] - groups[-1][0][0] < TOUCH:
            groups[-1].append(one)
        else:
            groups.append([one])
    return [Mark(its[0][0], its[-1][0], tuple(visit for _, visit in its)) for its in groups]


def _labelled(marks: Sequence[Mark]) -> list[Mark]:
    """From the newest on, each label that covers none of those that have one."""
    found: list[Mark] = []
    limit = 1.0
    for mark in reversed(marks):
        flips = not found and mark.at + LABEL > 1
        if flips:
            before = marks[-2].end + LABEL if len(marks) > 1 else 0.0
            room = max(LABEL, min(mark.at - before, 2 * LABEL))
            limit = mark.at - room
        else:
            room = min(limit - mark.at, 2 * LABEL)
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
