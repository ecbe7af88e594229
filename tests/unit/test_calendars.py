"""Opening hours: business time is what counting minute by minute gives."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccdash.calendars import (
    ALWAYS,
    CALENDAR,
    PERIOD,
    Calendar,
    Calendars,
    Hours,
    SpecialDay,
    Week,
    public_holidays,
)
from ccdash.thresholds import DatedValue, Thresholds
from ccdash.vocabulary import Channel

HELSINKI = ZoneInfo("Europe/Helsinki")
EVER = date(1970, 1, 1)
DAY: Hours = ((480, 1080),)
SPLIT: Hours = ((480, 720), (780, 1020))
NIGHT: Hours = ((1320, 1560),)
NO: Hours = ()


def week(*days: Hours, holiday: Hours = NO, since: date = EVER) -> Week:
    return Week(since, (*(days * 7)[:7], holiday))


def at(text: str, zone: ZoneInfo = HELSINKI) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone).astimezone(UTC)


def office(**more) -> Calendar:
    return Calendar(
        "office", "Europe/Helsinki", weeks=(week(DAY, DAY, DAY, DAY, DAY, NO, NO),), **more
    )


def hours(calendar: Calendar, start: datetime, end: datetime) -> float:
    return calendar.open_within(start, int((end - start).total_seconds())) / 3600


# Minute by minute ---------------------------------------------------------------------------------


def is_open_by_the_rules(calendar: Calendar, minute: datetime, zone: ZoneInfo) -> bool:
    """The rules again, for one minute, without any arithmetic of spans."""
    today = minute.astimezone(zone).date()
    return any(
        shown(day, opens, zone) <= minute < shown(day, closes, zone)
        for day in (today - timedelta(days=back) for back in range(-1, 3))
        for opens, closes in of_day(calendar, day)
    )


def shown(day: date, minutes: int, zone: ZoneInfo) -> datetime:
    """When the clock shows that many minutes after the day's midnight, as if it had not been
    changed yet."""
    later = day + timedelta(days=minutes // 1440)
    hour, minute = divmod(minutes % 1440, 60)
    return datetime(later.year, later.month, later.day, hour, minute, tzinfo=zone).astimezone(UTC)


def of_day(calendar: Calendar, day: date) -> Hours:
    for one in calendar.special_days:
        if one.day == day:
            return one.hours
    known = [one for one in calendar.weeks if one.valid_from <= day]
    if not known:
        return ((0, 1440),)
    last = max(known, key=lambda one: one.valid_from)
    is_holiday = day in public_holidays(calendar.country, calendar.subdivision, day.year)
    return last.days[7 if is_holiday else day.weekday()]


spans_of_a_day = st.lists(st.tuples(st.integers(0, 1439), st.integers(1, 1440)), max_size=3).map(
    lambda found: tuple(sorted((one, one + length) for one, length in found))
)
BORDER = EVER + timedelta(seconds=56 * PERIOD)
"""A day on which spans of another period begin: 12 February 2026."""
# The clocks change on 29 March and 25 October; holidays are 3 to 6 April.
NEAR = [date(2026, 3, 28), date(2026, 10, 24), date(2026, 4, 2), BORDER - timedelta(days=2)]


@st.composite
def calendars(draw) -> tuple[Calendar, datetime]:
    zone = draw(st.sampled_from(["Europe/Helsinki", "America/St_Johns", "Asia/Kolkata", "UTC"]))
    near = draw(st.sampled_from(NEAR))
    days = st.tuples(*[spans_of_a_day] * 8)
    since = st.sampled_from([EVER, near, near + timedelta(days=2)])
    weeks = draw(st.dictionaries(since, days, max_size=2))
    single = draw(st.dictionaries(st.integers(-1, 4), spans_of_a_day, max_size=2))
    calendar = Calendar(
        "any", zone, draw(st.sampled_from(["", "FI"])),
        weeks=tuple(Week(one, hours) for one, hours in weeks.items()),
        special_days=tuple(
            SpecialDay(near + timedelta(days=place), "", found) for place, found in single.items()
        ),
    )  # fmt: skip
    return calendar, datetime(near.year, near.month, near.day, tzinfo=UTC)


@given(calendars(), st.integers(0, 4 * 86_400), st.integers(-60, 4 * 86_400))
def test_open_seconds_are_those_counted_minute_by_minute(made, begin, length):
    calendar, day = made
    zone = ZoneInfo(calendar.timezone)
    start = day + timedelta(seconds=begin)
    end = start + timedelta(seconds=length)
    counted, minute = 0, start.replace(second=0)
    while minute < end:
        following = minute + timedelta(minutes=1)
        if is_open_by_the_rules(calendar, minute, zone):
            counted += max(0, int((min(end, following) - max(start, minute)).total_seconds()))
        minute = following
    assert calendar.open_within(start, length) == counted
    spans = calendar.spans(start, end)
    assert sum(int((last - first).total_seconds()) for first, last in spans) == counted
    assert all(one[1] < other[0] for one, other in pairwise(spans))
    assert calendar.is_open(start) == is_open_by_the_rules(calendar, start.replace(second=0), zone)


# By example ---------------------------------------------------------------------------------------


def test_a_weekend_and_a_night_do_not_count():
    assert hours(office(), at("2026-03-06T17:00"), at("2026-03-09T09:30")) == 2.5


@pytest.mark.parametrize(
    ("day", "long"), [("2026-03-29", 23), ("2026-10-25", 25), ("2026-10-26", 24)]
)
def test_a_day_that_is_open_throughout_is_as_long_as_the_clock_makes_it(day, long):
    always = Calendar("a", "Europe/Helsinki", weeks=(week(((0, 1440),)),))
    start = at(f"{day}T00:00")
    end = at(f"{date.fromisoformat(day) + timedelta(days=1)}T00:00")
    assert hours(always, start, end) == long


def test_a_night_shift_belongs_to_the_day_on_which_it_begins():
    friday = Calendar("n", "Europe/Helsinki", weeks=(week(NO, NO, NO, NO, NIGHT, NO, NO),))
    assert friday.is_open(at("2026-03-07T01:59"))
    assert not friday.is_open(at("2026-03-07T02:00"))
    assert not friday.is_open(at("2026-03-06T01:00"))
    closed = SpecialDay(date(2026, 3, 7), "Fair")
    same = Calendar("n", "Europe/Helsinki", weeks=friday.weeks, special_days=(closed,))
    assert same.is_open(at("2026-03-07T01:00"))


def test_a_pause_at_noon_splits_the_day():
    split = Calendar("s", "Europe/Helsinki", weeks=(week(SPLIT),))
    assert hours(split, at("2026-03-02T11:30"), at("2026-03-02T13:15")) == 0.75
    assert split.next_open(at("2026-03-02T12:10")) == at("2026-03-02T13:00")


def test_a_public_holiday_has_its_own_hours_and_a_single_day_goes_before_it():
    finnish = office(country="FI")
    assert not finnish.is_open(at("2026-12-25T10:00"))  # a Friday
    assert office().is_open(at("2026-12-25T10:00"))
    inventory = SpecialDay(date(2026, 12, 25), "Inventory", ((600, 660),))
    counted = office(country="FI", special_days=(inventory,))
    assert hours(counted, at("2026-12-25T00:00"), at("2026-12-26T00:00")) == 1


def test_holidays_may_be_those_of_a_part_of_a_country():
    assert office(country="DE").is_open(at("2026-01-06T10:00"))
    assert not office(country="DE", subdivision="BY").is_open(at("2026-01-06T10:00"))


def test_other_hours_hold_from_their_day_on_and_before_the_first_it_is_always_open():
    later = week(((540, 600),), since=date(2026, 3, 4))
    calendar = Calendar("o", "Europe/Helsinki", weeks=(later, week(DAY, since=date(2026, 3, 3))))
    start = at("2026-03-02T00:00")
    days = [start + timedelta(days=place) for place in range(4)]
    assert [hours(calendar, one, one + timedelta(days=1)) for one in days] == [24, 10, 1, 1]


def test_who_never_opens_again_has_no_next_opening():
    shut = Calendar("c", "UTC", weeks=(week(NO),))
    assert shut.next_open(at("2026-03-02T12:00")) is None


def test_where_nothing_was_set_opening_hours_are_those_of_the_clock():
    start = datetime(1900, 1, 1, tzinfo=UTC)
    assert ALWAYS.open_within(start, 2**31 - 1) == 2**31 - 1
    assert Calendars().of(Channel.PHONE, "q", start) is ALWAYS


def test_the_calendar_of_a_queue_goes_before_that_of_its_channel_before_that_of_all():
    rows = [("", "", 1), ("phone", "", 2), ("", "sales", 3), ("email", "sales", 0)]
    begin = at("2026-03-02T00:00")
    book = Thresholds(DatedValue(CALENDAR, channel, queue, begin, n) for channel, queue, n in rows)
    found = Calendars(book, {n: Calendar(str(n), "UTC", weeks=(week(DAY),)) for n in (1, 2, 3)})
    asked = [("chat", "x"), ("phone", "x"), ("phone", "sales"), ("", "sales"), ("email", "sales")]
    assert [found.of(*one, begin).name for one in asked] == ["1", "2", "3", "3", "always"]
    assert found.of("phone", "x", begin - timedelta(seconds=1)) is ALWAYS
