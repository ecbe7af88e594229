"""The stored sums of a period as rows to add up: of hours where the buckets are made of hours.

Whatever is marked to be made anew is not read from sums: the quarter of an hour is taken from the
raw rows and its hour from its other quarters, all within the one statement.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from sqlalchemy import FromClause, and_, exists, not_, select, true, union, union_all

from ccdash.measures import Fact
from ccdash.query import Period, Query
from ccdash.store.buckets import after_hour, hour_start, inside
from ccdash.store.frames import Rows
from ccdash.store.repeats import FARTHEST
from ccdash.store.rollup import HOURS, SUMS, before, counted
from ccdash.sums import dirty_interval


def interval_rows(query: Query, fact: Fact) -> FromClause:
    """Rows with the columns of the fact's sums; the period is made of quarters of hours."""
    period = query.period
    marked = _marked(period, fact)
    stored = [_quarters(period, fact, marked)]
    end = _hour(period.end)
    if period.start < end and _are_hours(query.period.starts(query.grain)):
        stored = list(_hours(replace(period, end=end), fact, marked))
        if end < period.end:
            stored.append(_quarters(replace(period, start=end), fact, marked))
    made = counted(fact, marked).subquery()
    anew = select(*(made.c[one.name] for one in SUMS[fact].c))
    return union_all(*stored, anew).subquery("intervals")


def _hour(at: datetime) -> datetime:
    """The start of the hour (UTC) in which the instant lies."""
    at = at.astimezone(UTC)
    return at - timedelta(minutes=at.minute, seconds=at.second, microseconds=at.microsecond)


def _are_hours(starts: list[datetime]) -> bool:
    """Whether buckets begin with an hour of UTC: not so in a zone of half hours."""
    return all(at == _hour(at) for at in starts)


def _marked(period: Period, fact: Fact) -> FromClause:
    """The intervals (start, of_id) of the period that are to be made anew."""
    if fact is not Fact.REPEAT:
        return _dirty(period, fact).distinct().cte("marked")
    told = _dirty(replace(period, end=period.end + FARTHEST), Fact.CONTACT).cte("told")
    had = before(told).subquery("had")
    return union(
        _dirty(period, Fact.REPEAT),
        _dirty(period, Fact.CONTACT),
        select(had.c.start, had.c.of_id).where(inside(had.c.start, period)),
    ).cte("marked")


def _dirty(period: Period, fact: Fact) -> Rows:
    at = dirty_interval.c.interval_start
    return select(at.label("start"), dirty_interval.c.of_id).where(
        dirty_interval.c.fact == fact, inside(at, period)
    )


def _quarters(period: Period, fact: Fact, marked: FromClause) -> Rows:
    """Those without a mark."""
    sums = SUMS[fact]
    at = sums.c.interval_start
    is_marked = exists().where(marked.c.start == at, marked.c.of_id == sums.c.queue_id)
    return select(*sums.c).where(inside(at, period), not_(is_marked))


def _hours(period: Period, fact: Fact, marked: FromClause) -> tuple[Rows, Rows]:
    """The hours without a mark, and of the others the quarters without one. LATERAL, because no
    other way than the index is right for a few hours of years."""
    hours = HOURS[fact]
    touched = (
        select(hour_start(marked.c.start).label("start"), marked.c.of_id)
        .where(inside(marked.c.start, period))
        .distinct()
        .cte("touched")
    )
    at = hours.c.interval_start
    is_touched = exists().where(touched.c.start == at, touched.c.of_id == hours.c.queue_id)
    whole = select(*hours.c).where(inside(at, period), not_(is_touched))
    of, at = (SUMS[fact].c[name] for name in ("queue_id", "interval_start"))
    here = and_(of == touched.c.of_id, at >= touched.c.start, at < after_hour(touched.c.start))
    part = _quarters(period, fact, marked).where(here).offset(0).lateral("part")
    return whole, select(*part.c).select_from(touched.join(part, true()))
