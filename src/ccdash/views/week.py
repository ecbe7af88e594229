"""A metric by weekday and hour: what each hour of the week has, over all weeks of a period.

Frames are those of store/history.py at the grain of hours. Sums are added first and the formula
applied to them, so a cell is a ratio of sums, as every figure is.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil

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
"""An hour of the week of which fewer speak says nothing beside others; nor does one in which people
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
    """The n from which an hour stands beside others, with a colour and as the worst one. Where most
    hours have less than says anything, as in a small centre, it is a quarter of the usual hour's,
    but never few answers. A count says how many it is of."""
    least = least_told(metric)
    if not least:
        return 0
    usual = float(week.filter(pl.col("n") > 0)["n"].median() or 0)  # type: ignore[arg-type]
    share = ceil(LEAST_SHARE * usual)
    return max(least, share) if metric in OF_ANSWERS or usual >= least else share


def least_told(metric: str) -> int:
    """The n of an hour whose figure says anything by itself."""
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
    """Where a metric was worst, or highest (`is_highest`), of the hours that stand beside others:
    none of fewer than three, nor one of which too few speak to say so."""
    shown = week.filter(pl.col("n") > 0, pl.col("n") >= least_shown(week, metric))
    known = shown.drop_nulls("value")
    if known.height < 3:
        return None
    up = METRICS[metric].better is not Better.HIGHER or is_highest(metric)
    row = known.sort("value", "weekday", "hour", descending=[up, False, False])
    first = row.row(0, named=True)
    if first["n"] < least_told(metric):
        return None
    return Peak(first["weekday"], first["hour"], first["value"])


def is_highest(metric: str) -> bool:
    """Whether a sentence points at the highest hour: neither way is better, or it is a number that
    is smallest where next to nothing comes."""
    of = METRICS[metric]
    return of.better is Better.NEITHER or (of.unit is Unit.COUNT and of.better is Better.HIGHER)
