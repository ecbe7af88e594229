"""What the store already knows about what is being told."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime
from typing import Any

import msgspec
from sqlalchemy import Connection, Select, and_, any_, cast, func, literal, or_, select
from sqlalchemy.dialects.postgresql import ARRAY, BIGINT, JSON, TEXT
from sqlalchemy.sql.elements import ColumnElement

from ccdash.calendars import CALENDAR, HOLIDAY, Calendar, Calendars, SpecialDay, Week
from ccdash.ingest.events import Event, kept
from ccdash.ingest.rows import SegmentRow
from ccdash.schema import (
    agent,
    agent_alias,
    agent_state,
    calendar,
    contact,
    contact_link,
    dated_setting,
    message,
    opening_hours,
    raw_event,
    segment,
    special_day,
)
from ccdash.thresholds import DatedValue, Thresholds

RESTARTS = "restart"
"""The stream of a source's restarts."""
RULES = 4_812_301_773
"""The advisory lock on how rows are made; sums have the number before (store/rollup.py)."""
DETAILS = 4_812_301_774
"""The advisory lock on which contact details lead to whom."""


def _among(column: ColumnElement[str], values: Collection[str]) -> ColumnElement[bool]:
    """`column = ANY(values)`: one parameter, however many values there are; as JSON, because an
    array of ten thousand takes the driver long to write."""
    told = cast(literal(msgspec.json.encode(list(values)).decode(), TEXT), JSON)
    each = select(func.json_array_elements_text(told)).scalar_subquery()
    return column == any_(func.array(each, type_=ARRAY(TEXT)))


def revisions(connection: Connection, source: str, ids: Collection[str]) -> dict[str, int]:
    """The revision that the store has of each of these events."""
    statement = select(raw_event.c.event_id, raw_event.c.revision).where(
        raw_event.c.source == source, _among(raw_event.c.event_id, ids)
    )
    return {row.event_id: row.revision for row in connection.execute(statement)}


def is_any_known(connection: Connection, source: str, streams: Collection[str]) -> bool:
    """Whether the store has an event of any of these streams."""
    statement = select(literal(1)).where(
        raw_event.c.source == source, _among(raw_event.c.stream, streams)
    )
    return connection.execute(statement.limit(1)).first() is not None


def events_by_id(connection: Connection, source: str, ids: Collection[str]) -> list[Event]:
    """These stored events."""
    if not ids:
        return []
    statement = (
        select(raw_event.c.payload.cast(TEXT))
        .where(raw_event.c.source == source, _among(raw_event.c.event_id, ids))
        .order_by(raw_event.c.event_id)
    )
    return [kept(payload) for payload in connection.execute(statement).scalars()]


def events_of(
    connection: Connection, source: str, streams: Collection[str]
) -> dict[str, list[Event]]:
    """The stored events of each stream."""
    if not streams:
        return {}
    statement = select(raw_event.c.stream, raw_event.c.payload.cast(TEXT)).where(
        raw_event.c.source == source, _among(raw_event.c.stream, streams)
    )
    return _by_stream(connection, statement)


def events_within(
    connection: Connection, source: str, spans: Mapping[str, tuple[datetime, datetime]]
) -> dict[str, list[Event]]:
    """The stored events of each stream that happened after one instant and up to another."""
    kind = ARRAY(raw_event.c.occurred_at.type)
    after = literal([one for one, _ in spans.values()], kind)
    until = literal([one for _, one in spans.values()], kind)
    arrays = func.unnest(literal(list(spans), ARRAY(TEXT)), after, until)
    wanted = arrays.table_valued("stream", "after", "until").render_derived("wanted")
    at = raw_event.c.occurred_at
    statement = (
        select(raw_event.c.stream, raw_event.c.payload.cast(TEXT))
        .join(wanted, raw_event.c.stream == wanted.c.stream)
        .where(raw_event.c.source == source, at > wanted.c.after, at <= wanted.c.until)
    )
    return _by_stream(connection, statement)


