"""Conversations into rows: contacts, segments, surveys and messages."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import ARRAY, BigInteger, Connection, any_, literal, select

from ccdash.ingest import events as ev
from ccdash.ingest import known, names, recorded, repeats
from ccdash.ingest.aliases import Renamed
from ccdash.ingest.contact_fold import fold
from ccdash.ingest.contact_rows import Surroundings
from ccdash.ingest.identifiers import named_id
from ccdash.ingest.links import link_of
from ccdash.ingest.rows import ContactRow, Folded, SegmentRow
from ccdash.ingest.work import Marks, Work, interval_start, intervals
from ccdash.ingest.writing import mark_dirty, mark_matters, put_new, remove
from ccdash.schema import contact, message, segment, survey

PREFIX = "contact:"
Streams = Mapping[str, Sequence[ev.Event]]
_BEGINNINGS = (ev.Arrived, ev.Queued, ev.Answered, ev.Recorded)


def reached(work: Work, changed: Sequence[ev.Event], renamed: Renamed) -> set[str]:
    """Conversations whose rows change although nothing was told of themselves: they go on from
    one that now goes on from another, a restart cut them, or an agent in them has another name.
    `changed` are events that were told and those whose place they took."""
    children = {link[0] for link in map(link_of, changed) if link}
    restarts = [event.at for event in changed if isinstance(event, ev.SourceRestarted)]
    numbers = [named_id("agent", work.source, one) for one in renamed.before]
    return (
        children
        | known.descendants(work.connection, work.source, children)
        | known.conversations_cut_by(work.connection, work.source, restarts)
        | known.conversations_of_agents(work.connection, numbers)
    )


def apply(work: Work, before: Streams, after: Streams, also: Collection[str]) -> None:
    """Take away the rows that the conversations had and put those that they have now."""
    had = {key: events for key, events in conversations_of(before).items() if events}
    has = conversations_of(after)
    others = {PREFIX + key for key in also} - {PREFIX + key for key in has}
    more = conversations_of(known.events_of(work.connection, work.source, others))
    if not has and not more:
        return
    around = _surroundings(work, [*has, *more])
    old = folded(replace(work, kept_since=None), had | more, around)
    new = folded(work, has | more, around)
    had_segments = known.segments_of(work.connection, [row[:3] for row in old.contacts])
    _take_away(work, old)
    put_names(work, has | more, around)
    _put(work, new)
    contact_marks = marks_of_contacts([*old.contacts, *new.contacts])
    mark_dirty(work.connection, "contact", contact_marks, work.received_at)
    gone = repeats.returns(old.contacts) - repeats.returns(new.contacts)
    repeats.mark_others(work.connection, gone, work.received_at)
    with_matters = having_matters(work.connection, old.contacts, new.contacts)
    mark_matters(work.connection, with_matters, work.received_at)
    agent_marks = marks_of_agents(work, set(had_segments) ^ set(new.segments))
    mark_dirty(work.connection, "agent", agent_marks, work.received_at)


def conversations_of(streams: Streams) -> dict[str, list[ev.ContactEvent]]:
    """The events of each conversation, by its key."""
    return {
        stream.removeprefix(PREFIX): [one for one in events if isinstance(one, ev.ContactEvent)]
        for stream, events in streams.items()
        if stream.startswith(PREFIX)
    }


def _surroundings(work: Work, keys: Collection[str]) -> Surroundings:
    thresholds = known.thresholds(work.connection)
    return Surroundings(
        thresholds=thresholds,
        calendars=known.calendars(work.connection, thresholds),
        region=work.region,
        agent_keys=known.agent_keys(work.connection, work.source),
        roots=known.roots(work.connection, work.source, keys),
        restarts=known.restarts(work.connection, work.source),
    )


def folded(
    work: Work, conversations: Mapping[str, list[ev.ContactEvent]], around: Surroundings
) -> Folded:
    """The rows of these conversations, without what was forgotten."""
    whole = Folded([], [], [], [])
    for key, events in conversations.items():
        if work.kept_since is not None and not _has_begun(events):
            continue
        one = _fold(work.source, key, events, around)
        whole.contacts.extend(one.contacts)
        whole.segments.extend(one.segments)
        whole.surveys.extend(one.surveys)
        whole.messages.extend(one.messages)
    return whole.since(work.kept_since)


def _has_begun(events: Sequence[ev.ContactEvent]) -> bool:
    """Whether anything but its end is told: else it was forgotten with all that came before."""
    return any(isinstance(one, _BEGINNINGS) for one in events)


def _fold(source: str, key: str, events: Sequence[ev.ContactEvent], around: Surroundings) -> Folded:
    if len(events) == 1 and isinstance(event := events[0], ev.Recorded):
        return recorded.fold(source, event, around)
    return fold(source, key, events, around)


def _take_away(work: Work, old: Folded) -> None:
    keys = [row[:3] for row in old.contacts]
    remove(work.connection, segment, keys)
    remove(work.connection, survey, [row[:3] for row in old.surveys])
    remove(work.connection, message, [row[:3] for row in old.messages])
    remove(work.connection, contact, keys)


def _put(work: Work, new: Folded) -> None:
    put_new(work.connection, contact, new.contacts)
    put_new(work.connection, segment, new.segments)
    put_new(work.connection, survey, new.surveys)
    put_new(work.connection, message, new.messages)


def put_names(
    work: Work, conversations: Mapping[str, list[ev.ContactEvent]], around: Surroundings
) -> None:
    """The queues, agents and contact points that the events name."""
    told = [event for events in conversations.values() for event in events]
    agents = {one for event in told for one in _agents(event)}
    names.put_queues(work, {one for event in told if (one := getattr(event, "queue", None))})
    names.put_agents(work, {around.agent_keys.get(one, one) for one in agents})
    points = {one for event in told if (one := getattr(event, "contact_point", None))}
    names.put_contact_points(work, points)


def _agents(event: ev.ContactEvent) -> Iterable[str]:
    for name in ("agent", "to_agent"):
        if agent := getattr(event, name, None):
            yield agent
    if isinstance(event, ev.Recorded):
        yield from (stretch.agent for stretch in event.segments if stretch.agent)
        yield from (message.agent for message in event.messages if message.agent)


def having_matters(
    connection: Connection, old: Sequence[ContactRow], new: Sequence[ContactRow]
) -> set[int]:
    """The customers whose contacts may be about the same thing as others. Of nobody known that is
    a part of a conversation, or of a case: for the first part a later one stands, and where that
    was there before, it is looked for when the first part comes, moves or goes."""
    found = {
        row.customer_id
        for row in (*old, *new)
        if row.customer_id > 0 or row.case_id is not None or row.root_id != row.contact_id
    }
    moved = {
        contact_id: customer_id
        for contact_id, customer_id, _ in _firsts(old) ^ _firsts(new)
        if customer_id not in found
    }
    if not moved:
        return found
    root = contact.c.root_id
    is_theirs = root == any_(literal(sorted(moved), ARRAY(BigInteger)))
    later = select(root).where(is_theirs, root != contact.c.contact_id).distinct()
    return found.union(moved[one] for one in connection.execute(later).scalars())


def _firsts(rows: Iterable[ContactRow]) -> set[tuple[int, int, datetime]]:
    return {
        (row.contact_id, row.customer_id, row.arrived_at)
        for row in rows
        if row.root_id == row.contact_id
    }


def marks_of_contacts(rows: Iterable[ContactRow]) -> Marks:
    """The intervals in whose sums these contacts are."""
    return {(interval_start(row.arrived_at), row.queue_id) for row in rows}


def marks_of_agents(work: Work, changed: Collection[SegmentRow]) -> Marks:
    """The intervals in whose sums these stretches are, as they were stored and as they are now.
    One without an end may be in the sums of every interval until now."""
    is_open = any(row.ended_at is None for row in changed if row.agent_id is not None)
    newest = known.newest(work.connection, work.source) if is_open else None
    return {
        (at, row.agent_id)
        for row in changed
        if row.agent_id is not None
        for at in intervals(row.started_at, row.ended_at or newest or row.started_at)
    }
