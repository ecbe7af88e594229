"""Sums against rows: every additive measure of every fact, by day and by what the sums know."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import polars as pl

from ccdash.ingest.work import intervals
from ccdash.ingest.writing import mark_dirty
from ccdash.measures import Fact, Measure, additive
from ccdash.metrics import METRICS
from ccdash.query import Dimension, Period, Query
from ccdash.schema import NO_QUEUE, agent, agent_state, case, contact, queue, raw_event, source
from ccdash.store import history, spread_check
from ccdash.store.engine import Store
from ccdash.store.levels import CHANNELS, HOURS
from ccdash.store.retention import kept_since, settled_for
from ccdash.store.rollup import refresh
from ccdash.vocabulary import Grain

SPLIT = {
    Fact.CONTACT: (Dimension.QUEUE, Dimension.CHANNEL),
    Fact.REPEAT: (Dimension.QUEUE, Dimension.CHANNEL),
    Fact.FAILURE: (Dimension.QUEUE, Dimension.CHANNEL),
    Fact.CASE: (Dimension.QUEUE,),
    Fact.BOUNCE: (Dimension.QUEUE, Dimension.CHANNEL),
    Fact.AGENT: (Dimension.AGENT,),
}
Figures = dict[tuple[Any, ...], dict[str, int]]
"""The measures of each day and what they are split by."""
FIRST = (contact.c.arrived_at, case.c.opened_at, agent_state.c.started_at)


@dataclass(frozen=True)
class Difference:
    """One sum of one day that is not what its rows give."""

    fact: Fact
    day: datetime
    of: tuple[str | None, ...]
    measure: str
    in_sums: int
    in_rows: int

    def __str__(self) -> str:
        of = ", ".join(str(word) for word in self.of)
        where = f"{self.day:%Y-%m-%d} (UTC), {of}: {self.measure}"
        return f"{where} is {self.in_sums:,} in the sums and {self.in_rows:,} in the rows"


def differences(
    store: Store, progress: Callable[[str], None], periods: Iterable[Period] | None = None
) -> tuple[list[Difference], int]:
    """Every difference of these periods of whole UTC days (without: of all that has rows), and how
    many sums were compared."""
    found: list[Difference] = []
    compared, since = 0, kept_since(store)
    for period in months(store) if periods is None else periods:
        progress(f"Comparing sums and rows of {period.start:%Y-%m}")
        for fact in Fact:
            if (part := _comparable(period, since, fact)) is None:
                continue
            differing, number = _compared(store, fact, part)
            found.extend(differing)
            compared += number
        found.extend(
            Difference(one.fact, midnight(one.start), one.of, one.measure, one.kept, one.counted)
            for one in spread_check.differences(store, period)
        )
    return found, compared


def repair(store: Store, found: Sequence[Difference], now: datetime) -> int:
    """Make all sums of the days with differences anew, whoever they are of; gives how many."""
    queues = {NO_QUEUE, *store.frame(queue.select())["queue_id"]}
    agents = set(store.frame(agent.select())["agent_id"])
    with store.transaction() as connection:
        for fact, day in sorted({(one.fact, one.day) for one in found}):
            of = agents if fact is Fact.AGENT else queues
            starts = intervals(day, day + timedelta(days=1))
            mark_dirty(connection, fact, {(at, one) for at in starts for one in of}, now)
        return refresh(connection)


def _compared(store: Store, fact: Fact, period: Period) -> tuple[list[Difference], int]:
    measures = [one.name for one in _measures(fact)]
    metrics = tuple(
        one.name
        for one in METRICS.values()
        if one.fact is fact and all(measure.is_additive for measure in one.measures)
    )
    asked = Query(metrics, period, Grain.DAY, SPLIT[fact])
    rows = history.read(store, asked, raw=True).frame
    found = [
        one
        for by, sums in _levels(store, asked, fact)
        for one in _differing(fact, *(_by_key(frame, by, measures) for frame in (sums, rows)))
    ]
    return list(dict.fromkeys(found)), len(rows) * len(measures)


def _levels(
    store: Store, asked: Query, fact: Fact
) -> Iterator[tuple[tuple[Dimension, ...], pl.DataFrame]]:
    """The sums of the days as each level of them has it, and by what they are split: hours, then
    quarters, then hours of channels."""
    yield asked.by, history.read(store, asked).frame
    if fact in HOURS:
        quarters = history.read(store, replace(asked, grain=Grain.QUARTER_HOUR)).frame
        yield asked.by, quarters.with_columns(pl.col("bucket").dt.truncate("1d"))  # days of UTC
    if fact in CHANNELS:
        by = (Dimension.CHANNEL,)
        yield by, history.read(store, replace(asked, by=by)).frame


def _differing(fact: Fact, sums: Figures, rows: Figures) -> Iterator[Difference]:
    for key in sorted({*sums, *rows}, key=str):
        for name in sums.get(key) or rows[key]:
            of_sums, of_rows = (side.get(key, {}).get(name, 0) for side in (sums, rows))
            if of_sums != of_rows:
                yield Difference(fact, key[0], key[1:], name, of_sums, of_rows)


def _measures(fact: Fact) -> list[Measure]:
    """Those that some metric is made of: no other is shown anywhere."""
    shown = {name for one in METRICS.values() for name in (*one.numerator, *one.denominator)}
    return [one for one in additive(fact) if one.name in shown]


def _by_key(frame: pl.DataFrame, by: Sequence[Dimension], measures: Sequence[str]) -> Figures:
    """Of each day and what it is split by."""
    keys = ("bucket", *by)
    added = frame.group_by(keys).agg(pl.col(measures).sum())
    return {
        tuple(row[key] for key in keys): {name: row[name] for name in measures}
        for row in added.iter_rows(named=True)
    }


def months(store: Store) -> Iterator[Period]:
    """The UTC months from the first row to the newest event; of what was forgotten there are sums
    alone, with nothing to compare them with."""
    firsts = [one.table.select().with_only_columns(one).order_by(one).limit(1) for one in FIRST]
    told = raw_event.c.occurred_at
    newest = raw_event.select().with_only_columns(told).order_by(told.desc()).limit(1)
    names = store.frame(source.select())["source"]
    lasts = [newest.where(raw_event.c.source == name) for name in names]
    edges = [at for one in (*firsts, *lasts) for at in store.frame(one).to_series()]
    starts = [at for one in firsts for at in store.frame(one).to_series()]
    if not starts:
        return
    first, end = min(starts), midnight(max(edges)) + timedelta(days=1)
    whole = _comparable(Period(midnight(first), end, "UTC"), kept_since(store), Fact.CONTACT)
    for span in whole.spans(Grain.MONTH) if whole else ():
        yield Period(*span, "UTC")


def _comparable(period: Period, since: datetime | None, fact: Fact) -> Period | None:
    """The days (UTC) of which the rows are there that sums of the fact are made of."""
    if since is None:
        return period
    first = midnight(since.astimezone(UTC) + settled_for(fact) + timedelta(days=1))
    start = max(period.start, first)
    return replace(period, start=start) if start < period.end else None


def midnight(at: datetime) -> datetime:
    """The start of its day, in the zone in which it is told."""
    return at.replace(hour=0, minute=0, second=0, microsecond=0)
