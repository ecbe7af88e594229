"""What the screen "Journeys" asks of the store, in as few questions as it can."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import polars as pl

from ccdash.measures import Fact
from ccdash.metrics import METRICS
from ccdash.query import WAYS, Dimension, Query
from ccdash.store import journeys as store_of
from ccdash.store.engine import Store
from ccdash.store.history import read
from ccdash.views import journeys, trends
from ccdash.views.journeys import Paths, Way
from ccdash.views.trends import Figure

TOTALS = ("callers", "matters", "bounce_index", "failure_demand", "containment")
OF_WAYS = ("fcr", "csat")
OF_CHANNELS = ("fcr", "rounds", "csat", "ces", "aht", "known_customer_rate")
OF_STARTS = (
    "contacts_per_matter", "third_contact_rate", "bounce_index", "failure_demand", "containment",
)  # fmt: skip
WORST = 8
QUESTIONS = 3
"""So many connections to the store are held while the page is read, beside the page's own."""


@dataclass(frozen=True)
class Map:
    """The ways of one kind of threads: counted paths, and the metrics OF_WAYS of each way by its
    ends. `n` is how many threads there are in all, and of matters `begun` how many began at each
    station."""

    of: Dimension
    paths: Paths
    figures: Mapping[tuple[str, str], Mapping[str, Any]]
    n: int = 0
    begun: Mapping[str, int] = field(default_factory=dict)

    @cached_property
    def ways(self) -> list[Way]:
        """Every way, the busiest first. Of matters it is of all that came there, of conversations
        of those that were passed on at all."""
        return journeys.ways(self.paths, journeys.stayed(self.paths, self.begun))

    @cached_property
    def passed(self) -> int:
        """How many went any way."""
        return sum(self.paths.values())


@dataclass(frozen=True)
class Answers:
    """What the screen shows of one question. `starts` are the figures of the bounce index by queue,
    `worst` the matters that bounced most, and `of_matters` OF_STARTS by the channel."""

    query: Query
    totals: Mapping[str, Figure]
    missing: frozenset[str]
    queues: Map
    matters: Map
    starts: Mapping[str, list[Figure]]
    worst: pl.DataFrame
    of_matters: Mapping[str, list[Figure]]

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
    """Read it, the large questions at once. Raises BadQuery, StoreUnavailable."""
    with ThreadPoolExecutor(QUESTIONS) as at_once:
        asked = [at_once.submit(_map, store, query, of) for of in WAYS]
        of_worst = at_once.submit(store_of.worst, store, query, WORST)
        sums, missing = _sums(store, query)
    queues, matters = (one.result() for one in asked)

    def of(metrics: tuple[str, ...], *by: Dimension) -> pl.DataFrame:
        return trends.added(sums, replace(query, metrics=metrics, by=by), missing)

    totals = {one.metric: one for one in trends.figures(TOTALS, of(TOTALS), None)}
    names = ("matters", *OF_STARTS)
    starts, by_channel = of(("bounce_index",), Dimension.QUEUE), of(names, Dimension.CHANNEL)
    begun = dict(by_channel.select("channel", "matters").iter_rows())
    return Answers(
        query,
        totals,
        missing,
        replace(queues, n=totals["callers"].n or 0),
        replace(matters, n=totals["matters"].n or 0, begun=begun),
        trends.part_figures(("bounce_index",), Dimension.QUEUE, starts, None),
        of_worst.result(),
        trends.part_figures(OF_STARTS, Dimension.CHANNEL, by_channel, None),
    )


def _sums(store: Store, query: Query) -> tuple[pl.DataFrame, frozenset[str]]:
    """What all of TOTALS and OF_STARTS are made of, by channel, and of matters by the queue, too;
    and the metrics that no source tells."""
    names = dict.fromkeys((*TOTALS, *OF_STARTS))
    of_matters = tuple(one for one in names if METRICS[one].fact is Fact.BOUNCE)
    others = tuple(one for one in names if one not in of_matters)
    by_channel = replace(query, metrics=others, by=(Dimension.CHANNEL,))
    by_queue = replace(query, metrics=of_matters, by=(Dimension.QUEUE, Dimension.CHANNEL))
    found = [read(store, by_channel), read(store, by_queue)]
    sums = pl.concat([one.frame for one in found], how="diagonal_relaxed")
    return sums, frozenset().union(*(one.not_measured for one in found))


def compared(store: Store, query: Query) -> Compared:
    """Read how the channels do. Raises BadQuery, StoreUnavailable."""
    both = replace(query, metrics=OF_CHANNELS, by=(Dimension.SUBJECT, Dimension.CHANNEL))
    subjects = read(store, both)
    by_channel = replace(both, by=(Dimension.CHANNEL,))
    channels = trends.added(subjects.frame, by_channel, subjects.not_measured)
    parts = trends.part_figures(OF_CHANNELS, Dimension.CHANNEL, channels, None)
    return Compared(subjects.frame, parts, subjects.not_measured)


def _map(store: Store, query: Query, of: Dimension) -> Map:
    threads = store_of.threads(store, query, of)
    figures = store_of.of_ways(store, replace(query, metrics=OF_WAYS), of, threads)
    found = {(row["source"], row["target"]): row for row in figures.iter_rows(named=True)}
    counted = threads.filter("is_begun").group_by("path").len()
    return Map(of, journeys.paths_of(counted.iter_rows()), found)
