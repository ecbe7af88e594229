"""What is usual for a weekday and time of day.

Usual is the median of the same time of day on the last eight days of the same weekday. Days of
which nothing is known and days on which nothing came, such as holidays, are left out; with fewer
than four days nothing is usual yet.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import polars as pl
from sqlalchemy import func, literal, select

from ccdash.metrics import METRICS
from ccdash.query import Dimension, Period, Query
from ccdash.settings import zone
from ccdash.store import history
from ccdash.store.conditions import named
from ccdash.store.engine import Store
from ccdash.store.then import Then
from ccdash.vocabulary import Grain

WEEKS = 8
FIGURES = ("arrived", "service_level", "abandoned", "abandonment_rate")


@dataclass(frozen=True, eq=False)
class Usual:
    """The same weekdays before `day`.

    quarters: weeks_ago, minute (of the local day, when the quarter of an hour begins), queue,
    channel and the measures of FIGURES. weeks_ago: of the days that count, newest first. points:
    weeks_ago, minute (when five minutes begin), queue, channel, contact_point and how many arrived,
    of the hour until now and the quarter after it: sums know no contact points, these are rows."""

    day: date
    quarters: pl.DataFrame
    weeks_ago: tuple[int, ...]
    points: pl.DataFrame


def usual(store: Store, at: datetime, timezone: str) -> Usual:
    """From the sums of eight days and the contacts of an hour of each, whatever the length of the
    history. Raises StoreUnavailable."""
    where = zone(timezone)
    today = at.astimezone(where).date()
    days = [_quarters(store, _whole(today, weeks, where), weeks) for weeks in range(1, WEEKS + 1)]
    known = [(weeks, of_day) for weeks, of_day in enumerate(days, 1) if _is_open(of_day)]
    frame = pl.concat([of_day for _, of_day in known] or days[:1])
    points = pl.concat([_points(store, at, weeks, where) for weeks in range(1, WEEKS + 1)])
    return Usual(today, frame, tuple(weeks for weeks, _ in known), points)


def _whole(today: date, weeks: int, where: ZoneInfo) -> Period:
    day = today - timedelta(weeks=weeks)
    start, end = (datetime.combine(one, time(), where) for one in (day, day + timedelta(days=1)))
    return Period(start, end, where.key)


def _quarters(store: Store, day: Period, weeks: int) -> pl.DataFrame:
    by = (Dimension.CHANNEL, Dimension.QUEUE)
    found = history.read(store, Query(FIGURES, day, Grain.QUARTER_HOUR, by)).frame
    local = pl.col("bucket").dt.convert_time_zone(day.timezone)
    measures = {one.name for name in FIGURES for one in METRICS[name].measures}
    return found.select(
        pl.lit(weeks, pl.Int64).alias("weeks_ago"),
        (local.dt.hour().cast(pl.Int64) * 60 + local.dt.minute()).alias("minute"),
        pl.col("queue").fill_null(""),
        "channel",
        *sorted(measures),
    )


def _points(store: Store, at: datetime, weeks: int, where: ZoneInfo) -> pl.DataFrame:
    local = at.astimezone(where)
    local -= timedelta(
        minutes=local.minute % 15, seconds=local.second, weeks=weeks, microseconds=local.microsecond
    )
    start, end = (local + timedelta(minutes=one) for one in (-65, 15))
    rows = Then(at).contacts(start)
    names = named(rows, (Dimension.QUEUE, Dimension.CONTACT_POINT))
    statement = (
        select(
            func.coalesce(names.names[Dimension.QUEUE], "").label("queue"),
            rows.c.channel,
            names.names[Dimension.CONTACT_POINT].label("contact_point"),
            rows.c.arrived_at,
        )
        .select_from(names.of)
        .where(rows.c.arrived_at < literal(end), METRICS["arrived"].rows_behind(rows.c))
    )
    found = store.frame(statement)
    step = pl.col("arrived_at").dt.convert_time_zone(where.key)
    minute = step.dt.hour().cast(pl.Int64) * 60 + step.dt.minute().cast(pl.Int64) // 5 * 5
    by = ("weeks_ago", "minute", "queue", "channel", "contact_point")
    of_week = found.with_columns(pl.lit(weeks, pl.Int64).alias("weeks_ago"), minute.alias("minute"))
    return of_week.group_by(by).agg(pl.len().cast(pl.Int64).alias("arrived"))


def _is_open(of_day: pl.DataFrame) -> bool:
    return bool(of_day.select((pl.col("offered") + pl.col("still_waiting")).sum() > 0).item())
