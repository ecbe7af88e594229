"""Sums kept current: intervals that ingest marked are made anew from the raw rows.

Nothing is ever added to a sum: a marked interval is deleted and computed again, so doing it twice
changes nothing. Readers do not wait for it (history.py): what is still marked they take raw.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    DateTime,
    FromClause,
    Table,
    and_,
    column,
    func,
    insert,
    literal,
    select,
    true,
    tuple_,
)
from sqlalchemy.dialects.postgresql import ARRAY

from ccdash.measures import Fact, additive
from ccdash.schema import case, contact
from ccdash.store import agent_time
from ccdash.store.buckets import after_interval
from ccdash.store.frames import Rows
from ccdash.sums import agent_interval, case_interval, contact_interval, dirty_interval

LOCK = 4_812_301_772
AT_ONCE = 50_000
PATIENCE = "10min"
"""After a large import somebody else may be making many sums; whoever waits finds them made."""

SUMS = {
    Fact.CONTACT: contact_interval,
    Fact.CASE: case_interval,
    Fact.AGENT: agent_interval,
}
"""The table of sums of each fact."""

Keys = list[tuple[datetime, int]]


def refresh(connection: Connection) -> int:
    """Make the sums of every marked interval; gives how many. In the caller's transaction, one
    process at a time: others wait."""
    connection.execute(select(func.set_config("lock_timeout", PATIENCE, True)))
    connection.execute(select(func.pg_advisory_xact_lock(LOCK)))
    return sum(_refresh(connection, fact) for fact in Fact)


def _refresh(connection: Connection, fact: Fact) -> int:
    keys = sorted(_taken(connection, fact))
    for first in range(0, len(keys), AT_ONCE):
        _remake(connection, fact, keys[first : first + AT_ONCE])
    return len(keys)


def _taken(connection: Connection, fact: Fact) -> set[tuple[datetime, int]]:
    """The marked intervals. The marks go; a mark that comes meanwhile is another transaction's
    and stays. What is computed next sees everything whose mark was taken."""
    statement = (
        dirty_interval.delete()
        .where(dirty_interval.c.fact == fact)
        .returning(dirty_interval.c.interval_start, dirty_interval.c.of_id)
    )
    return {(row.interval_start, row.of_id) for row in connection.execute(statement)}


def _remake(connection: Connection, fact: Fact, keys: Keys) -> None:
    sums = SUMS[fact]
    wanted = _unnested(keys)
    interval, of = list(sums.primary_key.columns)[:2]
    here = tuple_(interval, of).in_(select(wanted.c.start, wanted.c.of_id))
    connection.execute(sums.delete().where(here))
    rows = agent_time.of_intervals(wanted) if fact is Fact.AGENT else counted(fact, wanted)
    names = [one.name for one in sums.columns]
    connection.execute(insert(sums).from_select(names, _in_order(rows, names)))


def _in_order(rows: Rows, names: Collection[str]) -> Rows:
    made = rows.subquery()
    return select(*(made.c[name] for name in names))


def counted(fact: Fact, wanted: FromClause) -> Rows:
    """The sums of the wanted (start, of_id) intervals from raw rows, by one walk of the index on
    queue and time for each: LATERAL leaves the planner no other way, whatever it believes of
    tables that were filled a moment ago."""
    table, at, keys = _RAW[fact]
    inside = and_(
        table.c.queue_id == wanted.c.of_id,
        at >= wanted.c.start,
        at < after_interval(wanted.c.start),
    )
    sums = [one.aggregate(table.c).label(one.name) for one in additive(fact)]
    each = select(*keys, *sums).where(inside).group_by(*keys).lateral("each")
    return select(wanted.c.start.label("interval_start"), *each.c).select_from(
        wanted.join(each, true())
    )


_RAW: dict[Fact, tuple[Table, Column[Any], tuple[Column[Any], ...]]] = {
    Fact.CONTACT: (contact, contact.c.arrived_at, (contact.c.queue_id, contact.c.channel)),
    Fact.CASE: (case, case.c.opened_at, (case.c.queue_id,)),
}


def _unnested(keys: Keys) -> FromClause:
    starts = literal([start for start, _ in keys], ARRAY(DateTime(timezone=True)))
    numbers = literal([of for _, of in keys], ARRAY(BigInteger))
    return (
        func.unnest(starts, numbers)
        .table_valued(column("start", DateTime(timezone=True)), column("of_id", BigInteger))
        .render_derived()
    )
