"""Calendars that people set, and which of them holds where."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import Connection, delete, exists, func, select
from sqlalchemy.dialects.postgresql import insert

from ccdash.calendars import ALWAYS, ALWAYS_OPEN, CALENDAR, Calendar
from ccdash.errors import BadQuery
from ccdash.ingest import known
from ccdash.ingest.identifiers import stable_id
from ccdash.schema import calendar, dated_setting, opening_hours, queue, special_day
from ccdash.store.dated_settings import BEGINNING
from ccdash.store.engine import Store
from ccdash.store.open_hours import restamp
from ccdash.thresholds import DatedValue

SINCE_EVER = date(1970, 1, 1)
CLOSED = ((0, 0),)
"""How a day without hours is kept."""


@dataclass(frozen=True)
class Assigned:
    """From an instant on this calendar holds; an empty channel or queue means every one."""

    calendar: str
    channel: str
    queue: str
    valid_from: datetime


def listed(connection: Connection) -> list[Calendar]:
    """All calendars, by name."""
    return list(known.calendars_by_id(connection).values())


def named(connection: Connection, name: str) -> Calendar:
    """The calendar of this name. Raises BadQuery with those that there are."""
    found = {one.name: one for one in listed(connection)}
    if name in found:
        return found[name]
    there = ", ".join(found) or "none yet: `ccdash calendar set` makes one"
    raise BadQuery(f"There is no calendar {name!r}; there is {there}.")


def assigned(store: Store) -> list[Assigned]:
    """Which calendar holds where, by queue, channel and instant. Raises StoreUnavailable."""
    of = dated_setting.c
    statement = (
        select(
            func.coalesce(calendar.c.name, ALWAYS.name).label("calendar"),
            of.channel,
            of.queue,
            of.valid_from,
        )
        .join_from(dated_setting, calendar, calendar.c.calendar_id == of.value, isouter=True)
        .where(of.name == CALENDAR)
        .order_by(of.queue, of.channel, of.valid_from)
    )
    return [Assigned(**row) for row in store.frame(statement).iter_rows(named=True)]


def queues(store: Store) -> dict[str, tuple[str, str]]:
    """The name and the channel of each queue, by what the sources call it; the channel is empty
    where nobody has told. Raises StoreUnavailable."""
    of = queue.c
    statement = select(of.key, of.name, func.coalesce(of.channel, "")).order_by(of.key, of.name)
    return {key: (name, channel) for key, name, channel in store.frame(statement).iter_rows()}


def put(connection: Connection, told: Calendar, now: datetime) -> int:
    """Set a calendar: where it is, its holidays, and the weeks and single days that are told. A
    week from the same day and a single day that were there are replaced, others stay. Contacts and
    cases are measured anew by it; gives how many changed. Raises BadQuery."""
    if told.name == ALWAYS.name:
        raise BadQuery(f"{ALWAYS.name!r} is always open; give the calendar another name.")
    known.hold_rules(connection)
    had = known.calendars_by_id(connection).get(_number(told.name))
    _put_place(connection, told)
    _put_weeks(connection, told)
    _put_days(connection, told)
    of = dated_setting.c
    is_used = exists().where(of.name == CALENDAR, of.value == _number(told.name))
    if not connection.execute(select(is_used)).scalar_one():
        return 0
    return restamp(connection, _since(had, told), now)


def assign(connection: Connection, value: Assigned, now: datetime) -> int:
    """Let a calendar, or `always`, hold from an instant on, and measure the contacts and cases
    since then by it; gives how many changed. Raises BadQuery for one that is not there."""
    known.hold_rules(connection)
    if value.calendar == ALWAYS.name:
        number = ALWAYS_OPEN
    else:
        number = _number(named(connection, value.calendar).name)
    row = DatedValue(CALENDAR, value.channel, value.queue, value.valid_from, number)
    keys = [one.name for one in dated_setting.primary_key.columns]
    statement = insert(dated_setting).values(vars(row))
    connection.execute(statement.on_conflict_do_update(index_elements=keys, set_={"value": number}))
    return restamp(connection, value.valid_from, now)


def put_of_queues(connection: Connection, by_queue: Mapping[str, Calendar], now: datetime) -> None:
    """Set the calendars of queues, by the keys of these, for all of time."""
    for one in {one.name: one for one in by_queue.values()}.values():
        put(connection, one, now)
    for key, one in by_queue.items():
        assign(connection, Assigned(one.name, "", key, BEGINNING), now)


def _number(name: str) -> int:
    return stable_id("calendar", name)


def _put_place(connection: Connection, told: Calendar) -> None:
    place = {
        "timezone": told.timezone,
        "country": told.country or None,
        "subdivision": told.subdivision or None,
    }
    row = {"calendar_id": _number(told.name), "name": told.name, **place}
    statement = insert(calendar).values(row)
    connection.execute(statement.on_conflict_do_update(index_elements=["calendar_id"], set_=place))


def _put_weeks(connection: Connection, told: Calendar) -> None:
    of, number = opening_hours.c, _number(told.name)
    for week in told.weeks:
        mine = (of.calendar_id == number) & (of.valid_from == week.valid_from)
        connection.execute(delete(opening_hours).where(mine))
        rows = [
            (number, week.valid_from, weekday, *span)
            for weekday, hours in enumerate(week.days, 1)
            for span in hours
        ]
        connection.execute(insert(opening_hours).values(rows))


def _put_days(connection: Connection, told: Calendar) -> None:
    of, number = special_day.c, _number(told.name)
    for one in told.special_days:
        mine = (of.calendar_id == number) & (of.day == one.day)
        connection.execute(delete(special_day).where(mine))
        rows = [(number, one.day, *span, one.name) for span in one.hours or CLOSED]
        connection.execute(insert(special_day).values(rows))


def _since(had: Calendar | None, told: Calendar) -> datetime | None:
    """From when on something may be other than before; None for the whole of time."""
    if had is None or _place(had) != _place(told):
        return None
    days = [*(one.valid_from for one in told.weeks), *(one.day for one in told.special_days)]
    first = min(days, default=SINCE_EVER)
    if first == SINCE_EVER:
        return None
    return datetime.combine(first - timedelta(days=2), time(), UTC)  # in any zone


def _place(of: Calendar) -> tuple[str, str, str]:
    return of.timezone, of.country, of.subdivision
