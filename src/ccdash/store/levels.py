"""How the sums of each level are made: of quarters of an hour from rows, of the others from sums.

A few intervals are made by one walk of the index for each: LATERAL leaves the planner no other way,
whatever it believes of tables that were filled a moment ago. Where most of a span is made anew, all
rows of the span are read at once, which takes half the time.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, FromClause, Table, and_, cast, func, select, true

from ccdash.measures import TIME, Columns, Fact, Measure, Truth, additive
from ccdash.schema import case
from ccdash.store import agent_time
from ccdash.store.bounces import bounced
from ccdash.store.buckets import after_hour, after_interval, hour_start, interval_start
from ccdash.store.came import came
from ccdash.store.failures import preceded
from ccdash.store.frames import Rows
from ccdash.store.near import Instants
from ccdash.store.repeats import followed
from ccdash.sums import LEVELS

RAW: Mapping[Fact, FromClause] = {
    Fact.CONTACT: came,
    Fact.REPEAT: followed,
    Fact.FAILURE: preceded,
    Fact.CASE: case,
    Fact.BOUNCE: bounced,
}
"""The rows of which a measure of the fact is a count or a sum."""

SUMS = {fact: LEVELS[fact][0] for fact in Fact}
"""The sums of quarters of an hour."""
HOURS = {fact: LEVELS[fact][1] for fact in Fact if len(LEVELS[fact]) > 1}
"""Those of hours, where a fact has them."""
CHANNELS = {fact: LEVELS[fact][2] for fact in Fact if len(LEVELS[fact]) > 2}
"""Those of hours by channel, whatever the queue, where a fact has them."""

Span = tuple[Instants, Instants]


@dataclass(frozen=True)
class Wanted:
    """Intervals to be made: rows of (start, of_id), or (start) of all queues together. `span` is
    where they lie, [start, end), when they are most of what is there."""

    rows: FromClause
    span: Span | None = None

    @property
    def c(self) -> Columns:
        """Their columns."""
        return self.rows.c

    def holds(self, at: Instants) -> Truth:
        """Whether an instant may be in one of them."""
        return and_(at >= self.span[0], at < self.span[1]) if self.span else true()


@dataclass(frozen=True)
class Level:
    """A table of sums, from what it is made (`rows`, each at an instant), and where one of its
    intervals starts and ends."""

    table: Table
    rows: FromClause
    at: Instants
    sums: Sequence[ColumnElement[int]]
    start: Callable[[Instants], Instants]
    end: Callable[[Instants], Instants]

    def keys(self) -> list[ColumnElement[object]]:
        """By what it is split, beside time."""
        names = [one.name for one in self.table.primary_key.columns]
        return [self.rows.c[name] for name in names[1:]]


def of_rows(fact: Fact, measures: Sequence[Measure] | None = None) -> Level:
    """Quarters of an hour, from rows; all measures, or these."""
    table, rows = SUMS[fact], RAW[fact]
    sums = [
        cast(one.aggregate(rows.c), table.c[one.name].type).label(one.name)
        for one in measures or additive(fact)
    ]
    return Level(table, rows, rows.c[TIME[fact].name], sums, interval_start, after_interval)


def of_sums(fact: Fact) -> list[Level]:
    """The coarser levels, the finest first, each from the one before."""
    return [
        Level(
            table,
            finer,
            finer.c.interval_start,
            [
                cast(func.sum(finer.c[one.name]), table.c[one.name].type).label(one.name)
                for one in additive(fact)
            ],
            hour_start,
            after_hour,
        )
        for finer, table in zip(LEVELS[fact], LEVELS[fact][1:], strict=False)
    ]


def touched(level: Level, wanted: Wanted) -> Wanted:
    """The intervals of a coarser level in which the wanted ones lie."""
    of = [wanted.c.of_id] if "queue_id" in level.table.c else []
    hours = select(hour_start(wanted.c.start).label("start"), *of).distinct()
    return Wanted(hours.subquery("touched"), wanted.span)


def made(level: Level, wanted: Wanted) -> Rows:
    """The sums of the wanted intervals, in the order of the columns of the level's table."""
    rows = (_at_once(level, wanted) if wanted.span else _one_by_one(level, wanted)).subquery()
    return select(*(rows.c[one.name] for one in level.table.c if one.name in rows.c))


def _one_by_one(level: Level, wanted: Wanted) -> Rows:
    keys, start = level.keys(), wanted.c.start
    inside = and_(level.at >= start, level.at < level.end(start), _is_of(level, wanted))
    each = select(*keys, *level.sums).where(inside).group_by(*keys).lateral("each")
    both = wanted.rows.join(each, true())
    return select(start.label("interval_start"), *each.c).select_from(both)


def _at_once(level: Level, wanted: Wanted) -> Rows:
    keys, start = level.keys(), wanted.c.start
    inside = and_(level.start(level.at) == start, _is_of(level, wanted))
    return (
        select(start.label("interval_start"), *keys, *level.sums)
        .select_from(level.rows.join(wanted.rows, inside))
        .where(wanted.holds(level.at))
        .group_by(start, *keys)
    )


def _is_of(level: Level, wanted: Wanted) -> Truth:
    return level.rows.c.queue_id == wanted.c.of_id if "of_id" in wanted.c else true()


def of_quarters(fact: Fact, wanted: Wanted) -> Rows:
    """The sums of the wanted quarters of an hour from rows."""
    if fact is Fact.AGENT:
        return agent_time.of_intervals(wanted.rows)
    return made(of_rows(fact), wanted)
