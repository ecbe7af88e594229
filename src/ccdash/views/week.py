"""A metric by weekday and hour: what each hour of the week has, over all weeks of a period.

Frames are those of store/history.py at the grain of hours. Sums are added first and the formula
applied to them, so a cell is a ratio of sums, as every figure is.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import polars as pl

from ccdash.measures import Fact
from ccdash.metrics import METRICS
from ccdash.query import Period, Query
from ccdash.views.periods import days_of
from ccdash.views.trends import (
    LEAST_ANSWERS,
    LEAST_SHARE,
    OF_ANSWERS,
    borders_of,
    formulas,
    sums_of,
)
from ccdash.vocabulary import Better, Grain, Unit

LEAST_OF_HOUR, LEAST_SECONDS = LEAST_ANSWERS, 900
"""An hour of the week of which fewer speak is not called the worst one; nor one in which people
spent less time, of what is counted in their time."""


def hours_of_week(query: Query, frame: pl.DataFrame, missing: Collection[str]) -> pl.DataFrame:
    """By weekday (1 is Monday) and hour the value, n and, of answers, low and high: by the clock of
    the question's zone. An hour that a day has twice, when clocks go back, is one with both. Hours
    of which nothing is known have no row."""
    name = query.metrics[0]
    local = pl.col("bucket").dt.convert_time_zone(query.period.timezone)
    keys = ("weekday", "hour")
    week = (
        frame.with_columns(
            local.dt.weekday().cast(pl.Int64).alias("weekday"),
            local.dt.hour().cast(pl.Int64).alias("hour"),
        )
        .group_by(keys)
        .agg(pl.col(sums_of((name,))).sum())
        .sort(keys)
        .with_columns(formulas((name,), missing))
    )
    borders = borders_of(name, week)
    return week.with_columns(borders).select(
        *keys,
        pl.col(name).cast(pl.Float64).alias("value"),
        pl.col(f"n_{name}").cast(pl.Int64).alias("n"),
        *(one.name for one in borders),
    )


def days_of_week(period: Period) -> Mapping[int, int]:
    """How many days of the period are a Monday (1), a Tuesday ...; those that it does not have are
    left out."""
    first, last = days_of(period)
    found: dict[int, int] = {}
    for place in range((last - first).days + 1):
        number = (first + timedelta(days=place)).isoweekday()
        found[number] = found.get(number, 0) + 1
    return dict(sorted(found.items()))


def told_hours(query: Query, start: datetime, end: datetime) -> Mapping[tuple[int, int], int]:
    """On how many days of the question each hour (weekday, hour) began within [start, end), of
    which something is known. An hour that a day has twice is one."""
    local = (
        at.astimezone(query.period.zone)
        for at in query.period.starts(Grain.HOUR)
        if start <= at < end
    )
    return Counter((day.isoweekday(), hour) for day, hour in {(at.date(), at.hour) for at in local})


def open_span(week: pl.DataFrame) -> range:
    """The hours of the day in which anything was counted, from the first to the last."""
    counted = week.filter(pl.col("n") > 0)["hour"]
    if counted.is_empty():
        return range(0)
    hours = counted.to_list()
    return range(min(hours), max(hours) + 1)


def least_shown(week: pl.DataFrame, metric: str) -> int:
    """The n from which an hour is coloured beside others. Where most hours have less, as in a small
    centre, all are; but never those of few answers."""
    least = _least(metric)
    usual = float(week.filter(pl.col("n") > 0)["n"].median() or 0)  # type: ignore[arg-type]
    return least if metric in OF_ANSWERS or usual >= least else 0


def _least(metric: str) -> int:
    if METRICS[metric].unit is Unit.COUNT:
        return 0
    return LEAST_SECONDS if METRICS[metric].fact is Fact.AGENT else LEAST_OF_HOUR


@dataclass(frozen=True, slots=True)
class Peak:
    """The hour of the week that a sentence may point at."""

    weekday: int
    hour: int
    value: float


def peak(week: pl.DataFrame, metric: str) -> Peak | None:
    """Where a metric was worst, or highest where neither way is better. Hours of few do not speak;
    fewer than three that do have none."""
    known = week.filter(pl.col("n") > 0).drop_nulls("value")
    least = LEAST_SHARE * float(known["n"].median() or 0)  # type: ignore[arg-type]
    speaking = known.filter(pl.col("n") >= max(least, _least(metric)))
    if speaking.height < 3:
        return None
    up = METRICS[metric].better is not Better.HIGHER
    row = speaking.sort("value", "weekday", "hour", descending=[up, False, False])
    first = row.row(0, named=True)
    return Peak(first["weekday"], first["hour"], first["value"])
