"""Contacts as though the targets and limits of one instant had held for all of them.

Each contact carries what held when it arrived. To ask "what would these weeks have been by today's
target?", the columns are read beside the values of the instant, by channel and queue; everything
that looks at them, figures, lists and files alike, then says the same. Opening hours are no such
columns: seconds in them stay those of each day's own.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    FromClause,
    Integer,
    Text,
    and_,
    cast,
    column,
    func,
    literal,
    select,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import TypeEngine

from ccdash.measures import Measure
from ccdash.metrics.origin import read_by
from ccdash.query import Query
from ccdash.schema import NO_QUEUE, queue
from ccdash.store.dated_settings import COLUMN, listed
from ccdash.store.engine import Store
from ccdash.thresholds import DatedValue, Thresholds
from ccdash.vocabulary import Channel

STAMPED = {name: one.name for name, one in COLUMN.items()}


def depends(measures: Iterable[Measure]) -> bool:
    """Whether a target or a limit is in any of them."""
    return any(read_by(one).intersection(STAMPED.values()) for one in measures)


def restated(store: Store, query: Query, of: FromClause) -> FromClause:
    """The contacts by the settings that the question asks for; by those of their own days they are
    as they are. Raises StoreUnavailable."""
    if query.settings_at is None:
        return of
    held = _held(store, query.settings_at)
    is_same = and_(held.c.queue_id == of.c.queue_id, held.c.channel == of.c.channel)
    stamped = {name: func.coalesce(held.c[name], of.c[name]) for name in STAMPED.values()}
    columns = [stamped.get(one.name, one).label(one.name) for one in of.c]
    return select(*columns).select_from(of.outerjoin(held, is_same)).subquery("restated")


def _held(store: Store, at: datetime) -> FromClause:
    """What held at the instant: queue_id, channel and the columns of a contact."""
    rows = list(_values(store, at))
    names = ("queue_id", "channel", *STAMPED.values())
    kinds: Sequence[TypeEngine[Any]] = (BigInteger(), Text(), *(Integer() for _ in STAMPED))
    arrays = [
        cast(literal("{" + ",".join(str(row[place]) for row in rows) + "}", Text), ARRAY(kind))
        for place, kind in enumerate(kinds)
    ]
    columns = (column(name, kind) for name, kind in zip(names, kinds, strict=True))
    return func.unnest(*arrays).table_valued(*columns).render_derived("held")


def _values(store: Store, at: datetime) -> Iterator[tuple[int | str, ...]]:
    book = Thresholds(DatedValue(**row) for row in listed(store).iter_rows(named=True))
    queues = store.frame(select(queue.c.queue_id, queue.c.key).order_by(queue.c.queue_id))
    for queue_id, key in [(NO_QUEUE, ""), *queues.iter_rows()]:
        for channel in Channel:
            values = (book.value(name, channel, key, at) for name in STAMPED)
            yield (queue_id, channel, *values)
