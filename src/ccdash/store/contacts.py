"""The contacts behind a number, worst first: the metric's rows, by the metric's own predicate."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from typing import Any

import polars as pl
from sqlalchemy import (
    BigInteger,
    ColumnElement,
    FromClause,
    Numeric,
    Text,
    case,
    cast,
    func,
    literal,
    select,
    tuple_,
)

from ccdash.errors import BadQuery
from ccdash.measures import OF_CONTACTS, TIME
from ccdash.metrics import Metric, metric
from ccdash.query import Dimension, Query
from ccdash.schema import agent, customer, identity, queue, segment
from ccdash.store.buckets import inside
from ccdash.store.conditions import Named, named, refuse_unknown
from ccdash.store.engine import Store
from ccdash.store.frames import Rows
from ccdash.store.history import known_until
from ccdash.store.rollup import RAW
from ccdash.vocabulary import Better, Outcome, Unit

WORST = literal(10**10, BigInteger)
"""More than any length in seconds: who fails the metric comes before who only waited long."""
NAMES = (Dimension.QUEUE, Dimension.AGENT, Dimension.CONTACT_POINT, Dimension.TEAM)
SHOWN = (
    "arrived_at", "channel", "direction", "outcome", "wait_seconds", "talk_seconds",
    "hold_seconds", "wrap_up_seconds", "csat_score", "language", "subject", "source", "key",
    "oddity", "target_seconds", "is_transferred", "nps_score", "ces_score", "queued_at",
    "answered_at",
)  # fmt: skip
PARTS = (Dimension.OUTCOME, Dimension.CHANNEL, Dimension.QUEUE, Dimension.CONTACT_POINT)
"""By what `breakdown` counts the list."""
SCORES = {"csat": ("csat_score", 5), "nps": ("nps_score", 10), "ces": ("ces_score", 7)}
"""The answer that a figure is made of, and the best one."""


LATEST = literal(4_000_000_000, BigInteger)
"""Seconds since 1970, far ahead: who still waits is listed before those whose wait has an end, and
the earliest first, whatever the time is."""


@dataclass(frozen=True)
class _Listed:
    """The rows behind a figure: `of` has a contact's columns, `names` what they refer to."""

    figure: Metric
    of: FromClause
    names: Named
    where: ColumnElement[bool]

    def select(self, *columns: ColumnElement[Any]) -> Rows:
        return select(*columns).select_from(self.names.of).where(self.where)


def behind(
    store: Store, query: Query, limit: int | None = 50, after: str | None = None
) -> pl.DataFrame:
    """One row a contact behind the first metric of the question, worst first.

    `id` names the row; given as `after` it continues the list. Worst is what counts against the
    metric (`is_against`), then the longest wait or handling, then the latest. Raises BadQuery for a
    metric that is not made of contacts."""
    return store.frame(_listing(store, query, limit, after))


def every(store: Store, query: Query) -> Iterator[pl.DataFrame]:
    """All of the same rows in the same order, a frame at a time, as they are at one instant.
    Raises BadQuery, StoreBusy, StoreUnavailable."""
    return store.pieces(_listing(store, query))


def count(store: Store, query: Query) -> int:
    """How many contacts are behind the first metric of the question: its n."""
    listed = _listed(store, query)
    return int(store.frame(listed.select(func.count().label("n")))["n"][0])


def breakdown(store: Store, query: Query) -> pl.DataFrame:
    """The same contacts, counted: outcome, channel, queue, contact_point, n, against (how many of
    them count against the metric), longest_seconds (the longest wait; null where none is known).
    `n` adds up to `count`."""
    listed = _listed(store, query, *PARTS)
    parts = [listed.names.names[name] for name in PARTS]
    statement = listed.select(
        *(one.label(name) for name, one in zip(PARTS, parts, strict=True)),
        func.count().label("n"),
        func.count().filter(_badness(listed) >= WORST).label("against"),
        func.max(listed.of.c.wait_seconds).label("longest_seconds"),
    )
    return store.frame(statement.group_by(*parts).order_by(*parts))


def segments(store: Store, of: Collection[tuple[int, int]]) -> pl.DataFrame:
    """What happened during these contacts, given as (customer_id, contact_id), in order: contact_id
    (text), kind, queue, agent, started_at, ended_at (null while it goes on)."""
    statement: Rows = (
        select(
            cast(segment.c.contact_id, Text).label("contact_id"),
            segment.c.kind,
            queue.c.name.label("queue"),
            agent.c.name.label("agent"),
            segment.c.started_at,
            segment.c.ended_at,
        )
        .select_from(
            segment.outerjoin(queue, queue.c.queue_id == segment.c.queue_id).outerjoin(
                agent, agent.c.agent_id == segment.c.agent_id
            )
        )
        .where(tuple_(segment.c.customer_id, segment.c.contact_id).in_(list(of)))
        .order_by(segment.c.contact_id, segment.c.position)
        .limit(5000)
    )
    return store.frame(statement)


