"""Sums kept current: intervals that ingest marked are made anew from the raw rows.

Nothing is ever added to a sum: a marked interval is deleted and computed again, so doing it twice
changes nothing. Readers do not wait for it (history.py): what is still marked they take raw.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from itertools import zip_longest
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Interval,
    MetaData,
    Table,
    Text,
    UpdateBase,
    bindparam,
    cast,
    func,
    insert,
    literal,
    not_,
    select,
    text,
    tuple_,
)
from sqlalchemy.dialects.postgresql import array
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.schema import CreateTable

from ccdash.measures import OF_CONTACTS, Fact
from ccdash.schema import Instant
from ccdash.store import linking, matters, spread_days
from ccdash.store.buckets import EPOCH, hour_start
from ccdash.store.frames import Rows
from ccdash.store.levels import SUMS, Wanted, made, of_quarters, of_sums, touched
from ccdash.store.reached import REACHED
from ccdash.store.retention import is_settled
from ccdash.sums import dirty_interval

LOCK = 4_812_301_772
PATIENCE = "10min"
"""After a large import somebody else may be making many sums; whoever waits finds them made."""
AT_ONCE = 50_000
MEMORY = "64MB"
"""For sorting what so many intervals are made of."""
MANY = 1_000
"""From so many on the planner is told how many there are."""
DENSE_A_DAY = 100
"""Where so many intervals of each day are made, all rows of these days are read at once."""
HOUR, DAY = timedelta(hours=1), timedelta(days=1)

_taken = Table(
    "taken_interval",
    MetaData(),
    Column("fact", Text),
    Column("start", Instant),
    Column("of_id", BigInteger),
    prefixes=["TEMPORARY"],
    postgresql_on_commit="DELETE ROWS",
)
"""What is made in this transaction. It never leaves the database: after an import it is long."""


DIALECT = PGDialect_psycopg()  # type: ignore[no-untyped-call]

Make = Callable[[Fact, Wanted], Iterator[UpdateBase]]
"""The statements for intervals of a fact."""


@dataclass(frozen=True)
class Part:
    """What was taken of a fact in [first, end), whole hours: few intervals, or most of those that
    are there."""

    fact: Fact
    first: datetime
    end: datetime
    is_dense: bool


def refresh(connection: Connection) -> int:
    """Make the sums of every marked interval; gives how many. Those whose rows were forgotten stay
    as they are. In the caller's transaction, one process at a time: others wait."""
    connection.execute(select(func.set_config("lock_timeout", PATIENCE, True)))
    connection.execute(select(func.pg_advisory_xact_lock(LOCK)))
    connection.execute(select(func.set_config("work_mem", MEMORY, True)))
    linking.refresh(connection)
    matters.refresh(connection)
    number = _take(connection)
    for part in _parts(connection, Fact.CONTACT):
        _run(connection, part, _take_reached)
    for fact in Fact:
        is_kept = is_settled(_taken.c.start, fact)
        connection.execute(_taken.delete().where(_taken.c.fact == fact, is_kept))
    _tell_planner(connection, number)
    for fact in Fact:
        for part in _parts(connection, fact):
            _run(connection, part, _remake)
    spread_days.refresh(connection, {fact: _ends(connection, fact) for fact in spread_days.ROWS})
    return number


def _take(connection: Connection) -> int:
    """Take the marks; gives of how many intervals. A mark that comes meanwhile is another
    transaction's and stays. What is computed next sees everything whose mark was taken."""
    connection.execute(CreateTable(_taken, if_not_exists=True))
    connection.execute(_taken.delete())  # of an earlier time in the same transaction
    mark = dirty_interval.c
    gone = dirty_interval.delete().returning(mark.fact, mark.interval_start, mark.of_id).cte("gone")
    names = [one.name for one in _taken.c]
    statement = insert(_taken).from_select(names, select(gone).distinct())
    taken = connection.execute(statement, execution_options={"preserve_rowcount": True})
    _tell_planner(connection, taken.rowcount)
    return taken.rowcount


def _tell_planner(connection: Connection, taken: int) -> None:
    """How many there are where they are many; and that a plan for few is of no use then."""
    if taken > MANY:
        connection.execute(text(f"ANALYZE {_taken.name}"))
        connection.execute(select(func.set_config("plan_cache_mode", "force_custom_plan", True)))


