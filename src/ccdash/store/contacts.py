"""The contacts behind a number, worst first: the metric's rows, by the metric's own predicate."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import polars as pl
from sqlalchemy import (
    BigInteger,
    ColumnElement,
    FromClause,
    Text,
    any_,
    cast,
    false,
    func,
    literal,
    null,
    select,
    tuple_,
)
from sqlalchemy import case as when

from ccdash.errors import BadQuery
from ccdash.measures import OF_CONTACTS
from ccdash.metrics import METRICS, Metric, metric
from ccdash.query import Dimension, Query
from ccdash.schema import agent, case, customer, identity, queue, segment
from ccdash.store import history, walkable
from ccdash.store.conditions import named, refuse_unknown
from ccdash.store.engine import Store
from ccdash.store.frames import Rows
from ccdash.store.history import known_part, known_until
from ccdash.store.kept_part import kept_part
from ccdash.store.levels import RAW
from ccdash.store.persons import beside, members, person_of
from ccdash.store.restated import restated
from ccdash.store.retention import kept_since
from ccdash.store.searching import Narrowing, narrowing
from ccdash.store.worst_first import WORST, Listed, Place, first
from ccdash.vocabulary import Better, Grain

NAMES = (Dimension.QUEUE, Dimension.AGENT, Dimension.CONTACT_POINT, Dimension.TEAM)
SHOWN = (
    "arrived_at", "channel", "direction", "outcome", "wait_seconds", "talk_seconds",
    "hold_seconds", "wrap_up_seconds", "csat_score", "language", "subject", "source", "key",
    "oddity", "target_seconds", "is_transferred", "nps_score", "ces_score", "queued_at",
    "answered_at", "agent_resolved", "fcr_score",
    "wait_open_seconds", "response_open_seconds", "rounds", "next_responses",
    "next_response_seconds",
)  # fmt: skip
OF_MATTERS = ("times", "bounces")
"""What a matter has over all of its contacts; no list of single contacts knows them."""
PARTS = (Dimension.OUTCOME, Dimension.CHANNEL, Dimension.QUEUE, Dimension.CONTACT_POINT)
"""By what `breakdown` counts the list."""
IN_SUMS_TOO = (Dimension.CHANNEL, Dimension.QUEUE)
NOTHING = cast(null(), BigInteger)
LONG = timedelta(days=31)
"""In a shorter period few rows are tried, also where none belongs to the list."""
MOST_ROWS = 50_000
"""Of a period with so many contacts all are looked at to tell how a list divides."""


@dataclass(frozen=True)
class Page:
    """Some rows of a list, how the whole list divides (`breakdown`), how many contacts are behind
    the number whatever is searched, and whether a word of the search means more than is looked
    for."""

    rows: pl.DataFrame
    breakdown: pl.DataFrame
    behind: int
    is_cut_off: bool = False


def behind(
    store: Store, query: Query, limit: int | None = 50, after: str | None = None
) -> pl.DataFrame:
    """One row a contact behind the first metric of the question, worst first.

    `id` names the row; given as `after` it continues the list. Worst is what counts against the
    metric (`is_against`), then the longest wait or handling, then the latest. Raises BadQuery for a
    metric that is not made of contacts."""
    return store.frame(_listing(store, query, limit, after))


def every(store: Store, query: Query) -> Iterator[pl.DataFrame]:
    """All of the same rows, a frame at a time, as they are at one instant; in the same order, but
    of one customer as they came. Raises BadQuery, StoreBusy, StoreUnavailable."""
    rows = _listing(store, query)
    if query.customer is not None:
        rows = rows.order_by(None).order_by("arrived_at", "contact_id")
    return store.pieces(rows)


def page(store: Store, query: Query, limit: int, after: str | None = None) -> Page:
    """One page of the list and what there is to say of the whole; a search is looked up once."""
    found = narrowing(store, query) if query.search else None
    listed, whole = _listed(store, query, found), replace(query, search="")
    rows = store.frame(_shown(store, listed, limit, after))
    if found is None:
        return Page(rows, parts := breakdown(store, query), int(parts["n"].sum()))
    parts = store.frame(_parts(listed))
    return Page(rows, parts, count(store, whole), is_cut_off=found.is_cut_off)


def count(store: Store, query: Query) -> int:
    """How many contacts are behind the first metric of the question: its n."""
    summed = _summed(store, query, by=())
    if summed is not None:
        return int(summed["n"].sum())
    listed = _listed(store, query)
    rows = select(func.count().label("n")).select_from(listed.joined).where(listed.rows)
    return int(store.frame(rows)["n"][0])


def breakdown(store: Store, query: Query) -> pl.DataFrame:
    """The same contacts, counted: outcome, channel, queue, contact_point, n, against (how many of
    them count against the metric), longest_seconds (the longest wait; null where none is known).
    `n` adds up to `count`; contacts that were forgotten are in neither. Of a period of very many
    contacts the sums tell, which have channels and queues alone."""
    summed = _summed(store, query, IN_SUMS_TOO)
    if summed is not None and summed["contacts"].sum() > MOST_ROWS:
        return summed.drop("contacts").filter(pl.col("n") > 0)
    return store.frame(_parts(_listed(store, query)))


def _parts(listed: Listed) -> Rows:
    names = named(listed.of, {*PARTS, *(name for name, _ in listed.query.filters)})
    parts = [names.names[name] for name in PARTS]
    fails = false() if listed.fails is None else listed.fails
    statement = select(
        *(one.label(name) for name, one in zip(PARTS, parts, strict=True)),
        func.count().label("n"),
        func.count().filter(fails).label("against"),
        func.max(listed.of.c.wait_seconds).label("longest_seconds"),
    )
    counted = statement.select_from(names.of).where(listed.rows)
    return counted.group_by(*parts).order_by(*parts)


def _summed(store: Store, query: Query, by: tuple[Dimension, ...]) -> pl.DataFrame | None:
    """What it is counted by, n, against, longest_seconds (not known), contacts (all of the period):
    from sums alone; None where they cannot tell."""
    told = metric(query.metrics[0])
    figure = _additive(told)
    both = tuple(dict.fromkeys((figure.name, "contacts")))
    kept = kept_part(query, figure.fact, kept_since(store))
    if kept is None:
        return None
    asked = replace(kept, metrics=both, by=by, grain=Grain.TOTAL)
    is_one_each = {abs(times) for times in figure.numerator.values()} == {1}
    can_tell = not by or not figure.denominator or (is_one_each and figure.is_of_counts)
    if query.is_of_a_list or figure.fact not in OF_CONTACTS or not can_tell:
        return None
    if not history.sums_hold(asked, figure.fact, figure.measures):
        return None
    n, weight = (
        pl.col(f"n_{figure.name}"),
        pl.sum_horizontal(*(pl.col(name) * times for name, times in figure.numerator.items())),
    )
    against = n - weight if figure.better is Better.HIGHER else weight
    return history.read(store, asked).frame.select(
        *by,
        n.alias("n"),
        (against if told.has_against else pl.lit(0)).cast(pl.Int64).alias("against"),
        pl.lit(None, pl.Int64).alias("longest_seconds"),
        "contacts",
    )


def _additive(figure: Metric) -> Metric:
    """A metric of the same rows that sums hold: of a median and its like the count."""
    same = (one for one in METRICS.values() if one.sample == figure.sample)
    if all(one.is_additive for one in figure.measures):
        return figure
    return next((one for one in same if all(each.is_additive for each in one.measures)), figure)


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
    return _shown(store, _listed(store, query), limit, after)


def _walked(store: Store, query: Query) -> tuple[str, ...]:
    """In which channels the first rows are looked for: of a long period only in those that have
    some, since in the others every row would be tried."""
    channels, by = walkable.channels(store, query), (Dimension.CHANNEL,)
    is_long = query.period.end - query.period.start > LONG
    summed = _summed(store, query, by) if channels and is_long else None
    if summed is None:
        return channels
    some = set(summed.filter(pl.col("n") > 0)["channel"])
    return tuple(one for one in channels if one in some) or channels


def _shown(store: Store, listed: Listed, limit: int | None, after: str | None) -> Rows:
    """The first rows, and what they refer to by name: looked up of these alone."""
    if limit is not None:
        listed = replace(listed, channels=_walked(store, listed.query))
    page = _of_people(first(listed, limit, None if after is None else Place.read(after)))
    of, names = page.c, named(page, NAMES)
    place = (of.badness, func.extract("epoch", of.arrived_at), of.contact_id)
    shown = select(
        func.concat_ws("_", *(cast(part, Text) for part in place), type_=Text).label("id"),
        cast(of.contact_id, Text).label("contact_id"),
        cast(of.customer_id, Text).label("customer_id"),
        cast(of.whose, Text).label("person_id"),
        _name(page).label("name"),
        _customer(page).label("customer"),
        (of.badness >= WORST).label("is_against"),
        *(names.names[name].label(name) for name in NAMES),
        select(case.c.key).where(case.c.case_id == of.case_id).scalar_subquery().label("case"),
        *(of[name] for name in SHOWN),
        *(of.get(name, NOTHING).label(name) for name in OF_MATTERS),
    )
    order = (of.badness.desc(), of.arrived_at.desc(), of.contact_id.desc())
    return shown.select_from(names.of).order_by(*order)


def _listed(store: Store, query: Query, found: Narrowing | None = None) -> Listed:
    figure = metric(query.metrics[0])
    if figure.fact not in OF_CONTACTS:
        raise BadQuery(f"{figure.name} is not counted from contacts; it has no list of them.")
    refuse_unknown(figure.fact, [name for name, _ in query.filters], figure.name)
    of = restated(store, query, RAW[figure.fact])
    names = named(of, {name for name, _ in query.filters}, query.period)
    where = names.where(query.filters) & figure.rows_behind(of.c)
    if query.search:
        where &= (found or narrowing(store, query)).where(of.c)
    if query.customer is not None:
        where &= of.c.customer_id == any_(members(literal(query.customer, BigInteger)))
    known = known_part(query, known_until(store, replace(query, metrics=query.metrics[:1])))
    kept = known and kept_part(known, figure.fact, kept_since(store))
    return Listed(figure, of, names.of, where if kept else false(), kept or query)


def _of_people(page: FromClause) -> FromClause:
    """With `whose`: who stands for the customer; nothing where it is not known who came. And
    `is_joined`: whether the person has other customers."""
    of = beside(page)
    whose, is_joined = when((of.is_known, of.person_id)), of.is_joined
    both = (whose.label("whose"), is_joined.label("is_joined"))
    return select(*page.c, *both).select_from(of.rows).subquery("page_of_people")


def _name(of: FromClause) -> ColumnElement[Any]:
    """Of the customer, else of the person that they are. Only of the rows that are shown, hence no
    join."""
    mine, number = customer.c.customer_id, of.c.customer_id
    names = select(customer.c.name).correlate(of)
    own = names.where(mine == number)
    theirs = (
        names.where(mine == any_(members(number)), customer.c.name.is_not(None))
        .order_by(mine != person_of(mine), mine)
        .limit(1)
    )
    return func.coalesce(own.scalar_subquery(), when((of.c.is_joined, theirs.scalar_subquery())))


def _customer(of: FromClause) -> ColumnElement[Any]:
    """One contact detail of the customer; the alphabet of kinds happens to begin with the best."""
    detail = func.min(identity.c.kind + literal(":") + identity.c.value)
    return (
        select(detail)
        .where(identity.c.customer_id == of.c.customer_id)
        .correlate(of)
        .scalar_subquery()
    )
