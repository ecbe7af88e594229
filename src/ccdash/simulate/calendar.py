"""Days of the centre: their midnights in epoch seconds, public holidays, opening hours."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from functools import cache, lru_cache

import holidays

from ccdash.simulate.centre import Centre
from ccdash.simulate.parts import Hours, Span

DAY = 86_400
WEEK = timedelta(days=7)


@lru_cache(maxsize=4096)
def midnight(centre: Centre, day: date) -> int:
    """Epoch seconds from which the day's clock is counted. It is twelve hours before noon, so that
    opening hours are right on the two days a year on which the clocks change at night."""
    noon = datetime(day.year, day.month, day.day, 12, tzinfo=centre.zone)
    return int(noon.timestamp()) - DAY // 2


def start_of_day(centre: Centre, day: date) -> int:
    """Epoch seconds of the first instant of the local day."""
    return int(datetime(day.year, day.month, day.day, tzinfo=centre.zone).timestamp())


def instant(seconds: int) -> datetime:
    """The instant of epoch seconds, in UTC."""
    return datetime.fromtimestamp(seconds, UTC)


def days_of(monday: date, before: int = 0) -> list[date]:
    """The days of the week, and so many before it, in order."""
    return [monday + timedelta(days=place) for place in range(-before, 7)]


@cache
def _holidays(country: str, year: int) -> frozenset[date]:
    return frozenset(holidays.country_holidays(country, years=year))


def is_holiday(centre: Centre, day: date) -> bool:
    """Whether the day is a public holiday of the centre's country."""
    return day in _holidays(centre.country, day.year)


def open_span(centre: Centre, hours: Hours, day: date) -> Span | None:
    """From when to when it is open on that day, in seconds after midnight; None when it is not."""
    return hours.holiday if is_holiday(centre, day) else hours.week[day.weekday()]


def is_working_day(centre: Centre, day: date) -> bool:
    """Whether the centre is fully at work: Monday to Friday, no public holiday."""
    return day.weekday() < 5 and not is_holiday(centre, day)
