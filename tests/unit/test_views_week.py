"""A metric by the hours of a week."""

from __future__ import annotations

from datetime import UTC, datetime

import polars as pl

from ccdash.query import Period, Query
from ccdash.views import trends, week
from ccdash.views.week import Peak
from ccdash.vocabulary import Grain

HELSINKI = "Europe/Helsinki"
OCTOBER = Period.parse("2026-10-19", "2026-11-02", HELSINKI)


def asked(metric: str) -> Query:
    return Query((metric,), OCTOBER, Grain.HOUR)


def hours(*rows: tuple[str, int, int]) -> pl.DataFrame:
    """(UTC instant, satisfied, answers)"""
    return pl.DataFrame(
        [(datetime.fromisoformat(at).replace(tzinfo=UTC), yes, n) for at, yes, n in rows],
        schema={
            "bucket": pl.Datetime("us", "UTC"),
            "csat_satisfied": pl.Int64,
            "csat_responses": pl.Int64,
        },
        orient="row",
    )


def test_a_cell_is_a_ratio_of_sums_over_its_weeks_by_the_local_clock() -> None:
    frame = hours(("2026-10-19T06:00", 9, 10), ("2026-10-26T07:00", 10, 90))

    found = week.hours_of_week(asked("csat"), frame, ())

    (row,) = found.iter_rows(named=True)
    assert (row["weekday"], row["hour"]) == (1, 9)  # summer time, then winter time
    assert (row["value"], row["n"]) == (0.19, 100)
    assert row["low"] < 0.19 < row["high"]


def test_the_hour_that_a_day_has_twice_is_one_cell_with_both() -> None:
    frame = hours(("2026-10-25T00:00", 1, 2), ("2026-10-25T01:00", 2, 3))

    (row,) = week.hours_of_week(asked("csat"), frame, ()).iter_rows(named=True)

    assert (row["weekday"], row["hour"], row["n"]) == (7, 3, 5)


def test_a_metric_that_nobody_tells_has_no_value_in_any_hour() -> None:
    found = week.hours_of_week(asked("csat"), hours(("2026-10-19T06:00", 9, 10)), {"csat"})

    assert found["value"].to_list() == [None]


def test_the_days_of_a_period_are_counted_by_weekday() -> None:
    ten = Period.parse("2026-10-21", "2026-10-31", HELSINKI)

    assert week.days_of_week(OCTOBER) == dict.fromkeys(range(1, 8), 2)
    assert week.days_of_week(ten) == {1: 1, 2: 1, 3: 2, 4: 2, 5: 2, 6: 1, 7: 1}


def test_an_hour_is_told_as_often_as_it_began_while_something_was_known() -> None:
    start, end = (
        datetime(2026, 10, day, hour, tzinfo=UTC) for day, hour in ((19, 21), (27, 10))
    )  # from midnight of Tuesday 20 to noon of Tuesday 27, which the winter time has at 10

    told = week.told_hours(asked("offered"), start, end)

    assert (told[1, 9], told[2, 9], told[2, 11], told[2, 12], told[7, 3]) == (1, 2, 2, 1, 1)
    assert sum(told.values()) == 7 * 24 + 12


def test_an_hour_in_which_people_spent_no_quarter_of_an_hour_is_never_the_worst() -> None:
    hours = pl.DataFrame(
        {
            "weekday": [1] * 4,
            "hour": [9, 10, 11, 12],
            "value": [0.5, 0.6, 0.7, 1.0],
            "n": [1000, 1000, 1000, 700],
        }
    )

    assert week.peak(hours, "occupancy") == Peak(1, 11, 0.7)


def test_the_worst_hour_is_one_that_enough_speak_of() -> None:
    frame = hours(
        ("2026-10-19T06:00", 30, 40), ("2026-10-19T07:00", 20, 40), ("2026-10-19T08:00", 35, 40),
        ("2026-10-19T09:00", 0, 9),
    )  # fmt: skip
    found = week.hours_of_week(asked("csat"), frame, ())

    assert week.peak(found, "csat") == Peak(1, 10, 0.5)
    assert week.peak(found.head(2), "csat") is None
    assert week.open_span(found) == range(9, 13)


def test_the_hour_that_is_called_the_worst_is_the_worst_of_those_with_a_colour() -> None:
    told = {"weekday": [1] * 4, "hour": [8, 9, 10, 11], "value": [0.9, 0.1, 0.2, 0.4]}
    usual, small = (pl.DataFrame(told | {"n": n}) for n in ([11, 70, 50, 60], [8, 4, 50, 6]))

    assert week.peak(usual, "failure_demand") == Peak(1, 11, 0.4)
    assert week.peak(small, "failure_demand") is None


def test_of_a_number_that_should_be_high_the_highest_hour_is_named() -> None:
    hours = pl.DataFrame({"weekday": [1] * 3, "hour": [2, 9, 10], "value": [1.0, 9.0, 5.0]})

    found = week.peak(hours.with_columns(n=pl.col("value").cast(pl.Int64)), "answered")

    assert found == Peak(1, 9, 9.0)


def test_something_noted_touches_the_buckets_in_which_it_went_on() -> None:
    of = Query(("csat",), OCTOBER, Grain.DAY)

    def at(day: int, hour: int = 0) -> datetime:
        return Period.parse(f"2026-10-{day}T{hour:02}:00", "2027-01-01", HELSINKI).start

    assert trends.places(of, at(21), None) == (2, 2)
    assert trends.places(of, at(21), at(23)) == (2, 3)
    assert trends.places(of, at(21, 9), at(22, 9)) == (2, 3)
    assert trends.places(of, at(10), at(31)) == (0, 11)
    assert trends.places(of, at(30), datetime(2027, 1, 1, tzinfo=UTC)) == (11, 13)
