"""Figures over time: a question in, a frame of buckets, break-downs and metrics out.

Two roads give the same numbers: the sums of 15-minute intervals, and the raw rows. Sums answer when
they hold what is asked; intervals that are marked to be made anew are read raw within the same
statement, so that a figure never waits for the worker. Of a period that ends within a quarter of an
hour, that quarter is read raw; where it was forgotten, the figures end before it.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import polars as pl
from sqlalchemy import (
    BigInteger,
    ColumnElement,
    FromClause,
    and_,
    cast,
    exists,
    func,
    or_,
    select,
)

from ccdash.errors import BadQuery
from ccdash.measures import QUANTILES, TIME, Fact, Measure
from ccdash.metrics import Metric, Needs, metric
from ccdash.query import SPLITS, Dimension, Period, Query
from ccdash.schema import agent_state, case, contact, message, survey
from ccdash.store import agent_history, spreads
from ccdash.store.buckets import after_interval, at_hours, bucket_number, inside
from ccdash.store.conditions import IN_SUMS, named, refuse_unknown
from ccdash.store.coverage import coverage
from ccdash.store.engine import Store
from ccdash.store.frames import Rows
from ccdash.store.kept_part import kept_part, rows_since
from ccdash.store.levels import RAW
from ccdash.store.repeats import FARTHEST, followed_in
from ccdash.store.restated import depends, restated
from ccdash.store.retention import KEPT_SINCE, kept_since
from ccdash.store.stored_sums import interval_rows
from ccdash.sums import agent_interval, case_hour, contact_channel_hour, dirty_interval
from ccdash.vocabulary import Grain


@dataclass(frozen=True)
class Answer:
    """The figures of a question.

    `frame` has `bucket` (the start, UTC), a column of names for each break-down, the measures and
    the metrics; a ratio without a denominator is null. `not_measured` names the metrics of which
    no source can tell anything; they are null throughout. Later arrivals than `known_until` are in
    no figure that looks for repeats: they are too young to tell. None when there are none. Those of
    `estimated` are within spreads.ERROR of what the rows would give. Those of `cut` need rows that
    were forgotten: they begin with `counted_since`, and are null in earlier buckets; of a median
    the last day is left out where not all of it is asked for."""

    query: Query
    frame: pl.DataFrame
    not_measured: frozenset[str]
    known_until: datetime | None = None
    estimated: frozenset[str] = frozenset()
    counted_since: datetime | None = None
    cut: frozenset[str] = frozenset()


def read(store: Store, query: Query, *, raw: bool = False) -> Answer:
    """Answer a question. `raw` forbids the sums; the numbers are the same.
    Raises BadQuery, StoreUnavailable."""
    if query.is_of_a_list:
        raise BadQuery(
            "A search or a customer narrows a list of contacts and no figure: leave it out."
        )
    metrics = [metric(name) for name in query.metrics]
    if not set(query.by).issubset(SPLITS):
        raise BadQuery("A way is a filter: no figure can be broken down by it.")
    for one in metrics:
        refuse_unknown(one.fact, _dimensions(query), one.name)
    keys = ["bucket", *query.by]
    frame: pl.DataFrame | None = None
    until, border = known_until(store, query), kept_since(store)
    estimated: set[str] = set()
    begins: dict[str, int] = {}
    for fact, measures in _by_fact(metrics).items():
        asked = known_part(query, until) if fact is Fact.REPEAT else query
        if raw or asked is None:
            roads: Roads = [(_by_rows, asked and kept_part(asked, fact, border), measures)]
        else:
            roads = _roads(store, asked, measures, border)
        for road, kept, some in roads:
            part = _nothing(query, some) if kept is None else road(store, kept, fact, some)
            if kept != asked and road is not _by_sums:
                first = _first_bucket(query, kept)
                part = part.with_columns(pl.col("bucket") + first)
                begins |= {one.name: first for one in some}
            frame = part if frame is None else _joined(frame, part, keys)
            if road is not _by_rows:
                estimated |= {one.name for one in some if one.kind in QUANTILES}
    if frame is None:
        frame = pl.DataFrame(schema={"bucket": pl.Int64})
    frame = _filled(frame, query, metrics, begins)
    missing = _not_measured(store, query, metrics)
    about = {one.name for one in metrics if estimated.intersection(one.numerator)}
    cut = [one for one in metrics if any(measure.name in begins for measure in one.measures)]
    since = max((at for one in cut if (at := rows_since(one.fact, border))), default=None)
    done = _finished(frame, query, metrics, missing)
    names = frozenset(one.name for one in cut)
    return Answer(query, done, missing, until, frozenset(about), since, names)


def _first_bucket(query: Query, kept: Query | None) -> int:
    """The bucket of the question in which the kept part of it begins; behind the last if none."""
    starts = query.period.starts(query.grain)
    return len(starts) if kept is None else bisect_right(starts, kept.period.start) - 1


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
Roads = Iterable[tuple[Road, Query | None, Sequence[Measure]]]


def _roads(
    store: Store, query: Query, measures: Sequence[Measure], border: datetime | None
) -> Roads:
    """Where each of the measures, which are of one fact, is read from, and the part of the question
    that is answered there."""
    fact, rest = measures[0].fact, list(measures)
    summed = [one for one in rest if one.is_additive]
    if summed and sums_hold(query, fact, summed):
        yield _by_sums, _whole_quarters(query, border), summed
        rest = [one for one in rest if one not in summed]
    spread = [one for one in rest if one.spread]
    names = {one.spread for one in spread}
    if spread and (zone := spreads.zone_for(store, query, names, border)):
        kept = spreads.kept_days(query, zone, border)
        yield partial(_by_spreads, timezone=zone), kept, spread
        rest = [one for one in rest if one not in spread]
    if rest:
        yield _by_rows, kept_part(query, fact, border), rest


def _whole_quarters(query: Query, border: datetime | None) -> Query:
    """The question as sums can answer it: of a last quarter of an hour that is not over the rows
    are read, and before the border there are none."""
    period, end = query.period, _quarter(query.period.end)
    if border is None or end >= border:
        return query
    return replace(query, period=replace(period, end=end))


def _by_spreads(
    store: Store, query: Query, _: Fact, measures: Sequence[Measure], *, timezone: str
) -> pl.DataFrame:
    return spreads.read(store, query, measures, timezone)


def _by_rows(store: Store, query: Query, fact: Fact, measures: Sequence[Measure]) -> pl.DataFrame:
    if fact is Fact.AGENT:
        return store.frame(_added(query, agent_history.raw(query), measures))
    of = raw_rows(query, fact)
    rows = restated(store, query, of) if depends(measures) else of
    return store.frame(_aggregated(query, rows, fact, measures))


def raw_rows(query: Query, fact: Fact) -> FromClause:
    """The rows of a fact, or at least those of the question's period. Whether customers came back
    is found at once for a month and more, unless filters may leave few contacts of it."""
    period = query.period
    is_much = period.end - period.start >= FARTHEST and not query.filters
    return followed_in(period) if fact is Fact.REPEAT and is_much else RAW[fact]


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
    names = named(table, _dimensions(query), query.period)
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


def _filled(
    frame: pl.DataFrame, query: Query, metrics: Sequence[Metric], begins: Mapping[str, int]
) -> pl.DataFrame:
    """Nothing counted is 0 in a bucket of which something is known, of some measures from a bucket
    on; a total always has its row."""
    if frame.is_empty() and query.grain is Grain.TOTAL and not query.by:
        frame = pl.DataFrame({"bucket": [0]}).join(frame, on="bucket", how="left")
    counts = [one for made in metrics for one in made.measures if one.kind not in QUANTILES]
    return frame.with_columns(
        pl.col(name).fill_null(pl.when(pl.col("bucket") >= begins.get(name, 0)).then(0))
        for name in sorted({one.name for one in counts})
    )


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
            state, period = agent_state.c, query.period
            ends_later = or_(state.ended_at.is_(None), state.ended_at > period.start)
            is_here = and_(state.started_at < period.end, ends_later)
            sums = agent_interval.c
            was = and_(inside(sums.interval_start, period), sums.signed_in_seconds > 0)
            return _is_or_was(is_here, was, sums.interval_start)
        case Needs.AGENT_RESOLVED:
            return _have_agents_said(query.period)
        case Needs.CASES:
            of = case_hour.c
            return _is_or_was(case.c.case_id.is_not(None), of.cases_opened > 0, of.interval_start)
    of = contact_channel_hour.c
    if needs is Needs.CUSTOMERS:
        return _is_or_was(contact.c.customer_id > 0, of.known_customer > 0, of.interval_start)
    if needs is Needs.MESSAGES:
        return _is_or_was(message.c.contact_id > 0, of.written_about > 0, of.interval_start)
    had = of[f"{needs}_responses"] > 0
    return _is_or_was(survey.c.kind == needs, had, of.interval_start)


def _is_or_was(
    row: ColumnElement[bool], counted: ColumnElement[bool], at: ColumnElement[datetime]
) -> ColumnElement[bool]:
    """Whether there is such a row, or was: sums of what was forgotten have it."""
    since = KEPT_SINCE.scalar_subquery()
    return or_(exists().where(row), exists().where(counted, at < since))


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
