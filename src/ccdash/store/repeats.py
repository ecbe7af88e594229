"""Whether a customer came back: every contact beside the next one of the same person, whatever
detail they were known by (store/persons.py).

A repeat is the start of a later conversation that the customer began, on any channel or on the same
one, about the same subject where both are known. A leg of one's own conversation is no repeat.

Self service contained what brought nobody to a person afterwards: whatever the subject, and also
in the same conversation, whose next part may begin at the very instant.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    FrameClause,
    FrameClauseType,
    FromClause,
    Integer,
    and_,
    case,
    cast,
    func,
    literal,
    or_,
    select,
    true,
)

from ccdash.measures import Columns, Truth
from ccdash.query import Period
from ccdash.schema import contact
from ccdash.store.buckets import inside
from ccdash.store.came import columns_of
from ccdash.store.near import near
from ccdash.store.persons import beside
from ccdash.sums import MOST_DAYS
from ccdash.vocabulary import Direction, Outcome

FARTHEST, NOTHING = timedelta(days=MOST_DAYS), timedelta()
INSTANT = timedelta(microseconds=1)
"""The shortest time between two arrivals."""


def _may_be_resolved(of: Columns) -> Truth:
    is_handled = and_(of.outcome == Outcome.HANDLED, of.root_id == of.contact_id)
    return or_(of.outcome == Outcome.SELF_SERVED, is_handled)


def _came_in(of: Columns) -> Truth:
    return and_(of.direction == Direction.INBOUND, of.is_void.is_(False))


def _wants_person(of: Columns) -> Truth:
    return or_(of.queued_at.is_not(None), of.answered_at.is_not(None))


def _followed() -> FromClause:
    its, who, later = contact.c, beside(contact), contact.alias("later")
    after = later.c.arrived_at - its.arrived_at
    is_next = and_(
        later.c.contact_id != its.contact_id,
        after >= literal(NOTHING),
        after < literal(FARTHEST),
        _came_in(later.c),
    )
    is_repeat = and_(
        after > literal(NOTHING),
        later.c.root_id == later.c.contact_id,
        or_(later.c.subject == its.subject, later.c.subject.is_(None), its.subject.is_(None)),
    )
    first = func.min(later.c.arrived_at)
    theirs = near(later, who.members, its.arrived_at, its.arrived_at + literal(FARTHEST))
    found = (
        select(
            first.filter(is_repeat).label("next_at"),
            first.filter(is_repeat, later.c.channel == its.channel).label("next_same_at"),
            first.filter(_wants_person(later.c)).label("next_human_at"),
        )
        .select_from(theirs)
        .where(who.is_known, _may_be_resolved(its), is_next)
        .correlate_except(later, theirs.left)
        .lateral("next")
    )
    columns = (*columns_of(contact, who), *found.c)
    return select(*columns).select_from(who.rows.join(found, true())).subquery("followed")


followed = _followed()
"""The contacts, each beside who came, with when the same person came next: `next_at`, and
`next_same_at` on the same channel, `next_human_at` to one of us; null for nobody within 30 days,
for who is not known, and for contacts that were neither handled nor self service."""


_LATER = FrameClause(None, INSTANT, FrameClauseType.UNBOUNDED, FrameClauseType.PRECEDING)
_AT_ONCE = FrameClause(None, None, FrameClauseType.CURRENT, FrameClauseType.CURRENT)
"""Of contacts from the last one back: those that arrived later, and at the same instant."""


def _first_later(of: Columns, which: Truth, *by: ColumnElement[Any]) -> ColumnElement[datetime]:
    """When the first one of these arrived after each contact, of all that are the same in `by`."""
    first = func.min(of.arrived_at).filter(which)
    return first.over(partition_by=by, order_by=of.arrived_at.desc(), range_=_LATER)


def _next_repeat(of: Columns, *by: ColumnElement[Any]) -> ColumnElement[datetime]:
    is_repeat, is_of_any = and_(_came_in(of), of.root_id == of.contact_id), of.subject.is_(None)
    same = _first_later(of, is_repeat, *by, of.subject)
    unknown = _first_later(of, and_(is_repeat, is_of_any), *by)
    return case((is_of_any, _first_later(of, is_repeat, *by)), else_=func.least(same, unknown))


def _next_human(of: Columns) -> ColumnElement[datetime]:
    at, who, is_one = of.arrived_at, of.person_id, and_(_came_in(of), _wants_person(of))
    these = func.count().filter(is_one)
    at_once = these.over(partition_by=who, order_by=at.desc(), range_=_AT_ONCE)
    has_other = at_once > cast(is_one, Integer)  # not itself alone
    return case((has_other, at), else_=_first_later(of, is_one, who))


def followed_in(period: Period) -> FromClause:
    """The same of all contacts of a long period, in a third of the time: one walk over the contacts
    of each person, from the last one back."""
    who, at = beside(contact), contact.c.arrived_at
    is_near = and_(at >= literal(period.start), at < literal(period.end) + literal(FARTHEST))
    of = select(*columns_of(contact, who)).select_from(who.rows).where(is_near).subquery("each").c
    nexts = {
        "next_at": _next_repeat(of, of.person_id),
        "next_same_at": _next_repeat(of, of.person_id, of.channel),
        "next_human_at": _next_human(of),
    }
    its = select(*of, *(at.label(name) for name, at in nexts.items())).subquery("walked").c
    is_told = and_(its.is_known, _may_be_resolved(its))
    told = (
        case((and_(is_told, its[name] < its.arrived_at + literal(FARTHEST)), its[name])).label(name)
        for name in nexts
    )
    columns = (*(its[one.name] for one in of), *told)
    return select(*columns).where(inside(its.arrived_at, period)).subquery("followed")
