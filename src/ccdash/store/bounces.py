"""How often a case changed hands: every case beside its contacts, in the order of their arrival.

Each agent after the first one counts, each change from one queue to another, and each change of
channel. A contact without a queue changes none.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, FromClause, and_, cast, func, select, true, union_all

from ccdash.schema import NO_QUEUE, case, contact, segment
from ccdash.vocabulary import SegmentKind

_is_about_it = and_(contact.c.case_id == case.c.case_id, contact.c.is_void.is_(False))
_order = (contact.c.arrived_at, contact.c.contact_id)


def _met() -> FromClause:
    """The contacts of a case, each with the queue and the channel before it."""
    has_queue = contact.c.queue_id != NO_QUEUE
    queue_before = func.lag(contact.c.queue_id).over(partition_by=has_queue, order_by=_order)
    channel_before = func.lag(contact.c.channel).over(order_by=_order)
    columns = (
        and_(has_queue, contact.c.queue_id != queue_before).label("is_other_queue"),
        (contact.c.channel != channel_before).label("is_other_channel"),
    )
    return select(*columns).where(_is_about_it).correlate(case).subquery("met")


def _people() -> FromClause:
    """Who took a part in them: who is told of the contact, and who talked."""
    talk = segment.join(
        contact,
        and_(*(segment.c[key.name] == key for key in contact.primary_key)),
    )
    took = select(contact.c.agent_id).where(_is_about_it).correlate(case)
    talked = select(segment.c.agent_id).select_from(talk).where(_is_about_it).correlate(case)
    return union_all(took, talked.where(segment.c.kind == SegmentKind.TALK)).subquery("people")


def _counted() -> FromClause:
    met, people = _met(), _people()
    agents = select(func.count(people.c.agent_id.distinct())).scalar_subquery()
    changes = [func.count().filter(met.c[name]) for name in ("is_other_queue", "is_other_channel")]
    bounces = func.greatest(agents - 1, 0) + changes[0] + changes[1]
    columns = (func.count().label("contacts"), cast(bounces, BigInteger).label("bounces"))
    return select(*columns).select_from(met).lateral("counted")


_each = _counted()
bounced = select(*case.c, *_each.c).select_from(case.join(_each, true())).subquery("bounced")
"""The cases, with how many contacts they had (`contacts`) and how often they changed hands
(`bounces`)."""