def _by_stream(connection: Connection, statement: Select[Any]) -> dict[str, list[Event]]:
    found: dict[str, list[Event]] = {}
    for stream, payload in connection.execute(statement):
        found.setdefault(stream, []).append(kept(payload))
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
    """The first conversation of each chain, for those that go on from another one. Of two parents
    told for one conversation the lesser key counts."""
    parents: dict[str, str] = {}
    wanted = set(streams)
    while wanted:
        found: dict[str, str] = {}
        for stream, parent in links(connection, source, wanted, upwards=True):
            found[stream] = min(parent, found.get(stream, parent))
        wanted = set(found.values()) - parents.keys() - found.keys()
        parents.update(found)
    return {stream: end_of(stream, parents) for stream in parents}


def end_of(first: str, following: Mapping[str, str]) -> str:
    """Where a chain ends; of a chain that runs in a circle the least of the circle, so that
    everybody in it names the same one."""
    way = {first: None}
    last = first
    while (after := following.get(last)) is not None:
        if after in way:
            names = list(way)
            return min(names[names.index(after) :])
        way[after] = None
        last = after
    return last


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
    meant = {row.alias: row.key for row in connection.execute(statement)}
    ends = {alias: end_of(alias, meant) for alias in meant}
    return {alias: key for alias, key in ends.items() if alias != key}


def streams_with(connection: Connection, source: str, prefix: str) -> list[str]:
    """The streams of a source whose names begin so."""
    statement = (
        select(raw_event.c.stream)
        .where(raw_event.c.source == source, raw_event.c.stream.startswith(prefix, autoescape=True))
        .distinct()
    )
    return list(connection.execute(statement).scalars())


def newest(connection: Connection, source: str) -> datetime | None:
    """The instant of the newest event of a source."""
    statement = select(func.max(raw_event.c.occurred_at)).where(raw_event.c.source == source)
    at: datetime | None = connection.execute(statement).scalar_one()
    return at


def thresholds(connection: Connection) -> Thresholds:
    """All dated settings."""
    rows = connection.execute(select(dated_setting).order_by(*dated_setting.primary_key.columns))
    return Thresholds(DatedValue(*row) for row in rows)


def calendars(connection: Connection, book: Thresholds) -> Calendars:
    """Which calendar holds where; `book` are all dated settings."""
    return Calendars(book, calendars_by_id(connection) if book.is_any_set(CALENDAR) else {})


def calendars_by_id(connection: Connection) -> dict[int, Calendar]:
    """All calendars, by their numbers. One statement: it is asked for with every event."""
    of, hours, day = calendar.c, opening_hours.c, special_day.c
    weeks = func.json_agg(
        func.json_build_array(
            hours.valid_from, hours.weekday, hours.opens_minute, hours.closes_minute
        )
    )
    days = func.json_agg(
        func.json_build_array(day.day, day.name, day.opens_minute, day.closes_minute)
    )
    statement = select(
        of.calendar_id,
        of.name,
        of.timezone,
        func.coalesce(of.country, ""),
        func.coalesce(of.subdivision, ""),
        select(weeks).where(hours.calendar_id == of.calendar_id).scalar_subquery(),
        select(days).where(day.calendar_id == of.calendar_id).scalar_subquery(),
    ).order_by(of.name)
    return {
        row[0]: Calendar(*row[1:5], _weeks(row[5] or ()), _special_days(row[6] or ()))
        for row in connection.execute(statement)
    }


def _weeks(rows: Iterable[tuple[str, int, int, int]]) -> tuple[Week, ...]:
    """From rows (valid from, weekday, opens, closes)."""
    found: dict[str, list[list[tuple[int, int]]]] = {}
    for since, weekday, opens, closes in sorted(rows):
        found.setdefault(since, [[] for _ in range(HOLIDAY)])[weekday - 1].append((opens, closes))
    return tuple(
        Week(date.fromisoformat(since), tuple(map(tuple, days))) for since, days in found.items()
    )


def _special_days(rows: Iterable[tuple[str, str, int, int]]) -> tuple[SpecialDay, ...]:
    """From rows (day, name, opens, closes); a closed day opens and closes at 0."""
    found: dict[tuple[str, str], list[tuple[int, int]]] = {}
    for day, name, opens, closes in sorted(rows):
        of_day = found.setdefault((day, name), [])
        if closes > opens:
            of_day.append((opens, closes))
    return tuple(
        SpecialDay(date.fromisoformat(day), name, tuple(hours))
        for (day, name), hours in found.items()
    )


