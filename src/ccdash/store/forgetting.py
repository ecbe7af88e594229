"""Contacts that arrived before a day are forgotten, a day after the other; their sums stay.

What goes: contacts that are over with their segments, surveys and messages, cases that were
resolved by then, what agents declared, the events that told all that, and customers of whom nothing
is left. What stays: sums and distributions, names, purchases, records of customers, restarts. An
event stays, too, where its conversation goes on after that day, or where it tells what an agent was
in on that day. A segment stays that ends later. Of a matter that goes on it stays that it began
before: its figures stand there, and are not counted once more at what is left of it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    Delete,
    FromClause,
    Table,
    Text,
    and_,
    delete,
    exists,
    func,
    literal,
    not_,
    or_,
    select,
    true,
    tuple_,
    union_all,
)
from sqlalchemy.dialects.postgresql import ARRAY, insert

from ccdash.ingest import known
from ccdash.ingest.cases import PREFIX as CASE
from ccdash.ingest.contacts import PREFIX as CONTACT
from ccdash.ingest.events import EARLIEST
from ccdash.ingest.streams import AGENT
from ccdash.ingest.writing import mark_customers
from ccdash.measures import Truth
from ccdash.schema import (
    agent,
    agent_alias,
    agent_state,
    case,
    contact,
    contact_link,
    customer,
    customer_record,
    identity,
    matter,
    message,
    purchase,
    raw_event,
    retention,
    segment,
    source,
    superseded_event,
    survey,
)
from ccdash.store import announce, rollup
from ccdash.store.check import midnight
from ccdash.store.engine import Store
from ccdash.vocabulary import Intent

DAY = timedelta(days=1)
_IS_DONE = contact.c.done_at.is_not(None)
"""Who still waits, or is talked to, stays with all that is known of it."""
HOLDERS = (contact, purchase, case, customer_record, matter)
"""Of whom a source keeps a record something is left: it would be known again after a rebuild. And
of whom a matter goes on, of which they may know by another detail."""


@dataclass(frozen=True)
class Extent:
    """The first contact, how many there are, and how many of them arrived before a border."""

    first_at: datetime | None
    contacts: int
    before: int


def extent(store: Store, border: datetime) -> Extent:
    """What there is, and what would be forgotten of it. Raises StoreUnavailable."""
    at = contact.c.arrived_at
    names = ("first_at", "contacts", "before")
    is_before = and_(at < literal(border), _IS_DONE)
    facts = (func.min(at), func.count(at), func.count(at).filter(is_before))
    return Extent(
        *store.frame(
            select(*(one.label(name) for name, one in zip(names, facts, strict=True)))
        ).row(0)
    )


def forget(store: Store, border: datetime, now: datetime, progress: Callable[[str], None]) -> int:
    """Forget what arrived, ended or happened before the border, a midnight of the centre's zone;
    gives how many contacts that were. Cut off, it is gone on with by the same call. Raises
    StoreUnavailable, StoreBusy."""
    with store.transaction() as connection:  # what takes long, while others write
        rollup.refresh(connection)
    with store.transaction() as connection:
        known.hold_rules(connection)
        rollup.refresh(connection)
        row = {"kept_since": border, "forgotten_at": now}
        connection.execute(insert(retention).values(row).on_conflict_do_nothing())
    contacts = 0
    for start in _days(store, border):
        progress(f"Forgetting {start:%Y-%m-%d}")
        with store.transaction() as connection:
            announce.mark(connection)
            known.hold_rules(connection)
            contacts += _forget_day(connection, _Day(start, min(start + DAY, border), border), now)
    with store.transaction() as connection:
        known.hold_rules(connection)
        _forget_traces(connection)
        mark_customers(connection, _forget_beginnings(connection, border), now)
    return contacts


def _days(store: Store, border: datetime) -> Iterator[datetime]:
    """The starts of the days (UTC) in which there is something."""
    since = EARLIEST
    while (at := _first(store, since, border)) is not None:
        yield midnight(at)
        since = midnight(at) + DAY


def _first(store: Store, since: datetime, border: datetime) -> datetime | None:
    """By the indexes of time."""
    columns = (contact.c.arrived_at, case.c.opened_at, agent_state.c.started_at)
    told = raw_event.c.occurred_at
    here = told.between(literal(since), literal(border)) & (raw_event.c.source == source.c.source)
    of_source = select(func.min(told)).where(here).correlate(source).scalar_subquery()
    firsts = [select(func.min(one)).where(one >= literal(since)) for one in columns]
    firsts.append(select(func.min(of_source)).select_from(source))
    found = (store.frame(one).item() for one in firsts)
    return min((at for at in found if at is not None and at < border), default=None)


@dataclass(frozen=True)
class _Day:
    """[start, end) lies before the border."""

    start: datetime
    end: datetime
    border: datetime

    def holds(self, at: ColumnElement[datetime]) -> Truth:
        return and_(at >= literal(self.start), at < literal(self.end))

    def is_over(self, end: ColumnElement[datetime]) -> Truth:
        return end <= literal(self.border)


def _forget_day(connection: Connection, day: _Day, now: datetime) -> int:
    for statement in (*_events(day), *_work(day)):
        connection.execute(statement)
    cases = delete(case).where(day.holds(case.c.opened_at), day.is_over(case.c.resolved_at))
    contacts = delete(contact).where(day.holds(contact.c.arrived_at), _IS_DONE)
    whose = connection.execute(cases.returning(case.c.customer_id)).scalars().all()
    came = connection.execute(contacts.returning(contact.c.customer_id)).scalars().all()
    people = {one for one in (*whose, *came) if one is not None and one > 0}
    mark_customers(connection, _forget_people(connection, people), now)
    return len(came)


def _events(day: _Day) -> Iterator[Delete]:
    """What told of conversations that do not go on, of cases that are over, and of agents before
    the last time at which nothing was known of them but that they were away."""
    told, later = raw_event.c, raw_event.alias("later").c
    goes_on = exists().where(
        later.source == told.source, later.stream == told.stream, later.occurred_at >= day.border
    )
    is_open = exists().where(
        contact.c.source == told.source,
        contact.c.key == func.substr(told.stream, len(CONTACT) + 1),
        not_(_IS_DONE),
    )
    stays = exists().where(
        case.c.source == told.source,
        case.c.key == func.substr(told.stream, len(CASE) + 1),
        func.coalesce(not_(day.is_over(case.c.resolved_at)), true()),
    )
    here = and_(told.source.in_(select(source.c.source)), day.holds(told.occurred_at))
    is_over = and_(told.stream.startswith(CONTACT), not_(goes_on), not_(is_open))
    yield delete(raw_event).where(here, is_over)
    yield delete(raw_event).where(here, told.stream.startswith(CASE), not_(stays))
    of_agents = select(told.source, told.event_id, told.stream, told.occurred_at).where(
        here, told.stream.startswith(AGENT)
    )
    mine, away = of_agents.offset(0).subquery("mine"), _away(day.border)  # OFFSET: by time first
    is_same = and_(mine.c.source == away.c.source, mine.c.stream == away.c.stream)
    gone = select(mine.c.source, mine.c.event_id).join_from(mine, away, is_same)
    is_gone = tuple_(told.source, told.event_id).in_(gone.where(mine.c.occurred_at < away.c.at))
    yield delete(raw_event).where(is_gone)


def _away(border: datetime) -> FromClause:
    """source, stream, at: from when on the events of each agent, under every name, give the states
    that all events give."""
    state = agent_state.c
    knows = or_(state.memory.contains('"joined"'), state.memory.contains('"paused"'))
    last = (
        select(state.started_at.label("at"))
        .where(state.agent_id == agent.c.agent_id, state.started_at <= border)
        .where(state.intent == Intent.OFFLINE, not_(knows))
        .order_by(state.started_at.desc())
        .limit(1)
        .lateral("last")
    )
    by = select(agent.c.source, agent.c.key, last.c.at).join_from(agent, last, true()).subquery()
    is_same = and_(agent_alias.c.source == by.c.source, agent_alias.c.key == by.c.key)
    prefix = literal(AGENT, Text)
    return union_all(
        select(by.c.source, (prefix + by.c.key).label("stream"), by.c.at),
        select(by.c.source, prefix + agent_alias.c.alias, by.c.at).join_from(
            by, agent_alias, is_same
        ),
    ).subquery("away")


def _work(day: _Day) -> Iterator[Delete]:
    """Segments, surveys and states. Work after the border stays, which is in sums that may be made
    anew; it goes when a later border is behind it, by the index of the agents."""
    state, part = agent_state.c, segment.c
    yield delete(agent_state).where(day.holds(state.started_at), day.is_over(state.ended_at))
    goes_on = and_(part.agent_id.is_not(None), func.coalesce(part.ended_at > day.border, true()))
    which = {segment: not_(goes_on), matter: _is_needless(day.border)}
    for table in (segment, survey, message, matter):
        mine = (_is_of(table), _IS_DONE, which.get(table, true()))
        yield delete(table).where(*mine, day.holds(contact.c.arrived_at))
    yield delete(segment).where(
        part.agent_id.in_(select(agent.c.agent_id)),
        day.holds(part.started_at),
        day.is_over(part.ended_at),
        not_(exists().where(_is_of(segment), not_(_IS_DONE))),
    )


def _is_needless(border: datetime) -> Truth:
    """Whether the row of a contact that goes does not tell of a matter that goes on that it began
    before."""
    row, other = matter.c, matter.alias("other").c
    is_same = other.matter_id == row.matter_id
    place, its = (tuple_(one.arrived_at, one.contact_id) for one in (other, row))
    began_earlier = exists().where(is_same, place < its)
    goes_on = exists().where(is_same, other.arrived_at >= literal(border))
    return or_(began_earlier, not_(goes_on))


def _forget_beginnings(connection: Connection, border: datetime) -> set[int]:
    """Those of matters that went on after an earlier border, and are over now; gives whose links
    have to be looked at anew."""
    is_gone = not_(exists().where(_is_of(matter)))
    gone = delete(matter).where(matter.c.arrived_at < literal(border), is_gone)
    whose = gone.where(_is_needless(border)).returning(matter.c.customer_id)
    people = {one for one in connection.execute(whose).scalars() if one > 0}
    return _forget_people(connection, people)


def _is_of(table: Table) -> Truth:
    """Whether the row is of the contact."""
    return and_(*(table.c[one.name] == one for one in contact.primary_key.columns))


def _forget_people(connection: Connection, numbers: Collection[int]) -> set[int]:
    """Those of these customers of whom nothing is left, and every contact detail that leads to
    nobody else either. Gives whose links have to be looked at anew."""
    mine, other = identity.alias("mine").c, identity.alias("other").c
    has, of = (
        and_(one.kind == identity.c.kind, one.value == identity.c.value) for one in (mine, other)
    )
    was_theirs = exists().where(has, mine.customer_id == _any(numbers))
    is_used = exists().where(of, _holds(other.customer_id))
    gone = delete(identity).where(was_theirs, not_(is_used))
    both = gone.returning(identity.c.customer_id, identity.c.detail_id)
    rows = connection.execute(both).all()
    all_of_them = {*numbers, *(row.customer_id for row in rows)}
    is_known = exists().where(identity.c.customer_id == customer.c.customer_id)
    number = customer.c.customer_id
    is_left = or_(_holds(number), is_known)
    connection.execute(delete(customer).where(number == _any(all_of_them), not_(is_left)))
    return {row.detail_id for row in rows}


def _holds(customer_id: ColumnElement[int]) -> Truth:
    """Whether the customer has anything."""
    return or_(*(exists().where(one.c.customer_id == customer_id) for one in HOLDERS))


def _any(numbers: Collection[int]) -> ColumnElement[int]:
    return func.any(literal(sorted(numbers), ARRAY(BigInteger)))


def _forget_traces(connection: Connection) -> None:
    """Earlier revisions of events, and links of conversations, that are gone."""
    told, old, link = raw_event.c, superseded_event.c, contact_link.c
    is_told = exists().where(told.source == old.source, told.event_id == old.event_id)
    connection.execute(delete(superseded_event).where(not_(is_told)))
    streams = [literal(CONTACT, Text) + one for one in (link.stream, link.parent)]
    is_known = exists().where(told.source == link.source, told.stream.in_(streams))
    connection.execute(delete(contact_link).where(not_(is_known)))
