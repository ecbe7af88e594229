"""Whether a customer came back: every contact beside the next one of the same customer.

A repeat is the start of a later conversation that the customer began, on any channel or on the same
one, about the same subject where both are known. A leg of one's own conversation is no repeat.
"""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import FromClause, func, literal, or_, select, true
from sqlalchemy.sql.selectable import LateralFromClause

from ccdash.schema import contact
from ccdash.store.buckets import interval_start
from ccdash.sums import MOST_DAYS
from ccdash.vocabulary import Direction, Outcome

FARTHEST = timedelta(days=MOST_DAYS)

_later = contact.alias("later")
_is_same = _later.c.channel == contact.c.channel
_next = (
    select(
        func.min(_later.c.arrived_at).label("next_at"),
        func.min(_later.c.arrived_at).filter(_is_same).label("next_same_at"),
    )
    .where(
        # only of those that may be resolved: nobody looks for the next one of the others
        contact.c.customer_id > 0,
        contact.c.outcome == Outcome.HANDLED,
        contact.c.root_id == contact.c.contact_id,
        _later.c.customer_id == contact.c.customer_id,
        _later.c.arrived_at > contact.c.arrived_at,
        _later.c.arrived_at < contact.c.arrived_at + literal(FARTHEST),
        _later.c.root_id == _later.c.contact_id,
        _later.c.direction == Direction.INBOUND,
        _later.c.is_void.is_(False),
        or_(
            _later.c.subject == contact.c.subject,
            _later.c.subject.is_(None),
            contact.c.subject.is_(None),
        ),
    )
    .correlate(contact)
    .lateral("next")
)
followed = (
    select(*contact.c, _next.c.next_at, _next.c.next_same_at)
    .select_from(contact.join(_next, true()))
    .subquery("followed")
)
"""The contacts, with when the customer came next: `next_at`, and `next_same_at` on the same
channel; null for nobody within 30 days, and for contacts that cannot be resolved."""


def earlier(of: FromClause) -> LateralFromClause:
    """The intervals (start, of_id) of the contacts that the customers of these rows (customer_id,
    arrived_at) had shortly before: of those they may be a repeat."""
    before = contact.alias("before")
    return (
        select(interval_start(before.c.arrived_at).label("start"), before.c.queue_id.label("of_id"))
        .where(
            before.c.customer_id == of.c.customer_id,
            before.c.arrived_at < of.c.arrived_at,
            before.c.arrived_at > of.c.arrived_at - literal(FARTHEST),
        )
        .offset(0)  # a walk of the index for each row, whatever the planner believes
        .lateral("earlier")
    )
