from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccdash.errors import BadQuery, BadSettings
from ccdash.query import Dimension, Period, Query, bucket_start
from ccdash.vocabulary import Grain

ZONES = ["Europe/Helsinki", "Asia/Kolkata", "Asia/Kathmandu", "America/New_York", "UTC"]
LONG = [Grain.DAY, Grain.WEEK, Grain.MONTH, Grain.QUARTER, Grain.YEAR]


def hours(start: str, end: str, zone: str, grain: Grain) -> list[float]:
    spans = Period.parse(start, end, zone).spans(grain)
    return [(last - first).total_seconds() / 3600 for first, last in spans]


def test_the_day_on_which_summer_begins_has_23_hours():
    assert hours("2026-03-28", "2026-03-31", "Europe/Helsinki", Grain.DAY) == [24, 23, 24]


def test_the_day_on_which_summer_ends_has_25_hours():
    assert hours("2026-10-24", "2026-10-27", "Europe/Helsinki", Grain.DAY) == [24, 25, 24]
    assert len(hours("2026-10-25", "2026-10-26", "Europe/Helsinki", Grain.HOUR)) == 25


@pytest.mark.parametrize(
    ("day", "lengths"), [("2026-04-05", [1, 1, 0.5, 1]), ("2026-10-04", [1, 1, 0.5, 1])]
)
def test_a_clock_that_is_set_by_half_an_hour_has_a_half_hour_and_then_full_ones(day, lengths):
    zone, end = "Australia/Lord_Howe", f"{day[:-1]}{int(day[-1]) + 1}"
    assert hours(day, end, zone, Grain.HOUR)[:4] == lengths
    starts = Period.parse(day, end, zone).starts(Grain.HOUR)
    assert [bucket_start(at, Grain.HOUR, ZoneInfo(zone)) for at in starts] == starts
    assert {at.astimezone(ZoneInfo(zone)).minute for at in starts[3:]} == {0}


def test_weeks_begin_on_monday_and_the_first_bucket_with_the_period():
    starts = Period.parse("2026-01-01", "2026-01-20", "Europe/Helsinki").starts(Grain.WEEK)
    local = [at.astimezone(ZoneInfo("Europe/Helsinki")).date() for at in starts]
    assert local == [date(2026, 1, 1), date(2026, 1, 5), date(2026, 1, 12), date(2026, 1, 19)]


def test_months_quarters_and_years_begin_on_their_first_day():
    def starts(grain: Grain) -> list[str]:
        period = Period.parse("2025-11-01", "2026-08-01", "Europe/Helsinki")
        zone = ZoneInfo("Europe/Helsinki")
        return [f"{at.astimezone(zone):%Y-%m-%d %H}" for at in period.starts(grain)]

    assert starts(Grain.MONTH)[:4] == [
        "2025-11-01 00", "2025-12-01 00", "2026-01-01 00", "2026-02-01 00",
    ]  # fmt: skip
    assert starts(Grain.QUARTER)[1:] == ["2026-01-01 00", "2026-04-01 00", "2026-07-01 00"]
    assert starts(Grain.YEAR)[1:] == ["2026-01-01 00"]


def test_hours_of_a_half_hour_zone_begin_on_its_own_clock():
    at = datetime(2026, 5, 4, 10, 40, tzinfo=UTC)
    assert bucket_start(at, Grain.HOUR, ZoneInfo("Asia/Kolkata")) == at.replace(minute=30)


instants = st.datetimes(datetime(1990, 1, 1), datetime(2040, 1, 1)).map(  # noqa: DTZ001
    lambda at: at.replace(tzinfo=UTC)
)
lengths = st.timedeltas(timedelta(minutes=1), timedelta(days=300))


@given(instants, lengths, st.sampled_from(ZONES), st.sampled_from(list(Grain)[2:]))
def test_buckets_cover_the_period_once_without_gaps(start, length, zone, grain):
    period = Period(start, start + length, zone)
    spans = period.spans(grain)
    assert spans[0][0] == period.start
    assert spans[-1][1] == period.end
    assert all(first < last for first, last in spans)
    assert all(one[1] == following[0] for one, following in pairwise(spans))


@given(instants, st.sampled_from(ZONES), st.sampled_from(LONG))
def test_a_long_bucket_begins_at_a_local_midnight_and_holds_its_instant(at, zone, grain):
    where = ZoneInfo(zone)
    start = bucket_start(at, grain, where)
    assert start <= at
    assert start.astimezone(where).time() == datetime.min.time()
    assert bucket_start(start, grain, where) == start


def test_the_period_before_has_as_many_local_days_also_over_a_clock_change():
    period = Period.parse("2026-03-30", "2026-04-06", "Europe/Helsinki").previous()
    zone = ZoneInfo("Europe/Helsinki")
    local = [f"{at.astimezone(zone):%Y-%m-%d %H:%M}" for at in (period.start, period.end)]
    assert local == ["2026-03-23 00:00", "2026-03-30 00:00"]


