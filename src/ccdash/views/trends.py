"""Figures over time, shaped for a chart, its tiles and one sentence.

Frames are those of store/history.py's Answer: `bucket` (UTC), the break-down, and for each metric
its value and `n_` + its name.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import polars as pl

from ccdash.metrics import METRICS
from ccdash.metrics.interval import Interval, interval, wilson
from ccdash.query import Period, Query, bucket_start
from ccdash.views.beside import counterparts
from ccdash.vocabulary import Better, Grain, Unit

WHOLE = ""
"""The one series of a question without a break-down."""

UNKNOWN = "–"
"""The series of rows that have nothing in the break-down; a filter names them so, too."""

LEAST_ANSWERS = 10
OF_ANSWERS = frozenset({"csat", "nps", "ces", "fcr_customer"})
"""A share of fewer answers would say more than it knows."""

LEAST_OF_PART = 30
"""A part with fewer contacts is not held against another one."""

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
    """Bucket (local wall clock), series, value, n, is_part, of answers low and high (their 95 %
    interval) and, with a past, previous: every bucket of the period for every series, null where
    nothing is known. Larger series come first."""
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
        places = pl.Series(counterparts(query.period, past.period, query.grain), dtype=pl.Int64)
        points = _points(replace(query, period=past.period), past.frame)
        earlier = points.select(
            places.gather(points["place"]).alias("place"),
            "series",
            _speaking(query.metrics[0]).alias("previous"),
        )
        whole = whole.join(earlier, on=["place", "series"], how="left")
    return whole.sort("order", "place").drop("place", "order")


def _speaking(metric: str) -> pl.Expr:
    """The value; none where it would be one of few answers."""
    enough = pl.col("n") >= (LEAST_ANSWERS if metric in OF_ANSWERS else 0)
    return pl.when(enough).then(pl.col("value"))


def young(points: pl.DataFrame, query: Query, until: datetime | None) -> pl.DataFrame:
    """A course in which later arrivals than `until` are not yet known: a bucket of them alone has
    no value and is_young; one that has some is a part. None: all is known."""
    if until is None:
        return points.with_columns(is_young=pl.lit(value=False))
    spans = query.period.spans(query.grain)
    many = points.height // len(spans)
    cut = pl.Series([start < until < end for start, end in spans] * many)
    known = ~pl.col("is_young")
    names = [one for one in ("value", "n", "low", "high") if one in points.columns]
    return points.with_columns(
        pl.Series("is_young", [until <= start for start, _ in spans] * many),
        pl.col("is_part") | cut,
    ).with_columns(pl.when(known).then(pl.col(names)), pl.col("is_part") & known)


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
    summed = pl.col(sums_of(query.metrics)).sum()
    keys = [*([] if query.grain is Grain.TOTAL else ["bucket"]), *query.by]
    grouped = frame.group_by(keys).agg(summed).sort(keys) if keys else frame.select(summed)
    if query.grain is Grain.TOTAL:
        start = pl.lit(query.period.start).cast(pl.Datetime("us", "UTC"))
        grouped = grouped.with_columns(start.alias("bucket"))
    return grouped.with_columns(formulas(query.metrics, missing))


def sums_of(metrics: Iterable[str]) -> list[str]:
    """The measures of which these are made."""
    return sorted({measure.name for name in metrics for measure in METRICS[name].measures})


def formulas(metrics: Iterable[str], missing: Collection[str]) -> list[pl.Expr]:
    """Each metric and its n_NAME over columns of sums; `missing` ones are null."""
    known = [METRICS[name] for name in metrics]
    nothing = pl.lit(None, pl.Float64)
    return [
        *(nothing.alias(one.name) if one.name in missing else one.expression() for one in known),
        *(one.sample_expression().alias(f"n_{one.name}") for one in known),
    ]


def _points(query: Query, frame: pl.DataFrame) -> pl.DataFrame:
    """Place (of the bucket), series, value, n."""
    starts = pl.DataFrame({"bucket": query.period.starts(query.grain)}).with_columns(
        pl.col("bucket").cast(pl.Datetime("us", "UTC")), pl.int_range(pl.len()).alias("place")
    )
    name = query.metrics[0]
    series = pl.col(query.by[0]).fill_null(UNKNOWN) if query.by else pl.lit(WHOLE)
    borders = borders_of(name, frame)
    return (
        frame.with_columns(pl.col("bucket").cast(pl.Datetime("us", "UTC")), *borders)
        .join(starts, on="bucket")
        .select(
            "place",
            series.alias("series"),
            pl.col(name).cast(pl.Float64).alias("value"),
            pl.col(f"n_{name}").cast(pl.Int64).alias("n"),
            *(one.name for one in borders),
        )
    )


def borders_of(name: str, frame: pl.DataFrame) -> list[pl.Series]:
    """Low and high of each row, of a metric of answers."""
    if name not in OF_ANSWERS:
        return []
    found = [interval(METRICS[name], row) or (None, None) for row in frame.iter_rows(named=True)]
    return [
        pl.Series(border, [one[side] for one in found], pl.Float64)
        for side, border in enumerate(("low", "high"))
    ]


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
    """One metric over the whole period, and over the one that it is compared with; of answers, with
    the 95 % interval of the whole period."""

    metric: str
    value: float | None
    n: int | None
    before: float | None = None
    n_before: int | None = None
    interval: Interval | None = None

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
            _n(name, now),
            _first(known, name),
            _whole(_first(known, f"n_{name}")),
            _interval(name, now),
        )
        for name in names
    ]


def _interval(name: str, frame: pl.DataFrame) -> Interval | None:
    """Of the one row; only answers have one, and too few of them none that is told."""
    if frame.is_empty() or name not in OF_ANSWERS or is_too_few(name, _n(name, frame)):
        return None
    return interval(METRICS[name], frame.row(0, named=True))


def _n(name: str, frame: pl.DataFrame) -> int | None:
    return _whole(_first(frame, f"n_{name}"))


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
class Gap:
    """Two parts, and how far the worse of them is from the better one."""

    worse: str
    better: str
    size: float


def gap(parts: Mapping[str, Sequence[Figure]]) -> Gap | None:
    """Of the first figure of each part, a share or a score, the parts that are furthest apart; of
    those that speak of enough contacts, and only where chance alone does not explain it. A call
    always takes another time than a letter: nothing is said of times."""
    heads = {part: of[0] for part, of in parts.items() if (of[0].n or 0) >= LEAST_OF_PART}
    known = {part: one for part, one in heads.items() if one.value is not None and part != UNKNOWN}
    if len(known) < 2:
        return None
    ordered = sorted(known, key=lambda part: _need(known[part]))
    worse, better = known[ordered[0]], known[ordered[-1]]
    metric = METRICS[worse.metric]
    if metric.better is Better.NEITHER or _overlap(_around(worse), _around(better)):
        return None
    return Gap(ordered[0], ordered[-1], abs((worse.value or 0.0) - (better.value or 0.0)))


def _overlap(one: Interval | None, other: Interval | None) -> bool:
    """Whether two 95 % intervals meet; without them nobody can tell."""
    return one is None or other is None or (one.low <= other.high and other.low <= one.high)


def _around(figure: Figure) -> Interval | None:
    if figure.interval is not None or METRICS[figure.metric].unit is not Unit.RATIO:
        return figure.interval
    n = figure.n or 0
    return wilson(min(max(figure.value or 0.0, 0.0), 1.0) * n, n)


def worst_part(parts: Mapping[str, Sequence[Figure]]) -> str | None:
    """The first of parts that stand by need; none where those that speak are all equal."""
    heads = {part: of[0] for part, of in parts.items() if not is_too_few(of[0].metric, of[0].n)}
    known = {part: one.value for part, one in heads.items() if one.value is not None}
    return next(iter(known)) if len(set(known.values())) > 1 else None


@dataclass(frozen=True, slots=True)
class Extreme:
    """The point that a sentence may point at."""

    series: str
    bucket: datetime
    value: float
    n: int


def extreme_drawn(
    points: pl.DataFrame, metric: str, parts: Mapping[str, Sequence[Figure]], most: int
) -> Extreme | None:
    """The extreme of the `most` first series of a course, which are drawn; of parts that of the
    worst one over the whole period, where it is among them."""
    names = points["series"].unique(maintain_order=True).to_list()[:most]
    drawn = points.filter(pl.col("series").is_in(names))
    if not parts or METRICS[metric].better is Better.NEITHER:
        return extreme(drawn, metric)
    worst = worst_part(parts)
    return None if worst is None else extreme(drawn, metric, worst)


def extreme(points: pl.DataFrame, metric: str, of: str | None = None) -> Extreme | None:
    """Of a course, or of one of its series: where a metric was worst, or highest where neither way
    is better. Points of few contacts, of a part of a bucket and without a name do not speak; fewer
    than three points, and points that are all equal, have none."""
    known = points.drop_nulls(["value", "n"]).filter(
        pl.col("n") > 0, ~pl.col("is_part"), pl.col("series") != UNKNOWN
    )
    usual = known["n"].median()
    least = LEAST_SHARE * float(usual or 0)  # type: ignore[arg-type]
    if metric in OF_ANSWERS:
        least = max(least, LEAST_ANSWERS)
    speaking = known.filter(pl.col("n") >= least)
    if of is not None:
        speaking = speaking.filter(pl.col("series") == of)
    if speaking.height < 3 or speaking["value"].n_unique() == 1:
        return None
    up = METRICS[metric].better is not Better.HIGHER
    row = speaking.sort("value", "bucket", descending=[up, False]).row(0, named=True)
    return Extreme(row["series"], row["bucket"], row["value"], row["n"])


def places(query: Query, begins: datetime, ends: datetime | None) -> tuple[int, int]:
    """The first and the last bucket that something touches which is within the period at least
    with a part; without an end it is at an instant."""
    starts = query.period.starts(query.grain)
    last = begins if ends is None else ends - timedelta(microseconds=1)
    first, final = (max(0, bisect_right(starts, at) - 1) for at in (begins, last))
    return first, max(first, final)
