"""How often a matter bounced: the contact with which it began, beside all of its contacts in
the order of their arrival.

Each agent after the first one counts, each change from one queue to another, and each change of
channel. A contact without a queue changes none.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    FromClause,
    Integer,
    and_,
    case,
    cast,
    func,
    select,
    true,
    union_all,
)

from ccdash.schema import NO_QUEUE, contact, matter, segment
from ccdash.store.came import COLUMNS, who
from ccdash.store.frames import Rows
from ccdash.vocabulary import Direction, SegmentKind

_KEY = tuple(one.name for one in matter.primary_key)
_its = matter.alias("its")
_told = contact.alias("told")
_is_alone = matter.c.matter_id.is_(None)
_came_in = contact.c.direction == Direction.INBOUND


def first_of(matter_id: ColumnElement[int]) -> Rows:
    """The key of the first contact of a matter."""
    key = (_its.c[name] for name in _KEY)
    order = (_its.c.arrived_at, _its.c.contact_id)
    return select(*key).where(_its.c.matter_id == matter_id).order_by(*order).limit(1)


def _same(one: FromClause, other: FromClause) -> ColumnElement[bool]:
    return and_(*(one.c[name] == other.c[name] for name in _KEY))


def _met() -> FromClause:
    """The contacts of the matter, each with the queue and the channel before it."""
    told, order = _told.c, (_told.c.arrived_at, _told.c.contact_id)
    has_queue = told.queue_id != NO_QUEUE
    queue_before = func.lag(told.queue_id).over(partition_by=has_queue, order_by=order)
    channel_before = func.lag(told.channel).over(order_by=order)
    columns = (
        told.root_id,
        told.direction,
        and_(has_queue, told.queue_id != queue_before).label("is_other_queue"),
        (told.channel != channel_before).label("is_other_channel"),
    )
    together = select(*columns).select_from(_its.join(_told, _same(_told, _its)))
    return together.where(_its.c.matter_id == matter.c.matter_id).correlate(matter).subquery("met")


def _agents() -> ColumnElement[int]:
    """How many took a part in them: who is told of the contact, and who talked."""
    of_it = _its.c.matter_id == matter.c.matter_id
    took = select(_told.c.agent_id).select_from(_its.join(_told, _same(_told, _its))).where(of_it)
    talked = select(segment.c.agent_id).select_from(_its.join(segment, _same(segment, _its)))
    is_talk = segment.c.kind == SegmentKind.TALK
    both = (took.correlate(matter), talked.where(of_it, is_talk).correlate(matter))
    people = union_all(*both).subquery("people")
    return select(func.count(people.c.agent_id.distinct())).scalar_subquery()


def _together() -> FromClause:
    """Of a matter of several contacts; nothing is looked up for any but the first one."""
    met = _met()
    changes = [func.count().filter(met.c[name]) for name in ("is_other_queue", "is_other_channel")]
    bounces = func.greatest(_agents() - 1, 0) + changes[0] + changes[1]
    came = met.c.root_id.distinct()
    columns = (
        func.count().label("contacts"),
        func.count(came).filter(met.c.direction == Direction.INBOUND).label("times"),
        case((func.count() > 0, bounces)).label("bounces"),
    )
    first = first_of(matter.c.matter_id).with_only_columns(_its.c.contact_id)
    is_first = first.correlate(matter).scalar_subquery() == contact.c.contact_id
    return select(*columns).select_from(met).where(is_first).correlate(contact).lateral("together")


def _alone() -> FromClause:
    """Of a contact alone: how many talked beside the agent of whom is told."""
    of = segment.c
    is_other = of.agent_id.is_distinct_from(contact.c.agent_id)
    others = func.count(of.agent_id.distinct()).filter(is_other)
    return (
        select(others.label("others"))
        .where(_same(segment, contact), of.kind == SegmentKind.TALK, _is_alone)
        .correlate(contact, matter)
        .lateral("alone")
    )


_many, _lone = _together(), _alone()
_one = cast(contact.c.is_void.is_(False), Integer)
_has_agent = cast(contact.c.agent_id.is_not(None), Integer)


def _of(alone: ColumnElement[int], together: ColumnElement[int]) -> ColumnElement[int]:
    """Only one of the two is worked out."""
    return cast(case((_is_alone, alone), else_=together), BigInteger)


bounced = (
    select(
        *COLUMNS,
        _of(_one, _many.c.contacts).label("contacts"),
        _of(cast(_came_in, Integer), _many.c.times).label("times"),
        _of(func.greatest(_lone.c.others + _has_agent - 1, 0), _many.c.bounces).label("bounces"),
    )
    .select_from(
        who.rows.outerjoin(matter, _same(matter, contact)).join(_many, true()).join(_lone, true())
    )
    .subquery("bounced")
)
"""The contacts, each beside who came; the one with which a matter began has how many contacts that
has (`contacts`), in how many conversations the customer came about it (`times`), and how often it
bounced (`bounces`). All others, and test calls, have 0 contacts."""
