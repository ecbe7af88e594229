"""Seconds in opening hours, stamped anew where calendars have changed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Integer,
    MetaData,
    Row,
    Select,
    Table,
    func,
    literal,
    select,
    update,
)

from ccdash.calendars import Calendars
from ccdash.ingest import known
from ccdash.ingest.open_hours import opened, waited_open
from ccdash.ingest.work import Marks, interval_start
from ccdash.ingest.writing import copied, mark_dirty, put_copied
from ccdash.measures import Fact
from ccdash.schema import case, contact, queue

AT_ONCE = 20_000
Made = Callable[[Calendars, Row[Any]], tuple[int | None, ...]]
"""The stamps of a row."""


def restamp(connection: Connection, since: datetime | None, now: datetime) -> int:
    """Measure by the calendars that hold what was not over at an instant, or everything; gives how
    many contacts and cases changed. Their intervals' sums are marked to be made anew."""
    calendars = known.calendars(connection, known.thresholds(connection))
    changed = 0
    for fact, (rows, made) in _STAMPED.items():
        for some in _partitions(connection, rows(since)):
            new = [(row, made(calendars, row)) for row in some]
            other = [(row, stamps) for row, stamps in new if stamps != tuple(row[-len(stamps) :])]
            changed += len(other)
            _write(connection, fact, other)
            marks: Marks = {(interval_start(row.at), row.queue_id) for row, _ in other}
            mark_dirty(connection, fact, marks, now)
    return changed


def _contacts(since: datetime | None) -> Select[Any]:
    of = contact.c
    began = func.coalesce(of.queued_at, of.arrived_at)
    length = func.make_interval(0, 0, 0, 0, 0, 0, of.wait_seconds)
    rows = select(
        of.customer_id,
        of.contact_id,
        of.arrived_at.label("at"),
        of.queue_id,
        of.channel,
        func.coalesce(queue.c.key, "").label("queue"),
        began.label("began"),
        of.answered_at,
        of.wait_seconds,
        of.wait_open_seconds,
        of.response_open_seconds,
    ).join_from(contact, queue, queue.c.queue_id == of.queue_id, isouter=True)
    return _not_over(rows, of.arrived_at, func.greatest(began + length, of.answered_at), since)


def _cases(since: datetime | None) -> Select[Any]:
    of = case.c
    rows = select(
        of.case_id,
        of.opened_at.label("at"),
        of.queue_id,
        func.coalesce(queue.c.key, "").label("queue"),
        of.resolved_at,
        of.resolved_open_seconds,
    ).join_from(case, queue, queue.c.queue_id == of.queue_id, isouter=True)
    return _not_over(rows, of.opened_at, of.resolved_at, since)


def _not_over(
    rows: Select[Any],
    start: ColumnElement[datetime],
    end: ColumnElement[datetime],
    since: datetime | None,
) -> Select[Any]:
    """Those that have an end, and it is not before the instant."""
    rows = rows.where(end.is_not(None))
    return rows if since is None else rows.where(func.greatest(start, end) >= literal(since))


def _of_contact(calendars: Calendars, row: Row[Any]) -> tuple[int | None, ...]:
    calendar = calendars.of(row.channel, row.queue, row.at)
    return (
        waited_open(calendar, row.began, row.wait_seconds),
        opened(calendar, row.at, row.answered_at),
    )


def _of_case(calendars: Calendars, row: Row[Any]) -> tuple[int | None, ...]:
    return (opened(calendars.of("", row.queue, row.at), row.at, row.resolved_at),)


_STAMPED: dict[Fact, tuple[Callable[[datetime | None], Select[Any]], Made]] = {
    Fact.CONTACT: (_contacts, _of_contact),
    Fact.CASE: (_cases, _of_case),
}


def _partitions(connection: Connection, rows: Select[Any]) -> Iterator[Sequence[Row[Any]]]:
    """As the rows were when it began: what is written meanwhile is not read again."""
    streamed = rows.execution_options(stream_results=True, yield_per=AT_ONCE)
    with connection.execute(streamed) as found:
        yield from found.partitions()


def _write(
    connection: Connection, fact: Fact, rows: Sequence[tuple[Row[Any], tuple[int | None, ...]]]
) -> None:
    if not rows:
        return
    table, stamps = (
        (contact, ("wait_open_seconds", "response_open_seconds"))
        if fact is Fact.CONTACT
        else (case, ("resolved_open_seconds",))
    )
    keys = [one for one in table.columns if one.primary_key]
    staged = Table(
        f"restamped_{table.name}",
        MetaData(),
        *(Column(key.name, key.type) for key in keys),
        *(Column(name, Integer) for name in stamps),
        prefixes=["TEMPORARY"],
        postgresql_on_commit="DROP",
    )
    staged.create(connection)
    put_copied(connection, staged, copied((*row[: len(keys)], *new) for row, new in rows))
    is_it = [key == staged.c[key.name] for key in keys]
    connection.execute(update(table).where(*is_it).values({n: staged.c[n] for n in stamps}))
    staged.drop(connection)
