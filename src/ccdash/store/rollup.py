"""Sums kept current: intervals that ingest marked are made anew from the raw rows.

Nothing is ever added to a sum: a marked interval is deleted and computed again, so doing it twice
changes nothing. Readers do not wait for it (history.py): what is still marked they take raw.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import datetime

from sqlalchemy import (
    BigInteger,
    Connection,
    DateTime,
    FromClause,
    Text,
    and_,
    cast,
    column,
    func,
    insert,
    literal,
    select,
    true,
    tuple_,
)
from sqlalchemy.dialects.postgresql import ARRAY

from ccdash.measures import TIME, Fact, additive
from ccdash.schema import case, contact
from ccdash.store import agent_time
from ccdash.store.buckets import after_hour, after_interval
from ccdash.store.frames import Rows
from ccdash.store.repeats import earlier, followed
from ccdash.sums import (
    agent_interval,
    case_hour,
    case_interval,
    contact_hour,
    contact_interval,
    dirty_interval,
    repeat_hour,
    repeat_interval,
)

LOCK = 4_812_301_772
AT_ONCE = 50_000
PATIENCE = "10min"
"""After a large import somebody else may be making many sums; whoever waits finds them made."""

SUMS = {
    Fact.CONTACT: contact_interval,
    Fact.REPEAT: repeat_interval,
    Fact.CASE: case_interval,
    Fact.AGENT: agent_interval,
}
"""The table of sums of each fact."""
HOURS = {Fact.CONTACT: contact_hour, Fact.REPEAT: repeat_hour, Fact.CASE: case_hour}
"""The same in hours, where a fact has them."""

Key = tuple[datetime, int]
Keys = list[Key]


def refresh(connection: Connection) -> int:
    """Make the sums of every marked interval; gives how many. In the caller's transaction, one
    process at a time: others wait."""
    connection.execute(select(func.set_config("lock_timeout", PATIENCE, True)))
    connection.execute(select(func.pg_advisory_xact_lock(LOCK)))
    taken = {fact: _taken(connection, fact) for fact in Fact}
    wanted = taken | {Fact.REPEAT: taken[Fact.REPEAT] | taken[Fact.CONTACT]}
    wanted[Fact.REPEAT] |= _before(connection, taken[Fact.CONTACT])
    for fact, keys in wanted.items():
        for some in _chunks(keys):
            _remake(connection, fact, some)
    return sum(map(len, taken.values()))


def _chunks(keys: Collection[Key]) -> Iterator[Keys]:
    ordered = sorted(keys)
    for first in range(0, len(ordered), AT_ONCE):
        yield ordered[first : first + AT_ONCE]


def _before(connection: Connection, keys: Collection[Key]) -> set[Key]:
    found: set[Key] = set()
    for some in _chunks(keys):
        rows = connection.execute(before(_unnested(some)))
        found |= {(row.start, row.of_id) for row in rows}
    return found


def before(wanted: FromClause) -> Rows:
    """The intervals (start, of_id) of contacts of which those in the wanted intervals may be a
    repeat. Looked up when sums are made or read, and not when contacts are told: two that are told
    at the same time do not see each other."""
    inside = and_(
        contact.c.queue_id == wanted.c.of_id,
        contact.c.arrived_at >= wanted.c.start,
        contact.c.arrived_at < after_interval(wanted.c.start),
        contact.c.customer_id > 0,
        contact.c.root_id == contact.c.contact_id,
    )
    rows = select(contact.c.customer_id, contact.c.arrived_at).where(inside)
    came = rows.offset(0).lateral("came")  # OFFSET keeps it a walk of the index for each interval
    had = earlier(came)
    joined = wanted.join(came, true()).join(had, true())
    return select(had.c.start, had.c.of_id).select_from(joined).distinct()


def _taken(connection: Connection, fact: Fact) -> set[Key]:
    """The marked intervals. The marks go; a mark that comes meanwhile is another transaction's
    and stays. What is computed next sees everything whose mark was taken."""
    statement = (
        dirty_interval.delete()
        .where(dirty_interval.c.fact == fact)
        .returning(dirty_interval.c.interval_start, dirty_interval.c.of_id)
    )
    return {(start, of) for start, of in connection.execute(statement)}


def _remake(connection: Connection, fact: Fact, keys: Keys) -> None:
    sums = SUMS[fact]
    wanted = _unnested(keys)
    interval, of = list(sums.primary_key.columns)[:2]
    here = tuple_(interval, of).in_(select(wanted.c.start, wanted.c.of_id))
    connection.execute(sums.delete().where(here))
    rows = agent_time.of_intervals(wanted) if fact is Fact.AGENT else counted(fact, wanted)
    names = [one.name for one in sums.columns]
    connection.execute(insert(sums).from_select(names, _in_order(rows, names)))
    if fact in HOURS:
        _add_up(connection, fact, keys)


def _add_up(connection: Connection, fact: Fact, keys: Keys) -> None:
    """The hours in which these intervals lie, from the sums of their four intervals."""
    sums, hours = SUMS[fact], HOURS[fact]
    touched = _unnested(sorted({(at.replace(minute=0), of) for at, of in keys}))
    here = tuple_(hours.c.interval_start, hours.c.queue_id)
    connection.execute(hours.delete().where(here.in_(select(touched.c.start, touched.c.of_id))))
    at, of, *more = sums.primary_key.columns
    inside = and_(of == touched.c.of_id, at >= touched.c.start, at < after_hour(touched.c.start))
    totals = [
        cast(func.sum(sums.c[one.name]), BigInteger).label(one.name) for one in additive(fact)
    ]
    each = select(*more, *totals).where(inside).group_by(of, *more).lateral("each")
    rows = select(
        touched.c.start.label(at.name), touched.c.of_id.label(of.name), *each.c
    ).select_from(touched.join(each, true()))
    names = [one.name for one in hours.columns]
    connection.execute(insert(hours).from_select(names, _in_order(rows, names)))


def _in_order(rows: Rows, names: Collection[str]) -> Rows:
    made = rows.subquery()
    return select(*(made.c[name] for name in names))


def counted(fact: Fact, wanted: FromClause) -> Rows:
    """The sums of the wanted (start, of_id) intervals from raw rows, by one walk of the index on
    queue and time for each: LATERAL leaves the planner no other way, whatever it believes of
    tables that were filled a moment ago."""
    rows = RAW[fact]
    at, queue_id = rows.c[TIME[fact].name], rows.c.queue_id
    keys = [rows.c[one.name] for one in list(SUMS[fact].primary_key.columns)[1:]]
    inside = and_(
        queue_id == wanted.c.of_id, at >= wanted.c.start, at < after_interval(wanted.c.start)
    )
    sums = [one.aggregate(rows.c).label(one.name) for one in additive(fact)]
    each = select(*keys, *sums).where(inside).group_by(*keys).lateral("each")
    return select(wanted.c.start.label("interval_start"), *each.c).select_from(
        wanted.join(each, true())
    )


RAW: dict[Fact, FromClause] = {Fact.CONTACT: contact, Fact.REPEAT: followed, Fact.CASE: case}
"""The rows of which a measure of the fact is a count or a sum."""


def _unnested(keys: Keys) -> FromClause:
    """As texts: the driver would take long to write thousands of instants."""
    starts = ",".join([start.isoformat() for start, _ in keys])
    numbers = ",".join([str(of) for _, of in keys])
    instants = cast(literal(f"{{{starts}}}", Text), ARRAY(DateTime(timezone=True)))
    return (
        func.unnest(instants, cast(literal(f"{{{numbers}}}", Text), ARRAY(BigInteger)))
        .table_valued(column("start", DateTime(timezone=True)), column("of_id", BigInteger))
        .render_derived()
    )
