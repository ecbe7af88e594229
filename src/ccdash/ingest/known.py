"""What the store already knows about what is being told."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime

from sqlalchemy import Connection, any_, func, literal, or_, select
from sqlalchemy.dialects.postgresql import ARRAY, BIGINT, TEXT
from sqlalchemy.sql.elements import ColumnElement

from ccdash.ingest.events import Event, decode
from ccdash.schema import (
    agent,
    agent_alias,
    agent_state,
    contact,
    contact_link,
    dated_setting,
    raw_event,
    segment,
)
from ccdash.thresholds import DatedValue, Thresholds

RESTARTS = "restart"
"""The stream of a source's restarts."""


def _among(column: ColumnElement[str], values: Collection[str]) -> ColumnElement[bool]:
    """`column = ANY(values)`: one parameter, however many values there are."""
    return column == any_(literal(list(values), ARRAY(TEXT)))


def revisions(connection: Connection, source: str, ids: Collection[str]) -> dict[str, int]:
    """The revision that the store has of each of these events."""
    statement = select(raw_event.c.event_id, raw_event.c.revision).where(
        raw_event.c.source == source, _among(raw_event.c.event_id, ids)
    )
    return {row.event_id: row.revision for row in connection.execute(statement)}


def events_by_id(connection: Connection, source: str, ids: Collection[str]) -> list[Event]:
    """These stored events."""
    if not ids:
        return []
    statement = (
        select(raw_event.c.payload.cast(TEXT))
        .where(raw_event.c.source == source, _among(raw_event.c.event_id, ids))
        .order_by(raw_event.c.event_id)
    )
    return [decode(payload) for payload in connection.execute(statement).scalars()]


def events_of(
    connection: Connection,
    source: str,
    streams: Collection[str],
    after: datetime | None = None,
) -> dict[str, list[Event]]:
    """The stored events of each stream, all of them or those after an instant."""
    found: dict[str, list[Event]] = {}
    if not streams:
        return found
    text = raw_event.c.payload.cast(TEXT)
    statement = select(raw_event.c.stream, text).where(
        raw_event.c.source == source, _among(raw_event.c.stream, streams)
    )
    if after is not None:
        statement = statement.where(raw_event.c.occurred_at > after)
    for stream, payload in connection.execute(statement):
        found.setdefault(stream, []).append(decode(payload))
    return found


def links(
    connection: Connection, source: str, streams: Collection[str], *, upwards: bool
) -> list[tuple[str, str]]:
    """(conversation, the one it goes on from) for these conversations, or for what follows them."""
    side = contact_link.c.stream if upwards else contact_link.c.parent
    statement = (
        select(contact_link.c.stream, contact_link.c.parent)
        .where(contact_link.c.source == source, _among(side, streams))
        .order_by(contact_link.c.stream)
    )
    return [(row.stream, row.parent) for row in connection.execute(statement)]


def roots(connection: Connection, source: str, streams: Iterable[str]) -> dict[str, str]:
    """The first conversation of each chain, for those that go on from another one."""
    parents: dict[str, str] = {}
    wanted = set(streams)
    while wanted:
        found = dict(links(connection, source, wanted, upwards=True))
        wanted = set(found.values()) - parents.keys() - found.keys()
        parents.update(found)
    return {stream: _top(stream, parents) for stream in parents}


def _top(stream: str, parents: Mapping[str, str]) -> str:
    seen = {stream}
    while stream in parents and parents[stream] not in seen:
        stream = parents[stream]
        seen.add(stream)
    return stream


def descendants(connection: Connection, source: str, streams: Iterable[str]) -> set[str]:
    """Every conversation that goes on, directly or not, from one of these."""
    found: set[str] = set()
    wanted = set(streams)
    while wanted:
        below = {child for child, _ in links(connection, source, wanted, upwards=False)}
        wanted = below - found
        found |= below
    return found


def agent_keys(connection: Connection, source: str) -> dict[str, str]:
    """The key under which an agent is kept, for each other name that the source has."""
    statement = select(agent_alias.c.alias, agent_alias.c.key).where(agent_alias.c.source == source)
    return {row.alias: row.key for row in connection.execute(statement)}


def thresholds(connection: Connection) -> Thresholds:
    """All dated settings."""
    rows = connection.execute(select(dated_setting).order_by(*dated_setting.primary_key.columns))
    return Thresholds(DatedValue(*row) for row in rows)


def restarts(connection: Connection, source: str) -> list[datetime]:
    """When the source restarted, in order."""
    statement = (
        select(raw_event.c.occurred_at)
        .where(raw_event.c.source == source, raw_event.c.stream == RESTARTS)
        .order_by(raw_event.c.occurred_at)
    )
    return list(connection.execute(statement).scalars())


def conversations_cut_by(connection: Connection, source: str, at: datetime) -> set[str]:
    """Conversations that a restart at that instant may have cut: they ran then."""
    statement = select(contact.c.key).where(
        contact.c.source == source,
        contact.c.arrived_at <= at,
        or_(contact.c.done_at.is_(None), contact.c.done_at >= at),
    )
    return set(connection.execute(statement).scalars())


def conversations_of_agents(connection: Connection, agent_ids: Collection[int]) -> set[str]:
    """Conversations in which one of these agents has a part."""
    statement = (
        select(contact.c.key)
        .join(
            segment,
            (segment.c.customer_id == contact.c.customer_id)
            & (segment.c.contact_id == contact.c.contact_id),
        )
        .where(segment.c.agent_id == any_(literal(list(agent_ids), ARRAY(BIGINT))))
        .union(
            select(contact.c.key).where(
                contact.c.agent_id == any_(literal(list(agent_ids), ARRAY(BIGINT)))
            )
        )
    )
    return set(connection.execute(statement).scalars())


def agents_with_states(connection: Connection, source: str) -> list[str]:
    """The agents of a source of whom it is known what they declared."""
    has = select(agent_state.c.agent_id).where(agent_state.c.agent_id == agent.c.agent_id).exists()
    statement = select(agent.c.key).where(agent.c.source == source, has).order_by(agent.c.key)
    return list(connection.execute(statement).scalars())


def lock(connection: Connection, numbers: Collection[int], *, source: int, alone: bool) -> None:
    """Hold off others that write the same conversations, until the transaction ends."""
    hold = func.pg_advisory_xact_lock if alone else func.pg_advisory_xact_lock_shared
    connection.execute(select(hold(source)))
    if not alone:
        for number in sorted(numbers):
            connection.execute(select(func.pg_advisory_xact_lock(number)))
