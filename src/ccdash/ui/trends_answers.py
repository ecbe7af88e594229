"""What the screen "Trends" asks of the store, in as few questions as it can."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from itertools import compress
from typing import TypeVar

import polars as pl

from ccdash.metrics import METRICS, Metric
from ccdash.query import Dimension, Period, Query, bucket_start
from ccdash.store.coverage import Coverage
from ccdash.store.earlier import read_earlier, read_uncut
from ccdash.store.engine import Store
from ccdash.store.history import Answer, read
from ccdash.store.open_buckets import open_buckets
from ccdash.ui.metric_list import shown_with
from ccdash.views import trends
from ccdash.views.periods import Compare, earlier, known_before
from ccdash.views.trends import Figure, Past
from ccdash.vocabulary import LIVE_CHANNELS, Grain

OF_WAITS = ("service_level", "asa", "average_wait", "average_queued_wait")
"""Who waits on the line waits seconds, who writes hours: one figure of both says little."""

T = TypeVar("T")
Ask = Callable[[Query], Answer]


@dataclass(frozen=True)
class Answers:
    """Everything that the screen shows of one question.

    `course` is that of the metric, `by_time` has all figures of the strip bucket by bucket,
    `figures` are they over the whole period and `parts` over each part. `compare` is how they are
    compared with the question's `before`; `missing` are the metrics that no source tells. Of
    arrivals after `known_until` the metric is not yet known: it is compared with `known_before`.
    Before `counted_since` rows were forgotten that it needs; with that time it is not compared.
    `apart` has figures of waits of the channels in which customers wait on the line, and of all
    others.
    `shown` says of each bucket whether the course has it; None is all of them, and `hidden` is how
    many contacts came in the others.
    `exported` asks for all figures, bucket by bucket and part by part; `rows` is how many rows
    that gives."""

    query: Query
    course: pl.DataFrame
    by_time: pl.DataFrame
    figures: Sequence[Figure]
    parts: Mapping[str, Sequence[Figure]]
    compare: Compare
    missing: Collection[str]
    exported: Query
    rows: int
    known_until: datetime | None = None
    known_before: Period | None = None
    apart: Mapping[str, tuple[Figure, Figure]] = field(default_factory=dict)
    shown: Sequence[bool] | None = None
    hidden: int = 0
    counted_since: datetime | None = None

    def of_shown(self, items: Sequence[T]) -> list[T]:
        """Of a thing a bucket those that the course has."""
        return list(items if self.shown is None else compress(items, self.shown))

    @property
    def before(self) -> Period | None:
        """With what the figures are compared; None for nothing."""
        return self.query.before

    @property
    def metric(self) -> Metric:
        """What is drawn."""
        return METRICS[self.query.metrics[0]]

    @property
    def is_empty(self) -> bool:
        """Whether no figure counts anything: a strip of them would say nothing many times."""
        return not any(one.n for one in self.figures)

    @property
    def is_all_young(self) -> bool:
        """Whether nothing of the period is known yet."""
        return self.known_until == self.query.period.start

    @property
    def total(self) -> Figure:
        """It, over the whole period."""
        return self.figures[0]


def answered(store: Store, query: Query, now: datetime, compare: Compare) -> Answers:
    """Read a question, and what it is compared with. Raises BadQuery, StoreUnavailable."""
    before = query.before
    tiles = replace(query, metrics=shown_with(query.metrics[0]))
    ask: Ask = partial(read, store)
    found = ask(tiles)
    until = found.known_until
    by_time = _coarser(ask, found, query.grain, ())
    whole = _known(_coarser(ask, found, Grain.TOTAL, ()), query, until)
    known = known_before(query, until)
    past = past_whole = past_parts = None
    since = found.counted_since
    if before is not None:
        grain = (
            Grain.TOTAL if query.by else query.grain
        )  # a dotted line for each of many says nothing
        then = read_earlier(store, replace(tiles, period=before, grain=grain), known)
        is_cut = query.metrics[0] in then.cut
        past = None if query.by or is_cut else Past(before, then.frame)
        past_whole = _coarser(partial(read_uncut, store), then, Grain.TOTAL, ())
        since = since or (then.counted_since if is_cut else None)
        past_parts = then.frame if query.by else None
    parts = {}
    if query.by:
        now_parts = _known(_coarser(ask, found, Grain.TOTAL, query.by), query, until)
        parts = trends.part_figures(tiles.metrics, query.by[0], now_parts, past_parts)
    return Answers(
        query,
        trends.young(trends.course(query, found.frame, now, past), query, until),
        by_time,
        trends.figures(tiles.metrics, whole, past_whole),
        parts,
        compare,
        found.not_measured,
        tiles,
        found.frame.height,
        until,
        known,
        _apart(store, found),
        counted_since=since,
    )


def of_open_hours(store: Store, answers: Answers) -> Answers:
    """With a course of the hours alone in which something was open."""
    shown = open_buckets(store, answers.query)
    if all(shown) or not any(shown):
        return answers
    many = answers.course.height // len(shown)
    mask = pl.Series(shown * many)
    hidden = int(answers.course.filter(~mask)["n"].sum())
    return replace(answers, course=answers.course.filter(mask), shown=shown, hidden=hidden)


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
    if not names or Dimension.CHANNEL in dict(query.filters):
        return {}
    total = replace(query, metrics=names, grain=Grain.TOTAL, by=())
    by_channel = found.frame
    if Dimension.CHANNEL not in query.by:
        by_channel = read(store, replace(total, by=(Dimension.CHANNEL,))).frame
    on_line = pl.col("channel").is_in([str(one) for one in LIVE_CHANNELS])
    halves = (trends.added(by_channel.filter(one), total, ()) for one in (on_line, ~on_line))
    both = zip(*(trends.figures(names, half, None) for half in halves), strict=True)
    return {live.metric: (live, other) for live, other in both if live.n and other.n}


def comparable(query: Query, compare: Compare, held: Coverage, now: datetime) -> Query:
    """The question with the period beside it; with none where the data does not reach back over the
    whole of that."""
    before = earlier(compare, query, now)
    if before is None or held.first_at is None:
        return query
    first = bucket_start(held.first_at, Grain.DAY, query.period.zone)
    return replace(query, before=before) if before.start >= first else query


def _coarser(ask: Ask, answer: Answer, grain: Grain, by: tuple[Dimension, ...]) -> pl.DataFrame:
    """The same figures in larger buckets and fewer parts: added up, or asked for where sums of
    parts are not the sum of the whole."""
    query = replace(answer.query, grain=grain, by=by)
    if query == answer.query:
        return answer.frame
    if trends.adds_up(query.metrics):
        return trends.added(answer.frame, query, answer.not_measured)
    return ask(query).frame
