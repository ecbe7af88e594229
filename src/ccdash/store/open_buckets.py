"""In which buckets of a period anything that a question asks for was open.

What holds is what is stamped: of contacts the calendar of their own channel, of cases, which have
none, that of their queue.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import pairwise

from ccdash.calendars import Span
from ccdash.ingest import known
from ccdash.measures import Fact
from ccdash.metrics import metric
from ccdash.query import Dimension, Query
from ccdash.store import history
from ccdash.store.calendars import queues
from ccdash.store.engine import Store
from ccdash.vocabulary import Grain


def open_buckets(store: Store, query: Query) -> list[bool]:
    """Of each bucket whether a queue of the question was open for a part of it; where nobody has
    said when, it always is. Raises BadQuery, StoreUnavailable."""
    starts = query.period.starts(query.grain)
    found = [False] * len(starts)
    for start, end in _open(store, query):
        for place in _touched(starts, start, end):
            found[place] = True
    return found


def _touched(starts: Sequence[datetime], start: datetime, end: datetime) -> range:
    return range(max(0, bisect_right(starts, start) - 1), bisect_left(starts, end))


def _open(store: Store, query: Query) -> Iterator[Span]:
    """When each of its queues was open, by the calendar that held at the time."""
    with store.transaction() as connection:
        book = known.calendars(connection, known.thresholds(connection))
    asked, period = _queues(store, query), query.period
    changes = (at for at in book.changes() if period.start < at < period.end)
    for start, end in pairwise([period.start, *changes, period.end]):
        for one in {book.of(channel, key, start) for channel, key in asked}:
            yield from one.spans(start, end)


def _queues(store: Store, query: Query) -> set[tuple[str, str]]:
    """The channels and the keys of the queues to which something came; no key for none."""
    asked, by = metric(query.metrics[0]), (Dimension.QUEUE, Dimension.CHANNEL)
    told = queues(store).items()
    if asked.fact is Fact.CASE:
        names = dict(query.filters).get(Dimension.QUEUE)
        return {("", key) for key, (name, _) in told if not names or name in names}
    contacts = replace(query, metrics=("contacts",), grain=Grain.TOTAL, by=by, settings_at=None)
    came = history.read(store, contacts).frame.select(*by).rows()
    found = {(channel, key) for key, (name, _) in told for of, channel in came if of == name}
    return found | {(channel, "") for of, channel in came if of is None}
