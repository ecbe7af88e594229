"""Periods by name."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from ccdash.errors import BadQuery
from ccdash.query import Query
from ccdash.views import periods
from ccdash.views.periods import Preset
from ccdash.vocabulary import Grain

HELSINKI = ZoneInfo("Europe/Helsinki")
NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("preset", "first", "last"),
    [
        (Preset.TODAY, date(2026, 11, 21), date(2026, 11, 21)),
        (Preset.WEEK, date(2026, 11, 15), date(2026, 11, 21)),
        (Preset.FOUR_WEEKS, date(2026, 10, 25), date(2026, 11, 21)),
        (Preset.LAST_WEEK, date(2026, 11, 9), date(2026, 11, 15)),
        (Preset.THIRTEEN_WEEKS, date(2026, 8, 17), date(2026, 11, 15)),
        (Preset.HALF_YEAR, date(2026, 5, 18), date(2026, 11, 15)),
        (Preset.WEEKS_OF_A_YEAR, date(2025, 11, 17), date(2026, 11, 15)),
        (Preset.MONTH, date(2026, 11, 1), date(2026, 11, 21)),
        (Preset.LAST_MONTH, date(2026, 10, 1), date(2026, 10, 31)),
        (Preset.QUARTER, date(2026, 10, 1), date(2026, 11, 21)),
        (Preset.YEAR, date(2026, 1, 1), date(2026, 11, 21)),
    ],
)
def test_a_name_means_these_days(preset, first, last) -> None:
    period = periods.named_period(preset, date(2026, 11, 21), HELSINKI)

    assert periods.days_of(period) == (first, last)
    assert period.start.astimezone(HELSINKI).hour == 0


def test_days_have_the_hours_that_the_clock_gives_them() -> None:
    night_of_the_change = periods.of_days(date(2026, 10, 25), date(2026, 10, 25), HELSINKI)

    assert night_of_the_change.end - night_of_the_change.start == timedelta(hours=25)


def test_days_the_wrong_way_round_are_refused() -> None:
    with pytest.raises(BadQuery):
        periods.of_days(date(2026, 10, 25), date(2026, 10, 20), HELSINKI)


@pytest.mark.parametrize(
    ("newest", "day"),
    [
        (None, date(2026, 11, 21)),
        (NOW - timedelta(hours=3), date(2026, 11, 21)),
        (NOW - timedelta(days=6), date(2026, 11, 21)),
        (datetime(1999, 2, 28, 21, 43, tzinfo=UTC), date(1999, 2, 28)),
    ],
)
def test_a_store_whose_data_ended_long_ago_counts_from_its_last_day(newest, day) -> None:
    assert periods.day_to_count_from(NOW, newest, HELSINKI) == day


def test_a_period_that_is_not_over_is_compared_as_far_as_it_has_come() -> None:
    today = periods.named_period(Preset.TODAY, date(2026, 11, 21), HELSINKI)

    for now in (NOW + timedelta(minutes=7, seconds=12), today.start + timedelta(seconds=1)):
        before = periods.period_before(today, Grain.HOUR, now)

        assert before.start == today.start - timedelta(days=7)
        assert before.end == now - timedelta(days=7)


def test_a_period_of_which_nothing_is_over_is_compared_with_a_moment() -> None:
    today = periods.named_period(Preset.TODAY, date(2026, 11, 21), HELSINKI)

    before = periods.period_before(today, Grain.HOUR, today.start + timedelta(milliseconds=1))

    assert before.end - before.start == timedelta(seconds=1)


@pytest.mark.parametrize(
    ("first", "last", "grain", "before"),
    [
        (
            date(2026, 10, 25),
            date(2026, 11, 21),
            Grain.DAY,
            (date(2026, 9, 27), date(2026, 10, 24)),
        ),
        (date(2026, 11, 20), date(2026, 11, 20), Grain.HOUR, (date(2026, 11, 13),) * 2),
        (date(2026, 10, 1), date(2026, 10, 31), Grain.DAY, (date(2026, 8, 27), date(2026, 9, 26))),
        (date(2026, 10, 1), date(2026, 10, 31), Grain.MONTH, (date(2026, 9, 1), date(2026, 9, 30))),
        (date(2026, 7, 1), date(2026, 9, 30), Grain.MONTH, (date(2026, 4, 1), date(2026, 6, 30))),
        (date(2026, 1, 1), date(2026, 10, 31), Grain.MONTH, (date(2025, 1, 1), date(2025, 10, 31))),
    ],
)
def test_a_period_is_compared_with_the_same_weekdays_or_the_same_months(
    first, last, grain, before
) -> None:
    found = periods.period_before(periods.of_days(first, last, HELSINKI), grain, NOW)

    assert periods.days_of(found) == before


@pytest.mark.parametrize(
    ("days", "grain"),
    [(1, Grain.HOUR), (7, Grain.DAY), (28, Grain.DAY), (90, Grain.WEEK), (365, Grain.MONTH)],
)
def test_the_usual_grain_is_among_the_sensible_ones(days, grain) -> None:
    period = periods.of_days(date(2025, 1, 1), date(2025, 1, 1) + timedelta(days - 1), HELSINKI)

    assert periods.usual_grain(period) is grain
    assert grain in periods.sensible_grains(period)


@pytest.mark.parametrize(
    "preset", [Preset.THIRTEEN_WEEKS, Preset.HALF_YEAR, Preset.WEEKS_OF_A_YEAR]
)
def test_weeks_are_whole_ones_and_drawn_by_week(preset) -> None:
    period = periods.named_period(preset, date(2026, 11, 21), HELSINKI)

    assert {start.astimezone(HELSINKI).weekday() for start in period.starts(Grain.WEEK)} == {0}
    assert period.end.astimezone(HELSINKI).weekday() == 0
    assert periods.usual_grain(period) is Grain.WEEK


@pytest.mark.parametrize(
    ("days", "grain"), [(7, Grain.DAY), (27, Grain.DAY), (28, Grain.WEEK), (90, Grain.WEEK)]
)
def test_what_few_tell_is_drawn_by_week_from_four_weeks_on(days, grain) -> None:
    period = periods.of_days(date(2025, 1, 1), date(2025, 1, 1) + timedelta(days - 1), HELSINKI)

    assert periods.usual_grain(period, is_sparse=True) is grain
    assert grain in periods.sensible_grains(period)


@pytest.mark.parametrize(
    ("days", "grain"), [(7, Grain.DAY), (31, Grain.DAY), (51, Grain.WEEK), (90, Grain.WEEK)]
)
def test_many_lines_are_drawn_by_week_when_they_are_longer_than_a_month(days, grain) -> None:
    period = periods.of_days(date(2026, 10, 1), date(2026, 10, 1) + timedelta(days - 1), HELSINKI)

    assert periods.usual_grain(period, is_split=True) is grain


@pytest.mark.parametrize(
    ("days", "grain", "earlier"),
    [
        (("2025-11-03", "2025-11-16"), Grain.DAY, ("2024-11-04", "2024-11-17")),
        (("2021-01-11", "2021-01-24"), Grain.WEEK, ("2020-01-06", "2020-01-19")),  # 53 weeks
        (("2020-12-28", "2021-01-03"), Grain.WEEK, ("2019-12-30", "2020-01-05")),  # no week 53
        (("2025-10-01", "2025-12-31"), Grain.MONTH, ("2024-10-01", "2024-12-31")),
        (("2024-02-01", "2024-02-29"), Grain.MONTH, ("2023-02-01", "2023-02-28")),
    ],
)
def test_last_year_is_the_same_weeks_and_weekdays_or_the_same_months(days, grain, earlier) -> None:
    first, last = map(date.fromisoformat, days)
    later = datetime(2027, 1, 1, tzinfo=UTC)

    found = periods.year_before(periods.of_days(first, last, HELSINKI), grain, later)

    assert tuple(map(str, periods.days_of(found))) == earlier
    if grain is not Grain.MONTH:
        assert first.weekday() == date.fromisoformat(earlier[0]).weekday()


def test_last_year_of_a_week_that_is_not_over_ends_at_the_same_time_of_its_day() -> None:
    week = periods.of_days(date(2025, 11, 17), date(2025, 11, 23), HELSINKI)
    now = datetime(2025, 11, 19, 10, 30, tzinfo=HELSINKI)

    found = periods.year_before(week, Grain.DAY, now)

    assert found.end.astimezone(HELSINKI) == datetime(2024, 11, 20, 10, 30, tzinfo=HELSINKI)


@pytest.mark.parametrize(
    ("days", "apart"),
    [
        (("2026-12-07", "2027-03-07"), 52),  # has a week 53, and the year before has none
        (("2027-07-05", "2028-01-09"), 53),  # ends in another year than it begins
        (("2027-01-04", "2027-12-26"), None),
        (("2026-11-30", "2026-12-27"), None),
    ],
)
def test_around_a_week_53_the_time_before_is_so_many_weeks_earlier_and_not_the_same(days, apart):
    period = periods.of_days(*map(date.fromisoformat, days), HELSINKI)
    before = periods.year_before(period, Grain.WEEK, period.end)

    assert periods.weeks_apart(period, before) == apart


def test_as_much_of_the_time_before_as_is_known_is_by_the_days_of_its_months():
    period, before = (
        periods.of_days(date.fromisoformat(first), date.fromisoformat(last), HELSINKI)
        for first, last in (("2026-01-01", "2026-03-31"), ("2025-10-01", "2025-12-31"))
    )
    query = Query(("fcr",), period, Grain.TOTAL, before=before)
    until = datetime(2026, 3, 20, 12, tzinfo=HELSINKI)

    known = periods.known_before(query, until)

    assert known == replace(before, end=datetime(2025, 12, 20, 12, tzinfo=HELSINKI))
    assert periods.known_before(query, None) is periods.known_before(query, period.start) is None
