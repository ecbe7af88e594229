"""Buckets of time in SQL. Where they begin is decided in query.py alone; SQL only compares."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    DateTime,
    Integer,
    Interval,
    and_,
    cast,
    extract,
    func,
    literal,
    select,
    true,
)
from sqlalchemy.dialects.postgresql import ARRAY

from ccdash.query import Period, Query

EPOCH = datetime(2000, 1, 1, tzinfo=UTC)


def bucket_number(at: ColumnElement[datetime], starts: Sequence[datetime]) -> ColumnElement[int]:
    """Which bucket holds the instant: 0 for the first. `starts` ascend; one parameter."""
    if len(starts) == 1:
        return literal(0, Integer)
    once = select(instants(starts)).scalar_subquery()  # not parsed again for every row
    return func.width_bucket(at, once, type_=Integer) - 1


def instants(values: Sequence[datetime]) -> ColumnElement[Any]:
    """An array of instants as one text parameter, which every driver can carry."""
    text = ",".join(value.astimezone(UTC).isoformat() for value in values)
    return cast(literal("{" + text + "}"), ARRAY(DateTime(timezone=True)))


def inside(at: ColumnElement[datetime], period: Period) -> ColumnElement[bool]:
    """Whether the instant lies in [start, end) of the period."""
    return and_(at >= literal(period.start), at < literal(period.end))


def at_hours(at: ColumnElement[datetime], query: Query) -> ColumnElement[bool]:
    """Whether the instant is of the day of the week and the hour that are asked for, by the clock
    of the question's zone. Of sums the start of a quarter of an hour tells: in every zone a local
    hour is made of four."""
    local = func.timezone(query.period.timezone, at)
    wanted = (("isodow", query.weekday), ("hour", query.hour))
    return and_(true(), *(extract(part, local) == it for part, it in wanted if it is not None))


def interval_start(at: ColumnElement[datetime]) -> ColumnElement[datetime]:
    """The start of the 15-minute interval of an instant."""
    return func.date_bin(cast(literal("15 minutes"), Interval), at, literal(EPOCH))


def hour_start(at: ColumnElement[datetime]) -> ColumnElement[datetime]:
    """The start of the hour (UTC) of an instant."""
    return func.date_bin(cast(literal("1 hour"), Interval), at, literal(EPOCH))


def after_interval(start: ColumnElement[datetime]) -> ColumnElement[datetime]:
    """The end of the 15-minute interval that starts then."""
    return start + cast(literal("15 minutes"), Interval)


def after_hour(start: ColumnElement[datetime]) -> ColumnElement[datetime]:
    """The end of the hour that starts then."""
    return start + cast(literal("1 hour"), Interval)
