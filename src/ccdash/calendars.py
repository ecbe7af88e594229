"""When a centre is open, and for how long it was open between two instants.

A calendar has weeks of opening hours, each from a day on, public holidays of a country, and single
days of its own. Where nobody has said anything it is always open, so that time in opening hours is
time by the clock.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import cache, cached_property, lru_cache
from itertools import groupby
from math import floor
from typing import NamedTuple

from ccdash.settings import zone
from ccdash.thresholds import Thresholds
from ccdash.vocabulary import Channel

CALENDAR = "calendar"
"""The name of the dated setting that says which calendar holds; its value is the number of one."""
ALWAYS_OPEN = 0
"""The number of the calendar that nobody has to set."""
HOLIDAY = 8
"""The weekday of hours that hold on public holidays; 1 to 7 are Monday to Sunday."""
DAY_MINUTES = 24 * 60
DAY_SECONDS = 86_400
PERIOD = 366 * DAY_SECONDS
"""Spans are made for so many seconds at once, when they are first asked for."""

Hours = tuple[tuple[int, int], ...]
"""[opens, closes) in minutes after the day's midnight by the local clock, in order; past midnight
is more than 1440. Empty is closed."""
Span = tuple[datetime, datetime]
WHOLE_DAY: Hours = ((0, DAY_MINUTES),)


@dataclass(frozen=True)
class Week:
    """The hours that hold from a day on: of Monday to Sunday, and of public holidays."""

    valid_from: date
    days: tuple[Hours, ...]


@dataclass(frozen=True)
class SpecialDay:
    """A single day with hours of its own."""

    day: date
    name: str
    hours: Hours = ()


class _Spans(NamedTuple):
    """When it is open within one period: epoch seconds, and the open seconds up to each end."""

    starts: list[int]
    ends: list[int]
    totals: list[int]


@dataclass(frozen=True)
class Calendar:
    """Hours by the clock of a time zone. A single day goes before a public holiday, and that before
    the weekday. Hours past midnight belong to the day on which they begin. A border in an hour that
    the clock skips or repeats is read as if the clock had not been changed yet."""

    name: str
    timezone: str
    country: str = ""
    subdivision: str = ""
    weeks: tuple[Week, ...] = ()
    special_days: tuple[SpecialDay, ...] = ()
    _periods: dict[int, _Spans] = field(default_factory=dict, init=False, repr=False, compare=False)

    def open_within(self, start: datetime, seconds: int) -> int:
        """Of so many seconds after an instant, those in which it is open; 0 for none."""
        if self.is_always_open or seconds <= 0:
            return max(seconds, 0)
        first = floor(start.timestamp())
        last = first + seconds
        period = first // PERIOD
        starts, ends, _ = self._spans(period)
        place = bisect_right(starts, first)
        if place and last <= ends[place - 1]:  # most waits lie within one stretch
            return seconds
        whole = sum(self._opened(one) for one in range(period, last // PERIOD))
        return whole + self._opened(last // PERIOD, last) - self._opened(period, first)

    def is_open(self, at: datetime) -> bool:
        """Whether it is open at that instant."""
        if self.is_always_open:
            return True
        second = floor(at.timestamp())
        spans = self._spans(second // PERIOD)
        place = bisect_right(spans.starts, second)
        return place > 0 and second < spans.ends[place - 1]

    def next_open(self, at: datetime) -> datetime | None:
        """The first instant from this one on at which it is open; None when it stays closed for
        two years."""
        if self.is_open(at):
            return at
        second = floor(at.timestamp())
        for period in range(second // PERIOD, second // PERIOD + 3):
            spans = self._spans(period)
            place = bisect_right(spans.starts, second)
            if place < len(spans.starts):
                return datetime.fromtimestamp(spans.starts[place], UTC)
        return None

    def spans(self, start: datetime, end: datetime) -> list[Span]:
        """The stretches of [start, end) in which it is open, in order, in UTC."""
        if self.is_always_open or start >= end:
            return [(start, end)] if start < end else []
        first, last = start.timestamp(), end.timestamp()
        found: list[Span] = []
        for opens, closes in self._from(int(first // PERIOD), int(last // PERIOD)):
            if opens < last and closes > first:
                one = max(start, _instant(opens)), min(end, _instant(closes))
                joins = bool(found) and found[-1][1] == one[0]
                found[-1:] = [(found[-1][0], one[1])] if joins else [*found[-1:], one]
        return found

    def hours_on(self, day: date) -> Hours:
        """The hours of a local day."""
        special = self._special.get(day)
        if special is not None:
            return special.hours
        week = self.week_of(day)
        if week is None:
            return WHOLE_DAY
        is_holiday = day in public_holidays(self.country, self.subdivision, day.year)
        return week.days[(HOLIDAY if is_holiday else day.isoweekday()) - 1]

    def week_of(self, day: date) -> Week | None:
        """The week that holds on a day; None before the first, when it is always open."""
        return next((one for one in reversed(self._weeks) if one.valid_from <= day), None)

    @cached_property
    def is_always_open(self) -> bool:
        """Whether nobody has said when it is closed."""
        return not self.weeks and not self.special_days

    @cached_property
    def _weeks(self) -> tuple[Week, ...]:
        return tuple(sorted(self.weeks, key=lambda one: one.valid_from))

    @cached_property
    def _special(self) -> Mapping[date, SpecialDay]:
        return {one.day: one for one in self.special_days}

    def _opened(self, period: int, until: int | None = None) -> int:
        """Open seconds of the period, or of it up to a second."""
        starts, ends, totals = self._spans(period)
        place = len(starts) if until is None else bisect_right(starts, until)
        if not place:
            return 0
        left = 0 if until is None else ends[place - 1] - until
        return totals[place - 1] - max(0, left)

    def _from(self, first: int, last: int) -> Iterator[tuple[int, int]]:
        for period in range(first, last + 1):
            spans = self._spans(period)
            yield from zip(spans.starts, spans.ends, strict=True)

    def _spans(self, period: int) -> _Spans:
        found = self._periods.get(period)
        if found is None:
            found = self._periods[period] = self._made(period)
        return found

    def _made(self, period: int) -> _Spans:
        begin, end = period * PERIOD, (period + 1) * PERIOD
        first = _instant(begin).date() - timedelta(days=3)  # hours past midnight, and any zone
        days = (first + timedelta(days=place) for place in range(PERIOD // DAY_SECONDS + 6))
        pieces = (piece for day in days for piece in self._pieces(day))
        inside = ((max(one, begin), min(other, end)) for one, other in pieces)
        starts, ends, totals = [], [], []
        total = 0
        for opens, closes in _joined(sorted(one for one in inside if one[0] < one[1])):
            total += closes - opens
            starts.append(opens)
            ends.append(closes)
            totals.append(total)
        return _Spans(starts, ends, totals)

    def _pieces(self, day: date) -> Iterator[tuple[int, int]]:
        midnight = datetime(day.year, day.month, day.day, tzinfo=zone(self.timezone))
        for opens, closes in self.hours_on(day):
            start, end = (midnight + timedelta(minutes=one) for one in (opens, closes))
            yield int(start.timestamp()), int(end.timestamp())


ALWAYS = Calendar("always", "UTC")


class Calendars:
    """Which calendar holds for a queue at an instant: what was set for the queue goes before what
    was set for its channel, and that before what was set for all. `book` has the dated settings
    named `calendar`."""

    def __init__(
        self, book: Thresholds | None = None, by_id: Mapping[int, Calendar] | None = None
    ) -> None:
        self._book = book or Thresholds()
        self._by_id = {number: interned(one) for number, one in (by_id or {}).items()}

    def of(self, channel: Channel | str, queue: str, at: datetime) -> Calendar:
        """A case has no channel: it is given as an empty text."""
        number = self._book.found(CALENDAR, channel, queue, at)
        return self._by_id.get(number, ALWAYS) if number else ALWAYS

    def changes(self) -> list[datetime]:
        """The instants from which another calendar may hold, in order."""
        return self._book.changes(CALENDAR)


@lru_cache(maxsize=64)
def interned(calendar: Calendar) -> Calendar:
    """The one with these hours whose spans may have been made already."""
    return calendar


@cache
def public_holidays(
    country: str, subdivision: str, year: int, language: str = ""
) -> Mapping[date, str]:
    """The public holidays of a year by their day, named in the language that is asked for, where
    it is known, or in the country's. Without a country there are none."""
    if not country:
        return {}
    import holidays  # noqa: PLC0415 - it takes long, and most who import this ask for no holiday

    known = holidays.country_holidays(country, subdiv=subdivision or None).supported_languages
    spoken = next((one for one in known if language and one.startswith(language)), None)
    found = holidays.country_holidays(
        country, subdiv=subdivision or None, years=year, language=spoken
    )
    return dict(found)


