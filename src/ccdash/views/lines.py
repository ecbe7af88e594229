"""Today beside the usual days, in steps of five minutes, so that any stretch of it can be compared.

Usual is kept by quarters of an hour (store/usual.py): a step of a usual day is a third of one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import accumulate
from statistics import median
from zoneinfo import ZoneInfo

import polars as pl

from ccdash.metrics import METRICS
from ccdash.views.parts import KEYS, Key, rolled
from ccdash.views.usual import LEAST_DAYS

STEP = timedelta(minutes=5)
FIGURES = ("arrived", "in_target", "leveled")
"""Arrivals; those answered in the target time, and all of which the service level speaks."""


@dataclass(frozen=True, slots=True)
class Axis:
    """From the first step to the end of the last full one, all of one local day."""

    start: datetime
    end: datetime
    zone: ZoneInfo

    @property
    def steps(self) -> int:
        """How many there are; none where the end is not after the start."""
        return max(0, (self.end - self.start) // STEP)

    def at(self, step: int) -> datetime:
        """When a step begins."""
        return self.start + STEP * step

    def minutes(self) -> list[int]:
        """The minute of the local day at which each step begins."""
        local = (self.at(step).astimezone(self.zone) for step in range(self.steps))
        return [at.hour * 60 + at.minute for at in local]


@dataclass(frozen=True, slots=True)
class Line:
    """Of one part: what came before each step, today and on each usual day."""

    today: Sequence[float]
    days: Sequence[Sequence[float]]

    def count(self, first: int, last: int) -> float:
        """Today, in the steps [first, last)."""
        return self.today[last] - self.today[first]

    def each(self, first: int, last: int) -> list[float]:
        """The same of every usual day."""
        return [day[last] - day[first] for day in self.days]


@dataclass(frozen=True, slots=True)
class Beside:
    """The frames of store/recent.py and store/usual.py that are laid beside each other."""

    steps: pl.DataFrame
    quarters: pl.DataFrame
    weeks_ago: tuple[int, ...]
    points: pl.DataFrame


def lines(beside: Beside, axis: Axis) -> dict[str, dict[Key, Line]]:
    """Of each of FIGURES, by part: every part of which anything is known."""
    today, days = _today(beside, axis), _days(beside, axis)
    found: dict[str, dict[Key, Line]] = {}
    for place, name in enumerate(FIGURES):
        none = [0.0] * (axis.steps + 1)
        keys = {*today, *(key for key, _ in days)}
        found[name] = {
            key: Line(
                today[key][place] if key in today else none,
                [days[key, week][place] if (key, week) in days else none
                 for week in beside.weeks_ago],
            )
            for key in keys
        }  # fmt: skip
    return found


Cumulated = list[list[float]]
"""Of each of FIGURES."""


def _today(beside: Beside, axis: Axis) -> dict[Key, Cumulated]:
    step = (pl.col("at") - axis.start).dt.total_minutes() // 5
    inside = (pl.col("at") >= axis.start) & (pl.col("at") < axis.end)
    frame = beside.steps.filter(inside).with_columns(step.alias("step"))
    found = _by_key(frame.with_columns(pl.lit(0, pl.Int64).alias("weeks_ago")))
    return {key: _cumulated(of, range(axis.steps), 1) for (key, _), of in found.items()}


def _days(beside: Beside, axis: Axis) -> dict[tuple[Key, int], Cumulated]:
    quarters = [minute // 15 * 15 for minute in axis.minutes()]
    inside = pl.col("minute").is_in(list(set(quarters)))
    found = _by_key(beside.quarters.filter(inside).rename({"minute": "step"}))
    return {key: _cumulated(of, quarters, 3) for key, of in found.items()}


Values = dict[int, tuple[float, ...]]


def _by_key(frame: pl.DataFrame) -> dict[tuple[Key, int], Values]:
    """The figures of each part of each day, at each step at which it has any."""
    level = METRICS["service_level"]
    names = sorted({one.name for of in (METRICS["arrived"], level) for one in of.measures})
    by = (*KEYS, "weeks_ago", "step")
    sums = rolled(frame.select(*by, *names)).group_by(by).agg(pl.col(names).sum())
    of = level.sample_expression().alias("leveled")
    figures = sums.with_columns(METRICS["arrived"].expression(), level.expression(), of)
    hits = (pl.col("service_level") * pl.col("leveled")).round().fill_null(0).alias("in_target")
    rows = figures.with_columns(hits).select(*by, *FIGURES).iter_rows()
    found: dict[tuple[Key, int], Values] = {}
    for channel, queue, week, at, *values in rows:
        found.setdefault(((channel, queue), week), {})[at] = tuple(values)
    return found


def _cumulated(values: Values, places: Sequence[int], parts: int) -> Cumulated:
    nothing = (0.0,) * len(FIGURES)
    rows = [values.get(place, nothing) for place in places]
    return [
        list(accumulate((row[one] / parts for row in rows), initial=0.0))
        for one in range(len(FIGURES))
    ]


def excess(beside: Beside, axis: Axis, part: Key, first: int) -> Mapping[str, float]:
    """By contact point: how many more than usual came to the part since a step; empty where usual
    is not known of enough days. It reaches back no further than usual does."""
    channel, queue = part
    is_part = pl.col("channel") == channel
    if queue is not None:
        is_part &= pl.col("queue") == queue
    inside = (pl.col("at") >= axis.at(first)) & (pl.col("at") < axis.end)
    today = beside.steps.filter(is_part, inside, pl.col("contact_point").is_not_null())
    weeks = beside.points["weeks_ago"].unique().to_list()
    if len(weeks) < LEAST_DAYS:
        return {}
    came = today.group_by("contact_point").agg(METRICS["arrived"].expression().sum())
    now: dict[str, float] = dict(came.iter_rows())
    usual = _usual_points(beside.points.filter(is_part), axis.minutes()[first:], weeks)
    return {one: now.get(one, 0) - usual.get(one, 0) for one in {*now, *usual}}


def _usual_points(
    points: pl.DataFrame, minutes: Sequence[int], weeks: Sequence[int]
) -> dict[str, float]:
    inside = pl.col("minute").is_in(list(minutes)) & pl.col("contact_point").is_not_null()
    by = ("contact_point", "weeks_ago")
    counts: dict[str, list[float]] = {}
    for one, _, count in (
        points.filter(inside).group_by(by).agg(pl.col("arrived").sum()).iter_rows()
    ):
        counts.setdefault(one, []).append(count)
    return {one: median([*its, *[0.0] * (len(weeks) - len(its))]) for one, its in counts.items()}
