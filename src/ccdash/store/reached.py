"""What else is seen anew when contacts or cases are: figures that tell of one row beside another.

Of contacts that are made anew it is seen anew who came back (Fact.REPEAT): theirs, and those of
their customers' earlier contacts. In the same way, what was before (Fact.FAILURE): theirs, and
those of the later ones. And how often their cases changed hands (Fact.BOUNCE).

It is looked up when sums are made or read, and not when contacts are told: two that are told at
the same time do not see each other.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, FromClause, and_, literal, select, true

from ccdash.measures import Fact, Truth
from ccdash.schema import case, contact
from ccdash.store.buckets import after_interval, interval_start
from ccdash.store.frames import Rows
from ccdash.store.levels import Wanted
from ccdash.store.repeats import FARTHEST

_other = contact.alias("other")
_interval = (
    interval_start(_other.c.arrived_at).label("start"),
    _other.c.queue_id.label("of_id"),
)
_of_case = (interval_start(case.c.opened_at).label("start"), case.c.queue_id.label("of_id"))
Instants = ColumnElement[datetime]
NONE = timedelta()
NEAR: Mapping[Fact, tuple[timedelta, timedelta]] = {
    Fact.REPEAT: (FARTHEST, NONE),
    Fact.FAILURE: (NONE, FARTHEST),
}
"""The facts of contacts beside others of the same customer: how far before and after a contact
these others lie."""


def _is_near(fact: Fact, first: Instants, end: Instants) -> Truth:
    """Whether the other one is seen anew with a contact of that time."""
    before, after = NEAR[fact]
    at = _other.c.arrived_at
    return and_(at > first - literal(before), at <= end + literal(after))  # or at the same instant


def others_of(fact: Fact, of: FromClause) -> Rows:
    """The intervals (start, of_id) of the contacts that are seen anew with these rows
    (customer_id, arrived_at) of few contacts: others of the same customers."""
    had = _each_other(fact, of)
    return select(had.c.start, had.c.of_id).select_from(of.join(had, true()))


def _each_other(fact: Fact, of: FromClause) -> FromClause:
    at = of.c.arrived_at
    is_near = and_(_other.c.customer_id == of.c.customer_id, _is_near(fact, at, at))
    # OFFSET: a walk of the index for each row, whatever the planner believes
    return select(*_interval).where(is_near).offset(0).lateral("had")


def others(fact: Fact, wanted: Wanted) -> Rows:
    """The intervals (start, of_id) of contacts that are seen anew with those in the wanted
    intervals."""
    known = contact.c.customer_id > 0
    came = _came(wanted, [contact.c.customer_id, contact.c.arrived_at], known)
    if wanted.span is None:
        had = _each_other(fact, came)
        joined = wanted.rows.join(came, true()).join(had, true())
        return select(had.c.start, had.c.of_id).select_from(joined).distinct()
    at = came.c.arrived_at
    is_near = and_(_other.c.customer_id == came.c.customer_id, _is_near(fact, at, at))
    inside = _is_near(fact, *wanted.span)
    return select(*_interval).select_from(came.join(_other, is_near)).where(inside).distinct()


def cases_of(wanted: Wanted) -> Rows:
    """The intervals (start, of_id) of the cases that the contacts in the wanted intervals are
    about."""
    came = _came(wanted, [contact.c.case_id], contact.c.case_id.is_not(None))
    if wanted.span is None:
        its = select(*_of_case).where(case.c.case_id == came.c.case_id).offset(0).lateral("its")
        joined = wanted.rows.join(came, true()).join(its, true())
        return select(its.c.start, its.c.of_id).select_from(joined).distinct()
    return select(*_of_case).where(case.c.case_id.in_(select(came.c.case_id))).distinct()


def _came(wanted: Wanted, columns: list[ColumnElement[object]], which: Truth) -> FromClause:
    """Of the contacts in the wanted intervals: of each interval (LATERAL), or of all at once."""
    start, at = wanted.c.start, contact.c.arrived_at
    is_of = and_(contact.c.queue_id == wanted.c.of_id, which)
    rows = select(*columns)
    if wanted.span is None:
        here = and_(at >= start, at < after_interval(start))
        return rows.where(is_of, here).offset(0).lateral("came")  # a walk of the index for each
    here = and_(interval_start(at) == start, wanted.holds(at))
    return rows.select_from(contact.join(wanted.rows, is_of)).where(here).subquery("came")


REACHED: Mapping[Fact, Callable[[Wanted], Rows]] = {
    Fact.REPEAT: lambda wanted: others(Fact.REPEAT, wanted),
    Fact.FAILURE: lambda wanted: others(Fact.FAILURE, wanted),
    Fact.BOUNCE: cases_of,
}
"""What is made anew with the contacts of the wanted intervals."""
