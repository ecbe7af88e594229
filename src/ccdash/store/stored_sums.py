"""The stored sums of a period as rows to add up: of hours where the buckets are made of hours, and
of hours by channel where nothing finer is asked for.

Whatever is marked to be made anew is not read from sums: the quarter of an hour is taken from the
raw rows, its hour from its other quarters, and the channels of that hour from its other queues, all
within the one statement.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

from sqlalchemy import FromClause, Table, exists, not_, select, true, union, union_all

from ccdash.measures import Fact, Measure, Truth
from ccdash.query import Dimension, Period, Query
from ccdash.store.buckets import after_hour, hour_start, inside
from ccdash.store.frames import Rows
from ccdash.store.levels import Wanted, made, of_rows
from ccdash.store.reached import NEAR, REACHED
from ccdash.store.retention import is_settled
from ccdash.sums import LEVELS, dirty_interval


@dataclass(frozen=True)
class _Stored:
    """A table of sums, and which of its intervals are not to be read: (start, of_id), or (start)
    of all queues together."""

    table: Table
    touched: FromClause

    def readable(self) -> Truth:
        """The rows of intervals that are to be read."""
        keys = self.table.primary_key.columns
        same = (ours == its for ours, its in zip(keys, self.touched.c, strict=False))
        return not_(exists().where(*same))


def interval_rows(query: Query, fact: Fact, measures: Sequence[Measure]) -> FromClause:
    """Rows of sums of these measures, without the queue where nobody asks for it; the period is
    made of quarters of hours. A statement of all measures takes longer to write than to answer."""
    marked = _marked(query.period, fact)
    tables = _levels(query, fact)
    names = [one.name for one in (*tables[-1].primary_key.columns, *measures)]
    anew = made(of_rows(fact, measures), Wanted(marked))
    parts = [*_stored(query.period, tables, marked), anew]
    rows = [one.with_only_columns(*(one.selected_columns[name] for name in names)) for one in parts]
    return union_all(*rows).subquery("intervals")


def _levels(query: Query, fact: Fact) -> Sequence[Table]:
    """The tables that are read, the finest first: as coarse as the question lets them be."""
    period = query.period
    are_hours = _are_hours(period.starts(query.grain)) and not query.is_of_hours
    if period.start >= _hour(period.end) or not are_hours:
        return LEVELS[fact][:1]
    asked = {*query.by, *(name for name, _ in query.filters)}
    return LEVELS[fact] if asked <= {Dimension.CHANNEL} else LEVELS[fact][:2]


def _stored(period: Period, tables: Sequence[Table], marked: FromClause) -> Iterator[Rows]:
    """What the tables hold of the period, each thing once."""
    quarters = _Stored(tables[0], marked)
    if len(tables) == 1:
        yield _whole(quarters, period)
        return
    hours = replace(period, end=_hour(period.end))
    coarser = [_Stored(one, _touched(one, hours, marked)) for one in tables[1:]]
    yield _whole(coarser[-1], hours)
    for finer, coarse in pairwise([quarters, *coarser]):
        yield _within(finer, coarse.touched)
    if hours.end < period.end:
        yield _whole(quarters, replace(period, start=hours.end))


def _whole(stored: _Stored, period: Period) -> Rows:
    at = stored.table.c.interval_start
    return select(*stored.table.c).where(inside(at, period), stored.readable())


def _within(stored: _Stored, touched: FromClause) -> Rows:
    """What the level holds of hours that are not to be read from the next one. LATERAL, because no
    other way than the index is right for a few hours of years."""
    of = stored.table.c
    here = [of.interval_start >= touched.c.start, of.interval_start < after_hour(touched.c.start)]
    if "of_id" in touched.c:
        here.append(of.queue_id == touched.c.of_id)
    part = select(*of).where(*here, stored.readable()).offset(0).lateral("part")
    return select(*part.c).select_from(touched.join(part, true()))


def _touched(table: Table, period: Period, marked: FromClause) -> FromClause:
    """The intervals of a coarser table in which something is marked."""
    of = [marked.c.of_id] if "queue_id" in table.c else []
    return (
        select(hour_start(marked.c.start).label("start"), *of)
        .where(inside(marked.c.start, period))
        .distinct()
        .cte(f"touched_{table.name}")
    )


def _hour(at: datetime) -> datetime:
    """The start of the hour (UTC) in which the instant lies."""
    at = at.astimezone(UTC)
    return at - timedelta(minutes=at.minute, seconds=at.second, microseconds=at.microsecond)


def _are_hours(starts: list[datetime]) -> bool:
    """Whether buckets begin with an hour of UTC: not so in a zone of half hours."""
    return all(at == _hour(at) for at in starts)


def _marked(period: Period, fact: Fact) -> FromClause:
    """The intervals (start, of_id) of the period that are to be made anew."""
    marks = _marks(period, fact)
    anew = not_(is_settled(marks.c.start, fact))
    return select(marks.c.start, marks.c.of_id).where(anew).distinct().cte("marked")


def _marks(period: Period, fact: Fact) -> FromClause:
    """The marks of the period, and what is seen anew with what is marked."""
    if fact not in REACHED:
        return _dirty(period, fact).subquery("marks")
    told = _dirty(_told_in(period, fact), Fact.CONTACT).cte("told")
    also = REACHED[fact](Wanted(told)).subquery("also")
    return union(
        _dirty(period, fact),
        _dirty(period, Fact.CONTACT),
        select(also.c.start, also.c.of_id).where(inside(also.c.start, period)),
    ).subquery("marks")


def _told_in(period: Period, fact: Fact) -> Period | None:
    """When the contacts came with which those of the period are seen anew; None for any time."""
    if fact not in NEAR:
        return None
    before, after = NEAR[fact]
    return replace(period, start=period.start - after, end=period.end + before)


def _dirty(period: Period | None, fact: Fact) -> Rows:
    """The marks of the period, or of all times."""
    at = dirty_interval.c.interval_start
    when = true() if period is None else inside(at, period)
    return select(at.label("start"), dirty_interval.c.of_id).where(
        dirty_interval.c.fact == fact, when
    )
