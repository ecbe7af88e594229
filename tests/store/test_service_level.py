"""The worked day: the same calls give six service levels, by the six views of the definition."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from ccdash.ingest.events import Recorded
from ccdash.ingest.record import record
from ccdash.query import Period, Query
from ccdash.store.history import read
from ccdash.vocabulary import Channel, Outcome

MORNING = datetime(2026, 4, 14, 8, tzinfo=UTC)
VIEWS = {
    "service_level": 81.1,
    "service_level_of_answered": 86.0,
    "service_level_late_abandons": 82.7,
    "service_level_left_in_target": 83.0,
    "service_level_without_short": 81.9,
    "service_level_short_met": 82.1,
}


def call(number: int, outcome: Outcome, waited: int) -> Recorded:
    at = MORNING + timedelta(seconds=number)
    left = at + timedelta(seconds=waited)
    return Recorded(
        source="day", id=f"{number}", contact=f"{number}", at=at, channel=Channel.PHONE, queue="q",
        outcome=outcome, queued_at=at, end=left + timedelta(seconds=100),
        answered_at=left if outcome is Outcome.HANDLED else None, wait_seconds=waited,
    )  # fmt: skip


@pytest.fixture
def worked_day(store):
    """A 1000, of them 860 within 20 s; B 60, of them 10 within 5 s and 20 within 20 s."""
    answered = [20] * 860 + [21] * 140
    abandoned = [5] * 10 + [6] * 10 + [21] * 40
    calls = [(Outcome.HANDLED, wait) for wait in answered]
    calls += [(Outcome.ABANDONED, wait) for wait in abandoned]
    with store.transaction() as connection:
        told = [call(number, *one) for number, one in enumerate(calls)]
        record(connection, told, received_at=MORNING)
    return store


def test_the_worked_day_gives_its_six_service_levels(worked_day):
    period = Period.parse("2026-04-14", "2026-04-15", "UTC")
    row = read(worked_day, Query(tuple(VIEWS), period)).frame.row(0, named=True)
    assert {name: round(100 * row[name], 1) for name in VIEWS} == VIEWS


def test_a_ratio_without_a_denominator_is_nothing_and_not_zero(worked_day):
    period = Period.parse("2026-04-15", "2026-04-16", "UTC")
    answer = read(worked_day, Query(("offered", "service_level", "csat", "occupancy"), period))
    row = answer.frame.row(0, named=True)
    assert (row["offered"], row["service_level"]) == (0, None)
    assert answer.not_measured == {"csat", "occupancy"}
