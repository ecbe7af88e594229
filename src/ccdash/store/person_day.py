"""One person's day: what they declared and what they did, as rows with a beginning and an end.

They are the rows from which agents' time is made (store/agent_time.py): what is open lasts until
the newest event of its source. So what a ribbon shows adds up to the figures of the day.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import polars as pl
from sqlalchemy import and_, func, literal, not_, or_, select, union_all

from ccdash.query import bucket_start
from ccdash.schema import agent, agent_state, contact, queue, raw_event, segment, team
from ccdash.settings import zone
from ccdash.store.agent_time import BUSY, LONG, SHORT
from ccdash.store.engine import Store
from ccdash.store.frames import Rows
from ccdash.store.keys import key_number
from ccdash.vocabulary import Grain

_OF_ONE_CONTACT = and_(
    contact.c.customer_id == segment.c.customer_id,
    contact.c.contact_id == segment.c.contact_id,
    contact.c.arrived_at == segment.c.arrived_at,
)


@dataclass(frozen=True)
class PersonDay:
    """From the local midnight, `start`, to `end`. Rows reach into it and are cut at neither border.

    states: intent, reason, started_at, ended_at. work: contact (its key), channel, queue, kind,
    started_at, ended_at. What goes on ends at `through`, the newest event of their source."""

    agent_id: str
    name: str
    team: str | None
    start: datetime
    end: datetime
    through: datetime
    states: pl.DataFrame
    work: pl.DataFrame


def person_day(store: Store, agent_id: str, at: datetime, timezone: str) -> PersonDay | None:
    """The day of the instant, until then; None for nobody. It is read by index: the states and
    segments of one person on one day. Raises StoreUnavailable."""
    number = key_number(agent_id)
    who = None if number is None else store.frame(_who(number))
    if number is None or who is None or who.is_empty():
        return None
    name, of_team, newest = who.row(0)
    start = bucket_start(at, Grain.DAY, zone(timezone))
    through = min(newest or at, at)
    states = store.frame(_states(number, start, at))
    work = store.frame(_work(number, start, at))
    ended = pl.col("ended_at").fill_null(through)
    return PersonDay(
        agent_id, name, of_team, start, at, through,
        states.with_columns(ended), work.with_columns(ended),
    )  # fmt: skip


def _who(agent_id: int) -> Rows:
    newest = (
        select(func.max(raw_event.c.occurred_at))
        .where(raw_event.c.source == agent.c.source)
        .correlate(agent)
        .scalar_subquery()
    )
    return (
        select(agent.c.name, team.c.name.label("team"), newest.label("newest"))
        .select_from(agent.outerjoin(team, team.c.team_id == agent.c.team_id))
        .where(agent.c.agent_id == agent_id)
    )


def _states(agent_id: int, start: datetime, end: datetime) -> Rows:
    """From the last one before the day on."""
    state, earlier = agent_state.c, agent_state.alias("earlier")
    last = (
        select(func.max(earlier.c.started_at))
        .where(earlier.c.agent_id == agent_id, earlier.c.started_at <= literal(start))
        .scalar_subquery()
    )
    return (
        select(state.intent, state.reason, state.started_at, state.ended_at)
        .where(
            state.agent_id == agent_id,
            state.started_at < literal(end),
            state.started_at >= func.coalesce(last, literal(start)),
        )
        .order_by(state.started_at)
    )


def _work(agent_id: int, start: datetime, end: datetime) -> Rows:
    """Segments that began on the day or shortly before, and long ones that began earlier."""
    began, ended = segment.c.started_at, segment.c.ended_at
    shortly_before = literal(start - SHORT)
    is_long = or_(ended.is_(None), ended - began > LONG)
    mine = (
        select(
            contact.c.key.label("contact"),
            contact.c.channel,
            func.coalesce(queue.c.name, "").label("queue"),
            segment.c.kind,
            began.label("started_at"),
            ended.label("ended_at"),
        )
        .join_from(segment, contact, _OF_ONE_CONTACT)
        .outerjoin(queue, queue.c.queue_id == segment.c.queue_id)
        .where(
            segment.c.agent_id == agent_id,
            segment.c.kind.in_(BUSY),
            not_(segment.c.is_void),
            or_(ended.is_(None), ended > literal(start)),
        )
    )
    every = union_all(
        mine.where(began >= shortly_before, began < literal(end)),
        mine.where(began < shortly_before, is_long),
    ).subquery()
    return select(every).order_by(every.c.started_at, every.c.contact)
