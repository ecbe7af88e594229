"""The floor at one instant: who waits, who is served, what everybody does.

Now and any instant of the past are read by the same statements: what happened after the instant
is not known yet. Cost follows what is open, never the length of the history.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import polars as pl

from ccdash.metrics import METRICS
from ccdash.metrics.figures import figures
from ccdash.query import Period, bucket_start
from ccdash.remembered import remembered
from ccdash.settings import zone
from ccdash.store.engine import Store
from ccdash.store.floor_day import TODAY, DaySoFar, day_so_far
from ccdash.store.floor_open import what_is_open
from ccdash.store.then import Then
from ccdash.vocabulary import Grain


@dataclass(frozen=True, eq=False)
class Floor:
    """What was known at `as_of`. Seconds are whole; instants are UTC.

    queues: queue, channel, waiting, longest_wait_seconds, longest_since, in_progress,
    target_seconds.
    waiting: position (in its queue), queue, channel, contact, customer_id, detail (by which it is
    known who came, `kind:value`), language, subject, queued_at, wait_seconds, target_seconds, time
    (which conversation about its matter), also_in (another channel in which they wait).
    in_progress: queue, channel, contact, customer_id, detail, agent, answered_at, seconds,
    target_seconds. people: agent_id, agent, team, intent, reason, load, contacts, channel, since,
    seconds, handled_today. day: the sums since the local midnight by queue, channel and team.
    data_through: the newest event of each source. imported: the sources that came as finished
    files, of which nobody expects more."""

    as_of: datetime
    day_start: datetime
    data_through: Mapping[str, datetime]
    queues: pl.DataFrame
    waiting: pl.DataFrame
    in_progress: pl.DataFrame
    people: pl.DataFrame
    day: pl.DataFrame
    imported: frozenset[str] = frozenset()

    @property
    def today(self) -> Mapping[str, float | None]:
        """The metrics since the local midnight, and the n of each as n_NAME."""
        return _figures(self.day)


@remembered(64)
def _figures(day: pl.DataFrame) -> Mapping[str, float | None]:
    return figures(day, [METRICS[name] for name in TODAY])


def floor(store: Store, at: datetime, timezone: str, *, is_now: bool = False) -> Floor:
    """The floor at an instant. `is_now` reads by the small indexes of what is open; without it
    the contacts of the last month are looked through. Raises StoreUnavailable."""
    day = day_so_far(store, at, _midnight(at, timezone))
    return _with_what_is_open(store, Then(at, is_now), day)


class FloorOfNow:
    """The floor of now for one reader, who reads it again and again."""

    def __init__(
        self, store: Callable[[], Store], clock: Callable[[], datetime], timezone: Callable[[], str]
    ) -> None:
        self._store, self._clock, self._timezone = store, clock, timezone
        self._day: DaySoFar | None = None

    def whole(self) -> Floor:
        """All of it anew. Raises StoreUnavailable."""
        at = self._clock()
        self._day = day_so_far(self._store(), at, _midnight(at, self._timezone()))
        return self.quick()  # if it is midnight by now, of the new day

    def quick(self) -> Floor:
        """What is open, anew; the day so far as it was read last. Raises StoreUnavailable."""
        at = self._clock()
        if self._day is None or self._day.day_start != _midnight(at, self._timezone()):
            return self.whole()
        return _with_what_is_open(self._store(), Then(at, is_now=True), self._day)


def _midnight(at: datetime, timezone: str) -> datetime:
    return bucket_start(at, Grain.DAY, zone(timezone))


def _with_what_is_open(store: Store, then: Then, day: DaySoFar) -> Floor:
    found = what_is_open(store, then, day.day_start)
    handled = [day.handled.get(agent, 0) for agent in found.people["agent_id"]]
    return Floor(
        as_of=then.at,
        day_start=day.day_start,
        data_through=day.data_through,
        queues=_queues(found.waiting, found.in_progress),
        waiting=found.waiting,
        in_progress=found.in_progress,
        people=found.people.hstack([pl.Series("handled_today", handled, pl.Int64)]),
        day=day.day,
        imported=day.imported,
    )


def _queues(waiting: pl.DataFrame, in_progress: pl.DataFrame) -> pl.DataFrame:
    """Every queue with somebody in it, the longest wait first."""
    keys = ["queue", "channel"]
    waits = waiting.lazy().select(*keys, "wait_seconds", "queued_at", "target_seconds")
    served = in_progress.lazy().select(*keys, pl.col("target_seconds").alias("target_served"))
    wait, target, target_served = (
        pl.col("wait_seconds"),
        pl.col("target_seconds"),
        pl.col("target_served"),
    )
    counts = (
        pl.concat([waits, served], how="diagonal")
        .group_by(keys)
        .agg(
            wait.count().cast(pl.Int64).alias("waiting"),
            wait.max().alias("longest_wait_seconds"),
            pl.col("queued_at").min().alias("longest_since"),
            target_served.count().cast(pl.Int64).alias("in_progress"),
            pl.coalesce(target.min(), target_served.min()).alias("target_seconds"),
        )
    )
    order = ["longest_wait_seconds", *keys]
    return counts.sort(order, descending=[True, False, False], nulls_last=True).collect()


def period_of_day(floor: Floor, timezone: str) -> Period:
    """From the local midnight to the instant: what `today` speaks of."""
    return Period(floor.day_start, floor.as_of + timedelta(microseconds=1), timezone)