def restarts(connection: Connection, source: str) -> list[datetime]:
    """When the source restarted, in order."""
    statement = (
        select(raw_event.c.occurred_at)
        .where(raw_event.c.source == source, raw_event.c.stream == RESTARTS)
        .order_by(raw_event.c.occurred_at)
    )
    return list(connection.execute(statement).scalars())


def conversations_cut_by(
    connection: Connection, source: str, restarts: Collection[datetime]
) -> set[str]:
    """Conversations that restarts at these instants may have cut: they ran then."""
    if not restarts:
        return set()
    statement = select(contact.c.key).where(
        contact.c.source == source,
        contact.c.arrived_at <= max(restarts),
        or_(contact.c.done_at.is_(None), contact.c.done_at >= min(restarts)),
    )
    return set(connection.execute(statement).scalars())


def segments_of(
    connection: Connection, keys: Collection[tuple[int, int, datetime]]
) -> list[SegmentRow]:
    """The stored segments of the contacts with these keys."""
    if not keys:
        return []
    columns = list(segment.primary_key.columns)[:3]
    arrays = [
        literal([key[place] for key in keys], ARRAY(column.type))
        for place, column in enumerate(columns)
    ]
    names = [column.name for column in columns]
    wanted = func.unnest(*arrays).table_valued(*names).render_derived("wanted")
    is_wanted = and_(*(column == wanted.c[column.name] for column in columns))
    statement = select(segment).join(wanted, is_wanted)
    return [SegmentRow(*row) for row in connection.execute(statement)]


def conversations_of_agents(connection: Connection, agent_ids: Collection[int]) -> set[str]:
    """Conversations in which one of these agents has a part."""
    if not agent_ids:
        return set()
    wanted = any_(literal(list(agent_ids), ARRAY(BIGINT)))
    took_part = (
        select(contact.c.key)
        .join(
            part,
            (part.c.customer_id == contact.c.customer_id)
            & (part.c.contact_id == contact.c.contact_id)
            & (part.c.arrived_at == contact.c.arrived_at),
        )
        .where(part.c.agent_id == wanted)
        for part in (segment, message)
    )
    answered = select(contact.c.key).where(contact.c.agent_id == wanted)
    return set(connection.execute(answered.union(*took_part)).scalars())


def agents_with_states(connection: Connection, source: str) -> list[str]:
    """The agents of a source of whom it is known what they declared."""
    has = select(agent_state.c.agent_id).where(agent_state.c.agent_id == agent.c.agent_id).exists()
    statement = select(agent.c.key).where(agent.c.source == source, has).order_by(agent.c.key)
    return list(connection.execute(statement).scalars())


def hold_source(connection: Connection, source: int, *, alone: bool) -> None:
    """Hold off others that write what is of the source, or with `alone` everybody who writes for
    it, until the transaction ends; and anybody who changes the rules by which rows are made."""
    hold = func.pg_advisory_xact_lock if alone else func.pg_advisory_xact_lock_shared
    connection.execute(select(func.pg_advisory_xact_lock_shared(RULES), hold(source)))


def share_rules(connection: Connection) -> None:
    """Hold off whoever changes the rules by which rows are made, until the transaction ends."""
    connection.execute(select(func.pg_advisory_xact_lock_shared(RULES)))


def hold(connection: Connection, numbers: Iterable[int]) -> None:
    """Hold off others that write the same conversations or agents."""
    for number in sorted(numbers):
        connection.execute(select(func.pg_advisory_xact_lock(number)))


def hold_rules(connection: Connection) -> None:
    """Wait for everybody who writes, and hold them off until the transaction ends: what changes
    the settings or makes all rows anew must not meet rows made by the rules of before."""
    connection.execute(select(func.pg_advisory_xact_lock(RULES)))


def share_details(connection: Connection) -> None:
    """Hold off whoever takes contact details back, until the transaction ends: a detail that is
    told here, and by nobody else any more, stays."""
    connection.execute(select(func.pg_advisory_xact_lock_shared(DETAILS)))


def hold_details(connection: Connection) -> None:
    """Wait for everybody who tells contact details, of any source, and hold them off until the
    transaction ends."""
    connection.execute(select(func.pg_advisory_xact_lock(DETAILS)))