def test_a_period_that_holds_nothing_is_refused():
    with pytest.raises(BadQuery, match="its end must be after its start"):
        Period.parse("2026-03-01", "2026-03-01", "UTC")


def test_too_many_buckets_are_refused_with_a_way_out():
    with pytest.raises(BadQuery, match="coarser grain than 15min"):
        Period.parse("2020-01-01", "2026-01-01", "UTC").starts(Grain.QUARTER_HOUR)


@pytest.mark.parametrize("text", ["yesterday", "2026-13-01", "1.3.2026", ""])
def test_what_is_no_date_is_told_with_an_example(text):
    with pytest.raises(BadQuery, match="write 2026-03-01"):
        Period.parse(text, "2026-03-01", "UTC")


def test_an_unknown_time_zone_is_told_with_an_example():
    with pytest.raises(BadSettings, match="Europe/Helsinki"):
        Period.parse("2026-01-01", "2026-02-01", "Helsinki")


words = st.text(st.characters(exclude_characters="|", exclude_categories=["Cs"]), min_size=1)
filters = st.dictionaries(
    st.sampled_from(list(Dimension)), st.lists(words, min_size=1, max_size=3).map(tuple)
).map(lambda found: tuple(sorted(found.items())))


@given(filters, st.sampled_from(list(Grain)), st.sampled_from(ZONES), instants, lengths)
def test_a_question_comes_back_from_its_link(given_filters, grain, zone, start, length):
    start = start.replace(microsecond=0)
    length = timedelta(seconds=int(length.total_seconds()))
    query = Query(
        ("offered", "asa"),
        Period(start, start + length, zone),
        grain,
        (Dimension.QUEUE,),
        given_filters,
    )
    assert Query.from_params(query.to_params()) == query


def test_the_question_behind_a_point_is_its_bucket_within_the_period():
    query = Query(
        ("csat",),
        Period.parse("2026-01-07", "2026-02-01", "UTC"),
        Grain.WEEK,
        (Dimension.CHANNEL,),
        ((Dimension.CHANNEL, ("chat", "phone")), (Dimension.QUEUE, ("a",))),
    )
    monday = datetime(2026, 1, 5, tzinfo=UTC)
    behind = query.narrowed_to("csat", (monday, monday + timedelta(days=7)), channel="chat")
    assert behind.period == Period.parse("2026-01-07", "2026-01-12", "UTC")
    assert behind.filters == ((Dimension.QUEUE, ("a",)), (Dimension.CHANNEL, ("chat",)))
    assert behind.by == ()


@pytest.mark.parametrize(
    "params", [{}, {"from": "2026-01-01", "to": "2026-02-01", "tz": "UTC", "grain": "fortnight"}]
)
def test_a_link_that_asks_nothing_sensible_is_refused(params):
    with pytest.raises(BadQuery, match="The link does not say what is asked"):
        Query.from_params(params)


def test_whose_contacts_a_list_has_comes_back_from_a_link_and_is_a_number():
    period = Period.parse("2026-03-02", "2026-03-30", "Europe/Helsinki")
    asked = Query(("contacts",), period, customer=2**63 - 1)
    assert Query.from_params(asked.to_params()) == asked
    for other in ("0", "-7", "x", str(2**63), "9" * 5_000):
        with pytest.raises(BadQuery, match="customer is a number"):
            Query.from_params(asked.to_params() | {"customer": other})


def test_hours_settings_and_what_stands_beside_come_back_from_a_link():
    period = Period.parse("2026-03-02", "2026-03-30", "Europe/Helsinki")
    at = datetime(2026, 3, 30, 6, 12, tzinfo=UTC)
    asked = Query(
        ("csat",), period, Grain.DAY, weekday=1, hour=0, settings_at=at, before=period.previous()
    )
    assert Query.from_params(asked.to_params()) == asked


def test_the_list_behind_a_figure_keeps_its_hours_and_settings_and_no_time_before():
    period = Period.parse("2026-03-02", "2026-03-30", "Europe/Helsinki")
    asked = Query(
        ("csat", "asa"), period, Grain.DAY, (Dimension.QUEUE,), weekday=1, hour=9,
        settings_at=period.end, before=period.previous(),
    )  # fmt: skip
    listed = asked.narrowed_to("asa", period.spans(Grain.DAY)[2])
    assert listed == Query(("asa",), listed.period, weekday=1, hour=9, settings_at=period.end)


@pytest.mark.parametrize(
    "more", [{"weekday": "8"}, {"hour": "24"}, {"hour": "x"}, {"before_from": "2026-01-01"}]
)
def test_hours_that_no_week_has_and_half_a_time_before_are_refused(more):
    params = {"from": "2026-01-01", "to": "2026-02-01", "tz": "UTC", "metrics": "asa"}
    with pytest.raises(BadQuery):
        Query.from_params(params | more)
