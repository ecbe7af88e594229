"""Much history that was never heard of: its rows are made before the source is locked.

Making rows takes about as long as writing them. Done before, one process makes them while another
one writes. Beforehand nobody knows what the store will have, so the rows are made as if nothing of
it were there; under the lock that is looked up, and if it is not so, they are made again by the
general road (record.py). Nothing but the time differs.
"""

from __future__ import annotations

import gc
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy import Table

from ccdash.ingest import (
    agents,
    cases,
    contacts,
    customer_records,
    known,
    names,
    purchases,
    writing,
)
from ccdash.ingest import events as ev
from ccdash.ingest.aliases import Renamed
from ccdash.ingest.contact_rows import Surroundings
from ccdash.ingest.identities import Pair, pairs
from ccdash.ingest.links import link_of, put_links
from ccdash.ingest.rows import SegmentRow
from ccdash.ingest.streams import AGENT, customers, raw_rows, together
from ccdash.ingest.work import Marks, Work
from ccdash.ingest.writing import copied, mark_dirty, mark_matters, put, put_copied
from ccdash.schema import contact, message, purchase, raw_event, segment, source, survey

_FAR = (ev.SourceRestarted, ev.AgentDescribed, ev.QueueDescribed)
"""What changes rows of others, or is read together with all that was told of it before."""


@dataclass(frozen=True)
class Fresh:
    """What is to be written if all streams but agents' and cases' are new; `rows` as COPY reads
    them. A case goes on over weeks: its rows are few and are made under the lock."""

    events: Sequence[ev.Event]
    streams: Mapping[str, list[ev.Event]]
    around: Surroundings
    rows: Mapping[Table, bytes]
    pairs: Iterable[Pair]
    marks: Mapping[str, Marks]
    with_matters: Collection[int]
    running: Sequence[SegmentRow]


def made(work: Work, events: Sequence[ev.Event], batch_id: int | None) -> Fresh | None:
    """The rows of these events as if they were the first of their streams. None for what is not
    worth it, or certainly not so. The rules by which rows are made are held."""
    is_plain = not any(one.revision or isinstance(one, _FAR) for one in events)
    if len(events) < writing.COPY_FROM or not is_plain:
        return None
    if len({one.id for one in events}) < len(events):
        return None
    streams = together({}, events, ())
    around = _around(work, events)
    folded = contacts.folded(work, contacts.conversations_of(streams), around)
    ended = [row for row in folded.segments if row.ended_at is not None]
    rows: dict[Table, Iterable[tuple[object, ...]]] = {
        raw_event: raw_rows(events, work.received_at, batch_id),
        contact: folded.contacts,
        segment: folded.segments,
        survey: folded.surveys,
        message: folded.messages,
        purchase: purchases.folded(work, streams),
    }
    return Fresh(
        events=events,
        streams=streams,
        around=around,
        rows={table: copied(some) for table, some in rows.items()},
        pairs=pairs(customers(streams), work.region),
        marks={
            "contact": contacts.marks_of_contacts(folded.contacts),
            "agent": contacts.marks_of_agents(work, ended),
        },
        with_matters=contacts.having_matters(work.connection, (), folded.contacts),
        running=[row for row in folded.segments if row.ended_at is None],
    )


@contextmanager
def without_collection() -> Iterator[None]:
    """Rows of much history are hundreds of thousands of objects in no circle: looking for circles
    among them again and again takes a quarter of the time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _around(work: Work, events: Sequence[ev.Event]) -> Surroundings:
    parents: dict[str, str] = {}
    for child, parent in filter(None, map(link_of, events)):
        parents[child] = min(parent, parents.get(child, parent))
    thresholds = known.thresholds(work.connection)
    return Surroundings(
        thresholds=thresholds,
        calendars=known.calendars(work.connection, thresholds),
        region=work.region,
        agent_keys=known.agent_keys(work.connection, work.source),
        roots={child: known.end_of(child, parents) for child in parents},
        restarts=known.restarts(work.connection, work.source),
    )


def is_all_new(work: Work, fresh: Fresh) -> bool:
    """Whether the store is as it was taken to be. Asked while nobody else writes for the source."""
    links = [link for link in map(link_of, fresh.events) if link]
    own = {stream for stream in fresh.streams if not stream.startswith((AGENT, cases.PREFIX))}
    own |= {contacts.PREFIX + child for child, _ in links}
    ends = {key for link in links for key in link}
    keys = ends | {one.removeprefix(contacts.PREFIX) for one in own}
    return (
        not known.is_any_known(work.connection, work.source, own)
        and not known.revisions(work.connection, work.source, {one.id for one in fresh.events})
        and not known.links(work.connection, work.source, keys, upwards=True)
        and not known.links(work.connection, work.source, {one for one, _ in links}, upwards=False)
        and fresh.around.agent_keys == known.agent_keys(work.connection, work.source)
        and fresh.around.restarts == known.restarts(work.connection, work.source)
    )


def write(work: Work, fresh: Fresh) -> None:
    """Put the rows, and make those of the agents."""
    connection, at = work.connection, work.received_at
    told = [one for one in fresh.events if isinstance(one, ev.CaseEvent)]
    before = known.events_of(connection, work.source, {f"{cases.PREFIX}{one.case}" for one in told})
    put(connection, source, [(work.source, at)])
    for table, rows in fresh.rows.items():
        put_copied(connection, table, rows)
    put_links(connection, work.source, fresh.events)
    contacts.put_names(work, contacts.conversations_of(fresh.streams), fresh.around)
    names.put_pairs(work, fresh.pairs)
    customer_records.apply(work, {}, fresh.streams)
    cases.apply(work, before, together(before, told, ()))
    states = agents.apply(work, fresh.events, Renamed())
    running = contacts.marks_of_agents(work, fresh.running)
    mark_matters(connection, fresh.with_matters, at)
    mark_dirty(connection, "contact", fresh.marks["contact"], at)
    mark_dirty(connection, "agent", fresh.marks["agent"] | running | states, at)