def _parts(connection: Connection, fact: Fact) -> Iterator[Part]:
    """What was taken of a fact, in parts that are made at once."""
    at = _taken.c.start
    number = (func.row_number().over(order_by=at) - 1) // AT_ONCE
    numbered = select(at, number.label("part")).where(_taken.c.fact == fact).subquery()
    first, last = (hour_start(edge(numbered.c.start)) for edge in (func.min, func.max))
    parts = select(first, last, func.count()).group_by(numbered.c.part).order_by(first)
    found = connection.execute(parts).all()
    for (start, last_hour, count), following in zip_longest(found, found[1:]):
        end = following[0] if following else last_hour + HOUR
        yield Part(fact, start, end, count > MANY and count > DENSE_A_DAY * ((end - start) / DAY))


def _run(connection: Connection, part: Part, make: Make) -> None:
    for statement, values in _written(make, part.fact, is_dense=part.is_dense):
        span = {"first": part.first, "end": part.end}
        connection.exec_driver_sql(statement, {**values, **span})


@cache
def _written(make: Make, fact: Fact, *, is_dense: bool) -> list[tuple[str, dict[str, Any]]]:
    """Once: to write these statements takes longer than to make a few intervals."""
    statements = make(fact, _wanted(fact, is_dense=is_dense))
    whole = {"render_postcompile": True}
    compiled = [one.compile(dialect=DIALECT, compile_kwargs=whole) for one in statements]
    return [(str(one), one.params) for one in compiled]


def _wanted(fact: Fact, *, is_dense: bool) -> Wanted:
    """The intervals of a part."""
    first, end = bindparam("first", None, Instant), bindparam("end", None, Instant)
    at = _taken.c.start
    rows = select(at, _taken.c.of_id).where(_taken.c.fact == fact, at >= first, at < end)
    return Wanted(rows.subquery("wanted"), (first, end) if is_dense else None)


def _take_reached(_: Fact, contacts: Wanted) -> Iterator[UpdateBase]:
    """What is seen anew with contacts that are made anew."""
    for fact, found in REACHED.items():
        yield _take_also(fact, found(contacts))
        if fact in OF_CONTACTS:
            yield _take_also(fact, select(contacts.c.start, contacts.c.of_id))


def _take_also(fact: Fact, rows: Rows) -> UpdateBase:
    found = rows.subquery("found")
    known = select(_taken.c.start, _taken.c.of_id).where(_taken.c.fact == fact)
    is_there = tuple_(found.c.start, found.c.of_id).in_(known)
    more = select(literal(str(fact)), found.c.start, found.c.of_id).where(not_(is_there))
    return insert(_taken).from_select([one.name for one in _taken.c], more)


def _ends(connection: Connection, fact: Fact) -> set[tuple[datetime, int]]:
    """The first and the last interval that was taken of each queue and half a day: one lies in
    each day of any zone in which something was taken, and they are few."""
    at, of = _taken.c.start, _taken.c.of_id
    half_day = func.date_bin(cast(literal("12 hours"), Interval), at, literal(EPOCH))
    both = func.unnest(array([func.min(at), func.max(at)]))
    rows = select(both, of).where(_taken.c.fact == fact).group_by(half_day, of)
    return {(start, of_id) for start, of_id in connection.execute(rows)}


def _remake(fact: Fact, wanted: Wanted) -> Iterator[UpdateBase]:
    """The sums of these intervals, and the coarser ones in which they lie."""
    yield from _replace(SUMS[fact], wanted, of_quarters(fact, wanted))
    for level in of_sums(fact):
        hours = touched(level, wanted)
        yield from _replace(level.table, hours, made(level, hours))


def _replace(table: Table, wanted: Wanted, rows: Rows) -> Iterator[UpdateBase]:
    """In the order of time, in which they are read."""
    keys = list(table.primary_key.columns)[: len(wanted.c)]
    here = tuple_(*keys).in_(select(wanted.rows))
    yield table.delete().where(here, wanted.holds(keys[0]))
    new, names = rows.subquery(), [one.name for one in table.c]
    ordered = select(*(new.c[one] for one in names)).order_by(*(new.c[one.name] for one in keys))
    yield insert(table).from_select(names, ordered)
