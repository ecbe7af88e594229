"""The quarters of an hour in which sums are kept."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

from hypothesis import given
from hypothesis import strategies as st

from ccdash.ingest.event_parts import EARLIEST, LATEST
from ccdash.ingest.work import INTERVAL, interval_start, intervals

zones = st.sampled_from(
    [UTC, timezone(timedelta(hours=5, minutes=45)), timezone(timedelta(hours=-3))]
)
instants = st.datetimes(EARLIEST.replace(tzinfo=None), LATEST.replace(tzinfo=None), timezones=zones)


@given(instants)
def test_an_interval_starts_at_the_quarter_of_the_hour_utc_before_whatever_the_year(at):
    utc = at.astimezone(UTC)
    quarter = utc.replace(minute=utc.minute - utc.minute % 15, second=0, microsecond=0)
    assert interval_start(at) == quarter


@given(instants, st.timedeltas(timedelta(), timedelta(hours=5)))
def test_a_span_touches_every_interval_from_that_of_its_start_to_that_before_its_end(at, length):
    found = list(intervals(at, at + length))
    assert found == [found[0] + place * INTERVAL for place in range(len(found))]
    assert found[0] <= at < found[0] + INTERVAL
    assert found[-1] < at + length <= found[-1] + INTERVAL or (not length and len(found) == 1)


def test_a_span_that_ends_before_it_starts_is_in_the_interval_of_its_start():
    at = datetime(2026, 3, 2, 8, 7, tzinfo=UTC)
    assert list(intervals(at, at - timedelta(hours=1))) == [interval_start(at)]
