"""The day so far at an instant: what may be a second old on the floor.

Its cost follows the contacts of the day, not the length of the history.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache

import polars as pl
from sqlalchemy import Text, bindparam, cast, exists, func, select

from ccdash.measures import MEASURES
from ccdash.metrics import METRICS
from ccdash.query import Dimension
from ccdash.schema import contact, followed_file, import_batch, raw_event, simulation, source
from ccdash.store.conditions import named
from ccdash.store.engine import Store
from ccdash.store.frames import Question, Rows, question
from ccdash.store.then import Then

TODAY = (
    "offered", "answered", "abandoned", "abandonment_rate", "service_level", "asa", "handled",
    "aht", "still_waiting", "arrived",
)  # fmt: skip
_ANY = datetime(2000, 1, 1, tzinfo=UTC)
"""In the place of an instant, in a statement that is asked of many."""
_BESIDE = import_batch.alias()


@dataclass(frozen=True)
class DaySoFar:
    """As the Floor has it; handled: how many contacts of the day, by agent_id."""

    day_start: datetime
    data_through: Mapping[str, datetime]
    day: pl.DataFrame
    handled: Mapping[str, int]
    imported: frozenset[str]


def day_so_far(store: Store, at: datetime, day_start: datetime) -> DaySoFar:
    """In one round trip. Raises StoreUnavailable."""
    found = store.together(
        {name: one.asked(at=at, since=day_start) for name, one in _questions().items()}
    )
    through = {name: at for name, at in found["through"].iter_rows() if at is not None}
    imported = frozenset(found["imported"]["source"])
    handled = dict(found["handled"].iter_rows())
    return DaySoFar(day_start, through, found["day"], handled, imported)


@cache
def _questions() -> Mapping[str, Question]:
    then = Then(_ANY)
    made = {
        "day": _day(then), "handled": _handled(then), "through": _through(then),
        "imported": _imported(),
    }  # fmt: skip
    return {name: question(one) for name, one in made.items()}


def _day(then: Then) -> Rows:
    """The sums of each queue, channel and team, by the same measures as everywhere, over the
    contacts as they were."""
    measures = {one.name: one for name in TODAY for one in METRICS[name].measures}
    rows = then.contacts(_ANY)
    named_rows = named(rows, (Dimension.QUEUE, Dimension.TEAM))
    keys = [
        func.coalesce(named_rows.names[Dimension.QUEUE], "").label("queue"),
        rows.c.channel,
        named_rows.names[Dimension.TEAM].label("team"),
    ]
    sums = [one.aggregate(rows.c).label(name) for name, one in measures.items()]
    by = [rows.c.channel, *(named_rows.names[one] for one in (Dimension.QUEUE, Dimension.TEAM))]
    return select(*keys, *sums).select_from(named_rows.of).group_by(*by).order_by(*by)


def _handled(then: Then) -> Rows:
    """How many of the day's contacts each agent has handled."""
    return (
        select(cast(contact.c.agent_id, Text).label("agent_id"), func.count().label("handled"))
        .where(
            contact.c.arrived_at >= bindparam("since", _ANY),
            contact.c.agent_id.is_not(None),
            then.happened(contact.c.ended_at),
            MEASURES["handled"].where(contact.c),
        )
        .group_by(contact.c.agent_id)
        .order_by(contact.c.agent_id)
    )


def _through(then: Then) -> Rows:
    """The newest event of each source."""
    newest = (
        select(func.max(raw_event.c.occurred_at))
        .where(raw_event.c.source == source.c.source, raw_event.c.occurred_at <= then.instant)
        .correlate(source)
        .scalar_subquery()
    )
    return select(source.c.source, newest.label("at")).order_by(source.c.source)


def _imported() -> Rows:
    """The sources whose newest event came with a file that was imported to its end, and that are
    neither followed nor simulated."""
    batch = import_batch.c
    newest = (
        select(raw_event.c.batch_id)
        .where(raw_event.c.source == batch.source)
        .order_by(raw_event.c.occurred_at.desc())
        .limit(1)
        .correlate(import_batch)
        .scalar_subquery()
    )
    is_followed = exists().where(followed_file.c.source == batch.source)
    is_open = exists().where(_BESIDE.c.source == batch.source, _BESIDE.c.finished_at.is_(None))
    statement = select(batch.source).where(
        newest.is_not(None), ~is_followed, ~is_open, ~exists(simulation.select())
    )
    return statement.distinct().order_by(batch.source)
