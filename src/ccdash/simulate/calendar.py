"""Days of the centre: their midnights in epoch seconds, public holidays, opening hours."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from functools import lru_cache

from ccdash.calendars import ALWAYS, WHOLE_DAY, Calendar, Week, public_holidays
from ccdash.simulate.centre import Centre
from ccdash.simulate.parts import Hours, Span

DAY = 86_400
WEEK = timedelta(days=7)
BEGINNING = date(1970, 1, 1)


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


def is_holiday(centre: Centre, day: date) -> bool:
    """Whether the day is a public holiday of the centre's country."""
    return day in public_holidays(centre.country, "", day.year)


def open_span(centre: Centre, hours: Hours, day: date) -> Span | None:
    """From when to when it is open on that day, in seconds after midnight; None when it is not."""
    return hours.holiday if is_holiday(centre, day) else hours.week[day.weekday()]


def is_working_day(centre: Centre, day: date) -> bool:
    """Whether the centre is fully at work: Monday to Friday, no public holiday."""
    return day.weekday() < 5 and not is_holiday(centre, day)


def calendars(centre: Centre) -> dict[str, Calendar]:
    """By which calendar each queue's waits are measured in opening hours, as the store knows it; a
    queue that is always open needs none."""
    found = {
        one.key: calendar_of(centre, centre.service.get(one.channel, one.hours))
        for one in centre.queues
    }
    return {key: one for key, one in found.items() if one is not ALWAYS}


def calendar_of(centre: Centre, hours: Hours) -> Calendar:
    """The same hours as a calendar of the store."""
    days = tuple(((one[0] // 60, one[1] // 60),) if one else () for one in _days(hours))
    if set(days) == {WHOLE_DAY}:
        return ALWAYS
    week = Week(BEGINNING, days)
    return Calendar(hours.name, centre.timezone, centre.country, weeks=(week,))


def _days(hours: Hours) -> tuple[Span | None, ...]:
    return (*hours.week, hours.holiday)
