"""Opening hours as one asks a clock on the wall: second after second, or minute after minute."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from ccdash.calendars import Calendar, SpecialDay, Week
from ccdash.store.calendars import SINCE_EVER

DAY = 24 * 60
Hours = tuple[tuple[int, int], ...]
SPLIT, LATE, ALL_DAY = ((510, 720), (765, 1080)), ((1320, 1500),), ((0, DAY),)
"""With a lunch; past midnight; round the clock. No border lies in an hour in which clocks are set:
what holds there is agreed upon (ccdash.calendars), and not to be seen on a clock."""
BORDERS = tuple(minute for hours in (*SPLIT, *LATE) for minute in hours)


@dataclass(frozen=True)
class SlowHours:
    """By the minutes of local days, Monday's first; `closed` is a day on which nothing is open."""

    timezone: str
    week: tuple[Hours, ...]
    closed: date

    def calendar(self) -> Calendar:
        """The same for ccdash."""
        return Calendar(
            "office",
            self.timezone,
            weeks=(Week(SINCE_EVER, (*self.week, ())),),
            special_days=(SpecialDay(self.closed, "Closed"),),
        )

    def always(self) -> SlowHours:
        """Where nothing is ever closed."""
        return replace(self, week=(ALL_DAY,) * 7, closed=date.min)

    def open_seconds(self, start: datetime, seconds: int) -> int:
        """Of the seconds after an instant those in which it is open."""
        return _open_seconds(self, start, seconds)

    def open_minutes(self, start: datetime, end: datetime) -> int:
        """The same of whole minutes."""
        zone, minute = ZoneInfo(self.timezone), timedelta(minutes=1)
        number = round((end - start) / minute)
        return sum(self._is_open((start + minute * n).astimezone(zone)) for n in range(number))

    def _is_open(self, local: datetime) -> bool:
        minute = local.hour * 60 + local.minute
        return self._holds(local.date(), minute) or self._holds(
            local.date() - timedelta(days=1), minute + DAY
        )

    def _holds(self, day: date, minute: int) -> bool:
        hours = () if day == self.closed else self.week[day.weekday()]
        return any(opens <= minute < closes for opens, closes in hours)


@cache
def _open_seconds(hours: SlowHours, start: datetime, seconds: int) -> int:
    zone, second = ZoneInfo(hours.timezone), timedelta(seconds=1)
    return sum(hours._is_open((start + second * n).astimezone(zone)) for n in range(seconds))
