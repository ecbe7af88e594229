"""What else is seen anew when contacts are: figures that tell of one row beside another.

Of contacts that are made anew it is seen anew who came back (Fact.REPEAT): theirs, and those of
the same persons' earlier contacts, whatever detail they were known by. In the same way, what was
before (Fact.FAILURE): theirs, and those of the later ones. And how often their matters bounced
(Fact.BOUNCE).

It is looked up when sums are made or read, and not when contacts are told: two that are told at
the same time do not see each other.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    FrameClause,
    FrameClauseType,
    FromClause,
    and_,
    func,
    literal,
    select,
    true,
    tuple_,
)

from ccdash.measures import Fact, Truth
from ccdash.schema import contact, matter
from ccdash.store.bounces import first_of
from ccdash.store.buckets import after_interval, interval_start
from ccdash.store.came import who
from ccdash.store.frames import Rows
from ccdash.store.levels import Wanted
from ccdash.store.near import Instants, near
from ccdash.store.persons import beside
from ccdash.store.repeats import FARTHEST

_other = contact.alias("other")
_interval = (
    interval_start(_other.c.arrived_at).label("start"),
    _other.c.queue_id.label("of_id"),
)
NONE = timedelta()
NEAR: Mapping[Fact, tuple[timedelta, timedelta]] = {
    Fact.REPEAT: (FARTHEST, NONE),
    Fact.FAILURE: (NONE, FARTHEST),
}
"""The facts of contacts beside others of the same person: how far before and after a contact these
others lie. One of the same instant is seen anew, too."""


def others_of(fact: Fact, of: FromClause) -> Rows:
    """The intervals (start, of_id) of the contacts that are seen anew with these rows
    (customer_id, arrived_at) of few contacts: others of the same persons."""
    theirs = beside(of)
    known = select(of.c.arrived_at, theirs.members.label("members")).select_from(theirs.rows)
    came = known.where(theirs.is_known).subquery("came")
    had = _each_other(fact, came)
    return select(had.c.start, had.c.of_id).select_from(came.join(had, true()))


def _each_other(fact: Fact, of: FromClause) -> FromClause:
    at, (before, after) = of.c.arrived_at, NEAR[fact]
    theirs = near(_other, of.c.members, at - literal(before), at + literal(after))
    # OFFSET: a walk of the index for each row, whatever the planner believes
    each = select(*_interval).select_from(theirs).correlate_except(_other, theirs.left)
    return each.offset(0).lateral("had")


def others(fact: Fact, wanted: Wanted) -> Rows:
    """The intervals (start, of_id) of contacts that are seen anew with those in the wanted
    intervals."""
    if wanted.span is None:
        came = _came(wanted, [contact.c.arrived_at, who.members.label("members")], who.is_known)
        had = _each_other(fact, came)
        joined = wanted.rows.join(came, true()).join(had, true())
        return select(had.c.start, had.c.of_id).select_from(joined).distinct()
    return _close(fact, wanted, *wanted.span)


def _close(fact: Fact, wanted: Wanted, first: Instants, end: Instants) -> Rows:
    """Out of one walk over all contacts of each person in the order of arrival: two contacts of a
    person share nothing that the planner knows, and to join them it might try every pair."""
    theirs = beside(_other)
    before, after = NEAR[fact]
    is_wanted = tuple_(*_interval).in_(select(wanted.c.start, wanted.c.of_id))
    times = (
        func.count()
        .filter(is_wanted)
        .over(
            partition_by=theirs.person_id,
            order_by=_other.c.arrived_at,
            range_=FrameClause(after, before, FrameClauseType.PRECEDING, FrameClauseType.FOLLOWING),
        )
    )
    at = _other.c.arrived_at
    inside = and_(at > first - literal(before), at <= end + literal(after))
    rows = select(*_interval, times.label("times")).select_from(theirs.rows)
    each = rows.where(theirs.is_known, inside).subquery("each")
    return select(each.c.start, each.c.of_id).where(each.c.times > 0).distinct()


def beginnings(wanted: Wanted) -> Rows:
    """The intervals (start, of_id) in which the matters began that the contacts in the wanted
    intervals are about."""
    came = _came(wanted, [*contact.primary_key], true())
    is_it = and_(*(matter.c[one.name] == came.c[one.name] for one in contact.primary_key))
    theirs = select(matter.c.matter_id).where(is_it).offset(0).lateral("theirs")
    found = came.join(theirs, true())
    ids = (
        select(theirs.c.matter_id)
        .distinct()
        .select_from(found if wanted.span else wanted.rows.join(found, true()))
        .subquery("ids")
    )
    begun = first_of(ids.c.matter_id).lateral("begun")
    its = select(*_interval).where(*(_other.c[one.name] == one for one in begun.c))
    one = its.offset(0).lateral("one")
    joined = ids.join(begun, true()).join(one, true())
    return select(one.c.start, one.c.of_id).select_from(joined).distinct()


def _came(wanted: Wanted, columns: Sequence[ColumnElement[Any]], which: Truth) -> FromClause:
    """Of the contacts in the wanted intervals: of each interval (LATERAL), or of all at once."""
    start, at = wanted.c.start, contact.c.arrived_at
    is_of = and_(contact.c.queue_id == wanted.c.of_id, which)
    rows = select(*columns).select_from(who.rows)
    if wanted.span is None:
        here = and_(at >= start, at < after_interval(start))
        return rows.where(is_of, here).offset(0).lateral("came")  # a walk of the index for each
    here = and_(interval_start(at) == start, wanted.holds(at))
    return rows.join(wanted.rows, is_of).where(here).subquery("came")


REACHED: Mapping[Fact, Callable[[Wanted], Rows]] = {
    Fact.REPEAT: lambda wanted: others(Fact.REPEAT, wanted),
    Fact.FAILURE: lambda wanted: others(Fact.FAILURE, wanted),
    Fact.BOUNCE: beginnings,
}
"""What is made anew with the contacts of the wanted intervals."""
