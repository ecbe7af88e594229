"""Figures over time: a question in, a frame of buckets, break-downs and metrics out.

Two roads give the same numbers: the sums of 15-minute intervals, and the raw rows. Sums answer when
they hold what is asked; intervals that are marked to be made anew are read raw within the same
statement, so that a figure never waits for the worker. Of a period that ends within a quarter of an
hour, that quarter is read raw.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import polars as pl
from sqlalchemy import (
    BigInteger,
    ColumnElement,
    FromClause,
    cast,
    exists,
    func,
    or_,
    select,
)

from ccdash.measures import TIME, Fact, Measure
from ccdash.metrics import Metric, Needs, metric
from ccdash.query import Dimension, Query
from ccdash.schema import agent_state, case, survey
from ccdash.store import agent_history
from ccdash.store.buckets import bucket_number, inside
from ccdash.store.conditions import IN_SUMS, named, refuse_unknown
from ccdash.store.coverage import coverage
from ccdash.store.engine import Store
from ccdash.store.frames import Rows
from ccdash.store.rollup import RAW
from ccdash.store.stored_sums import interval_rows
from ccdash.vocabulary import Grain


@dataclass(frozen=True)
class Answer:
    """The figures of a question.

    `frame` has `bucket` (the start, UTC), a column of names for each break-down, the measures and
    the metrics; a ratio without a denominator is null. `not_measured` names the metrics of which
    no source can tell anything; they are null throughout. Later arrivals than `known_until` are in
    no figure that looks for repeats: they are too young to tell. None when there are none."""

    query: Query
    frame: pl.DataFrame
    not_measured: frozenset[str]
    known_until: datetime | None = None


def read(store: Store, query: Query, *, raw: bool = False) -> Answer:
    """Answer a question. `raw` forbids the sums; the numbers are the same.
    Raises BadQuery, StoreUnavailable."""
    metrics = [metric(name) for name in query.metrics]
    for one in metrics:
        refuse_unknown(one.fact, _dimensions(query), one.name)
    keys = ["bucket", *query.by]
    frame: pl.DataFrame | None = None
    until = known_until(store, query)
    for fact, measures in _by_fact(metrics).items():
        asked = _known(query, until) if fact is Fact.REPEAT else query
        if asked is None:
            part = _nothing(query, measures)
        else:
            use_sums = not raw and sums_hold(asked, fact, measures)
            part = (_by_sums if use_sums else _by_rows)(store, asked, fact, measures)
        frame = part if frame is None else _joined(frame, part, keys)
    if frame is None:
        frame = pl.DataFrame(schema={"bucket": pl.Int64})
    frame = _filled(frame, query, metrics)
    missing = _not_measured(store, query, metrics)
    return Answer(query, _finished(frame, query, metrics, missing), missing, until)


def known_until(store: Store, query: Query) -> datetime | None:
    """The first arrival of the period of which it is not yet known whether the customer comes back
    within the window of the question's metrics (the longest one); None where all is known."""
    windows = [one.window_days for one in map(metric, query.metrics) if one.window_days]
    if not windows:
        return None
    newest = coverage(store).newest_at or query.period.start
    until = _quarter(newest - timedelta(days=max(windows)))
    return max(until, query.period.start) if until < query.period.end else None


def _known(query: Query, until: datetime | None) -> Query | None:
    """The part of the question that can be answered."""
    if until is None:
        return query
    if until == query.period.start:
        return None
    return replace(query, period=replace(query.period, end=until))


def _nothing(query: Query, measures: Sequence[Measure]) -> pl.DataFrame:
    schema = {"bucket": pl.Int64} | dict.fromkeys(query.by, pl.String)
    return pl.DataFrame(schema=schema | {one.name: pl.Int64 for one in measures})


def _joined(frame: pl.DataFrame, part: pl.DataFrame, keys: Sequence[str]) -> pl.DataFrame:
    """Rows without a queue or an agent meet, too: there is nobody in both."""
    return frame.join(part, on=keys, how="full", coalesce=True, nulls_equal=True)


def _dimensions(query: Query) -> tuple[Dimension, ...]:
    return (*query.by, *(name for name, _ in query.filters))


def _by_fact(metrics: Iterable[Metric]) -> dict[Fact, list[Measure]]:
    found: dict[Fact, dict[str, Measure]] = {}
    for one in metrics:
        for measure in one.measures:
            found.setdefault(measure.fact, {})[measure.name] = measure
    return {fact: list(measures.values()) for fact, measures in found.items()}


def _by_rows(store: Store, query: Query, fact: Fact, measures: Sequence[Measure]) -> pl.DataFrame:
    return store.frame(_from_raw(query, fact, measures))


def _by_sums(store: Store, query: Query, fact: Fact, measures: Sequence[Measure]) -> pl.DataFrame:
    """The sums, and what the period has of its last quarter of an hour when it ends within it."""
    period, end = query.period, _quarter(query.period.end)
    if end == period.end:
        return store.frame(_from_sums(query, fact, measures))
    full = replace(query, period=replace(period, end=end))
    rest = replace(query, period=replace(period, start=end), grain=Grain.TOTAL)
    last = len(period.starts(query.grain)) - 1
    begun = _by_rows(store, rest, fact, measures).with_columns(pl.col("bucket") + last)
    both = pl.concat([store.frame(_from_sums(full, fact, measures)), begun])
    keys = ("bucket", *query.by)
    return both.group_by(keys).agg(pl.exclude(keys).sum())


