"""Figures over time, shaped for a chart, its tiles and one sentence.

Frames are those of store/history.py's Answer: `bucket` (UTC), the break-down, and for each metric
its value and `n_` + its name.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import polars as pl

from ccdash.metrics import METRICS
from ccdash.query import Query
from ccdash.vocabulary import Better

WHOLE = ""
"""The one series of a question without a break-down."""

UNKNOWN = "–"
"""The series of rows that have nothing in the break-down; a filter names them so, too."""

LEAST_SHARE = 0.25
"""A bucket with less than this share of the usual number of contacts tells of no extreme."""


def course(query: Query, now: pl.DataFrame, before: pl.DataFrame | None = None) -> pl.DataFrame:
    """Bucket (local wall clock), series, value, n and, with `before`, previous: every bucket of
    the period for every series, null where nothing is known. Larger series come first."""
    points = _points(query, now)
    starts = query.period.starts(query.grain)
    wall = [at.astimezone(query.period.zone).replace(tzinfo=None) for at in starts]
    clock = pl.DataFrame(
        {"place": range(len(starts)), "bucket": wall},
        schema={"place": pl.Int64, "bucket": pl.Datetime("us")},
    )
    whole = clock.join(_series(points), how="cross").join(
        points, on=["place", "series"], how="left"
    )
    if before is not None:
        earlier = _points(_previous(query), before).select(
            "place", "series", pl.col("value").alias("previous")
        )
        whole = whole.join(earlier, on=["place", "series"], how="left")
    return whole.sort("order", "place").drop("place", "order")


def _previous(query: Query) -> Query:
    return Query(query.metrics, query.period.previous(), query.grain, query.by, query.filters)


def _points(query: Query, frame: pl.DataFrame) -> pl.DataFrame:
    """Place (of the bucket), series, value, n."""
    starts = pl.DataFrame({"bucket": query.period.starts(query.grain)}).with_columns(
        pl.col("bucket").cast(pl.Datetime("us", "UTC")), pl.int_range(pl.len()).alias("place")
    )
    name = query.metrics[0]
    series = pl.col(query.by[0]).fill_null(UNKNOWN) if query.by else pl.lit(WHOLE)
    return (
        frame.with_columns(pl.col("bucket").cast(pl.Datetime("us", "UTC")))
        .join(starts, on="bucket")
        .select(
            "place",
            series.alias("series"),
            pl.col(name).cast(pl.Float64).alias("value"),
            pl.col(f"n_{name}").cast(pl.Int64).alias("n"),
        )
    )


def _series(points: pl.DataFrame) -> pl.DataFrame:
    """Every series with its order: the most contacts first."""
    if points.is_empty():
        return pl.DataFrame({"series": [WHOLE], "order": [0]}, schema_overrides={"order": pl.Int64})
    sizes = points.group_by("series").agg(pl.col("n").sum().alias("size"))
    ordered = sizes.sort("size", "series", descending=[True, False])
    return ordered.select("series", pl.int_range(pl.len()).alias("order"))


@dataclass(frozen=True, slots=True)
class Figure:
    """One metric over the whole period, and over the period before."""

    metric: str
    value: float | None
    n: int | None
    before: float | None = None


def figures(query: Query, now: pl.DataFrame, before: pl.DataFrame | None) -> list[Figure]:
    """One for each metric of the question; the frames have one bucket and no break-down. A period
    of which nothing is known, as before the first day of the data, is nothing to compare with."""
    samples = [_first(before, f"n_{name}") for name in query.metrics]
    known = before if any(samples) else None
    return [
        Figure(name, _first(now, name), _whole(_first(now, f"n_{name}")), _first(known, name))
        for name in query.metrics
    ]


def _first(frame: pl.DataFrame | None, column: str) -> float | None:
    if frame is None or frame.is_empty() or frame[column][0] is None:
        return None
    return float(frame[column][0])


def _whole(n: float | None) -> int | None:
    return None if n is None else int(n)


@dataclass(frozen=True, slots=True)
class Extreme:
    """The point that a sentence may point at."""

    series: str
    bucket: datetime
    value: float
    n: int


def extreme(points: pl.DataFrame, metric: str) -> Extreme | None:
    """Of a course: where a metric was worst, or highest where neither way is better. Points of
    few contacts do not speak; fewer than three points have none."""
    known = points.drop_nulls(["value", "n"]).filter(pl.col("n") > 0)
    usual = known["n"].median()
    speaking = known.filter(pl.col("n") >= LEAST_SHARE * float(usual or 0))  # type: ignore[arg-type]
    if speaking.height < 3:
        return None
    up = METRICS[metric].better is not Better.HIGHER
    row = speaking.sort("value", "bucket", descending=[up, False]).row(0, named=True)
    return Extreme(row["series"], row["bucket"], row["value"], row["n"])


def span_of(query: Query, bucket: datetime) -> tuple[datetime, datetime] | None:
    """[start, end) of the bucket whose local wall clock this is; None for one of no bucket."""
    for start, end in query.period.spans(query.grain):
        if start.astimezone(query.period.zone).replace(tzinfo=None) == bucket:
            return start, end
    return None
