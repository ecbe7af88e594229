"""In which channels the first rows of a list are looked for by walking the indexes of its order.

These indexes have the days of each channel. A queue lies in one or two channels; where it has a
fair share of their contacts a walk meets its rows soon, and where it has few all of them are read.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from sqlalchemy import CollectionAggregate, Double, Integer, any_, cast, func, select, union

from ccdash.measures import Fact
from ccdash.query import Dimension, Query
from ccdash.schema import contact, queue
from ccdash.store.buckets import after_interval, inside
from ccdash.store.conditions import UNKNOWN
from ccdash.store.engine import Store
from ccdash.store.frames import Rows
from ccdash.sums import contact_hour, dirty_interval
from ccdash.vocabulary import Channel

LATEST = 1_000
"""So many contacts of the channels, the last of the period, tell a queue's share of them."""
FAIR_SHARE = 0.02
HOUR = timedelta(hours=1)
WALKED = frozenset(
    {
        Dimension.CHANNEL,
        Dimension.DIRECTION,
        Dimension.LANGUAGE,
        Dimension.OUTCOME,
        Dimension.QUEUE,
        Dimension.RECOGNITION,
        Dimension.SOURCE,
        Dimension.SUBJECT,
    }
)
"""Filters that need no other table and have no index that leads to their rows; and queues."""


def channels(store: Store, query: Query) -> tuple[str, ...]:
    """The channels in which to walk; none where all rows are to be read. Raises StoreBusy,
    StoreUnavailable."""
    filters = dict(query.filters)
    asks_for_more = query.is_of_hours or query.is_of_a_list or query.settings_at is not None
    if asks_for_more or not WALKED.issuperset(filters):
        return ()
    known = tuple(one for one in Channel if one in filters.get(Dimension.CHANNEL, tuple(Channel)))
    queues = filters.get(Dimension.QUEUE)
    return known if queues is None else _of_queues(store, query, known, queues)


def _of_queues(
    store: Store, query: Query, known: Sequence[str], queues: Sequence[str]
) -> tuple[str, ...]:
    if UNKNOWN in queues:
        return ()
    numbers = select(queue.c.queue_id).where(queue.c.name.in_(queues)).scalar_subquery()
    is_of = any_(func.array(numbers))
    found = set(store.frame(_had(query, is_of))["channel"])
    here = tuple(one for one in known if one in found)
    share = store.frame(_share(query, is_of, here))["share"][0]
    return here if share is not None and share >= FAIR_SHARE else ()


def _had(query: Query, is_of: CollectionAggregate[bool]) -> Rows:
    """The channels of all contacts of the queues: by the sums of hours, and by rows where these
    are still to be made."""
    hours, mark, of = contact_hour.c, dirty_interval.c, contact.c
    period = replace(query.period, start=query.period.start - HOUR)
    in_sums = select(hours.channel).where(
        inside(hours.interval_start, period), hours.queue_id == is_of
    )
    fresh = select(of.channel).where(
        mark.fact == Fact.CONTACT,
        mark.of_id == is_of,
        of.queue_id == mark.of_id,
        of.arrived_at >= mark.interval_start,
        of.arrived_at < after_interval(mark.interval_start),
    )
    return select(union(in_sums, fresh).subquery().c.channel)


def _share(query: Query, is_of: CollectionAggregate[bool], here: Sequence[str]) -> Rows:
    """Of the last contacts of these channels; null where there is none."""
    at = contact.c.arrived_at
    last = select(cast(contact.c.queue_id == is_of, Integer).label("is_of")).where(
        inside(at, query.period), contact.c.channel.in_(here)
    )
    some = last.order_by(at.desc()).limit(LATEST).subquery()
    return select(cast(func.avg(some.c.is_of), Double).label("share"))
