"""Whether we had failed the customer before: every contact beside the earlier ones of the same
person, whatever detail they were known by (store/persons.py).

A contact follows a failure if it begins a conversation about a matter for which the customer came
before (on any channel, answered or not; about the same subject where both are known), or if it is
the part of a conversation that was passed on from another queue. Who had none was in no wrong one.
"""

from __future__ import annotations

from sqlalchemy import and_, func, literal, or_, select, true

from ccdash.schema import NO_QUEUE, contact
from ccdash.store.came import COLUMNS, who
from ccdash.store.near import near
from ccdash.store.repeats import FARTHEST, NOTHING
from ccdash.vocabulary import Direction

_former = contact.alias("former")
_is_repeat = and_(
    contact.c.root_id == contact.c.contact_id,
    _former.c.root_id == _former.c.contact_id,
    or_(
        _former.c.subject == contact.c.subject,
        _former.c.subject.is_(None),
        contact.c.subject.is_(None),
    ),
)
_is_passed_on = and_(
    _former.c.root_id == contact.c.root_id,
    _former.c.is_transferred,
    _former.c.queue_id != NO_QUEUE,
    contact.c.queue_id.not_in((NO_QUEUE, _former.c.queue_id)),
)
_at = contact.c.arrived_at
_before = _at - _former.c.arrived_at
_theirs = near(_former, who.members, _at - literal(FARTHEST), _at)
_failed = (
    select(func.max(_former.c.arrived_at).filter(or_(_is_repeat, _is_passed_on)).label("failed_at"))
    .select_from(_theirs)
    .where(
        # only of those that are counted: nobody looks for the earlier ones of the others
        who.is_known,
        contact.c.direction == Direction.INBOUND,
        contact.c.is_void.is_(False),
        or_(contact.c.queued_at.is_not(None), contact.c.answered_at.is_not(None)),
        _before > literal(NOTHING),
        _before < literal(FARTHEST),
        _former.c.direction == Direction.INBOUND,
        _former.c.is_void.is_(False),
    )
    .correlate_except(_former, _theirs.left)
    .lateral("failed")
)
preceded = (
    select(*COLUMNS, *_failed.c).select_from(who.rows.join(_failed, true())).subquery("preceded")
)
"""The contacts, each beside who came, with when the same person last came in vain (`failed_at`);
null for nobody within 30 days, and for contacts in which nobody known asked for one of us."""