def _from_sums(query: Query, fact: Fact, measures: Sequence[Measure]) -> Rows:
    rows = agent_history.sums(query) if fact is Fact.AGENT else interval_rows(query, fact)
    return _added(query, rows, measures)


def _from_raw(query: Query, fact: Fact, measures: Sequence[Measure]) -> Rows:
    if fact is Fact.AGENT:
        return _added(query, agent_history.raw(query), measures)
    return _aggregated(query, fact, measures)


def sums_hold(query: Query, fact: Fact, measures: Collection[Measure]) -> bool:
    """Whether the 15-minute sums can answer: additive measures, their own dimensions, and a period
    that begins on a quarter of an hour and has at least one."""
    start, end = query.period.start, query.period.end
    return (
        all(one.is_additive for one in measures)
        and IN_SUMS[fact].issuperset(_dimensions(query))
        and _quarter(start) == start < _quarter(end)
    )


def _quarter(at: datetime) -> datetime:
    """The start of the quarter of an hour in which the instant lies."""
    at = at.astimezone(UTC)
    return at - timedelta(minutes=at.minute % 15, seconds=at.second, microseconds=at.microsecond)


def _aggregated(query: Query, fact: Fact, measures: Sequence[Measure]) -> Rows:
    table = RAW[fact]
    at = table.c[TIME[fact].name]
    names = named(table, _dimensions(query))
    by = [names.names[one].label(f"by_{one}") for one in query.by]
    rows = (
        select(_bucket(query, at), *by, *table.c)
        .select_from(names.of)
        .where(inside(at, query.period), names.where(query.filters))
        .subquery("rows")
    )
    return _grouped(query, rows, [one.aggregate(rows.c).label(one.name) for one in measures])


def _added(query: Query, rows: FromClause, measures: Sequence[Measure]) -> Rows:
    """Add up rows that already hold sums."""
    names = named(rows, _dimensions(query))
    by = [names.names[one].label(f"by_{one}") for one in query.by]
    sums = [rows.c[one.name] for one in measures]
    part = (
        select(_bucket(query, rows.c.interval_start), *by, *sums)
        .select_from(names.of)
        .where(names.where(query.filters))
        .subquery("part")
    )
    totals = [
        cast(func.coalesce(func.sum(part.c[one.name]), 0), BigInteger).label(one.name)
        for one in measures
    ]
    return _grouped(query, part, totals)


def _grouped(query: Query, rows: FromClause, sums: Sequence[ColumnElement[Any]]) -> Rows:
    keys = [rows.c[f"by_{one}"].label(one) for one in query.by]
    group = [rows.c.bucket, *(rows.c[f"by_{one}"] for one in query.by)]
    return select(rows.c.bucket, *keys, *sums).group_by(*group).order_by(*group)


def _bucket(query: Query, at: ColumnElement[datetime]) -> ColumnElement[int]:
    number = bucket_number(at, query.period.starts(query.grain))
    return cast(number, BigInteger).label("bucket")


def _filled(frame: pl.DataFrame, query: Query, metrics: Sequence[Metric]) -> pl.DataFrame:
    """Nothing counted is 0 in a bucket of which something is known; a total always has its row."""
    if frame.is_empty() and query.grain is Grain.TOTAL and not query.by:
        frame = pl.DataFrame({"bucket": [0]}).join(frame, on="bucket", how="left")
    sums = [one.name for made in metrics for one in made.measures if one.is_additive]
    return frame.with_columns(pl.col(sorted(set(sums))).fill_null(0))


def _finished(
    frame: pl.DataFrame, query: Query, metrics: Sequence[Metric], missing: Collection[str]
) -> pl.DataFrame:
    starts = pl.Series("bucket", query.period.starts(query.grain)).cast(pl.Datetime("us", "UTC"))
    figures = [
        one.expression() if one.name not in missing else pl.lit(None, pl.Float64).alias(one.name)
        for one in metrics
    ]
    samples = [one.sample_expression().alias(f"n_{one.name}") for one in metrics]
    number = frame["bucket"].cast(pl.Int64)
    made = frame.with_columns(*figures, *samples)
    return made.with_columns(starts.gather(number).alias("bucket")).sort("bucket", *query.by)


def _not_measured(store: Store, query: Query, metrics: Iterable[Metric]) -> frozenset[str]:
    """The metrics of which no source has told anything."""
    needs = {one.needs for one in metrics if one.needs is not None}
    if not needs:
        return frozenset()
    told = store.frame(select(*(_is_told(query, one).label(one) for one in sorted(needs))))
    return frozenset(one.name for one in metrics if one.needs and not told[one.needs][0])


def _is_told(query: Query, needs: Needs) -> ColumnElement[bool]:
    match needs:
        case Needs.AGENT_STATES:
            state = agent_state.c
            ends_later = or_(state.ended_at.is_(None), state.ended_at > query.period.start)
            return exists().where(state.started_at < query.period.end, ends_later)
        case Needs.CASES:
            return exists().where(case.c.case_id.is_not(None))
        case _:
            return exists().where(survey.c.kind == needs)
