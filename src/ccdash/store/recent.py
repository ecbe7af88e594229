"""The last hour, contact by contact, for the small lines beside the figures of now.

Bounded by what happens in an hour, however long the history is.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import polars as pl
from sqlalchemy import BigInteger, ColumnElement, cast, func, or_, select
from sqlalchemy import case as when

from ccdash.metrics import METRICS
from ccdash.query import Dimension
from ccdash.store.conditions import named
from ccdash.store.engine import Store
from ccdash.store.then import Then

HOUR, STEP, WINDOW = timedelta(hours=1), timedelta(minutes=5), timedelta(minutes=15)
LOOK_BACK = timedelta(days=4)
"""Of those who arrived earlier than this, the lines know who is open still: an e-mail waits over a
long weekend. One that was answered within the hour is gone from all of its line."""

FIGURES = ("arrived", "service_level", "abandoned")


@dataclass(frozen=True)
class Recent:
    """The hour up to the last full five minutes.

    contacts: queue, channel, arrived_at, queued_at, answered_at, ended_at (None: not yet), and for
    each measure of FIGURES whether the contact counts (0 or 1). Arrivals begin WINDOW before
    `start`."""

    start: datetime
    end: datetime
    contacts: pl.DataFrame


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
            *(
                _counts(one.where(rows.c)).label(name)
                for name, one in sorted(
                    {one.name: one for name in FIGURES for one in METRICS[name].measures}.items()
                )
            ),
        )
        .select_from(names.of)
        .where(is_lasting, ~rows.c.is_void)
        .order_by(rows.c.arrived_at, rows.c.contact_id)
    )
    return Recent(start, end, store.frame(statement))


def _counts(where: ColumnElement[bool]) -> ColumnElement[int]:
    return cast(when((where, 1), else_=0), BigInteger)
