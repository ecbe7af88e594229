"""The contacts behind a number, worst first: the metric's rows, by the metric's own predicate."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import polars as pl
from sqlalchemy import (
    BigInteger,
    ColumnElement,
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
from ccdash.measures import TIME, Fact
from ccdash.metrics import Metric, metric
from ccdash.query import Dimension, Query
from ccdash.schema import agent, contact, customer, identity, queue, segment
from ccdash.store.buckets import inside
from ccdash.store.conditions import Named, named, refuse_unknown
from ccdash.store.engine import Store
from ccdash.store.frames import Rows
from ccdash.vocabulary import Better, Unit

WORST = literal(10**10, BigInteger)
"""More than any length in seconds: who fails the metric comes before who only waited long."""
NAMES = (Dimension.QUEUE, Dimension.AGENT, Dimension.CONTACT_POINT, Dimension.TEAM)
SHOWN = (
    "arrived_at", "channel", "direction", "outcome", "wait_seconds", "talk_seconds",
    "hold_seconds", "wrap_up_seconds", "csat_score", "language", "subject", "source", "key",
    "oddity", "target_seconds", "is_transferred", "nps_score", "ces_score",
)  # fmt: skip
PARTS = (Dimension.OUTCOME, Dimension.CHANNEL, Dimension.QUEUE, Dimension.CONTACT_POINT)
"""By what `breakdown` counts the list."""
SCORES = {
    "csat": (contact.c.csat_score, 5),
    "nps": (contact.c.nps_score, 10),
    "ces": (contact.c.ces_score, 7),
}
"""The answer that a figure is made of, and the best one."""


def behind(
    store: Store, query: Query, limit: int | None = 50, after: str | None = None
) -> pl.DataFrame:
    """One row a contact behind the first metric of the question, worst first.

    `id` names the row; given as `after` it continues the list. Worst is what counts against the
    metric (`is_against`), then the longest wait or handling, then the latest. Raises BadQuery for a
    metric that is not made of contacts."""
    figure = _of_contacts(query)
    names = named(contact, {*NAMES, *(name for name, _ in query.filters)})
    badness = _badness(figure)
    order = (badness.desc(), contact.c.arrived_at.desc(), contact.c.contact_id.desc())
    statement = (
        select(
            _row_id(badness).label("id"),
            cast(contact.c.contact_id, Text).label("contact_id"),
            cast(contact.c.customer_id, Text).label("customer_id"),
            _name().label("name"),
            _customer().label("customer"),
            (badness >= WORST).label("is_against"),
            *(names.names[name].label(name) for name in NAMES),
            *(contact.c[name] for name in SHOWN),
        )
        .select_from(names.of)
        .where(_rows(query, figure, names))
        .order_by(*order)
        .limit(limit)
    )
    if after is not None:
        key = tuple_(badness, func.extract("epoch", contact.c.arrived_at), contact.c.contact_id)
        statement = statement.where(key < tuple_(*_place(after)))
    return store.frame(statement)


def count(store: Store, query: Query) -> int:
    """How many contacts are behind the first metric of the question: its n."""
    figure = _of_contacts(query)
    names = named(contact, {name for name, _ in query.filters})
    statement: Rows = (
        select(func.count().label("n")).select_from(names.of).where(_rows(query, figure, names))
    )
    return int(store.frame(statement)["n"][0])


def breakdown(store: Store, query: Query) -> pl.DataFrame:
    """The same contacts, counted: outcome, channel, queue, contact_point, n, against (how many of
    them count against the metric), longest_seconds (the longest wait; null where none is known).
    `n` adds up to `count`."""
    figure = _of_contacts(query)
    names = named(contact, {*PARTS, *(name for name, _ in query.filters)})
    statement: Rows = (
        select(
            *(names.names[name].label(name) for name in PARTS),
            func.count().label("n"),
            func.count().filter(_badness(figure) >= WORST).label("against"),
            func.max(contact.c.wait_seconds).label("longest_seconds"),
        )
        .select_from(names.of)
        .where(_rows(query, figure, names))
        .group_by(*(names.names[name] for name in PARTS))
    )
    return store.frame(statement)


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


def _of_contacts(query: Query) -> Metric:
    figure = metric(query.metrics[0])
    if figure.fact is not Fact.CONTACT:
        raise BadQuery(f"{figure.name} is not counted from contacts; it has no list of them.")
    refuse_unknown(figure.fact, [name for name, _ in query.filters], figure.name)
    return figure


def _rows(query: Query, figure: Metric, names: Named) -> ColumnElement[bool]:
    at = TIME[Fact.CONTACT]
    return inside(at, query.period) & names.where(query.filters) & figure.rows_behind(contact.c)


def _badness(figure: Metric) -> ColumnElement[int]:
    """A number that puts the worst first: contacts that fail a ratio, then long ones."""
    length = _seconds(contact.c.wait_seconds)
    if figure.name in ("aht", "average_talk"):
        length = _seconds(contact.c.talk_seconds) + _seconds(contact.c.hold_seconds)
    if figure.unit is Unit.SECONDS or not figure.denominator:
        return length
    counts = figure.weight(contact.c)
    fails = counts <= 0 if figure.better is Better.HIGHER else counts > 0
    return case((fails, WORST * _steps(figure)), else_=0) + length


def _steps(figure: Metric) -> ColumnElement[int]:
    """How far from the best answer: among the unhappy, the unhappiest first."""
    if figure.name not in SCORES:
        return literal(1, BigInteger)
    score, best = SCORES[figure.name]
    return 1 + best - _seconds(score)


def _seconds(column: ColumnElement[int]) -> ColumnElement[int]:
    """As a bigint, nothing as 0: what a source reports may be as long as the column holds."""
    return cast(func.coalesce(column, 0), BigInteger)


def _name() -> ColumnElement[Any]:
    """Only of the rows that are shown, hence no join."""
    return (
        select(customer.c.name)
        .where(customer.c.customer_id == contact.c.customer_id)
        .correlate(contact)
        .scalar_subquery()
    )


def _customer() -> ColumnElement[Any]:
    """One contact detail of the customer; the alphabet of kinds happens to begin with the best."""
    detail = func.min(identity.c.kind + literal(":") + identity.c.value)
    return (
        select(detail)
        .where(identity.c.customer_id == contact.c.customer_id)
        .correlate(contact)
        .scalar_subquery()
    )


def _row_id(badness: ColumnElement[int]) -> ColumnElement[str]:
    parts = (badness, func.extract("epoch", contact.c.arrived_at), contact.c.contact_id)
    return func.concat_ws("_", *(cast(part, Text) for part in parts), type_=Text)


def _place(after: str) -> tuple[ColumnElement[Any], ...]:
    try:
        badness, epoch, number = after.split("_")
        int(badness), float(epoch), int(number)
    except ValueError as cause:
        raise BadQuery(
            "The link to this page of contacts is broken: open the list anew."
        ) from cause
    return literal(int(badness)), cast(literal(epoch), Numeric), literal(int(number))
