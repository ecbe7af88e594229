"""What the screen "Trends" asks of the store, in as few questions as it can."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

import polars as pl

from ccdash.metrics import METRICS, Metric
from ccdash.query import Dimension, Period, Query, bucket_start
from ccdash.store.coverage import Coverage
from ccdash.store.engine import Store
from ccdash.store.history import Answer, read
from ccdash.ui.metric_list import beside
from ccdash.views import trends
from ccdash.views.periods import period_before
from ccdash.views.trends import Figure, Past
from ccdash.vocabulary import LIVE_CHANNELS, Grain

OF_WAITS = ("service_level", "asa", "average_wait", "average_queued_wait")
"""Who waits on the line waits seconds, who writes hours: one figure of both says little."""


@dataclass(frozen=True)
class Answers:
    """Everything that the screen shows of one question.

    `course` is that of the metric, `by_time` has all figures of the strip bucket by bucket,
    `figures` are they over the whole period and `parts` over each part. `before` is what they are
    compared with, None for nothing; `missing` are the metrics that no source tells. Of arrivals
    after `known_until` the metric is not yet known: it is compared with `known_before`. `apart` has
    figures of waits of the channels in which customers wait on the line, and of all others.
    `exported` asks for all figures, bucket by bucket and part by part; `rows` is how many rows
    that gives."""

    query: Query
    course: pl.DataFrame
    by_time: pl.DataFrame
    figures: Sequence[Figure]
    parts: Mapping[str, Sequence[Figure]]
    before: Period | None
    missing: Collection[str]
    exported: Query
    rows: int
    known_until: datetime | None = None
    known_before: Period | None = None
    apart: Mapping[str, tuple[Figure, Figure]] = field(default_factory=dict)

    @property
    def metric(self) -> Metric:
        """What is drawn."""
        return METRICS[self.query.metrics[0]]

    @property
    def is_all_young(self) -> bool:
        """Whether nothing of the period is known yet."""
        return self.known_until == self.query.period.start

    @property
    def total(self) -> Figure:
        """It, over the whole period."""
        return self.figures[0]


def answered(store: Store, query: Query, now: datetime, before: Period | None) -> Answers:
    """Read a question, and what it is compared with. Raises BadQuery, StoreUnavailable."""
    tiles = replace(query, metrics=beside(query.metrics[0]))
    found = read(store, tiles)
    until = found.known_until
    by_time = _coarser(store, found, query.grain, ())
    whole = _known(_coarser(store, found, Grain.TOTAL, ()), query, until)
    known_before = _known_before(query, before, until)
    past = past_whole = past_parts = None
    if before is not None:
        grain = (
            Grain.TOTAL if query.by else query.grain
        )  # a dotted line for each of many says nothing
        earlier = _earlier(store, replace(tiles, period=before, grain=grain), known_before)
        past = None if query.by else Past(before, earlier.frame)
        past_whole = _coarser(store, earlier, Grain.TOTAL, ())
        past_parts = earlier.frame if query.by else None
    parts = {}
    if query.by:
        now_parts = _known(_coarser(store, found, Grain.TOTAL, query.by), query, until)
        parts = trends.part_figures(tiles.metrics, query.by[0], now_parts, past_parts)
    return Answers(
        query,
        trends.young(trends.course(query, found.frame, now, past), query, until),
        by_time,
        trends.figures(tiles.metrics, whole, past_whole),
        parts,
        before,
        found.not_measured,
        tiles,
        found.frame.height,
        until,
        known_before,
        _apart(store, found),
    )


def _known(frame: pl.DataFrame, query: Query, until: datetime | None) -> pl.DataFrame:
    """Of a period that is too young to tell anything the metric is not even 0."""
    if until != query.period.start:
        return frame
    name = query.metrics[0]
    return frame.with_columns(pl.lit(None).alias(one) for one in (name, f"n_{name}"))


def _apart(store: Store, found: Answer) -> Mapping[str, tuple[Figure, Figure]]:
    """Figures of waits that mix those on the line with those who wrote, each of both; nothing of
    channels that somebody chose."""
    query = found.query
    names = tuple(one for one in query.metrics if one in OF_WAITS)
    if Dimension.CHANNEL in dict(query.filters):
        return {}
    total = replace(query, metrics=names, grain=Grain.TOTAL, by=())
    by_channel = found.frame
    if Dimension.CHANNEL not in query.by:
        by_channel = read(store, replace(total, by=(Dimension.CHANNEL,))).frame
    on_line = pl.col("channel").is_in([str(one) for one in LIVE_CHANNELS])
    halves = (trends.added(by_channel.filter(one), total, ()) for one in (on_line, ~on_line))
    both = zip(*(trends.figures(names, half, None) for half in halves), strict=True)
    return {live.metric: (live, other) for live, other in both if live.n and other.n}


def _known_before(query: Query, before: Period | None, until: datetime | None) -> Period | None:
    """Half a period that is known is never compared with a whole one."""
    if before is None or until is None or until == query.period.start:
        return None
    return period_before(query.period, query.grain, until)


def _earlier(store: Store, tiles: Query, known: Period | None) -> Answer:
    """The figures of the time before; the metric's own of the shorter time that it is known."""
    whole = read(store, tiles)
    if known is None:
        return whole
    own = read(store, replace(tiles, metrics=tiles.metrics[:1], period=known)).frame
    keys = ["bucket", *tiles.by]
    rest = whole.frame.drop([name for name in own.columns if name not in keys])
    frame = rest.join(own, on=keys, how="full", coalesce=True, nulls_equal=True)
    return replace(whole, frame=frame.sort(keys))


def comparable(query: Query, held: Coverage, now: datetime) -> Period | None:
    """The period to compare with; None where the data does not reach back over the whole of it."""
    before = period_before(query.period, query.grain, now)
    if held.first_at is None:
        return None
    first = bucket_start(held.first_at, Grain.DAY, query.period.zone)
    return before if before.start >= first else None


def _coarser(store: Store, answer: Answer, grain: Grain, by: tuple[Dimension, ...]) -> pl.DataFrame:
    """The same figures in larger buckets and fewer parts: added up, or asked for where sums of
    parts are not the sum of the whole."""
    query = replace(answer.query, grain=grain, by=by)
    if query == answer.query:
        return answer.frame
    if trends.adds_up(query.metrics):
        return trends.added(answer.frame, query, answer.not_measured)
    return read(store, query).frame
