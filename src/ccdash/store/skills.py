"""Who takes what, as the contacts of late show it, and which queues there are.

No source tells skills. Who answered a contact of a queue in the last week can take one from it, and
who answered one in a language can answer in it.
"""

from __future__ import annotations

from datetime import datetime, timedelta

import polars as pl
from sqlalchemy import Text, and_, cast, func, literal, not_, select

from ccdash.schema import NO_QUEUE, agent, contact, queue, team
from ccdash.store.engine import Store
from ccdash.sums import contact_interval

LATELY, IN_USE = timedelta(days=7), timedelta(days=28)


def skills(store: Store, at: datetime) -> pl.DataFrame:
    """agent_id, team, queue, channel, language, answered: who answered how many contacts of which
    queue in which language in the last week; the language is empty where it was not told."""
    statement = (
        select(
            cast(contact.c.agent_id, Text).label("agent_id"),
            team.c.name.label("team"),
            func.coalesce(queue.c.name, "").label("queue"),
            contact.c.channel,
            func.coalesce(contact.c.language, "").label("language"),
            func.count().label("answered"),
        )
        .select_from(
            contact.outerjoin(queue, queue.c.queue_id == contact.c.queue_id)
            .outerjoin(agent, agent.c.agent_id == contact.c.agent_id)
            .outerjoin(team, team.c.team_id == agent.c.team_id)
        )
        .where(
            and_(
                contact.c.arrived_at > literal(at - LATELY),
                contact.c.arrived_at <= literal(at),
                contact.c.answered_at <= literal(at),
                contact.c.agent_id.is_not(None),
                contact.c.queue_id != NO_QUEUE,
                not_(contact.c.is_void),
            )
        )
        .group_by(
            contact.c.agent_id, team.c.name, queue.c.name, contact.c.channel, contact.c.language
        )
        .order_by(contact.c.agent_id, queue.c.name, contact.c.channel, contact.c.language)
    )
    return store.frame(statement)


def queues(store: Store, at: datetime) -> pl.DataFrame:
    """key, queue, channel, team of every queue that something came to in the last four weeks."""
    of = contact_interval
    statement = (
        select(
            queue.c.key,
            queue.c.name.label("queue"),
            of.c.channel,
            team.c.name.label("team"),
        )
        .select_from(
            of.join(queue, queue.c.queue_id == of.c.queue_id).outerjoin(
                team, team.c.team_id == queue.c.team_id
            )
        )
        .where(
            of.c.interval_start > literal(at - IN_USE),
            of.c.interval_start <= literal(at),
            of.c.queue_id != NO_QUEUE,
        )
        .group_by(queue.c.key, queue.c.name, of.c.channel, team.c.name)
        .order_by(of.c.channel, queue.c.name, queue.c.key)
    )
    return store.frame(statement)
