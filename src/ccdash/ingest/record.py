"""Events into rows: once each, in one transaction, whenever and in whatever order they come.

Every road goes through `record`: one live event, a followed file's next lines, a file of a
million. The raw events are kept; rows are made anew from all events of what was touched.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from sqlalchemy import Connection

from ccdash.ingest import (
    agents,
    cases,
    contacts,
    customer_records,
    fresh,
    known,
    names,
    purchases,
    streams,
    told_no_more,
)
from ccdash.ingest import events as ev
from ccdash.ingest.erased import still_erased
from ccdash.ingest.identifiers import named_id, stable_id
from ccdash.ingest.links import link_of, put_links, remove_links
from ccdash.ingest.streams import AGENT, stream_of, together
from ccdash.ingest.work import Work
from ccdash.ingest.writing import mark_dirty, put, put_new
from ccdash.schema import raw_event, source, superseded_event
from ccdash.store import announce
from ccdash.store.retention import border

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
    it takes the place of the earlier one, which is kept beside.

    Much history goes in fastest from two processes at once, each with a connection of its own and
    a transaction for every 5,000 to 20,000 events that hold their conversations whole: rows of
    conversations, cases and orders that are new are made before the source is locked, so one
    process makes them while the other one writes. Descriptions of agents and queues, restarts and
    corrections are told apart from that, before or after: one that takes a contact detail back
    waits for all that is being told, as the details of much history are more than could be locked
    one by one, and who comes after it waits for both. Events told again change nothing: who
    goes on from what the store has may `SET LOCAL synchronous_commit = off`."""
    announce.mark(connection)
    known.share_rules(connection)  # before the border is read, which forgetting moves
    counts, since = Counts(), border(connection)
    with fresh.without_collection():
        tellings = [
            _Telling.made(Work(connection, name, received_at, region, since), batch_id, list(told))
            for name, told in groupby(sorted(events, key=_source_of), _source_of)
        ]
        for one in tellings:
            one.hold()
        if len(tellings) > 1 and any(event.revision for event in events):
            known.hold_details(connection)  # who shares them may not wait to have them alone
        for one in tellings:
            counts += one.record()
    return counts


def _source_of(event: ev.Event) -> str:
    return event.source


