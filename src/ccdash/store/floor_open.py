"""Who waits, who is served and what everybody does at an instant: what changes with every event.

The statements are put into words once (store/frames.py) and asked with the instant, by the small
indexes of what is open when it is now.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache

import polars as pl
from sqlalchemy import (
    ColumnElement,
    DateTime,
    FromClause,
    Text,
    and_,
    any_,
    bindparam,
    cast,
    func,
    literal,
    not_,
    null,
    or_,
    select,
    true,
    tuple_,
)
from sqlalchemy import case as when

from ccdash.schema import agent, agent_state, contact, identity, matter, queue, segment, team
from ccdash.store.engine import Store
from ccdash.store.frames import Question, Rows, question
from ccdash.store.persons import is_somebody, members, person_of
from ccdash.store.then import LONGEST, Then
from ccdash.vocabulary import AWAY, Direction, Intent, Load, SegmentKind

WITH_CUSTOMER = (SegmentKind.TALK, SegmentKind.HOLD, SegmentKind.CONSULT)
MOST_OF_A_MATTER = 100
_ANY = datetime(2000, 1, 1, tzinfo=UTC)
"""In the place of an instant, in a statement that is asked of many."""
_DAY_START = bindparam("day_start", _ANY, DateTime(timezone=True))


@dataclass(frozen=True)
class Open:
    """waiting and in_progress as the Floor has them; people without what they handled."""

    waiting: pl.DataFrame
    in_progress: pl.DataFrame
    people: pl.DataFrame


def what_is_open(store: Store, then: Then, day_start: datetime) -> Open:
    """In one round trip. Raises StoreUnavailable."""
    at = {"at": then.at, "day_start": day_start, "long_before": then.at - LONGEST}
    questions = _questions(is_now=then.is_now)
    return Open(**store.together({name: one.asked(**at) for name, one in questions.items()}))


@cache
def _questions(*, is_now: bool) -> Mapping[str, Question]:
    then = Then(_ANY, is_now)
    made = {"waiting": _waiting(then), "in_progress": _in_progress(then), "people": _people(then)}
    return {name: question(one) for name, one in made.items()}


def _open_contacts(then: Then) -> ColumnElement[bool]:
    """With a customer who has not left; the work after the conversation is the agent's alone."""
    return and_(
        then.running(contact.c.arrived_at, contact.c.done_at),
        not_(then.happened(contact.c.ended_at)),
        not_(contact.c.is_void),
    )


def _waiting(then: Then) -> Rows:
    order = (contact.c.queued_at, contact.c.contact_id)
    place = func.row_number().over(
        partition_by=(func.coalesce(queue.c.name, ""), contact.c.channel), order_by=order
    )
    return (
        select(
            func.coalesce(queue.c.name, "").label("queue"),
            contact.c.channel,
            contact.c.key.label("contact"),
            cast(contact.c.customer_id, Text).label("customer_id"),
            _detail().label("detail"),
            contact.c.language,
            contact.c.subject,
            contact.c.queued_at,
            then.seconds_since(contact.c.queued_at).label("wait_seconds"),
            contact.c.target_seconds,
            place.label("position"),
            _time().label("time"),
            _also_in().label("also_in"),
        )
        .join_from(contact, queue, queue.c.queue_id == contact.c.queue_id, isouter=True)
        .where(
            _open_contacts(then),
            then.happened(contact.c.queued_at),
            not_(then.happened(contact.c.answered_at)),
        )
        .order_by(*order)
    )


def _detail() -> ColumnElement[str]:
    """By what it is known who came, as `kind:value`; none of nobody known."""
    return (
        select(identity.c.kind + literal(":") + identity.c.value)
        .where(
            identity.c.detail_id == contact.c.customer_id,
            identity.c.customer_id == contact.c.customer_id,
        )
        .correlate(contact)
        .scalar_subquery()
    )


def _time() -> ColumnElement[int]:
    """Which conversation of the same person about its matter this one is: 1, 2 ...; none for one
    that we began. Of a matter of very many contacts the last ones are looked at."""
    mine, its, told = matter.alias("mine"), matter.alias("its"), contact.alias("told")
    key = [one.name for one in matter.primary_key]
    is_mine = and_(*(mine.c[name] == contact.c[name] for name in key))
    matter_id = select(mine.c.matter_id).where(is_mine).correlate(contact).scalar_subquery()
    until = tuple_(its.c.arrived_at, its.c.contact_id) <= tuple_(
        contact.c.arrived_at, contact.c.contact_id
    )
    came = (
        select(told.c.root_id)
        .join_from(its, told, and_(*(told.c[name] == its.c[name] for name in key)))
        .where(its.c.matter_id == matter_id, until, told.c.direction == Direction.INBOUND)
        .where(its.c.customer_id == any_(members(contact.c.customer_id)))
        .order_by(its.c.arrived_at.desc(), its.c.contact_id.desc())
        .limit(MOST_OF_A_MATTER)
        .correlate(contact)
        .subquery("came")
    )
    times = select(func.count(came.c.root_id.distinct())).scalar_subquery()
    is_inbound = contact.c.direction == Direction.INBOUND
    return when((is_inbound, func.greatest(times, 1)), else_=null())


def _also_in() -> ColumnElement[str]:
    """Another channel in which the same person waits; none if it is not known who waits."""
    customer_id, channel = contact.c.customer_id, contact.c.channel
    person = when((is_somebody(customer_id), person_of(customer_id)), else_=-contact.c.contact_id)
    first, last = (edge(channel).over(partition_by=person) for edge in (func.min, func.max))
    return when((first != channel, first), (last != channel, last), else_=null())


