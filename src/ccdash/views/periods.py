"""Periods that people choose by name, counted back from a day."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from ccdash.query import Period, Query
from ccdash.vocabulary import Grain

LONG_AGO = timedelta(days=7)


class Preset(StrEnum):
    """A period by name; CUSTOM is a first and a last day of one's own."""

    TODAY = "today"
    YESTERDAY = "yesterday"
    WEEK = "7d"
    LAST_WEEK = "last-week"
    FOUR_WEEKS = "28d"
    THIRTEEN_WEEKS = "13w"
    HALF_YEAR = "26w"
    WEEKS_OF_A_YEAR = "52w"
    MONTH = "month"
    LAST_MONTH = "last-month"
    QUARTER = "quarter"
    YEAR = "year"
    CUSTOM = "custom"


def day_to_count_from(now: datetime, newest_at: datetime | None, where: ZoneInfo) -> date:
    """Today; of a store whose data ended long ago, the last day in it, so that it shows at once."""
    if newest_at is None or now - newest_at < LONG_AGO:
        return now.astimezone(where).date()
    return newest_at.astimezone(where).date()


def named_period(preset: Preset, day: date, where: ZoneInfo) -> Period:
    """The period that ends with this day; last weeks, from Monday, and a last month are whole ones,
    so that no part of one looks like a fall."""
    first, last = _days(preset, day)
    return of_days(first, last, where)


def of_days(first: date, last: date, where: ZoneInfo) -> Period:
    """Both days are in it. Raises BadQuery when they are the wrong way round."""
    return Period(_midnight(first, where), _midnight(last + timedelta(days=1), where), where.key)


def days_of(period: Period) -> tuple[date, date]:
    """Its first and its last day."""
    end = period.end - timedelta(microseconds=1)
    return period.start.astimezone(period.zone).date(), end.astimezone(period.zone).date()


class Compare(StrEnum):
    """With what the figures of a period are compared."""

    PREVIOUS = "previous"
    YEAR = "year"
    NONE = "none"


def earlier(compare: Compare, query: Query, now: datetime) -> Period | None:
    """What the period of a question is compared with; None for nothing. A period that is not over
    is compared up to the second that it has come to: half a day never with a whole one."""
    if compare is Compare.NONE:
        return None
    make = year_before if compare is Compare.YEAR else period_before
    return make(query.period, query.grain, now)


