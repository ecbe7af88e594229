"""Figures over time: a question in, a frame of buckets, break-downs and metrics out.

Two roads give the same numbers: the sums of 15-minute intervals, and the raw rows. Sums answer when
they hold what is asked; intervals that are marked to be made anew are read raw within the same
statement, so that a figure never waits for the worker. Of a period that ends within a quarter of an
hour, that quarter is read raw.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import partial
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

from ccdash.errors import BadQuery
from ccdash.measures import QUANTILES, TIME, Fact, Measure
from ccdash.metrics import Metric, Needs, metric
from ccdash.query import Dimension, Period, Query
from ccdash.schema import agent_state, case, contact, survey
from ccdash.store import agent_history, spreads
from ccdash.store.buckets import after_interval, at_hours, bucket_number, inside
from ccdash.store.conditions import IN_SUMS, named, refuse_unknown
from ccdash.store.coverage import coverage
from ccdash.store.engine import Store
from ccdash.store.frames import Rows
from ccdash.store.levels import RAW
from ccdash.store.restated import depends, restated
from ccdash.store.retention import kept_since
from ccdash.store.stored_sums import interval_rows
from ccdash.sums import contact_channel_hour, dirty_interval
from ccdash.vocabulary import Grain


@dataclass(frozen=True)
class Answer:
    """The figures of a question.

    `frame` has `bucket` (the start, UTC), a column of names for each break-down, the measures and
    the metrics; a ratio without a denominator is null. `not_measured` names the metrics of which
    no source can tell anything; they are null throughout. Later arrivals than `known_until` are in
    no figure that looks for repeats: they are too young to tell. None when there are none. Those of
    `estimated` are within spreads.ERROR of what the rows would give. Figures that are read of
    rows, not of sums, begin with `counted_since` where what came before was forgotten."""

    query: Query
    frame: pl.DataFrame
    not_measured: frozenset[str]
    known_until: datetime | None = None
    estimated: frozenset[str] = frozenset()
    counted_since: datetime | None = None


def read(store: Store, query: Query, *, raw: bool = False) -> Answer:
    """Answer a question. `raw` forbids the sums; the numbers are the same.
    Raises BadQuery, StoreUnavailable."""
    if query.search:
        raise BadQuery("A search narrows a list of contacts and no figure: leave it out.")
    metrics = [metric(name) for name in query.metrics]
    for one in metrics:
        refuse_unknown(one.fact, _dimensions(query), one.name)
    keys = ["bucket", *query.by]
    frame: pl.DataFrame | None = None
    until = known_until(store, query)
    estimated: set[str] = set()
    is_of_rows = False
    for fact, measures in _by_fact(metrics).items():
        asked = known_part(query, until) if fact is Fact.REPEAT else query
        roads = [(_by_rows, measures)] if raw or asked is None else _roads(store, asked, measures)
        for road, some in roads:
            part = _nothing(query, some) if asked is None else road(store, asked, fact, some)
            frame = part if frame is None else _joined(frame, part, keys)
            is_of_rows |= road is _by_rows
            if road is not _by_rows:
                estimated |= {one.name for one in some if one.kind in QUANTILES}
    if frame is None:
        frame = pl.DataFrame(schema={"bucket": pl.Int64})
    frame = _filled(frame, query, metrics)
    missing = _not_measured(store, query, metrics)
    about = {one.name for one in metrics if estimated.intersection(one.numerator)}
    done = _finished(frame, query, metrics, missing)
    since = forgotten_until(store, query) if is_of_rows else None
    return Answer(query, done, missing, until, frozenset(about), since)


def forgotten_until(store: Store, query: Query) -> datetime | None:
    """From when on there are rows; None where the period has all of its own."""
    since = kept_since(store)
    return since if since is not None and since > query.period.start else None


def known_until(store: Store, query: Query) -> datetime | None:
    """The first arrival of the period of which it is not yet known whether the customer comes back
    within the window of the question's metrics; None where all is known. Raises BadQuery where they
    have several windows: each metric would be known until another day."""
    windows = {days for one in map(metric, query.metrics) if (days := one.days_until_known)}
    if not windows:
        return None
    if len(windows) > 1:
        told = " and ".join(map(str, sorted(windows)))
        raise BadQuery(f"Windows of {told} days are known until different days: ask for one.")
    newest = coverage(store).came_until or query.period.start
    until = _quarter(newest - timedelta(days=windows.pop()))
    return max(until, query.period.start) if until < query.period.end else None


def known_part(query: Query, until: datetime | None) -> Query | None:
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


Road = Callable[[Store, Query, Fact, Sequence[Measure]], pl.DataFrame]


def _roads(
    store: Store, query: Query, measures: Sequence[Measure]
) -> Iterator[tuple[Road, list[Measure]]]:
    """Where each of the measures, which are of one fact, is read from."""
    fact, rest = measures[0].fact, list(measures)
    summed = [one for one in rest if one.is_additive]
    if summed and sums_hold(query, fact, summed):
        yield _by_sums, summed
        rest = [one for one in rest if one not in summed]
    spread = [one for one in rest if one.spread]
    if spread and (zone := spreads.zone_for(store, query, {one.spread for one in spread})):
        yield partial(_by_spreads, timezone=zone), spread
        rest = [one for one in rest if one not in spread]
    if rest:
        yield _by_rows, rest


def _by_spreads(
    store: Store, query: Query, _: Fact, measures: Sequence[Measure], *, timezone: str
) -> pl.DataFrame:
    return spreads.read(store, query, measures, timezone)


def _by_rows(store: Store, query: Query, fact: Fact, measures: Sequence[Measure]) -> pl.DataFrame:
    if fact is Fact.AGENT:
        return store.frame(_added(query, agent_history.raw(query), measures))
    rows = restated(store, query, RAW[fact]) if depends(measures) else RAW[fact]
    return store.frame(_aggregated(query, rows, fact, measures))


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
    rows = agent_history.sums(query) if fact is Fact.AGENT else interval_rows(query, fact, measures)
    return _added(query, rows, measures)


def sums_hold(query: Query, fact: Fact, measures: Collection[Measure]) -> bool:
    """Whether the 15-minute sums can answer: additive measures by the settings of their days, their
    own dimensions, and a period that begins on a quarter of an hour and has at least one."""
    start, end = query.period.start, query.period.end
    return (
        all(one.is_additive for one in measures)
        and (query.settings_at is None or not depends(measures))
        and IN_SUMS[fact].issuperset(_dimensions(query))
        and _quarter(start) == start < _quarter(end)
    )


def _quarter(at: datetime) -> datetime:
    """The start of the quarter of an hour in which the instant lies."""
    at = at.astimezone(UTC)
    return at - timedelta(minutes=at.minute % 15, seconds=at.second, microseconds=at.microsecond)


def _aggregated(query: Query, table: FromClause, fact: Fact, measures: Sequence[Measure]) -> Rows:
    at = table.c[TIME[fact].name]
    names = named(table, _dimensions(query))
    by = [names.names[one].label(f"by_{one}") for one in query.by]
    rows = (
        select(_bucket(query, at), *by, *table.c)
        .select_from(names.of)
        .where(inside(at, query.period), at_hours(at, query), names.where(query.filters))
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
        .where(at_hours(rows.c.interval_start, query), names.where(query.filters))
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
    counts = [one for made in metrics for one in made.measures if one.kind not in QUANTILES]
    return frame.with_columns(pl.col(sorted({one.name for one in counts})).fill_null(0))


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
        case Needs.CUSTOMERS:
            return exists().where(contact.c.customer_id > 0)
        case Needs.AGENT_RESOLVED:
            return _have_agents_said(query.period)
        case _:
            return exists().where(survey.c.kind == needs)


def _have_agents_said(period: Period) -> ColumnElement[bool]:
    """By the sums of hours: of years of contacts nobody could say it in time. What is told since
    they were made has a mark."""
    hours, mark = contact_channel_hour.c, dirty_interval.c
    period = replace(period, start=period.start - timedelta(hours=1))
    said = exists().where(inside(hours.interval_start, period), hours.agent_resolved_said > 0)
    fresh = exists().where(
        mark.fact == Fact.CONTACT,
        inside(mark.interval_start, period),
        contact.c.queue_id == mark.of_id,
        contact.c.arrived_at >= mark.interval_start,
        contact.c.arrived_at < after_interval(mark.interval_start),
        contact.c.agent_resolved.is_not(None),
    )
    return or_(said, fresh)
