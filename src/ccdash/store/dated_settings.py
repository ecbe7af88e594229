"""Targets and limits that people set, each from a day on."""

from __future__ import annotations

from datetime import UTC, datetime

import polars as pl
from sqlalchemy import Connection, func, or_, select, update
from sqlalchemy.dialects.postgresql import insert

from ccdash.ingest import known
from ccdash.ingest.work import interval_start
from ccdash.ingest.writing import mark_dirty
from ccdash.measures import Fact
from ccdash.schema import contact, dated_setting, queue
from ccdash.store import announce
from ccdash.store.engine import Store
from ccdash.thresholds import DatedValue, Threshold, of_reason, parts
from ccdash.vocabulary import Channel

COLUMN = {
    Threshold.TARGET_SECONDS: contact.c.target_seconds,
    Threshold.SHORT_ABANDON_SECONDS: contact.c.short_abandon_seconds,
    Threshold.CSAT_POSITIVE_FROM: contact.c.csat_positive_from,
}
"""Which column of a contact carries the setting that held for it."""

BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)


def put(connection: Connection, value: DatedValue, now: datetime) -> int:
    """Set a value from an instant on, and measure the contacts since then with it; gives how many
    contacts changed. Their intervals' sums are marked to be made anew. Waits for those who write
    contacts by the earlier value."""
    announce.mark(connection)
    known.hold_rules(connection)
    statement = insert(dated_setting).values(vars(value))
    keys = [one.name for one in dated_setting.primary_key.columns]
    connection.execute(
        statement.on_conflict_do_update(index_elements=keys, set_={"value": value.value})
    )
    return restamp(connection, parts(value.name)[0], value.valid_from, now)


def restamp(connection: Connection, name: Threshold, since: datetime, now: datetime) -> int:
    """Give the contacts since an instant the value that holds for them by all settings."""
    column = COLUMN.get(name)
    if column is None:
        return 0
    book = known.thresholds(connection)
    borders = _borders(connection, name, since)
    changed = 0
    for channel, queue_id, key in _queues(connection, since):
        for start, end in zip(borders, [*borders[1:], None], strict=True):
            value = book.value(name, Channel(channel), key, start)
            conditions = [
                contact.c.channel == channel,
                contact.c.queue_id == queue_id,
                contact.c.arrived_at >= start,
                column != value,
            ]
            if end is not None:
                conditions.append(contact.c.arrived_at < end)
            rows = connection.execute(
                update(contact)
                .where(*conditions)
                .values({column: value})
                .returning(contact.c.arrived_at)
            ).scalars()
            marks = [(interval_start(at), queue_id) for at in rows]
            changed += len(marks)
            mark_dirty(connection, Fact.CONTACT, set(marks), now)
    return changed


def _borders(connection: Connection, name: Threshold, since: datetime) -> list[datetime]:
    """The instants from which another value may hold."""
    later = select(dated_setting.c.valid_from).where(
        dated_setting.c.name == name, dated_setting.c.valid_from > since
    )
    return sorted({since, *connection.execute(later).scalars()})


def _queues(connection: Connection, since: datetime) -> list[tuple[str, int, str]]:
    statement = (
        select(contact.c.channel, contact.c.queue_id, func.coalesce(queue.c.key, ""))
        .join_from(contact, queue, queue.c.queue_id == contact.c.queue_id, isouter=True)
        .where(contact.c.arrived_at >= since)
        .distinct()
        .order_by(contact.c.channel, contact.c.queue_id)
    )
    return [(row[0], row[1], row[2]) for row in connection.execute(statement)]


def listed(store: Store) -> pl.DataFrame:
    """Every target and limit: name, channel, queue, valid_from, value; empty names mean all. The
    limit of a reason has the reason in its name."""
    name = dated_setting.c.name
    are_numbers = or_(name.in_(list(Threshold)), name.startswith(of_reason(""), autoescape=True))
    statement = select(dated_setting).where(are_numbers)
    return store.frame(statement.order_by(*dated_setting.primary_key.columns))


def queue_names(store: Store) -> dict[str, str]:
    """The names of the queues by what the sources call them, which is how a setting names one."""
    statement = select(queue.c.key, queue.c.name).order_by(queue.c.key, queue.c.name)
    return dict(store.frame(statement).iter_rows())