@dataclass(frozen=True)
class _Telling:
    """What one source tells at once, and its rows if they may be all new. All sources are held
    before anything is written: whoever waits for one of them holds no contact details."""

    work: Work
    batch_id: int | None
    told: int
    events: list[ev.Event]
    ahead: fresh.Fresh | None

    @classmethod
    def made(cls, work: Work, batch_id: int | None, told: list[ev.Event]) -> _Telling:
        events = _not_forgotten(work, told)
        return cls(work, batch_id, len(told), events, fresh.made(work, events, batch_id))

    @property
    def connection(self) -> Connection:
        return self.work.connection

    @property
    def source(self) -> str:
        return self.work.source

    @property
    def received_at(self) -> datetime:
        return self.work.received_at

    def record(self) -> Counts:
        again = Counts(0, self.told - len(self.events))
        if self.ahead is not None and fresh.is_all_new(self.work, self.ahead):
            fresh.write(self.work, self.ahead)
            return again + Counts(len(self.events))
        return again + self._tell(self.events)

    def _tell(self, events: list[ev.Event]) -> Counts:
        heard = known.revisions(self.connection, self.source, {event.id for event in events})
        new = list(_unheard(events, heard))
        if new:
            corrected = [event.id for event in new if event.id in heard]
            by_id = {event.id: event for event in new}
            latest = list(by_id.values())
            replaced = known.events_by_id(self.connection, self.source, corrected)
            before = self._before(latest, replaced)
            latest = still_erased(latest, before)
            outdated = [event for event in new if by_id[event.id] is not event]
            outdated = still_erased(outdated, before)
            self._keep(latest, replaced, outdated)
            self._apply(latest, replaced, before)
        return Counts(len(new), len(events) - len(new))

    def hold(self) -> None:
        """An event that may reach other streams than its own is told alone: a restart, a name, a
        link, and a correction, whose earlier revision may be of another conversation."""
        touched = {stream_of(event) for event in self.events}
        reaches_far = any(
            event.revision
            or isinstance(event, (ev.SourceRestarted, ev.AgentDescribed))
            or link_of(event)
            for event in self.events
        )
        alone = reaches_far or len(touched) > MOST_LOCKS
        known.hold_source(self.connection, named_id("lock", self.source), alone=alone)
        if not alone:
            people = self._people(touched)
            numbers = {stable_id("lock", self.source, stream) for stream in people}
            known.hold(self.connection, numbers)

    def _people(self, touched: set[str]) -> set[str]:
        """Two names of one agent are one lock. Nobody renames agents while the source is held."""
        if not any(map(_is_agents, touched)):
            return touched
        keys = known.agent_keys(self.connection, self.source)
        return {
            f"{AGENT}{keys.get(name, name)}" if _is_agents(stream) else stream
            for stream in touched
            for name in [stream.removeprefix(AGENT)]
        }

    def _before(
        self, new: Sequence[ev.Event], replaced: Sequence[ev.Event]
    ) -> dict[str, list[ev.Event]]:
        """What the store has of every stream that is touched and always read whole; an agent's is
        years long and is read from an instant."""
        touched = {stream_of(event) for event in (*new, *replaced)} - {known.RESTARTS}
        touched = {one for one in touched if not _is_agents(one)}
        before = known.events_of(self.connection, self.source, touched)
        return {stream: before.get(stream, []) for stream in touched}

    def _keep(
        self, new: Sequence[ev.Event], replaced: list[ev.Event], outdated: list[ev.Event]
    ) -> None:
        """Store the raw events, and beside them what they or later ones took the place of."""
        self._supersede(replaced, [*replaced, *outdated])
        put_new(self.connection, raw_event, streams.raw_rows(new, self.received_at, self.batch_id))
        put(self.connection, source, [(self.source, self.received_at)])
        remove_links(self.connection, self.source, replaced)
        put_links(self.connection, self.source, new)

    def _supersede(self, replaced: list[ev.Event], gone: list[ev.Event]) -> None:
        at = self.received_at
        rows = [(one.source, one.id, one.revision, at, ev.encode(one).decode()) for one in gone]
        put(self.connection, superseded_event, rows)
        for one in replaced:
            mine = (raw_event.c.source == one.source) & (raw_event.c.event_id == one.id)
            self.connection.execute(raw_event.delete().where(mine))

    def _apply(
        self,
        new: Sequence[ev.Event],
        replaced: Sequence[ev.Event],
        before: dict[str, list[ev.Event]],
    ) -> None:
        """Make the rows of everything that the events reach, and that those reached whose place
        they took."""
        work = self.work
        after = together(before, new, {event.id for event in replaced})
        renamed = names.apply(work, after, new, replaced)
        changed = [*new, *replaced]
        if replaced:
            told_no_more.apply(work, before, after)
        names.put_customers(work, streams.customers(after))
        contacts.apply(work, before, after, contacts.reached(work, changed, renamed))
        cases.apply(work, before, after)
        purchases.apply(work, before, after)
        customer_records.apply(work, before, after)
        marks = agents.apply(work, changed, renamed)
        mark_dirty(self.connection, "agent", marks, self.received_at)


def _not_forgotten(work: Work, events: list[ev.Event]) -> list[ev.Event]:
    """Without what is of conversations and cases that were forgotten, and of what agents did then.
    Names, orders, restarts and cases that are open are kept however old they are."""
    since = work.kept_since
    if since is None or all(one.at >= since for one in events):
        return events
    goes_on = {
        one for event in events if event.at >= since if not _is_agents(one := stream_of(event))
    }
    old = {stream_of(event) for event in events if event.at < since} - goes_on
    old = {one for one in old if one.startswith((contacts.PREFIX, cases.PREFIX, AGENT))}
    others = {one for one in old if not _is_agents(one)}
    gone = old - set(known.events_of(work.connection, work.source, others))
    told = together({}, (one for one in events if stream_of(one) in gone), ())
    gone -= {cases.PREFIX + row.key for row in cases.folded(work, told)}
    return [one for one in events if one.at >= since or stream_of(one) not in gone]


def _is_agents(stream: str) -> bool:
    return stream.startswith(AGENT)


def _unheard(events: Iterable[ev.Event], heard: Mapping[str, int]) -> Iterator[ev.Event]:
    """The events that say something new; `heard` is the revision that the store has of each."""
    latest = dict(heard)
    for event in events:
        if event.revision > latest.get(event.id, -1):
            latest[event.id] = event.revision
            yield event
