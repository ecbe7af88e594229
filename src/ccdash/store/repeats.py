"""Whether a customer came back: every contact beside the next one of the same person, whatever
detail they were known by (store/persons.py).

A repeat is the start of a later conversation that the customer began, on any channel or on the same
one, about the same subject where both are known. A leg of one's own conversation is no repeat.

Self service contained what brought nobody to a person afterwards: whatever the subject, and also
in the same conversation, whose next part may begin at the very instant.
"""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import FromClause, and_, any_, func, literal, or_, select, true

from ccdash.query import Period
from ccdash.schema import contact
from ccdash.store.buckets import inside
from ccdash.store.came import COLUMNS, who
from ccdash.store.persons import beside
from ccdash.sums import MOST_DAYS
from ccdash.vocabulary import Direction, Outcome

FARTHEST, NOTHING = timedelta(days=MOST_DAYS), timedelta()

_later = contact.alias("later")
_is_repeat = and_(
    _later.c.arrived_at > contact.c.arrived_at,
    _later.c.root_id == _later.c.contact_id,
    or_(
        _later.c.subject == contact.c.subject,
        _later.c.subject.is_(None),
        contact.c.subject.is_(None),
    ),
)
_after = _later.c.arrived_at - contact.c.arrived_at
"""A difference: no index of arrivals leads to it. Of a table without statistics the planner would
else walk through a month of contacts for each one, not through those of its customer."""
_is_same = _later.c.channel == contact.c.channel
_wants_person = or_(_later.c.queued_at.is_not(None), _later.c.answered_at.is_not(None))
_may_come_back = and_(
    # only those that may be resolved: nobody looks for the next one of the others
    who.is_known,
    or_(
        contact.c.outcome == Outcome.SELF_SERVED,
        and_(
            contact.c.outcome == Outcome.HANDLED,
            contact.c.root_id == contact.c.contact_id,
        ),
    ),
)
_is_next = and_(
    _later.c.contact_id != contact.c.contact_id,
    _after >= literal(NOTHING),
    _after < literal(FARTHEST),
    _later.c.direction == Direction.INBOUND,
    _later.c.is_void.is_(False),
)
_firsts = (
    func.min(_later.c.arrived_at).filter(_is_repeat).label("next_at"),
    func.min(_later.c.arrived_at).filter(_is_repeat, _is_same).label("next_same_at"),
    func.min(_later.c.arrived_at).filter(_wants_person).label("next_human_at"),
)
_next = (
    select(*_firsts)
    .where(_may_come_back, _later.c.customer_id == any_(who.members), _is_next)
    .correlate_except(_later)
    .lateral("next")
)
followed = select(*COLUMNS, *_next.c).select_from(who.rows.join(_next, true())).subquery("followed")
"""The contacts, each beside who came, with when the same person came next: `next_at`, and
`next_same_at` on the same channel, `next_human_at` to one of us; null for nobody within 30 days,
for who is not known, and for contacts that were neither handled nor self service."""


def followed_in(period: Period) -> FromClause:
    """The same of all contacts of a period: read at once with those of the 30 days after it, where
    `followed` goes through the customer of each. Of weeks that takes a fifth of the time."""
    its = beside(_later)
    pairs = who.rows.join(its.rows, its.person_id == who.person_id)
    at = _later.c.arrived_at
    is_near = and_(at >= literal(period.start), at < literal(period.end + FARTHEST))
    is_asked = inside(contact.c.arrived_at, period)
    found = (
        select(contact.c.contact_id, *_firsts)
        .select_from(pairs)
        .where(is_asked, _may_come_back, _is_next, is_near)
        .group_by(contact.c.contact_id)
        .subquery("next")
    )
    both = who.rows.outerjoin(found, found.c.contact_id == contact.c.contact_id)
    firsts = (found.c[one.name] for one in _firsts)
    return select(*COLUMNS, *firsts).select_from(both).where(is_asked).subquery("followed")
