"""The ways that customers take: from queue to queue, and from channel to channel.

A thread has stations. Of a conversation these are the queues of its parts; of a matter the channels
of its contacts. A path is the stations of a thread in the order in which the contacts arrived (then
of their number). A contact without a queue is no station of its conversation, the same station
twice in a row is one, and test contacts are in no path. A path is looked for in a period: contacts
more than 30 days before or after it are left out.

A way is one step of a path. In a filter it is written "A → B", and a longer piece "A → B → A": a
contact matches if the path of its thread has that piece. "A → … → B" are the paths from A, whatever
lies between, to B, and "→" alone is any path of two stations and more.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Select,
    and_,
    false,
    func,
    literal,
    or_,
    select,
    true,
)
from sqlalchemy.dialects.postgresql import aggregate_order_by

from ccdash.measures import Columns
from ccdash.query import Dimension, Period
from ccdash.schema import NO_QUEUE, contact, matter, queue
from ccdash.sums import MOST_DAYS

ARROW, ANY, GAP = " → ", "→", " → … → "
BORDER = "\x1f"
"""Between the stations of a path; no name has it."""
NEAR = timedelta(days=MOST_DAYS)
Parts = Select[*tuple[Any, ...]]


def piece(stations: Iterable[str]) -> str:
    """A piece of a path, as filters write it."""
    return ARROW.join(stations)


@dataclass(frozen=True)
class Threads:
    """One kind of them. `parts` gives the contacts of those of several contacts to which any
    contact of a period may belong: thread, station, arrived_at, contact_id. `has` says whether a
    contact is in any of these threads."""

    parts: Callable[[Period], Parts]
    has: Callable[[Columns, Select[int]], ColumnElement[bool]]


def steps(of: Threads, period: Period) -> FromClause:
    """The stations of these threads: thread, place (that orders them), station, and `before`, the
    one before it (null for the first)."""
    part = of.parts(period).subquery()
    order = (part.c.arrived_at, part.c.contact_id)
    before = func.lag(part.c.station).over(partition_by=part.c.thread, order_by=order)
    met = select(*part.c, before.label("before")).subquery()
    order = (met.c.arrived_at, met.c.contact_id)
    place = func.row_number().over(partition_by=met.c.thread, order_by=order)
    columns = (met.c.thread, place.label("place"), met.c.station, met.c.before)
    is_other = met.c.station.is_distinct_from(met.c.before)
    return select(*columns).where(is_other).cte()


def paths(of: FromClause) -> FromClause:
    """One row a thread out of its steps: thread, path (its stations with BORDER between)."""
    path = func.string_agg(of.c.station, aggregate_order_by(literal(BORDER), of.c.place))
    whole = select(of.c.thread, path.label("path")).group_by(of.c.thread)
    return whole.having(func.count() > 1).cte()


def went(
    threads: Threads, of: Columns, pieces: Sequence[str], period: Period
) -> ColumnElement[bool]:
    """Whether the path of a contact's thread has any of these pieces; the contact is of the
    period."""
    known = paths(steps(threads, period))
    has_one = or_(false(), *(_has(known.c.path, one.strip()) for one in pieces))
    # IS TRUE: as a join, it may be a nested loop over all threads for each contact of a list
    return threads.has(of, select(known.c.thread).where(has_one)).is_(true())


def _has(path: ColumnElement[str], sought: str) -> ColumnElement[bool]:
    if sought == ANY:
        return true()
    whole = literal(BORDER) + path + literal(BORDER)
    first, gap, last = sought.partition(GAP)
    begins, ends = (literal(BORDER + one.replace(ARROW, BORDER) + BORDER) for one in (first, last))
    if gap:
        is_end = func.right(whole, func.length(ends)) == ends
        return and_(func.starts_with(whole, begins), is_end)
    return func.strpos(whole, begins) > 0


def of_several_parts(period: Period) -> Select[tuple[int]]:
    """The conversations that have a second part near the period."""
    leg = contact.alias("leg")
    return select(leg.c.root_id).where(leg.c.root_id != leg.c.contact_id, _near(leg, period))


def _parts_of_conversations(period: Period) -> Parts:
    part = contact.alias("part")
    columns = (queue.c.name.label("station"), part.c.arrived_at, part.c.contact_id)
    return (
        select(part.c.root_id.label("thread"), *columns)
        .select_from(part.join(queue, queue.c.queue_id == part.c.queue_id))
        .where(
            part.c.root_id.in_(of_several_parts(period)),
            part.c.queue_id != NO_QUEUE,
            part.c.is_void.is_(False),
            _near(part, period),
        )
    )


def _parts_of_matters(period: Period) -> Parts:
    """By the number of the contact alone, which nobody shares: of a key of three columns the
    planner would expect no row at all."""
    both = matter.join(contact, contact.c.contact_id == matter.c.contact_id)
    columns = (contact.c.channel.label("station"), contact.c.arrived_at, contact.c.contact_id)
    return (
        select(matter.c.matter_id.label("thread"), *columns)
        .select_from(both)
        .where(contact.c.is_void.is_(False), _near(contact, period), _near(matter, period))
    )


def _near(of: FromClause, period: Period) -> ColumnElement[bool]:
    at: ColumnElement[datetime] = of.c.arrived_at
    return and_(at >= literal(period.start - NEAR), at < literal(period.end + NEAR))


def _is_of_matter(of: Columns, these: Select[int]) -> ColumnElement[bool]:
    """By the number of the contact: its matter would have to be looked up for each."""
    number: ColumnElement[int] = of.contact_id
    return number.in_(select(matter.c.contact_id).where(matter.c.matter_id.in_(these)))


CONVERSATIONS = Threads(_parts_of_conversations, lambda of, these: of.root_id.in_(these))
MATTERS = Threads(_parts_of_matters, _is_of_matter)
WAYS: Mapping[Dimension, Threads] = {
    Dimension.HANDOVER: CONVERSATIONS,
    Dimension.JOURNEY: MATTERS,
}
"""The filters that pieces of paths are."""
