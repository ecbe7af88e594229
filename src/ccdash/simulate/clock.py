"""Where the demo's clock begins: whoever starts it, at whatever hour, meets a centre at work."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

LIVING = (time(9), time(16, 30))
"""A centre is worth looking at between these local times of a working day."""
MEANT = (time(9, 30), time(15, 30))
"""Another time is moved to the same minute of an hour between these."""

IsWorkingDay = Callable[[date], bool]


def beginning(wall: datetime, zone: ZoneInfo, is_working_day: IsWorkingDay) -> datetime:
    """The wall time itself when it is one of a centre at work; else the same minute of an hour of
    the last working day, never after the wall time."""
    local = wall.astimezone(zone)
    if is_at_work(local, zone, is_working_day):
        return wall
    day = local.date()
    while not is_working_day(day) or _moved(local, day) > local:
        day -= timedelta(days=1)
    return _moved(local, day).astimezone(wall.tzinfo)


def going_on(
    wall: datetime, newest: datetime, zone: ZoneInfo, is_working_day: IsWorkingDay
) -> datetime:
    """Where it goes on after a rest: as if begun at this moment, yet never before what has been
    told; and where that was told to the end of a day, on the morning of the next one."""
    at = max(beginning(wall, zone, is_working_day), newest)
    local = at.astimezone(zone)
    if is_at_work(local, zone, is_working_day):
        return at
    day = local.date()
    while not is_working_day(day) or _moved(local, day) < local:
        day += timedelta(days=1)
    return _moved(local, day).astimezone(wall.tzinfo)


def is_at_work(at: datetime, zone: ZoneInfo, is_working_day: IsWorkingDay) -> bool:
    """Whether the centre is full of people then."""
    local = at.astimezone(zone)
    return is_working_day(local.date()) and LIVING[0] <= local.time() <= LIVING[1]


def monday_of(at: datetime, zone: ZoneInfo) -> date:
    """The local Monday of the week that holds the instant."""
    day = at.astimezone(zone).date()
    return day - timedelta(days=day.weekday())


def start_of(day: date, zone: ZoneInfo) -> datetime:
    """The local midnight."""
    return datetime.combine(day, time(), zone)


def _moved(local: datetime, day: date) -> datetime:
    """That day, between the hours that are meant, with the minute that it is."""
    first, last = (one.hour * 60 + one.minute for one in MEANT)
    minute = first + (local.hour * 60 + local.minute - first) % (last - first)
    return datetime.combine(day, time(minute // 60, minute % 60, local.second), local.tzinfo)