def _in_progress(then: Then) -> Rows:
    return (
        select(
            func.coalesce(queue.c.name, "").label("queue"),
            contact.c.channel,
            contact.c.key.label("contact"),
            cast(contact.c.customer_id, Text).label("customer_id"),
            _detail().label("detail"),
            agent.c.name.label("agent"),
            contact.c.answered_at,
            then.seconds_since(contact.c.answered_at).label("seconds"),
            contact.c.target_seconds,
        )
        .select_from(
            contact.outerjoin(queue, queue.c.queue_id == contact.c.queue_id).outerjoin(
                agent, agent.c.agent_id == func.coalesce(_who_has_it(then), contact.c.agent_id)
            )
        )
        .where(
            _open_contacts(then),
            then.happened(contact.c.answered_at),
        )
        .order_by(contact.c.answered_at, contact.c.contact_id)
    )


def _who_has_it(then: Then) -> ColumnElement[int]:
    """The agent who has the contact at the instant; `agent_id` is the one who answered it."""
    return (
        select(segment.c.agent_id)
        .where(
            segment.c.customer_id == contact.c.customer_id,
            segment.c.contact_id == contact.c.contact_id,
            segment.c.arrived_at == contact.c.arrived_at,
            segment.c.kind.in_(WITH_CUSTOMER),
            then.running(segment.c.started_at, segment.c.ended_at),
        )
        .order_by(segment.c.started_at.desc(), segment.c.position.desc())
        .limit(1)
        .correlate(contact)
        .scalar_subquery()
    )


def _people(then: Then) -> Rows:
    """Everybody who is signed in, has a contact, or signed out today, by name."""
    state, work = _state(then), _work(then)
    load = when(
        (func.coalesce(work.c.talking, 0) > 0, Load.ON_CONTACT),
        (func.coalesce(work.c.wrapping, 0) > 0, Load.WRAP_UP),
        else_=Load.IDLE,
    )
    is_free = and_(work.c.agent_id.is_(None), state.c.intent == Intent.AVAILABLE)
    freed_at = when((is_free, _freed_at(then)), else_=null())
    # a contact that goes on makes no break shorter
    is_away = state.c.intent.in_((*AWAY, Intent.OFFLINE))
    busy_since = func.greatest(state.c.started_at, work.c.since, freed_at)
    since = when((is_away, state.c.started_at), else_=busy_since)
    is_here = or_(state.c.intent != Intent.OFFLINE, state.c.started_at >= _DAY_START)
    return (
        select(
            cast(agent.c.agent_id, Text).label("agent_id"),
            agent.c.name.label("agent"),
            team.c.name.label("team"),
            func.coalesce(state.c.intent, "unknown").label("intent"),
            state.c.reason,
            load.label("load"),
            func.coalesce(work.c.talking, 0).label("contacts"),
            work.c.channel,
            since.label("since"),
            then.seconds_since(since).label("seconds"),
        )
        .select_from(
            agent.outerjoin(state, true())
            .outerjoin(work, work.c.agent_id == agent.c.agent_id)
            .outerjoin(team, team.c.team_id == agent.c.team_id)
        )
        .where(or_(work.c.agent_id.is_not(None), is_here))
        .order_by(agent.c.name, agent.c.agent_id)
    )


def _freed_at(then: Then) -> ColumnElement[datetime]:
    """When the agent's last work of the day ended: who is free has been so since then."""
    return (
        select(func.max(segment.c.ended_at))
        .where(
            segment.c.agent_id == agent.c.agent_id,
            segment.c.started_at >= _DAY_START,
            then.happened(segment.c.ended_at),
            segment.c.kind.in_((*WITH_CUSTOMER, SegmentKind.WRAP_UP)),
            not_(segment.c.is_void),
        )
        .correlate(agent)
        .scalar_subquery()
    )


def _state(then: Then) -> FromClause:
    """What the agent had declared last; states follow each other without a gap."""
    return (
        select(agent_state.c.intent, agent_state.c.reason, agent_state.c.started_at)
        .where(
            agent_state.c.agent_id == agent.c.agent_id,
            agent_state.c.started_at <= then.instant,
        )
        .order_by(agent_state.c.started_at.desc())
        .limit(1)
        .lateral("state")
    )


def _work(then: Then) -> FromClause:
    """What each agent is in the middle of: contacts with a customer, and wrap-up."""
    talking = segment.c.kind.in_(WITH_CUSTOMER)
    wrapping = segment.c.kind == SegmentKind.WRAP_UP
    mine = and_(
        contact.c.customer_id == segment.c.customer_id,
        contact.c.contact_id == segment.c.contact_id,
        contact.c.arrived_at == segment.c.arrived_at,
    )
    return (
        select(
            segment.c.agent_id,
            func.count().filter(talking).label("talking"),
            func.count().filter(wrapping).label("wrapping"),
            func.max(contact.c.channel).label("channel"),
            func.min(segment.c.started_at).label("since"),
        )
        .join_from(segment, contact, mine)
        .where(
            then.running(segment.c.started_at, segment.c.ended_at),
            segment.c.agent_id.is_not(None),
            not_(segment.c.is_void),
            or_(talking, wrapping),
        )
        .group_by(segment.c.agent_id)
        .subquery("work")
    )
