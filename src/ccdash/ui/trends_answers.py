"""What the screen "Trends" asks of the store, in as few questions as it can."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
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
from ccdash.vocabulary import Grain


@dataclass(frozen=True)
class Answers:
    """Everything that the screen shows of one question.

    `course` is that of the metric, `by_time` has all figures of the strip bucket by bucket,
    `figures` are they over the whole period and `parts` over each part. `before` is what they are
    compared with, None for nothing; `missing` are the metrics that no source tells."""

    query: Query
    course: pl.DataFrame
    by_time: pl.DataFrame
    figures: Sequence[Figure]
    parts: Mapping[str, Sequence[Figure]]
    before: Period | None
    missing: Collection[str]

    @property
    def metric(self) -> Metric:
        """What is drawn."""
        return METRICS[self.query.metrics[0]]

    @property
    def total(self) -> Figure:
        """It, over the whole period."""
        return self.figures[0]


def answered(store: Store, query: Query, now: datetime, before: Period | None) -> Answers:
    """Read a question, and what it is compared with. Raises BadQuery, StoreUnavailable."""
    tiles = replace(query, metrics=beside(query.metrics[0]))
    found = read(store, tiles)
    by_time = _coarser(store, found, query.grain, ())
    whole = _coarser(store, found, Grain.TOTAL, ())
    past = past_whole = past_parts = None
    if before is not None:
        grain = (
            Grain.TOTAL if query.by else query.grain
        )  # a dotted line for each of many says nothing
        earlier = read(store, replace(tiles, period=before, grain=grain))
        past = None if query.by else Past(before, earlier.frame)
        past_whole = _coarser(store, earlier, Grain.TOTAL, ())
        past_parts = earlier.frame if query.by else None
    parts = {}
    if query.by:
        now_parts = _coarser(store, found, Grain.TOTAL, query.by)
        parts = trends.part_figures(tiles.metrics, query.by[0], now_parts, past_parts)
    return Answers(
        query,
        trends.course(query, found.frame, now, past),
        by_time,
        trends.figures(tiles.metrics, whole, past_whole),
        parts,
        before,
        found.not_measured,
    )


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
