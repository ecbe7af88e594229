"""Figures over time, shaped for a chart, its tiles and one sentence.

Frames are those of store/history.py's Answer: `bucket` (UTC), the break-down, and for each metric
its value and `n_` + its name.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import datetime

import polars as pl

from ccdash.metrics import METRICS
from ccdash.query import Period, Query, bucket_start
from ccdash.vocabulary import Better, Grain, Unit

WHOLE = ""
"""The one series of a question without a break-down."""

UNKNOWN = "–"
"""The series of rows that have nothing in the break-down; a filter names them so, too."""

LEAST_ANSWERS = 10
OF_ANSWERS = frozenset({"csat", "nps", "ces"})
"""A share of fewer answers would say more than it knows."""

LEAST_SHARE = 0.25
"""A bucket with less than this share of the usual number of contacts tells of no extreme."""


@dataclass(frozen=True)
class Past:
    """The same figures of the period that is compared with."""

    period: Period
    frame: pl.DataFrame


def course(
    query: Query, frame: pl.DataFrame, at: datetime, past: Past | None = None
) -> pl.DataFrame:
    """Bucket (local wall clock), series, value, n, is_part and, with a past, previous: every bucket
    of the period for every series, null where nothing is known. Larger series come first."""
    points = _points(query, frame)
    starts = query.period.starts(query.grain)
    wall = [start.astimezone(query.period.zone).replace(tzinfo=None) for start in starts]
    clock = pl.DataFrame(
        {"place": range(len(starts)), "bucket": wall, "is_part": parts_only(query, at)},
        schema={"place": pl.Int64, "bucket": pl.Datetime("us"), "is_part": pl.Boolean},
    )
    whole = clock.join(_series(points), how="cross").join(
        points, on=["place", "series"], how="left"
    )
    if METRICS[query.metrics[0]].unit is Unit.COUNT:
        whole = _none_is_zero(whole, points)
    if past is not None:
        earlier = _points(replace(query, period=past.period), past.frame).select(
            "place", "series", pl.col("value").alias("previous")
        )
        whole = whole.join(earlier, on=["place", "series"], how="left")
    return whole.sort("order", "place").drop("place", "order")


def _none_is_zero(whole: pl.DataFrame, points: pl.DataFrame) -> pl.DataFrame:
    """Nobody came to this part while others were counted: that is a count, and not a gap."""
    counted = pl.col("place").is_in(points["place"].unique().to_list())
    return whole.with_columns(
        pl.when(counted).then(pl.col(name).fill_null(0)).otherwise(pl.col(name)).alias(name)
        for name in ("value", "n")
    )


def parts_only(query: Query, at: datetime) -> list[bool]:
    """Of each bucket whether only a part of it is told: its week or month began before the period,
    ends after it, or is not over at this instant."""
    period, grain = query.period, query.grain
    spans = period.spans(grain)
    found = [start < at < end for start, end in spans]
    if grain is not Grain.TOTAL:
        first, last = spans[0][0], spans[-1][1]
        found[0] |= bucket_start(first, grain, period.zone) != first
        found[-1] |= bucket_start(last, grain, period.zone) != last
    return found


def adds_up(metrics: Iterable[str]) -> bool:
    """Whether the sums of parts are the sums of the whole: not so of medians and of customers."""
    return all(one.is_additive for name in metrics for one in METRICS[name].measures)


def added(frame: pl.DataFrame, query: Query, missing: Collection[str]) -> pl.DataFrame:
    """The answer to a coarser question (fewer break-downs, one bucket) out of a finer one's frame:
    sums are added and the formulas applied to them. Only for metrics that add up; `missing` ones
    stay null."""
    metrics = [METRICS[name] for name in query.metrics]
    sums = sorted({measure.name for one in metrics for measure in one.measures})
    keys = [*([] if query.grain is Grain.TOTAL else ["bucket"]), *query.by]
    summed = pl.col(sums).sum()
    grouped = frame.group_by(keys).agg(summed).sort(keys) if keys else frame.select(summed)
    if query.grain is Grain.TOTAL:
        start = pl.lit(query.period.start).cast(pl.Datetime("us", "UTC"))
        grouped = grouped.with_columns(start.alias("bucket"))
    nothing = pl.lit(None, pl.Float64)
    return grouped.with_columns(
        *(nothing.alias(one.name) if one.name in missing else one.expression() for one in metrics),
        *(one.sample_expression().alias(f"n_{one.name}") for one in metrics),
    )


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
    """Every series that has any, with its order: the most contacts first."""
    if points.is_empty():
        return pl.DataFrame({"series": [WHOLE], "order": [0]}, schema_overrides={"order": pl.Int64})
    sizes = points.group_by("series").agg(pl.col("n").sum().alias("size"))
    some = sizes.filter(pl.col("size") > 0)
    sizes = sizes if some.is_empty() else some
    ordered = sizes.sort("size", "series", descending=[True, False])
    return ordered.select("series", pl.int_range(pl.len()).alias("order"))


@dataclass(frozen=True, slots=True)
class Figure:
    """One metric over the whole period, and over the one that it is compared with."""

    metric: str
    value: float | None
    n: int | None
    before: float | None = None
    n_before: int | None = None

    def known(self) -> Figure:
        """Without the past where either time says too little: a change of few answers is none."""
        if is_too_few(self.metric, self.n) or is_too_few(self.metric, self.n_before):
            return replace(self, before=None)
        return self


def is_too_few(metric: str, n: int | None) -> bool:
    """Whether a share of answers would say more than it knows."""
    return metric in OF_ANSWERS and 0 < (n or 0) < LEAST_ANSWERS


def figures(metrics: Iterable[str], now: pl.DataFrame, past: pl.DataFrame | None) -> list[Figure]:
    """One for each metric; the frames have one row. A past of which nothing is known is nothing to
    compare with."""
    names = list(metrics)
    known = past if any(_first(past, f"n_{name}") for name in names) else None
    return [
        Figure(
            name,
            _first(now, name),
            _whole(_first(now, f"n_{name}")),
            _first(known, name),
            _whole(_first(known, f"n_{name}")),
        )
        for name in names
    ]


def part_figures(
    metrics: Iterable[str], by: str, now: pl.DataFrame, past: pl.DataFrame | None
) -> dict[str, list[Figure]]:
    """The figures of each part, the one that needs somebody first: the worst value of the first
    metric, or the largest part where neither way is better; those that say too little are last."""
    names = list(metrics)
    parts = [one if one is not None else UNKNOWN for one in now[by].to_list()]
    found = {
        part: figures(names, _only(now, by, part), None if past is None else _only(past, by, part))
        for part in parts
    }
    found = {part: of for part, of in found.items() if any(one.n for one in of)}
    return dict(sorted(found.items(), key=lambda one: (*_need(one[1][0]), one[0])))


def _only(frame: pl.DataFrame, by: str, part: str) -> pl.DataFrame:
    return frame.filter(pl.col(by).fill_null(UNKNOWN) == part)


def _need(figure: Figure) -> tuple[bool, float]:
    speaks = figure.value is not None and not is_too_few(figure.metric, figure.n)
    match METRICS[figure.metric].better:
        case Better.HIGHER:
            size = figure.value or 0.0
        case Better.LOWER:
            size = -(figure.value or 0.0)
        case _:
            size = -float(figure.n or 0)
    return not speaks, size


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
    few contacts and of a part of a bucket do not speak; fewer than three points have none."""
    known = points.drop_nulls(["value", "n"]).filter(pl.col("n") > 0, ~pl.col("is_part"))
    usual = known["n"].median()
    least = LEAST_SHARE * float(usual or 0)  # type: ignore[arg-type]
    if metric in OF_ANSWERS:
        least = max(least, LEAST_ANSWERS)
    speaking = known.filter(pl.col("n") >= least)
    if speaking.height < 3:
        return None
    up = METRICS[metric].better is not Better.HIGHER
    row = speaking.sort("value", "bucket", descending=[up, False]).row(0, named=True)
    return Extreme(row["series"], row["bucket"], row["value"], row["n"])
