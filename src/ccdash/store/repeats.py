"""Whether a customer came back: every contact beside the next one of the same person, whatever
detail they were known by (store/persons.py).

A repeat is the start of a later conversation that the customer began, on any channel or on the same
one, about the same subject where both are known. A leg of one's own conversation is no repeat.

Self service contained what brought nobody to a person afterwards: whatever the subject, and also
in the same conversation, whose next part may begin at the very instant.
"""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import (
    FrameClause,
    FrameClauseType,
    FromClause,
    and_,
    func,
    literal,
    or_,
    select,
    true,
)

from ccdash.measures import Truth
from ccdash.query import Period
from ccdash.schema import contact
from ccdash.store.buckets import inside
from ccdash.store.came import columns_of
from ccdash.store.near import near
from ccdash.store.persons import beside
from ccdash.sums import MOST_DAYS
from ccdash.vocabulary import Direction, Outcome

FARTHEST, NOTHING = timedelta(days=MOST_DAYS), timedelta()
_ANY: Truth = true()


def _followed(of: FromClause, may_come_back: Truth = _ANY) -> FromClause:
    """`followed` of such rows of contacts; nobody looks for the next one of the others."""
    its, who, later = of.c, beside(of), contact.alias("later")
    after = later.c.arrived_at - its.arrived_at
    may_be_resolved = or_(
        its.outcome == Outcome.SELF_SERVED,
        and_(its.outcome == Outcome.HANDLED, its.root_id == its.contact_id),
    )
    is_next = and_(
        later.c.contact_id != its.contact_id,
        after >= literal(NOTHING),
        after < literal(FARTHEST),
        later.c.direction == Direction.INBOUND,
        later.c.is_void.is_(False),
    )
    is_repeat = and_(
        after > literal(NOTHING),
        later.c.root_id == later.c.contact_id,
        or_(later.c.subject == its.subject, later.c.subject.is_(None), its.subject.is_(None)),
    )
    wants_person = or_(later.c.queued_at.is_not(None), later.c.answered_at.is_not(None))
    first = func.min(later.c.arrived_at)
    theirs = near(later, who.members, its.arrived_at, its.arrived_at + literal(FARTHEST))
    found = (
        select(
            first.filter(is_repeat).label("next_at"),
            first.filter(is_repeat, later.c.channel == its.channel).label("next_same_at"),
            first.filter(wants_person).label("next_human_at"),
        )
        .select_from(theirs)
        .where(may_come_back, who.is_known, may_be_resolved, is_next)
        .correlate_except(later, theirs.left)
        .lateral("next")
    )
    columns = (*columns_of(of, who), *found.c)
    return select(*columns).select_from(who.rows.join(found, true())).subquery("followed")


followed = _followed(contact)
"""The contacts, each beside who came, with when the same person came next: `next_at`, and
`next_same_at` on the same channel, `next_human_at` to one of us; null for nobody within 30 days,
for who is not known, and for contacts that were neither handled nor self service."""


def followed_in(period: Period) -> FromClause:
    """The same of all contacts of a long period, in two thirds of the time: one walk over all says
    who came again at all, and of nobody else it is looked up how."""
    who, at = beside(contact), contact.c.arrived_at
    month = FrameClause(None, FARTHEST, FrameClauseType.CURRENT, FrameClauseType.FOLLOWING)
    times = func.count().over(partition_by=who.person_id, order_by=at, range_=month)
    is_near = and_(at >= literal(period.start), at < literal(period.end) + literal(FARTHEST))
    each = select(contact, (times > 1).label("comes_again")).select_from(who.rows)
    all_of_them = each.where(is_near).subquery("each")
    rows = _followed(all_of_them, all_of_them.c.comes_again)
    return select(rows).where(inside(rows.c.arrived_at, period)).subquery("followed")
