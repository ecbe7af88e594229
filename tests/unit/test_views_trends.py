"""Figures over time, shaped for a chart and one sentence."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import polars as pl

from ccdash.metrics.interval import wilson
from ccdash.query import Dimension, Period, Query
from ccdash.store import conditions
from ccdash.views import trends
from ccdash.vocabulary import Grain

HELSINKI = "Europe/Helsinki"
LATER = datetime(2027, 1, 1, tzinfo=UTC)


def query(metric: str = "asa", by: tuple[Dimension, ...] = (), days: int = 3) -> Query:
    period = Period.parse("2026-03-02", f"2026-03-{2 + days:02d}", HELSINKI)
    return Query((metric,), period, Grain.DAY, by)


def answer(of: Query, *rows: tuple[Any, ...]) -> pl.DataFrame:
    """(number of the bucket, series or None, value, n)"""
    starts = of.period.starts(of.grain)
    frame = pl.DataFrame(
        [(starts[place], value, n) for place, _, value, n in rows],
        schema={
            "bucket": pl.Datetime("us", "UTC"),
            of.metrics[0]: pl.Float64,
            f"n_{of.metrics[0]}": pl.Int64,
        },
        orient="row",
    )
    series = pl.Series([series for _, series, _, _ in rows], dtype=pl.String)
    return frame.with_columns(series.alias(of.by[0])) if of.by else frame


def test_every_bucket_of_the_period_is_there_and_nothing_is_not_zero() -> None:
    asked = query()

    course = trends.course(asked, answer(asked, (0, None, 30.0, 4), (2, None, 10.0, 2)), LATER)

    assert course["bucket"].to_list() == [
        datetime.fromisoformat(f"2026-03-0{day}") for day in (2, 3, 4)
    ]
    assert course["value"].to_list() == [30.0, None, 10.0]
    assert course["n"].to_list() == [4, None, 2]
    assert "previous" not in course.columns


def test_buckets_are_the_local_wall_clock() -> None:
    asked = query()

    course = trends.course(asked, answer(asked, (0, None, 1.0, 1)), LATER)

    assert asked.period.start == datetime(2026, 3, 1, 22, tzinfo=UTC)
    assert course["bucket"][0] == datetime.fromisoformat("2026-03-02")
    assert course.schema["bucket"] == pl.Datetime("us")


def test_series_come_by_size_and_rows_without_a_name_are_one_of_them() -> None:
    asked = query(by=(Dimension.QUEUE,))

    course = trends.course(
        asked, answer(asked, (0, "small", 1.0, 1), (0, None, 2.0, 5), (1, "big", 3.0, 9)), LATER
    )

    assert course["series"].unique(maintain_order=True).to_list() == ["big", "–", "small"]
    assert course.height == 9
    assert trends.UNKNOWN == conditions.UNKNOWN  # so that a click on it finds its contacts


def test_the_period_before_stands_beside_bucket_by_bucket() -> None:
    asked = query()
    earlier = Query(asked.metrics, asked.period.previous(), asked.grain)

    course = trends.course(
        asked,
        answer(asked, (0, None, 30.0, 4), (1, None, 20.0, 4)),
        LATER,
        trends.Past(earlier.period, answer(earlier, (1, None, 99.0, 4))),
    )

    assert course["previous"].to_list() == [None, 99.0, None]


def test_over_a_change_of_the_clock_every_hour_meets_the_same_hour_of_the_time_before() -> None:
    """Of 18 October, which has each hour once, and of the 25th, which has that of three twice."""
    later, earlier = (
        Query(("asa",), Period.parse(f"2026-10-{day}", f"2026-10-{day + 1}", HELSINKI), Grain.HOUR)
        for day in (25, 18)
    )

    def beside(query: Query, other: Query) -> list[tuple[int, float | None]]:
        many = len(other.period.starts(Grain.HOUR))
        rows = answer(other, *((place, None, float(place), 1) for place in range(many)))
        past = trends.Past(other.period, rows)
        course = trends.course(query, answer(query, (0, None, 1.0, 1)), LATER, past)
        return [(at.hour, was) for at, was in course.select("bucket", "previous").iter_rows()]

    found = beside(later, earlier)
    assert found[2:6] == [(2, 2.0), (3, 3.0), (3, None), (4, 4.0)]
    assert found[-1] == (23, 23.0)
    assert beside(earlier, later)[2:5] == [(2, 2.0), (3, 3.0), (4, 5.0)]


def test_no_rows_at_all_are_one_series_of_gaps() -> None:
    asked = query(by=(Dimension.QUEUE,))

    course = trends.course(asked, answer(asked), LATER)

    assert course["value"].to_list() == [None, None, None]


def test_a_figure_has_its_n_and_what_it_was_before() -> None:
    asked = query("service_level")
    now = answer(asked, (0, None, 0.8, 120))
    before = answer(asked, (0, None, 0.9, 100))

    assert trends.figures(asked.metrics, now, before) == [
        trends.Figure("service_level", 0.8, 120, 0.9, 100)
    ]
    assert trends.figures(asked.metrics, now, None) == [trends.Figure("service_level", 0.8, 120)]


def test_a_figure_without_a_denominator_is_nothing_and_not_zero() -> None:
    asked = query("service_level")

    (figure,) = trends.figures(asked.metrics, answer(asked, (0, None, None, 0)), None)

    assert (figure.value, figure.n) == (None, 0)


def test_the_worst_point_is_the_lowest_where_higher_is_better() -> None:
    asked = query("service_level")
    course = trends.course(
        asked, answer(asked, (0, None, 0.9, 50), (1, None, 0.7, 50), (2, None, 0.8, 50)), LATER
    )

    worst = trends.extreme(course, "service_level")

    assert worst == trends.Extreme("", datetime.fromisoformat("2026-03-03"), 0.7, 50)


def test_the_worst_point_is_the_highest_where_lower_is_better() -> None:
    asked = query("asa")
    course = trends.course(
        asked, answer(asked, (0, None, 10.0, 50), (1, None, 90.0, 50), (2, None, 20.0, 50)), LATER
    )

    worst = trends.extreme(course, "asa")

    assert worst is not None
    assert worst.value == 90.0


def test_a_point_of_few_contacts_does_not_speak() -> None:
    asked = query("service_level", days=4)
    rows = [(0, None, 0.9, 50), (1, None, 0.0, 1), (2, None, 0.8, 50), (3, None, 0.85, 50)]

    worst = trends.extreme(trends.course(asked, answer(asked, *rows), LATER), "service_level")

    assert worst is not None
    assert worst.value == 0.8


def test_a_course_of_two_points_has_no_extreme() -> None:
    asked = query("service_level")
    course = trends.course(asked, answer(asked, (0, None, 0.9, 50), (1, None, 0.7, 50)), LATER)

    assert trends.extreme(course, "service_level") is None


def test_the_worst_is_of_the_drawn_part_that_stands_worst_over_the_whole_period() -> None:
    asked = query("failure_demand", (Dimension.QUEUE,))
    days = {"big": (0.1, 0.6, 0.1), "worse": (0.4, 0.5, 0.4), "small": (0.9, 0.9, 0.8)}
    n = {"big": 90, "worse": 50, "small": 40}
    rows = [(at, one, value, n[one]) for one, of in days.items() for at, value in enumerate(of)]
    course = trends.course(asked, answer(asked, *rows), LATER)

    def named(most: int, **of: tuple[float, int]) -> tuple[str, float] | None:
        told = trends.extreme_drawn(course, "failure_demand", parts("failure_demand", **of), most)
        return told and (told.series, told.value)

    assert named(2, worse=(0.43, 150), big=(0.27, 270)) == ("worse", 0.5)
    assert named(2, small=(0.87, 120), worse=(0.43, 150), big=(0.27, 270)) is None  # not drawn
    assert named(2, big=(0.3, 270), worse=(0.3, 150)) is None  # none is worse than another


def test_nothing_is_the_worst_of_points_that_are_all_equal() -> None:
    asked = query("wait_median")
    course = trends.course(asked, answer(asked, *((at, None, 0.0, 50) for at in range(3))), LATER)

    assert trends.extreme(course, "wait_median") is None


def test_a_bucket_that_is_not_over_or_not_all_in_the_period_is_a_part() -> None:
    period = Period.parse("2026-03-04", "2026-03-25", HELSINKI)  # Wednesday to Tuesday
    weeks = Query(("asa",), period, Grain.WEEK)

    assert trends.parts_only(weeks, LATER) == [True, False, False, True]
    in_the_second = datetime(2026, 3, 11, tzinfo=UTC)
    assert trends.parts_only(weeks, in_the_second) == [True, True, False, True]


def test_a_part_of_a_bucket_is_never_the_worst() -> None:
    asked = query("service_level", days=4)
    rows = [(0, None, 0.9, 50), (1, None, 0.8, 50), (2, None, 0.85, 50), (3, None, 0.1, 50)]
    on_the_last_day = datetime(2026, 3, 5, 12, tzinfo=UTC)

    worst = trends.extreme(
        trends.course(asked, answer(asked, *rows), on_the_last_day), "service_level"
    )

    assert worst is not None
    assert worst.value == 0.8


def test_a_share_of_few_answers_is_never_the_worst() -> None:
    asked = query("csat", days=4)
    rows = [(place, None, value, 9) for place, value in enumerate((0.9, 0.8, 0.1, 0.7))]

    assert trends.extreme(trends.course(asked, answer(asked, *rows), LATER), "csat") is None


def test_nobody_in_one_part_while_others_were_counted_is_zero_and_a_closed_day_a_gap() -> None:
    asked = query("offered", by=(Dimension.QUEUE,))
    rows = [(0, "a", 5.0, 5), (0, "b", 3.0, 3), (1, "a", 4.0, 4)]

    course = trends.course(asked, answer(asked, *rows), LATER)

    assert course.filter(pl.col("series") == "b")["value"].to_list() == [3.0, 0.0, None]


def test_sums_of_parts_give_the_figures_of_the_whole() -> None:
    asked = Query(("service_level",), query().period, Grain.DAY, (Dimension.QUEUE,))
    first, second, _ = asked.period.starts(Grain.DAY)
    frame = pl.DataFrame(
        {
            "bucket": [first, first, second],
            "queue": ["a", None, "a"],
            "answered_in_target": [8, 1, 3],
            "answered": [8, 2, 5],
            "abandoned": [2, 0, 3],
        }
    )

    whole = trends.added(frame, replace(asked, grain=Grain.TOTAL, by=()), frozenset())
    parts = trends.added(frame, replace(asked, grain=Grain.TOTAL), frozenset())

    assert whole.select("service_level", "n_service_level").row(0) == (12 / 20, 20)
    assert parts.sort("queue", nulls_last=True)["n_service_level"].to_list() == [18, 2]
    assert trends.adds_up(["service_level"])
    assert not trends.adds_up(["wait_median"])


def test_parts_come_by_need_and_those_that_say_little_last() -> None:
    frame = pl.DataFrame(
        {"queue": ["a", "b", None], "csat": [0.9, 0.6, 0.1], "n_csat": [50, 40, 3]}
    )

    parts = trends.part_figures(["csat"], "queue", frame, None)

    assert list(parts) == ["b", "a", "–"]


def test_a_change_of_few_answers_is_none() -> None:
    assert trends.Figure("csat", 0.9, 50, 0.5, 4).known().before is None
    assert trends.Figure("csat", 0.9, 50, 0.5, 40).known().before == 0.5


ANSWERS = {"csat_satisfied": [18, 4, 0], "csat_responses": [20, 5, 0]}


def test_points_of_answers_have_their_interval_and_others_none() -> None:
    asked = query("csat")
    rows = [(0, None, 0.9, 20), (1, None, 0.8, 5), (2, None, None, 0)]
    told = answer(asked, *rows).with_columns(pl.Series(k, v) for k, v in ANSWERS.items())

    course = trends.course(asked, told, LATER)

    low, high = wilson(18, 20)
    assert (course["low"][0], course["high"][0]) == (low, high)
    assert (course["low"][2], course["high"][2]) == (None, None)
    other = query("asa")
    assert "low" not in trends.course(other, answer(other, (0, None, 30.0, 4)), LATER).columns


def test_a_figure_of_answers_has_its_interval_unless_they_are_too_few() -> None:
    def of(satisfied: int, n: int) -> trends.Figure:
        told = {"csat": [satisfied / n], "n_csat": [n]}
        sums = {"csat_satisfied": [satisfied], "csat_responses": [n]}
        return trends.figures(["csat"], pl.DataFrame(told | sums), None)[0]

    assert of(18, 20).interval == wilson(18, 20)
    assert of(8, 9).interval is None


def test_a_figure_of_no_answers_has_no_interval() -> None:
    frame = pl.DataFrame({"asa": [30.0], "n_asa": [40]})
    assert trends.figures(["asa"], frame, None)[0].interval is None


def test_what_is_too_young_to_tell_is_a_gap_and_the_bucket_it_begins_in_a_part() -> None:
    asked = query("repeat_contacts", (Dimension.CHANNEL,), days=4)
    rows = [(place, name, 1.0, 1) for place in range(4) for name in ("phone", "chat")]
    course = trends.course(asked, answer(asked, *rows), LATER)

    known = trends.young(course, asked, datetime(2026, 3, 3, 12, tzinfo=UTC))

    for name in ("chat", "phone"):
        of = known.filter(pl.col("series") == name)
        assert of["value"].is_null().to_list() == [False, False, True, True]
        assert of["n"].is_null().to_list() == [False, False, True, True]
        assert of["is_part"].to_list() == [False, True, False, False]
        assert of["is_young"].to_list() == [False, False, True, True]


def test_nothing_is_too_young_where_all_is_known() -> None:
    asked = query()
    course = trends.course(asked, answer(asked, (0, None, 30.0, 4)), LATER)

    known = trends.young(course, asked, None)

    assert known["is_young"].to_list() == [False] * 3
    assert known.drop("is_young").equals(course)


def test_the_time_before_has_a_gap_where_few_answered() -> None:
    asked = query("csat")
    earlier = Query(asked.metrics, asked.period.previous(), asked.grain)
    told, few = (
        answer(of, (0, None, 1.0, n), (1, None, 0.9, 10)).with_columns(
            csat_satisfied=pl.lit(9), csat_responses=pl.lit(10)
        )
        for of, n in ((asked, 10), (earlier, 2))
    )

    course = trends.course(asked, told, LATER, trends.Past(earlier.period, few))

    assert course["previous"].to_list() == [None, 0.9, None]


def parts(metric: str, **of: tuple[float, int]) -> dict[str, list[trends.Figure]]:
    return {part: [trends.Figure(metric, value, n)] for part, (value, n) in of.items()}


def test_the_gap_is_between_the_worst_and_the_best_part_that_have_enough() -> None:
    found = trends.gap(parts("fcr", phone=(0.8, 400), email=(0.5, 300), chat=(0.7, 300), x=(0, 9)))

    assert found == trends.Gap("email", "phone", 0.8 - 0.5)
    leak = trends.gap(parts("channel_leak", phone=(0.1, 400), email=(0.4, 300)))
    assert leak == trends.Gap("email", "phone", 0.4 - 0.1)


def test_rows_without_a_name_are_neither_the_worst_nor_far_from_others() -> None:
    asked = query("service_level", (Dimension.AGENT,), days=4)
    rows: list[tuple[Any, ...]] = [(place, "Outi", 0.9 - place / 10, 50) for place in range(3)]
    rows.append((3, None, 0.1, 50))

    worst = trends.extreme(trends.course(asked, answer(asked, *rows), LATER), "service_level")

    assert worst is not None
    assert worst.series == "Outi"
    none = {"Outi": (0.9, 400), trends.UNKNOWN: (0.1, 400)}
    assert trends.gap(parts("fcr", **none)) is None


def test_there_is_no_gap_that_chance_alone_explains_nor_between_counts_or_times() -> None:
    assert trends.gap(parts("asa", phone=(20.0, 400), email=(9000.0, 300))) is None
    assert trends.gap(parts("fcr", phone=(0.8, 40), email=(0.7, 40))) is None
    assert trends.gap(parts("fcr", phone=(0.8, 400))) is None
    assert trends.gap(parts("offered", phone=(400, 400), email=(40, 40))) is None
