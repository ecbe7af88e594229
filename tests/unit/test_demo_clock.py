"""Whoever starts the demo, at whatever hour, meets a centre at work."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as some

from ccdash.simulate.clock import beginning, going_on, is_at_work, monday_of
from ccdash.store.simulation import PATIENCE, Simulation

HELSINKI = ZoneInfo("Europe/Helsinki")
HOLIDAYS = {date(2026, 12, 24), date(2026, 12, 25), date(2027, 1, 1), date(2027, 1, 6)}
TIMES = some.integers(0, 2 * 365 * 24 * 3600).map(
    lambda seconds: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
)


def is_working_day(day: date) -> bool:
    return day.weekday() < 5 and day not in HOLIDAYS


def helsinki(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=HELSINKI)


@pytest.mark.parametrize(
    ("wall", "shown"),
    [
        ("2026-11-20T09:00:00", "2026-11-20T09:00:00"),  # Friday, at work
        ("2026-11-20T16:30:00", "2026-11-20T16:30:00"),
        ("2026-11-20T16:40:12", "2026-11-20T10:40:12"),  # after hours: the same day
        ("2026-11-20T07:05:00", "2026-11-19T13:05:00"),  # before them: the day before
        ("2026-11-22T02:29:00", "2026-11-20T14:29:00"),  # at night to Sunday
        ("2026-11-23T08:15:00", "2026-11-20T14:15:00"),  # early on Monday
        ("2026-11-22T12:15:30", "2026-11-20T12:15:30"),  # Sunday in office hours
        ("2026-12-25T12:00:00", "2026-12-23T12:00:00"),  # Christmas
    ],
)
def test_a_demo_begins_on_a_working_day(wall, shown):
    assert beginning(helsinki(wall), HELSINKI, is_working_day) == helsinki(shown)


@given(wall=TIMES)
def test_a_demo_begins_at_work_and_never_in_the_future(wall):
    begun = beginning(wall, HELSINKI, is_working_day)
    assert is_at_work(begun, HELSINKI, is_working_day)
    assert begun <= wall
    assert wall - begun < timedelta(days=6)


@given(wall=TIMES, rested=some.timedeltas(timedelta(days=-30), timedelta(days=30)))
def test_after_a_rest_it_goes_on_at_work_and_never_before_what_was_told(wall, rested):
    newest = wall - rested
    goes_on = going_on(wall, newest, HELSINKI, is_working_day)
    assert is_at_work(goes_on, HELSINKI, is_working_day)
    assert goes_on >= newest


def test_a_short_rest_at_work_goes_on_by_the_clock_on_the_wall():
    wall = helsinki("2026-11-20T10:30:00")
    assert going_on(wall, wall - timedelta(minutes=20), HELSINKI, is_working_day) == wall


def test_a_demo_left_in_the_evening_goes_on_the_next_working_morning():
    goes_on = going_on(
        helsinki("2026-11-20T17:40:00"), helsinki("2026-11-20T17:39:00"), HELSINKI, is_working_day
    )
    assert goes_on == helsinki("2026-11-23T11:39:00")


def test_a_week_begins_on_the_local_monday():
    assert monday_of(datetime(2026, 11, 22, 21, 59, tzinfo=UTC), HELSINKI) == date(2026, 11, 16)
    assert monday_of(datetime(2026, 11, 22, 22, 0, tzinfo=UTC), HELSINKI) == date(2026, 11, 23)


NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


def simulation(speed: float, beat_at: datetime) -> Simulation:
    return Simulation(1, NOON - timedelta(days=3), NOON, speed, 4, 104, beat_at)


def test_its_clock_runs_at_its_speed_from_where_it_began():
    turned = simulation(60, NOON + timedelta(seconds=88))
    assert turned.now(NOON + timedelta(seconds=90)) == NOON - timedelta(days=3, minutes=-90)
    assert turned.is_running(NOON + timedelta(seconds=90))


def test_a_clock_that_nobody_turns_stands_still():
    left = simulation(1, NOON + timedelta(hours=1))
    stood = left.now(NOON + timedelta(days=9))
    assert stood == NOON - timedelta(days=3) + timedelta(hours=1) + PATIENCE
    assert not left.is_running(NOON + timedelta(days=9))


def test_a_clock_never_shows_an_instant_before_its_first():
    assert simulation(1, NOON).now(NOON - timedelta(hours=1)) == NOON - timedelta(days=3)
