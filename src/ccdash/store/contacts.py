"""The contacts behind a number, worst first: the metric's rows, by the metric's own predicate."""

from __future__ import annotations

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
from ccdash.schema import contact, identity
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
    "oddity",
)  # fmt: skip


def behind(
    store: Store, query: Query, limit: int | None = 50, after: str | None = None
) -> pl.DataFrame:
    """One row a contact behind the first metric of the question, worst first.

    `id` names the row; given as `after` it continues the list. Worst is what speaks against the
    metric, then the longest wait or handling, then the latest. Raises BadQuery for a metric that
    is not made of contacts."""
    figure = _of_contacts(query)
    names = named(contact, {*NAMES, *(name for name, _ in query.filters)})
    badness = _badness(figure)
    order = (badness.desc(), contact.c.arrived_at.desc(), contact.c.contact_id.desc())
    statement = (
        select(
            _row_id(badness).label("id"),
            cast(contact.c.customer_id, Text).label("customer_id"),
            _customer().label("customer"),
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
    return case((fails, WORST), else_=0) + length


def _seconds(column: ColumnElement[int]) -> ColumnElement[int]:
    """As a bigint: what a source reports may be as long as the column holds."""
    return cast(func.coalesce(column, 0), BigInteger)


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
