"""What an advice on breaks is made of, from the floor and what it is held against.

A floor is new many times a second, what it is held against is not: what is made of it is kept as
long as it is asked for with the very same objects.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

import polars as pl

from ccdash.remembered import remembered
from ccdash.store.comparison import Comparison
from ccdash.store.live import Floor
from ccdash.store.recent import Recent
from ccdash.store.usual import Usual
from ccdash.store.usual_work import UsualWork
from ccdash.thresholds import Threshold, Thresholds
from ccdash.ui.look import Look
from ccdash.views import board, hour
from ccdash.views.breaks import BreakAdvice, Goal, Situation, advice
from ccdash.views.crews import Skills, skilled
from ccdash.views.outlook import HALF_HOUR, QUARTER, Expected, Line, Work, busier, expected, work
from ccdash.views.parts import Key, metric_by_part
from ccdash.views.usual import usual
from ccdash.vocabulary import Channel


@dataclass(frozen=True, eq=False)
class _Usually:
    """What is usual now. `before`: arrivals of the half hour that is over, by part."""

    expected: Expected
    work: Work
    before: Mapping[Key, float]


@dataclass(frozen=True, eq=False)
class _Learnt:
    """Who takes what, and what is promised there. `keys`: of the queues, by line."""

    skills: Skills
    keys: Mapping[Line, str]
    targets: Thresholds

    def goal(self, line: Line, at: datetime) -> Goal:
        """What is aimed at in the queue."""
        channel, key = Channel(line[0]), self.keys.get(line, line[1])
        share = self.targets.value(Threshold.TARGET_PERCENT, channel, key, at)
        return Goal(share / 100, self.targets.value(Threshold.TARGET_SECONDS, channel, key, at))


def advice_of(floor: Floor, beside: Comparison, look: Look) -> tuple[BreakAdvice, ...] | None:
    """Of every team, made once however many look; None until what is usual has been read. The floor
    is the whole of it, whatever part is shown."""
    at, weeks, figures = floor.as_of, beside.usual, beside.work
    if weeks is None or figures is None or weeks.day != at.astimezone(look.zone).date():
        return None
    begun = datetime.fromtimestamp(
        at.timestamp() // QUARTER.total_seconds() * QUARTER.total_seconds(), at.tzinfo
    )
    usually = _usually(weeks, figures, begun, look.zone)
    learnt = _learnt(beside.skills, beside.queues, look.targets)
    return _advice(floor, usually, learnt, _busier(beside.recent, usually, begun))


@remembered(2)
def _advice(
    floor: Floor, usually: _Usually, learnt: _Learnt, more: Mapping[str, float]
) -> tuple[BreakAdvice, ...]:
    at = floor.as_of
    situation = Situation(
        at=at,
        people=board.everybody(floor.people),
        waiting={(one.channel, one.queue): one.waiting for one in board.queues_now(floor.queues)},
        skills=learnt.skills,
        expected=usually.expected,
        busier=more,
        work=usually.work,
        goal=lambda line: learnt.goal(line, at),
        limit=lambda one: learnt.targets.away_limit(one.intent, one.reason, at),
    )
    return advice(situation)


@remembered(2)
def _usually(weeks: Usual, figures: UsualWork, begun: datetime, zone: ZoneInfo) -> _Usually:
    local = begun.astimezone(zone)
    last = local.hour * 60 + local.minute
    half = range(last - 30, last) if last >= 30 else range(0)
    return _Usually(
        expected(weeks.quarters, weeks.weeks_ago, begun, zone),
        work(figures.handling, figures.at_once, figures.breaks),
        usual(weeks.quarters, weeks.weeks_ago, "arrived", half),
    )


@remembered(2)
def _learnt(skills: pl.DataFrame, queues: pl.DataFrame, targets: Thresholds) -> _Learnt:
    return _Learnt(skilled(skills), board.keys(queues), targets)


@remembered(2)
def _busier(recent: Recent, usually: _Usually, begun: datetime) -> dict[str, float]:
    """By what came in the half hour that is over, if all of it was read."""
    if recent.end < begun:
        return {}
    came = hour.arrived(recent.contacts, begun - HALF_HOUR, begun)
    return busier(metric_by_part(came, "arrived"), usually.before)
