"""What changed on the floor: at most three things that are not as on a usual day, since when, and
where they come from.

What counts as a change of arrivals or of a service level is said in views/shifts.py. Of service
levels only a worse one is told, of channels in which the customer waits on the line. Beside these:
five or more wait longer than promised, of whom the first has done so since today.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from functools import partial
from statistics import median

import polars as pl

from ccdash.views.lines import STEP, Axis, Beside, Line, excess, lines
from ccdash.views.parts import Key
from ccdash.views.shifts import (
    LEVEL_STRETCHES,
    STRETCHES,
    Shift,
    inflow,
    is_up,
    level,
    standing,
)
from ccdash.views.usual import LEAST_DAYS
from ccdash.vocabulary import LIVE_CHANNELS, Channel

MOST, LEAST_OVER = 3, 5
"""How many changes are told, and how many must wait too long."""
HOUR = 12
"""In steps: how far back contact points are known."""
MOST_OF_IT = 0.5


class Kind(StrEnum):
    """What is not as usual; the first matters most to somebody who waits."""

    LEVEL = "level"
    WAITS = "waits"
    INFLOW = "inflow"


@dataclass(frozen=True, slots=True)
class Change:
    """`value` in [since, until): arrivals, a service level, or how many wait too long at its end;
    `usual` is the median of the usual days. `queue` is None for the whole channel; `mostly` is the
    queue of the channel and `point` the contact point that explain most of it."""

    kind: Kind
    channel: Channel
    queue: str | None
    since: datetime
    until: datetime
    value: float
    usual: float | None
    mostly: str | None = None
    point: str | None = None

    @property
    def key(self) -> str:
        """The same as long as it is the same change. A queue's name may be empty."""
        whole = f"{self.kind}-{self.channel}"
        return whole if self.queue is None else f"{whole}-{self.queue}"


@dataclass(frozen=True, slots=True)
class Known:
    """What is looked at. contacts: those of the last hour, with their targets (store/recent.py).
    `is_whole` is False when a source is late: nobody can say then that fewer come."""

    beside: Beside
    contacts: pl.DataFrame
    axis: Axis
    is_whole: bool = True


def changes(known: Known) -> tuple[Change, ...] | None:
    """The strongest of each kind first; None while too few days are known to say what is usual."""
    if len(known.beside.weeks_ago) < LEAST_DAYS:
        return None
    if known.axis.steps < STRETCHES[0]:
        return ()
    found = lines(known.beside, known.axis)
    ranked = [
        sorted(_levels(found["in_target"], found["leveled"], known), key=_gain, reverse=True),
        sorted(_waits(known), key=_gain, reverse=True),
        sorted(_inflows(found["arrived"], known), key=_gain, reverse=True),
    ]
    in_turn = [(place, one) for of in ranked for place, (_, one) in enumerate(of)]
    in_turn.sort(key=lambda pair: pair[0])  # stable: the kinds keep their order
    return tuple(one for _, one in in_turn[:MOST])


Ranked = tuple[float, Change]


def _gain(one: Ranked) -> float:
    return one[0]


# Arrivals -----------------------------------------------------------------------------------------


def _inflows(of: dict[Key, Line], known: Known) -> Iterator[Ranked]:
    """A queue is told of where its whole channel is not."""
    told: dict[Key, Ranked] = {}
    for (channel, queue), line in of.items():
        if channel is None or (queue is not None and _is_only_one(of, channel)):
            continue
        shift = standing(partial(inflow, line), STRETCHES, known.axis.steps)
        if shift is not None and (known.is_whole or shift.size > 0):
            told[channel, queue] = shift.gain, _inflow(of, (channel, queue), shift, known)
    for (channel, queue), one in told.items():
        whole = told.get((channel, None))
        if queue is None or whole is None or _is_up(whole[1]) is not _is_up(one[1]):
            yield one


def _is_up(one: Change) -> bool:
    return one.value > (one.usual or 0)


def _is_only_one(of: dict[Key, Line], channel: str) -> bool:
    return sum(one == channel and queue is not None for one, queue in of) == 1


def _inflow(of: dict[Key, Line], part: Key, shift: Shift, known: Known) -> Change:
    channel, queue = Channel(part[0] or ""), part[1]
    last, mostly = known.axis.steps, None
    if queue is None:
        more = {
            name: line.count(shift.first, last) - median(line.each(shift.first, last))
            for (one, name), line in of.items()
            if one == channel and name is not None
        }
        mostly = _most_of(more, shift.value - shift.usual)
    points = excess(known.beside, known.axis, part, max(shift.first, last - HOUR))
    whole = sum(points.values())
    point = _most_of(points, whole) if (whole > 0) is is_up(shift) else None
    return Change(
        Kind.INFLOW, channel, queue, known.axis.at(shift.first), known.axis.end,
        shift.value, shift.usual, mostly, point,
    )  # fmt: skip


def _most_of(parts: Mapping[str, float], whole: float) -> str | None:
    """The part that makes up most of it; where there is only one part, that explains nothing."""
    if len(parts) < 2 or not whole:
        return None
    name = max(parts, key=lambda one: parts[one] / whole)
    return name or None if parts[name] / whole >= MOST_OF_IT else None


# Service level ------------------------------------------------------------------------------------


def _levels(hits: dict[Key, Line], of: dict[Key, Line], known: Known) -> Iterator[Ranked]:
    for channel in sorted(LIVE_CHANNELS):
        part = (str(channel), None)
        if part not in of:
            continue
        judge = partial(level, hits[part], of[part])
        shift = standing(judge, LEVEL_STRETCHES, known.axis.steps)
        if shift is not None:
            since, until = known.axis.at(shift.first), known.axis.end
            found = Change(Kind.LEVEL, channel, None, since, until, shift.value, shift.usual)
            yield shift.gain, found


# Waits --------------------------------------------------------------------------------------------


def _waits(known: Known) -> Iterator[Ranked]:
    late = pl.col("queued_at") + pl.duration(seconds=pl.col("target_seconds"))
    waits = known.contacts.filter(pl.col("target_seconds") > 0).select(
        "queue",
        "channel",
        late.alias("late_at"),
        pl.min_horizontal("answered_at", "ended_at").alias("gone_at"),
    )
    for (name,), of in waits.group_by("channel", maintain_order=True):
        over = _over(of, known.axis.end)
        began = over["late_at"].min()
        if not _is_many(of, known.axis) or not isinstance(began, datetime):
            continue
        if began >= known.axis.start:
            channel, until = Channel(str(name)), known.axis.end
            queues = dict(over.group_by("queue").len().iter_rows())
            found = Change(Kind.WAITS, channel, None, began, until, over.height, None)
            yield over.height, replace(found, mostly=_most_of(queues, over.height))


def _over(waits: pl.DataFrame, at: datetime) -> pl.DataFrame:
    """Those who wait at an instant and should not have to any more."""
    gone = pl.col("gone_at")
    return waits.filter(pl.col("late_at") < at, gone.is_null() | (gone > at))


def _is_many(waits: pl.DataFrame, axis: Axis) -> bool:
    """Enough of them; fewer do when there were enough within the hour and never few since."""
    for step in range(HOUR):
        many = _over(waits, axis.end - STEP * step).height
        if many >= LEAST_OVER:
            return True
        if many < LEAST_OVER - 2:
            return False
    return False
