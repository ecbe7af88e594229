"""What the screen "Journeys" asks of the store, in as few questions as it can."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import polars as pl

from ccdash.query import Dimension, Query
from ccdash.store import journeys as store_of
from ccdash.store.engine import Store
from ccdash.store.history import read
from ccdash.views import journeys, trends
from ccdash.views.journeys import Paths
from ccdash.views.trends import Figure

TOTALS = ("callers", "matters", "bounce_index", "failure_demand", "containment")
OF_WAYS = ("fcr", "csat")
OF_CHANNELS = ("fcr", "csat", "ces", "aht", "known_customer_rate")
OF_STARTS = ("third_contact_rate", "bounce_index", "failure_demand", "containment")
WORST = 8


@dataclass(frozen=True)
class Map:
    """The ways of one kind of threads: counted paths, and the metrics OF_WAYS of each way by its
    ends. `n` is how many threads there are in all."""

    of: Dimension
    paths: Paths
    figures: Mapping[tuple[str, str], Mapping[str, Any]]
    n: int

    @cached_property
    def passed(self) -> int:
        """How many went any way."""
        return sum(self.paths.values())


@dataclass(frozen=True)
class Answers:
    """What the screen shows of one question. `starts` are the figures of the bounce index by queue,
    `worst` the matters that changed hands most, `of_matters` OF_STARTS by the channel, and `begun`
    how many matters began in each channel."""

    query: Query
    totals: Mapping[str, Figure]
    missing: frozenset[str]
    queues: Map
    matters: Map
    starts: Mapping[str, list[Figure]]
    worst: pl.DataFrame
    of_matters: Mapping[str, list[Figure]]
    begun: Mapping[str, int]

    @property
    def is_empty(self) -> bool:
        """Whether nothing was counted."""
        return not any(one.n for one in self.totals.values())


@dataclass(frozen=True)
class Compared:
    """OF_CHANNELS by subject and channel, and by channel alone; `missing` no source tells."""

    subjects: pl.DataFrame
    channels: Mapping[str, list[Figure]]
    missing: frozenset[str]


def answered(store: Store, query: Query) -> Answers:
    """Read it. Raises BadQuery, StoreUnavailable."""
    whole = read(store, replace(query, metrics=TOTALS))
    totals = {one.metric: one for one in trends.figures(TOTALS, whole.frame, None)}
    by_queue = replace(query, metrics=("bounce_index",), by=(Dimension.QUEUE,))
    starts = read(store, by_queue).frame
    names = ("matters", *OF_STARTS)
    by_start = read(store, replace(query, metrics=names, by=(Dimension.CHANNEL,))).frame
    return Answers(
        query,
        totals,
        whole.not_measured,
        _map(store, query, Dimension.HANDOVER, totals["callers"].n or 0),
        _map(store, query, Dimension.JOURNEY, totals["matters"].n or 0),
        trends.part_figures(by_queue.metrics, Dimension.QUEUE, starts, None),
        store_of.worst(store, query, WORST),
        trends.part_figures(OF_STARTS, Dimension.CHANNEL, by_start, None),
        dict(by_start.select("channel", "matters").iter_rows()),
    )


def compared(store: Store, query: Query) -> Compared:
    """Read how the channels do. Raises BadQuery, StoreUnavailable."""
    both = replace(query, metrics=OF_CHANNELS, by=(Dimension.SUBJECT, Dimension.CHANNEL))
    subjects = read(store, both)
    by_channel = replace(both, by=(Dimension.CHANNEL,))
    channels = trends.added(subjects.frame, by_channel, subjects.not_measured)
    parts = trends.part_figures(OF_CHANNELS, Dimension.CHANNEL, channels, None)
    return Compared(subjects.frame, parts, subjects.not_measured)


def _map(store: Store, query: Query, of: Dimension, n: int) -> Map:
    threads = store_of.threads(store, query, of)
    figures = store_of.of_ways(store, replace(query, metrics=OF_WAYS), of, threads)
    found = {(row["source"], row["target"]): row for row in figures.iter_rows(named=True)}
    counted = threads.filter("is_begun").group_by("path").len()
    return Map(of, journeys.paths_of(counted.iter_rows()), found, n)
