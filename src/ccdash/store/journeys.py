"""How many threads went which way, and what became of the contacts in them.

The measures are those of every other figure; only the ways (store/handovers.py) are new. So each
number is also that of its metric with the way as a filter, and of the list behind it.
"""

from __future__ import annotations

from dataclasses import replace

import polars as pl
from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnElement,
    FromClause,
    Text,
    and_,
    cast,
    column,
    func,
    literal,
    select,
    true,
)

from ccdash.measures import MEASURES, Fact
from ccdash.metrics import Metric, metric
from ccdash.query import Dimension, Query
from ccdash.schema import contact, matter
from ccdash.store.bounces import first_of
from ccdash.store.buckets import at_hours, inside
from ccdash.store.conditions import Named, named
from ccdash.store.engine import Store
from ccdash.store.frames import Rows
from ccdash.store.handovers import BORDER, WAYS, paths, steps
from ccdash.store.history import known_part, known_until, raw_rows
from ccdash.store.kept_part import kept_part
from ccdash.store.levels import RAW
from ccdash.store.restated import restated
from ccdash.store.retention import kept_since

ENDS = ("source", "target")
LARGEST = 300
"""Who bounced most often is among the matters of the most contacts."""


def threads(store: Store, query: Query, of: Dimension) -> pl.DataFrame:
    """The threads of two stations and more near the period: thread, path (a list of names) and
    is_begun: whether they began in the period, with a contact that the filters let through; of
    conversations one of the measure callers, of matters one of the measure matters.
    Raises StoreUnavailable."""
    went = paths(steps(WAYS[of], query.period))
    begun = _of_matters(query, went) if of is Dimension.JOURNEY else _of_conversations(query, went)
    frame = store.frame(begun.order_by(went.c.thread))
    return frame.with_columns(
        pl.col("path").str.split(BORDER), pl.col("is_begun").fill_null(value=False)
    )


def of_ways(store: Store, query: Query, of: Dimension, found: pl.DataFrame) -> pl.DataFrame:
    """The question's metrics of each way of these threads: source, target, and of each metric its
    value and n_NAME. Of queues they speak of all contacts of the conversations that went this way,
    of channels of those in the target alone. Raises BadQuery, StoreUnavailable."""
    went = _ways(found)
    whole = went.select(ENDS).unique()
    for name in query.metrics:
        part = _of_ways(store, replace(query, metrics=(name,)), of, went)
        whole = whole.join(part, on=ENDS, how="left")
    return whole.sort(ENDS)


def worst(store: Store, query: Query, most: int) -> pl.DataFrame:
    """The matters that began in the period and bounced most often, of customers who are
    known, looked for among those of the most contacts (LARGEST): customer_id (text), arrived_at,
    channel, queue, subject, contacts, bounces. Raises StoreUnavailable."""
    measure, rows = MEASURES["bounces"], RAW[Fact.BOUNCE]
    names, of = _named(query, rows, Dimension.QUEUE), rows.c
    its = matter.alias("its")
    size = (func.count().desc(), its.c.matter_id)
    of_period = select(its.c.matter_id).where(inside(its.c.arrived_at, query.period))
    largest = of_period.group_by(its.c.matter_id).order_by(*size).limit(LARGEST)
    part = select(matter.c.contact_id).where(matter.c.matter_id.in_(largest)).subquery()
    shown = ("arrived_at", "channel", "subject", "contacts", "bounces")
    columns = (
        *(of[name] for name in shown),
        cast(of.customer_id, Text).label("customer_id"),
        names.names[Dimension.QUEUE].label("queue"),
    )
    is_one = and_(measure.where(of), of.bounces > 0, of.customer_id > 0)
    both = names.of.join(part, part.c.contact_id == of.contact_id)
    first = select(*columns).select_from(both).where(_is_asked(query, names), is_one)
    order = (of.bounces.desc(), of.arrived_at.desc(), of.contact_id.desc())
    return store.frame(first.order_by(*order).limit(most))


def _named(query: Query, of: FromClause, *also: Dimension) -> Named:
    return named(of, {*also, *(name for name, _ in query.filters)}, query.period)


def _is_asked(query: Query, rows: Named) -> ColumnElement[bool]:
    """The contacts of the period that the filters let through."""
    at = rows.base.arrived_at
    return and_(inside(at, query.period), at_hours(at, query), rows.where(query.filters))


