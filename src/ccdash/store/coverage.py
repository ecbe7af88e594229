"""What the store holds: from when to when, of what, and whether work on it is waiting."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import (
    ScalarSelect,
    Text,
    cast,
    column,
    exists,
    func,
    literal,
    not_,
    or_,
    select,
)
from sqlalchemy.dialects.postgresql import ARRAY

from ccdash.measures import SPREADS
from ccdash.query import Dimension
from ccdash.schema import (
    agent,
    contact,
    contact_point,
    dirty_customer,
    dirty_matter,
    queue,
    raw_event,
    source,
    team,
)
from ccdash.spreads import spread_zone
from ccdash.store.conditions import names_of
from ccdash.store.engine import Store
from ccdash.store.retention import KEPT_SINCE
from ccdash.sums import contact_interval, dirty_interval
from ccdash.vocabulary import Channel

_NAMED = {
    Dimension.QUEUE: queue,
    Dimension.TEAM: team,
    Dimension.AGENT: agent,
    Dimension.CONTACT_POINT: contact_point,
}


@dataclass(frozen=True)
class Coverage:
    """The first and the last arrival of a contact, the newest event of each source, and the sources
    with queues in which contacts came. Where contacts were forgotten, they are kept since
    `kept_since`, and the figures begin and end with `first_at` and `last_at`."""

    first_at: datetime | None
    last_at: datetime | None
    through: Mapping[str, datetime]
    of_contacts: frozenset[str]
    kept_since: datetime | None = None

    @property
    def is_empty(self) -> bool:
        """Whether nothing has come in yet."""
        return self.last_at is None and not self.through

    @property
    def newest_at(self) -> datetime | None:
        """The newest event of any source."""
        known = [*self.through.values(), *([self.last_at] if self.last_at else [])]
        return max(known, default=None)

    @property
    def came_until(self) -> datetime | None:
        """How far it is known who came: what a shop tells says nothing of calls."""
        told = (at for name, at in self.through.items() if name in self.of_contacts)
        return max([*told, *([self.last_at] if self.last_at else [])], default=None)


def coverage(store: Store) -> Coverage:
    """From indexes alone, so it may be asked by every page. Raises StoreUnavailable."""
    at, counted = contact.c.arrived_at, contact_interval.c.interval_start
    since = KEPT_SINCE.scalar_subquery()
    first, last = (
        select(edge(counted)).where(since.is_not(None)).scalar_subquery()
        for edge in (func.min, func.max)
    )
    a = func.least(func.min(at), first).label("a")
    z = func.greatest(func.max(at), last).label("z")
    ends = store.frame(select(a, z, since.label("kept_since")))
    newest = (
        select(func.max(raw_event.c.occurred_at))
        .where(raw_event.c.source == source.c.source)
        .correlate(source)
        .scalar_subquery()
    )
    told = store.frame(
        select(
            source.c.source,
            newest.label("at"),
            _last_in_queues().is_not(None).label("has_contacts"),
        ).order_by(source.c.source)
    )
    through = {name: at for name, at, _ in told.iter_rows() if at is not None}
    of_contacts = frozenset(told.filter("has_contacts")["source"])
    return Coverage(ends["a"][0], ends["z"][0], through, of_contacts, ends["kept_since"][0])


def _last_in_queues() -> ScalarSelect[datetime]:
    """The last arrival in a queue of the source: not EXISTS, which may read every contact."""
    of_queue = (
        select(func.max(contact.c.arrived_at))
        .where(contact.c.queue_id == queue.c.queue_id)
        .correlate(queue)
        .scalar_subquery()
    )
    return (
        select(func.max(of_queue))
        .where(queue.c.source == source.c.source)
        .correlate(source)
        .scalar_subquery()
    )


def names(store: Store) -> dict[Dimension, list[str]]:
    """The words that a filter may offer: channels that have sums, and everything with a name."""
    channel = (
        func.unnest(literal([str(one) for one in Channel], ARRAY(Text)))
        .table_valued(column("name", Text))
        .render_derived("channel")
    )
    has_sums = exists().where(contact_interval.c.channel == channel.c.name)
    statement = select(channel.c.name).where(has_sums).order_by(channel.c.name)
    found = {Dimension.CHANNEL: store.frame(statement)}  # not DISTINCT, which reads every sum
    found |= {dimension: store.frame(names_of(table)) for dimension, table in _NAMED.items()}
    return {dimension: frame["name"].to_list() for dimension, frame in found.items()}


def is_marked(store: Store) -> bool:
    """Whether sums of any interval wait to be made anew, or links of customers, or matters, or days
    of distributions to be made."""
    marked = or_(
        exists().where(dirty_interval.c.interval_start.is_not(None)),
        exists().where(dirty_customer.c.customer_id.is_not(None)),
        exists().where(dirty_matter.c.customer_id.is_not(None)),
    )
    every = cast(literal("{" + ",".join(SPREADS) + "}"), ARRAY(Text))
    is_owed = exists().where(not_(spread_zone.c.made.contains(every)))
    return bool(store.frame(select(or_(marked, is_owed).label("is_marked")))["is_marked"][0])
