"""In which buckets of a period anything that a question asks for was open."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from datetime import datetime

from ccdash.calendars import Calendar
from ccdash.ingest import known
from ccdash.query import Dimension, Query
from ccdash.store.calendars import queues
from ccdash.store.engine import Store


def open_buckets(store: Store, query: Query) -> list[bool]:
    """Of each bucket whether a queue of the question was open for a part of it; where nobody has
    said when, it always is. Raises StoreUnavailable."""
    starts = query.period.starts(query.grain)
    found = [False] * len(starts)
    for one in _calendars(store, query):
        for start, end in one.spans(query.period.start, query.period.end):
            for place in _touched(starts, start, end):
                found[place] = True
    return found


def _touched(starts: Sequence[datetime], start: datetime, end: datetime) -> range:
    return range(max(0, bisect_right(starts, start) - 1), bisect_left(starts, end))


def _calendars(store: Store, query: Query) -> Iterator[Calendar]:
    """Those of its queues at the beginning and at the end of its period, each once."""
    filters = dict(query.filters)
    channels, names = (filters.get(one) for one in (Dimension.CHANNEL, Dimension.QUEUE))
    with store.transaction() as connection:
        book = known.calendars(connection, known.thresholds(connection))
    seen: set[str] = set()
    for key, (name, channel) in queues(store).items():
        if (names and name not in names) or (channels and channel and channel not in channels):
            continue
        for at in (query.period.start, query.period.end):
            one = book.of(channel, key, at)
            if one.name not in seen:
                seen.add(one.name)
                yield one
