"""The last hour, contact by contact, for the small lines beside the figures of now, and what came
in the hours before it.

Bounded by what happens in some hours, however long the history is.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import polars as pl
from sqlalchemy import BigInteger, ColumnElement, Interval, cast, func, literal, or_, select
from sqlalchemy import case as when

from ccdash.measures import Columns, Measure
from ccdash.metrics import METRICS
from ccdash.query import Dimension
from ccdash.store.buckets import EPOCH
from ccdash.store.conditions import named
from ccdash.store.engine import Store
from ccdash.store.frames import Rows
from ccdash.store.then import Then

HOUR, STEP, WINDOW = timedelta(hours=1), timedelta(minutes=5), timedelta(minutes=15)
LOOK_BACK = timedelta(days=4)
"""Of those who arrived earlier than this, the lines know who is open still: an e-mail waits over a
long weekend. One that was answered within the hour is gone from all of its line."""

SHIFT = timedelta(hours=8)
"""How far back arrivals are counted: a change is looked for in them."""

FIGURES = ("arrived", "service_level", "abandoned")


@dataclass(frozen=True, eq=False)
class Recent:
    """The hour up to the last full five minutes.

    contacts: queue, channel, arrived_at, queued_at, answered_at, ended_at (None: not yet),
    target_seconds, and for each measure of FIGURES whether the contact counts (0 or 1). Arrivals
    begin WINDOW before `start`. steps: queue, channel, contact_point, at (when five minutes begin)
    and the measures of FIGURES of who arrived in them, in the SHIFT before `end`."""

    start: datetime
    end: datetime
    contacts: pl.DataFrame
    steps: pl.DataFrame


def recent(store: Store, at: datetime) -> Recent:
    """What waited, was served or arrived in the hour. Raises StoreUnavailable."""
    end = datetime.fromtimestamp(at.timestamp() // STEP.seconds * STEP.seconds, UTC)
    start = end - HOUR
    rows = Then(at).contacts(start - LOOK_BACK, with_open=True)
    names = named(rows, (Dimension.QUEUE,))
    is_lasting = or_(rows.c.ended_at.is_(None), rows.c.ended_at >= start - WINDOW)
    statement = (
        select(
            func.coalesce(names.names[Dimension.QUEUE], "").label("queue"),
            rows.c.channel,
            *(rows.c[one] for one in ("arrived_at", "queued_at", "answered_at", "ended_at")),
            rows.c.target_seconds,
            *_counted(rows.c),
        )
        .select_from(names.of)
        .where(is_lasting, ~rows.c.is_void)
        .order_by(rows.c.arrived_at, rows.c.contact_id)
    )
    return Recent(start, end, store.frame(statement), store.frame(_steps(at, end)))


def _steps(at: datetime, end: datetime) -> Rows:
    rows = Then(at).contacts(end - SHIFT)
    names = named(rows, (Dimension.QUEUE, Dimension.CONTACT_POINT))
    of = (
        select(
            func.coalesce(names.names[Dimension.QUEUE], "").label("queue"),
            rows.c.channel,
            names.names[Dimension.CONTACT_POINT].label("contact_point"),
            _five_minutes(rows.c.arrived_at).label("at"),
            *_counted(rows.c),
        )
        .select_from(names.of)
        .where(rows.c.arrived_at < literal(end), ~rows.c.is_void)
        .subquery()
    )
    by = [of.c[one] for one in ("queue", "channel", "contact_point", "at")]
    sums = (cast(func.sum(of.c[one]), BigInteger).label(one) for one in _measures())
    return select(*by, *sums).group_by(*by).order_by(*by)


def _five_minutes(at: ColumnElement[datetime]) -> ColumnElement[datetime]:
    return func.date_bin(cast(literal("5 minutes"), Interval), at, literal(EPOCH))


def _measures() -> dict[str, Measure]:
    found = {one.name: one for name in FIGURES for one in METRICS[name].measures}
    return dict(sorted(found.items()))


def _counted(of: Columns) -> Iterator[ColumnElement[int]]:
    """Whether the contact counts in each measure."""
    return (_counts(one.where(of)).label(name) for name, one in _measures().items())


def _counts(where: ColumnElement[bool]) -> ColumnElement[int]:
    return cast(when((where, 1), else_=0), BigInteger)