def period_before(period: Period, grain: Grain, now: datetime) -> Period:
    """As many whole weeks earlier that every day meets its own weekday; in months, quarters and
    years as many whole months."""
    first, last = days_of(period)
    if not of_months(period, grain):
        weeks = -(-((last - first).days + 1) // 7)
        return _moved(period, now, _by_clock(period, timedelta(weeks=weeks)))
    spanned = (last.year - first.year) * 12 + last.month - first.month + 1
    months = next((one for one in (1, 3, 6) if one >= spanned), -(-spanned // 12) * 12)
    return _moved(period, now, _months(period, months))


def year_before(period: Period, grain: Grain, now: datetime) -> Period:
    """The same ISO weeks of the year before, so that every day meets its own weekday: 52 weeks
    earlier, or 53 where the year before has so many; in months, quarters and years the same months.
    A week 53 whose year before has none meets the week of the same season, 52 weeks earlier."""
    if of_months(period, grain):
        return _moved(period, now, _months(period, 12))
    year = days_of(period)[0].isocalendar().year - 1
    weeks = _week(date(year, 12, 28))
    return _moved(period, now, _by_clock(period, timedelta(weeks=weeks)))


def known_before(query: Query, until: datetime | None) -> Period | None:
    """How much of the time before stands beside what is known of the period, [start, until): both
    begin and end at the same days of months, or at the same distance by the local clock. None where
    all is known, or nothing."""
    period, before = query.period, query.before
    if before is None or until is None or until == period.start:
        return None
    start, other = (one.start.astimezone(one.zone) for one in (period, before))
    if start.day == other.day == 1:
        shift = _months(period, (start.year - other.year) * 12 + start.month - other.month)
    else:
        shift = _by_clock(period, start.replace(tzinfo=None) - other.replace(tzinfo=None))
    end = max(shift(until), before.start + timedelta(seconds=1))
    return replace(before, end=min(end, before.end))


def weeks_apart(period: Period, before: Period) -> int | None:
    """How many weeks earlier the time before begins, where that is not the same ISO weeks of the
    year: after a week 53 the numbers differ. None where they are the same."""
    first, last = days_of(period)
    weeks = (first - days_of(before)[0]).days // 7
    earlier = timedelta(weeks=weeks)
    are_same = all(_week(day) == _week(day - earlier) for day in (first, last))
    return None if are_same else weeks


def _week(day: date) -> int:
    return day.isocalendar().week


def of_months(period: Period, grain: Grain) -> bool:
    """Whether it is compared by months and not by weeks."""
    return grain in _MONTHS and period.start.astimezone(period.zone).day == 1


_Shift = Callable[[datetime], datetime]


def _moved(period: Period, now: datetime, shift: _Shift) -> Period:
    end = period.end
    if period.start < now < end:
        end = max(now.replace(microsecond=0), period.start + timedelta(seconds=1))
    return replace(period, start=shift(period.start), end=shift(end))


def _by_clock(period: Period, earlier: timedelta) -> _Shift:
    def shift(at: datetime) -> datetime:
        wall = at.astimezone(period.zone).replace(tzinfo=None)
        return (wall - earlier).replace(tzinfo=period.zone).astimezone(UTC)

    return shift


def _months(period: Period, months: int) -> _Shift:
    def shift(at: datetime) -> datetime:
        wall = at.astimezone(period.zone).replace(tzinfo=None)
        place = wall.year * 12 + wall.month - 1 - months
        year, month = place // 12, place % 12 + 1
        day = min(wall.day, monthrange(year, month)[1])
        moved = wall.replace(year=year, month=month, day=day, tzinfo=period.zone)
        return moved.astimezone(UTC)

    return shift


def usual_grain(period: Period, *, is_sparse: bool = False, is_split: bool = False) -> Grain:
    """The grain that gives a readable number of points; of what is told by few, such as answers, no
    finer one than makes them many enough, and of many lines none that is a thicket."""
    first, last = days_of(period)
    days = (last - first).days + 1
    if days % 7 == 0 and first.weekday() == 0 and 62 < days <= 371:
        return Grain.WEEK
    if (is_sparse and 28 <= days <= 62) or (is_split and 31 < days <= 62):
        return Grain.WEEK
    for limit, grain in _GRAINS:
        if days <= limit:
            return grain
    return Grain.YEAR


def sensible_grains(period: Period) -> list[Grain]:
    """Those that give at least two points and not thousands."""
    days = (period.end - period.start) / timedelta(days=1)
    return [grain for grain, (least, most) in _SENSIBLE.items() if least <= days <= most]


_WEEKS = {
    Preset.LAST_WEEK: 1,
    Preset.THIRTEEN_WEEKS: 13,
    Preset.HALF_YEAR: 26,
    Preset.WEEKS_OF_A_YEAR: 52,
}
_MONTHS = (Grain.MONTH, Grain.QUARTER, Grain.YEAR)
_GRAINS = (
    (2, Grain.HOUR),
    (62, Grain.DAY),
    (200, Grain.WEEK),
    (1500, Grain.MONTH),
    (4000, Grain.QUARTER),
)
_SENSIBLE = {
    Grain.QUARTER_HOUR: (0, 8),
    Grain.HOUR: (0, 32),
    Grain.DAY: (1.5, 800),
    Grain.WEEK: (8, 4000),
    Grain.MONTH: (32, 1e6),
    Grain.QUARTER: (93, 1e6),
    Grain.YEAR: (367, 1e6),
}


def _days(preset: Preset, day: date) -> tuple[date, date]:
    first_of_month = day.replace(day=1)
    if preset is Preset.LAST_MONTH:
        end = first_of_month - timedelta(days=1)
        return end.replace(day=1), end
    if preset in _WEEKS:
        monday = day - timedelta(days=day.weekday())
        return monday - timedelta(weeks=_WEEKS[preset]), monday - timedelta(days=1)
    if preset is Preset.YESTERDAY:
        return day - timedelta(days=1), day - timedelta(days=1)
    firsts = {
        Preset.TODAY: day,
        Preset.WEEK: day - timedelta(days=6),
        Preset.MONTH: first_of_month,
        Preset.QUARTER: first_of_month.replace(month=day.month - (day.month - 1) % 3),
        Preset.YEAR: day.replace(month=1, day=1),
    }
    return firsts.get(preset, day - timedelta(days=27)), day


def _midnight(day: date, where: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), where).astimezone(UTC)