def hours_text(hours: Hours) -> str:
    """08:00–12:00, 13:00–17:00; past midnight 22:00–02:00; empty for closed."""
    return ", ".join(f"{_clock(opens)}–{_clock(closes)}" for opens, closes in hours)


def _clock(minute: int) -> str:
    past = minute - DAY_MINUTES if minute > DAY_MINUTES else minute
    return f"{past // 60:02}:{past % 60:02}"


def runs_of_days(week: Week) -> Iterator[tuple[tuple[int, ...], Hours]]:
    """Neighbouring weekdays of the same hours together; public holidays, 8, by themselves."""
    for hours, days in groupby(range(1, HOLIDAY), lambda day: week.days[day - 1]):
        yield tuple(days), hours
    yield (HOLIDAY,), week.days[HOLIDAY - 1]


def coming_days(of: Calendar, today: date, language: str) -> list[SpecialDay]:
    """The single days and public holidays of the next twelve months, in order, with the hours that
    hold on them."""
    end = today + timedelta(days=365)
    found = {
        day: name
        for year in (today.year, end.year)
        for day, name in public_holidays(of.country, of.subdivision, year, language).items()
    }
    found |= {one.day: one.name for one in of.special_days}
    return [
        SpecialDay(day, name, of.hours_on(day))
        for day, name in sorted(found.items())
        if today <= day < end
    ]


def _joined(pieces: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Pieces in order, those that meet or overlap as one."""
    start = end = None
    for opens, closes in pieces:
        if start is None or end is None or opens > end:
            if start is not None and end is not None:
                yield start, end
            start, end = opens, closes
        else:
            end = max(end, closes)
    if start is not None and end is not None:
        yield start, end


def _instant(second: int) -> datetime:
    return datetime.fromtimestamp(second, UTC)