def _of_conversations(query: Query, went: FromClause) -> Rows:
    rows = _named(query, contact)
    is_begun = and_(_is_asked(query, rows), MEASURES["callers"].where(contact.c))
    begun = select(contact.c.contact_id).select_from(rows.of).where(is_begun).subquery()
    both = went.outerjoin(begun, begun.c.contact_id == went.c.thread)
    columns = (went.c.thread, went.c.path, begun.c.contact_id.is_not(None).label("is_begun"))
    return select(*columns).select_from(both)


def _of_matters(query: Query, went: FromClause) -> Rows:
    first = first_of(went.c.thread).correlate(went).lateral("first")
    rows = _named(query, contact)
    same = and_(*(contact.c[key.name] == first.c[key.name] for key in contact.primary_key))
    is_begun = select(literal(1)).select_from(rows.of).where(same, _is_asked(query, rows)).exists()
    columns = (went.c.thread, went.c.path, is_begun.label("is_begun"))
    return select(*columns).select_from(went.join(first, true()))


def _ways(found: pl.DataFrame) -> pl.DataFrame:
    """Each way of each thread once: thread, source, target."""
    target = pl.col("path").list.slice(1)
    source = pl.col("path").list.slice(0, pl.col("path").list.len() - 1)
    pairs = found.select("thread", source.alias("source"), target.alias("target"))
    return pairs.explode(ENDS).unique()


def _of_ways(store: Store, query: Query, of: Dimension, went: pl.DataFrame) -> pl.DataFrame:
    figure = metric(query.metrics[0])
    names = [one.name for one in figure.measures]
    summed = _summed(store, query, of, went["thread"].unique())
    on = ["thread"]
    if of is Dimension.JOURNEY:
        on.append("target")
    both = went.join(summed, on=on, how="inner").group_by(ENDS).agg(pl.col(names).sum())
    n = figure.sample_expression().alias(f"n_{figure.name}")
    return both.with_columns(figure.expression(), n).select(
        *ENDS, figure.name, n.meta.output_name()
    )


def _summed(store: Store, query: Query, of: Dimension, which: pl.Series) -> pl.DataFrame:
    """The measures of the question's metric for each of these threads, and of matters for each
    channel (`target`)."""
    figure = metric(query.metrics[0])
    known = known_part(query, known_until(store, query))
    kept = known and kept_part(known, figure.fact, kept_since(store))
    keys = ("thread", *(("target",) if of is Dimension.JOURNEY else ()))
    if kept is None or which.is_empty():
        kinds = {"thread": pl.Int64, "target": pl.String}
        schema = {name: kinds[name] for name in keys}
        return pl.DataFrame(schema=schema | {one.name: pl.Int64 for one in figure.measures})
    is_few = of is Dimension.HANDOVER  # of conversations few are passed on, of matters many grow
    rows = restated(store, kept, RAW[figure.fact] if is_few else raw_rows(kept, figure.fact))
    return store.frame(_by_thread(kept, of, rows, (figure, which)))


def _by_thread(
    query: Query, of: Dimension, rows: FromClause, what: tuple[Metric, pl.Series]
) -> Rows:
    figure, which = what
    names, wanted = _named(query, rows), _wanted(which)
    sums = [one.aggregate(rows.c).label(one.name) for one in figure.measures]
    if of is Dimension.HANDOVER:
        both = names.of.join(wanted, wanted.c.thread == rows.c.root_id)
        by = [wanted.c.thread]
    else:
        part = _of_these_matters(query, wanted)
        both = names.of.join(part, part.c.contact_id == rows.c.contact_id)
        by = [part.c.thread, rows.c.channel.label("target")]
    return select(*by, *sums).select_from(both).where(_is_asked(query, names)).group_by(*by)


def _wanted(which: pl.Series) -> FromClause:
    """The numbers of these threads: thread."""
    numbers = cast(literal("{" + ",".join(map(str, which)) + "}"), ARRAY(BigInteger))
    named = column("thread", BigInteger)
    each = func.unnest(numbers).table_valued(named).render_derived("each")
    return select(each.c.thread).offset(0).subquery("wanted")  # first of all: there are few of them


def _of_these_matters(query: Query, wanted: FromClause) -> FromClause:
    """Their contacts in the period: thread, contact_id."""
    its = select(wanted.c.thread, matter.c.contact_id)
    both = its.join_from(wanted, matter, matter.c.matter_id == wanted.c.thread)
    return both.where(inside(matter.c.arrived_at, query.period)).offset(0).subquery("part")
