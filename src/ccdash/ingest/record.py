"""Events into rows: once each, in one transaction, whenever and in whatever order they come.

Every road goes through `record`: one live event, a followed file's next lines, a file of a
million. The raw events are kept; rows are made anew from all events of what was touched.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from itertools import groupby

from sqlalchemy import Connection

from ccdash.ingest import agents, cases, contacts, known, names
from ccdash.ingest import events as ev
from ccdash.ingest.identifiers import named_id, stable_id
from ccdash.ingest.links import link_of, put_links
from ccdash.ingest.work import Work
from ccdash.ingest.writing import put, put_new
from ccdash.schema import raw_event, source, superseded_event

MOST_LOCKS = 64
"""More conversations than this at once, and the whole source is locked instead of each."""


@dataclass(frozen=True)
class Counts:
    """What became of the events that were given: kept + duplicate of them."""

    kept: int = 0
    duplicate: int = 0

    def __add__(self, other: Counts) -> Counts:
        return Counts(self.kept + other.kept, self.duplicate + other.duplicate)


def record(  # noqa: PLR0913 - the three named ones say where the events come from
    connection: Connection,
    events: Sequence[ev.Event],
    *,
    received_at: datetime,
    batch_id: int | None = None,
    region: str | None = None,
) -> Counts:
    """Apply events inside the caller's transaction; the caller commits.

    An event whose (source, id) the store has changes nothing, unless its revision is higher: then
    it takes the place of the earlier one, which is kept beside."""
    counts = Counts()
    for name, told in groupby(sorted(events, key=lambda event: event.source), _source_of):
        telling = _Telling(connection, name, received_at, batch_id, region)
        counts += telling.record(list(told))
    return counts


def _source_of(event: ev.Event) -> str:
    return event.source


def stream_of(event: ev.Event) -> str:
    """The name under which the events that make one row together are kept."""
    match event:
        case ev.ContactEvent():
            return f"contact:{event.contact}"
        case ev.AgentDescribed():
            return f"name:{event.agent}"
        case ev.AgentEvent():
            return f"agent:{event.agent}"
        case ev.CaseEvent():
            return f"case:{event.case}"
        case ev.QueueDescribed():
            return f"queue:{event.queue}"
        case _:
            return known.RESTARTS


@dataclass(frozen=True)
class _Telling:
    """What one source tells at once."""

    connection: Connection
    source: str
    received_at: datetime
    batch_id: int | None
    region: str | None

    def record(self, events: list[ev.Event]) -> Counts:
        self._lock(events)
        heard = known.revisions(self.connection, self.source, {event.id for event in events})
        new = list(_unheard(events, heard))
        if new:
            before = self._keep(new, [event.id for event in new if event.id in heard])
            self._apply(new, before)
        return Counts(len(new), len(events) - len(new))

    def _lock(self, events: list[ev.Event]) -> None:
        streams = {self._person(stream_of(event)) for event in events}
        numbers = {stable_id("lock", self.source, stream) for stream in streams}
        reaches_far = any(
            isinstance(event, (ev.SourceRestarted, ev.AgentDescribed)) or link_of(event)
            for event in events
        )
        alone = reaches_far or len(numbers) > MOST_LOCKS
        number = named_id("lock", self.source)
        known.lock(self.connection, numbers, source=number, alone=alone)

    @cached_property
    def _agent_keys(self) -> dict[str, str]:
        return known.agent_keys(self.connection, self.source)

    def _person(self, stream: str) -> str:
        """The stream of an agent under whatever name: two names of one person are one lock."""
        kind, _, key = stream.partition(":")
        return f"agent:{self._agent_keys.get(key, key)}" if kind == "agent" else stream

    def _keep(self, new: list[ev.Event], corrected: list[str]) -> dict[str, list[ev.Event]]:
        """Store the raw events; gives what the store had of every stream that they touch."""
        latest = {event.id: event for event in new}
        replaced = known.events_by_id(self.connection, self.source, corrected)
        touched = _whole(stream_of(event) for event in [*new, *replaced])
        before = known.events_of(self.connection, self.source, touched)
        gone = [*replaced, *(event for event in new if latest[event.id] is not event)]
        self._supersede(replaced, gone)
        rows = [self._raw(event) for event in latest.values()]
        put_new(self.connection, raw_event, rows)
        put(self.connection, source, [(self.source, self.received_at)])
        put_links(self.connection, self.source, latest.values())
        return {stream: before.get(stream, []) for stream in touched}

    def _raw(self, event: ev.Event) -> tuple[object, ...]:
        payload = ev.encode(event).decode()
        when = (event.at, self.received_at)
        of = (event.source, event.id, event.revision, stream_of(event))
        return (*of, *when, self.batch_id, payload)

    def _supersede(self, replaced: list[ev.Event], gone: list[ev.Event]) -> None:
        at = self.received_at
        rows = [(one.source, one.id, one.revision, at, ev.encode(one).decode()) for one in gone]
        put(self.connection, superseded_event, rows)
        for one in replaced:
            mine = (raw_event.c.source == one.source) & (raw_event.c.event_id == one.id)
            self.connection.execute(raw_event.delete().where(mine))

    def _apply(self, new: list[ev.Event], before: dict[str, list[ev.Event]]) -> None:
        """Make the rows of everything that the new events reach."""
        work = Work(self.connection, self.source, self.received_at, self.region)
        after = _together(before, new)
        renamed = names.apply(work, after)
        links = [link for link in map(link_of, new) if link]
        contacts.apply(work, before, after, contacts.reached(work, new, links, renamed))
        cases.apply(work, before, after)
        agents.apply(work, new, renamed)


def _unheard(events: Iterable[ev.Event], heard: Mapping[str, int]) -> Iterator[ev.Event]:
    """The events that say something new; `heard` is the revision that the store has of each."""
    latest = dict(heard)
    for event in events:
        if event.revision > latest.get(event.id, -1):
            latest[event.id] = event.revision
            yield event


def _whole(streams: Iterable[str]) -> set[str]:
    """Streams that are always read whole; an agent's is years long and is read from an instant."""
    return {one for one in streams if one != known.RESTARTS and not one.startswith("agent:")}


def _together(before: dict[str, list[ev.Event]], new: list[ev.Event]) -> dict[str, list[ev.Event]]:
    """Every touched stream with all its events, corrected ones in their latest revision."""
    after = {stream: {event.id: event for event in events} for stream, events in before.items()}
    for event in new:
        for events in after.values() if event.revision else ():
            events.pop(event.id, None)
        after.setdefault(stream_of(event), {})[event.id] = event
    return {stream: list(events.values()) for stream, events in after.items()}
