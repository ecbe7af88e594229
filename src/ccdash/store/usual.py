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

from ccdash.metrics import METRICS
from ccdash.query import Dimension, Period, Query
from ccdash.settings import zone
from ccdash.store import history
from ccdash.store.engine import Store
from ccdash.vocabulary import Grain

WEEKS = 8
FIGURES = ("arrived", "service_level", "abandoned", "abandonment_rate")


@dataclass(frozen=True)
class Usual:
    """The same weekdays before `day`.

    quarters: weeks_ago, minute (of the local day, when the quarter of an hour begins), queue,
    channel and the measures of FIGURES. weeks_ago: of the days that count, newest first."""

    day: date
    quarters: pl.DataFrame
    weeks_ago: tuple[int, ...]


def usual(store: Store, at: datetime, timezone: str) -> Usual:
    """From the sums of eight days, whatever the length of the history. Raises StoreUnavailable."""
    where = zone(timezone)
    today = at.astimezone(where).date()
    days = [_quarters(store, _whole(today, weeks, where), weeks) for weeks in range(1, WEEKS + 1)]
    known = [(weeks, of_day) for weeks, of_day in enumerate(days, 1) if _is_open(of_day)]
    frame = pl.concat([of_day for _, of_day in known] or days[:1])
    return Usual(today, frame, tuple(weeks for weeks, _ in known))


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


def _is_open(of_day: pl.DataFrame) -> bool:
    return bool(of_day.select((pl.col("offered") + pl.col("still_waiting")).sum() > 0).item())
