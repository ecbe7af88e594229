"""All rows made anew from the raw events, as after a change of the rules that make them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, Table, not_, select, true

from ccdash.ingest import agents, cases, contacts, customer_records, known, names, purchases
from ccdash.ingest import streams as streams_of_all
from ccdash.ingest.aliases import Renamed
from ccdash.ingest.links import put_links
from ccdash.ingest.work import Work
from ccdash.ingest.writing import mark_customers, mark_dirty
from ccdash.measures import Fact
from ccdash.schema import (
    agent,
    agent_alias,
    agent_state,
    case,
    contact,
    contact_link,
    contact_point,
    customer,
    customer_record,
    customer_word,
    dirty_customer,
    dirty_matter,
    identity,
    matter,
    message,
    name_slip,
    person,
    purchase,
    queue,
    raw_event,
    segment,
    source,
    survey,
    team,
)
from ccdash.spreads import spread_channel, spread_queue
from ccdash.store import announce
from ccdash.store.placing import Decided
from ccdash.store.retention import border, is_settled, was_before
from ccdash.sums import LEVELS, dirty_interval

NAMED = (
    agent, contact_point, customer, customer_word, identity, name_slip, queue, team,
)  # fmt: skip
"""Sums of what was forgotten are told by these names, and customers linked by these details. A name
that stays is found by the words that it has: only another one is taken apart anew."""
DERIVED = (
    agent, agent_alias, agent_state, case, contact, contact_link, contact_point, customer,
    customer_record, customer_word, dirty_customer, dirty_matter, identity, matter, message,
    name_slip, person, purchase, queue, segment, survey, team, spread_queue, spread_channel,
    dirty_interval,
    *(table for tables in LEVELS.values() for table in tables),
)  # fmt: skip
"""Everything that follows from the raw events and the dated settings."""

SUMMED = {table: Fact(fact) for fact, tables in LEVELS.items() for table in tables} | {
    spread_queue: Fact.CONTACT,
    spread_channel: Fact.CONTACT,
}
"""What holds sums and distributions, and of what; cases' distributions stay as contacts' do."""
STARTS = ("interval_start", "day_start", "span_start")
"""When the time begins of which a row is a sum."""

AT_ONCE = 5_000


def _silent(_: int) -> None:
    """Nobody watches."""


def rebuild(
    connection: Connection,
    now: datetime,
    region: str | None = None,
    progress: Callable[[int], None] = _silent,
) -> int:
    """Make every derived row anew, in the caller's transaction; readers see the old rows until it
    commits. `progress` is told how many streams are done. Gives how many streams there are. Of what
    was forgotten the sums and the names stay."""
    announce.mark(connection)
    known.hold_rules(connection)
    since = border(connection)
    for table in DERIVED if since is None else set(DERIVED) - set(NAMED):
        connection.execute(table.delete().where(_is_made_anew(table)))
    done = 0
    for name in connection.execute(select(source.c.source).order_by(source.c.source)).scalars():
        work = Work(connection, name, now, region, since)
        parts = list(_in_parts(_streams(work)))
        for streams in parts:  # links first: a conversation's root may be in any part
            _link(work, streams)
        for streams in parts:
            _make(work, streams)
            done += len(streams)
            progress(done)
    mark_customers(connection, Decided.read(connection).numbers, now)
    return done


def _is_made_anew(table: Table) -> ColumnElement[bool]:
    if table is matter:  # which of them began before what is kept is told by nothing else
        return not_(was_before(matter.c.arrived_at))
    if table not in SUMMED:
        return true()
    at = next(table.c[name] for name in STARTS if name in table.c)
    return not_(is_settled(at, SUMMED[table]))


def _streams(work: Work) -> list[str]:
    """Names before contacts, whose rows refer to them."""
    statement = select(raw_event.c.stream).where(raw_event.c.source == work.source).distinct()
    found = work.connection.execute(statement).scalars()
    return sorted(found, key=lambda stream: (not stream.startswith(("name:", "queue:")), stream))


def _in_parts(streams: Sequence[str]) -> Iterator[Sequence[str]]:
    for first in range(0, len(streams), AT_ONCE):
        yield streams[first : first + AT_ONCE]


def _link(work: Work, streams: Sequence[str]) -> None:
    told = known.events_of(work.connection, work.source, streams)
    put_links(work.connection, work.source, [one for events in told.values() for one in events])


def _make(work: Work, streams: Sequence[str]) -> None:
    told = known.events_of(work.connection, work.source, streams)
    events = [one for stream in streams for one in told.get(stream, ())]
    names.apply(work, told, events, ())
    names.put_customers(work, streams_of_all.customers(told))
    contacts.apply(work, {}, told, ())
    cases.apply(work, {}, told)
    purchases.apply(work, {}, told)
    customer_records.apply(work, {}, told)
    mark_dirty(work.connection, "agent", agents.apply(work, events, Renamed()), work.received_at)