def _listing(
    store: Store, query: Query, limit: int | None = None, after: str | None = None
) -> Rows:
    listed = _listed(store, query, *NAMES)
    of, badness = listed.of.c, _badness(listed)
    place = (badness, func.extract("epoch", of.arrived_at), of.contact_id)
    statement = (
        listed.select(
            func.concat_ws("_", *(cast(part, Text) for part in place), type_=Text).label("id"),
            cast(of.contact_id, Text).label("contact_id"),
            cast(of.customer_id, Text).label("customer_id"),
            _name(listed.of).label("name"),
            _customer(listed.of).label("customer"),
            (badness >= WORST).label("is_against"),
            *(listed.names.names[name].label(name) for name in NAMES),
            *(of[name] for name in SHOWN),
        )
        .order_by(badness.desc(), of.arrived_at.desc(), of.contact_id.desc())
        .limit(limit)
    )
    if after is not None:
        statement = statement.where(tuple_(*place) < tuple_(*_place(after)))
    return statement


def _listed(store: Store, query: Query, *wanted: Dimension) -> _Listed:
    figure = metric(query.metrics[0])
    if figure.fact not in OF_CONTACTS:
        raise BadQuery(f"{figure.name} is not counted from contacts; it has no list of them.")
    refuse_unknown(figure.fact, [name for name, _ in query.filters], figure.name)
    of = RAW[figure.fact]
    names = named(of, {*wanted, *(name for name, _ in query.filters)})
    at = of.c[TIME[figure.fact].name]
    until = known_until(store, replace(query, metrics=query.metrics[:1]))
    where = inside(at, query.period) & names.where(query.filters) & figure.rows_behind(of.c)
    return _Listed(figure, of, names, where if until is None else where & (at < literal(until)))


def _badness(listed: _Listed) -> ColumnElement[int]:
    """A number that puts the worst first: contacts that fail a ratio, then long ones."""
    figure, of = listed.figure, listed.of.c
    since = cast(func.extract("epoch", of.queued_at), BigInteger)
    waits = (of.outcome == Outcome.OPEN) & of.queued_at.is_not(None) & of.answered_at.is_(None)
    length: ColumnElement[int] = case((waits, LATEST - since), else_=_seconds(of.wait_seconds))
    if figure.name in ("aht", "average_talk"):
        length = _seconds(of.talk_seconds) + _seconds(of.hold_seconds)
    if figure.unit is Unit.SECONDS or not figure.denominator:
        return length
    counts = figure.weight(of)
    fails = counts <= 0 if figure.better is Better.HIGHER else counts > 0
    return case((fails, WORST * _steps(listed)), else_=0) + length


def _steps(listed: _Listed) -> ColumnElement[int]:
    """How far from the best answer: among the unhappy, the unhappiest first."""
    if listed.figure.name not in SCORES:
        return literal(1, BigInteger)
    score, best = SCORES[listed.figure.name]
    return 1 + best - _seconds(listed.of.c[score])


def _seconds(column: ColumnElement[int]) -> ColumnElement[int]:
    """As a bigint, nothing as 0: what a source reports may be as long as the column holds."""
    return cast(func.coalesce(column, 0), BigInteger)


def _name(of: FromClause) -> ColumnElement[Any]:
    """Only of the rows that are shown, hence no join."""
    return (
        select(customer.c.name)
        .where(customer.c.customer_id == of.c.customer_id)
        .correlate(of)
        .scalar_subquery()
    )


def _customer(of: FromClause) -> ColumnElement[Any]:
    """One contact detail of the customer; the alphabet of kinds happens to begin with the best."""
    detail = func.min(identity.c.kind + literal(":") + identity.c.value)
    return (
        select(detail)
        .where(identity.c.customer_id == of.c.customer_id)
        .correlate(of)
        .scalar_subquery()
    )


def _place(after: str) -> tuple[ColumnElement[Any], ...]:
    try:
        badness, epoch, number = after.split("_")
        int(badness), float(epoch), int(number)
    except ValueError as cause:
        raise BadQuery(
            "The link to this page of contacts is broken: open the list anew."
        ) from cause
    return literal(int(badness)), cast(literal(epoch), Numeric), literal(int(number))
