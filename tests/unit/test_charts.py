"""Figures over time: what they show, without a screen."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccdash.i18n import translator
from ccdash.metrics import METRICS
from ccdash.query import Period, Query
from ccdash.ui.axes import bucket_ticks, value_axis
from ccdash.ui.charts import MOST_SERIES, drawing, left_out, speaks
from ccdash.ui.labels import LINE, Label, spread
from ccdash.ui.panels import by_time
from ccdash.ui.trend import Links, Trend
from ccdash.ui.trends_hours import Week
from ccdash.ui.trends_hours import _map as map_of
from ccdash.ui.trends_hours import _table as table_of
from ccdash.vocabulary import Grain, Unit

START = datetime(2026, 6, 29)  # noqa: DTZ001 - a wall clock
TREND = Trend(Unit.RATIO, Grain.WEEK, alt="CSAT by week", labels={"chat": "Chat <b>"})


def frame(series: list[str], values: list[float | None], **more: list[Any]) -> pl.DataFrame:
    weeks = [START + timedelta(days=7 * i) for i in range(len(values))]
    rows = [(week, s, v, 10) for s in series for week, v in zip(weeks, values, strict=True)]
    schema = {"bucket": pl.Datetime, "series": pl.String, "value": pl.Float64, "n": pl.Int64}
    return pl.DataFrame(rows, schema=schema, orient="row").with_columns(
        **{name: pl.Series(column) for name, column in more.items()}
    )


def drawn(frame: pl.DataFrame, trend: Trend = TREND, language: str = "en") -> dict[str, Any]:
    return drawing(frame, trend, translator(language))


def traces(made: dict[str, Any], kind: str) -> list[dict[str, Any]]:
    """b: the time before, l: full lines, d: dashes, m: marks."""
    return [one for one in made["traces"] if one["uid"].startswith(kind)]


def test_a_missing_value_is_a_gap_and_not_a_zero() -> None:
    made = drawn(frame(["chat"], [0.8, None, 0.7]))
    (line,), (marks,) = traces(made, "l"), traces(made, "m")
    assert line["y"] == marks["y"] == [0.8, None, 0.7]
    assert line["connectgaps"] is False
    assert made["lines"][0]["tips"][1] is None


def test_what_a_point_says_is_written_by_language() -> None:
    what, more = drawn(frame(["chat"], [0.8143]), language="fi")["lines"][0]["tips"][0]
    assert what.replace("\N{NO-BREAK SPACE}", " ") == "Chat <b>, vk 27/2026: 81,4 %"
    assert more == "n 10"


def test_what_is_counted_in_peoples_time_says_of_how_much_wherever_it_stands() -> None:
    told, asked = frame(["chat"], [0.8]).with_columns(n=9417), METRICS["occupancy"]
    trend = replace(TREND, metric=asked)
    query = Query((asked.name,), Period.parse("2026-06-29", "2026-07-06", "UTC"))
    monday = pl.DataFrame({"weekday": [1], "hour": [9], "value": [0.8], "n": [9417]})
    week = Week(query, monday, {1: 1}, range(9, 10), {(1, 9): 1})

    _, tip = drawn(told, trend)["lines"][0]["tips"][0]
    cells = by_time(told, trend, translator("en")).rows[0]
    ((cell,),) = map_of(week, translator("en")).cells
    under = table_of(week, translator("en")).rows[0][1].under

    assert {tip, cells[2].text, cell.tip[1], under} == {
        "of 2\N{NO-BREAK SPACE}h\N{NO-BREAK SPACE}36\N{NO-BREAK SPACE}min"
    }


def test_a_table_of_several_says_of_each_figure_of_how_many_it_is() -> None:
    told = frame(["chat", "phone"], [0.8], n=[40, 4], low=[0.6, 0.4], high=[0.9, 1.0])
    trend = replace(TREND, metric=METRICS["csat"], least=10)

    _, chat, phone = by_time(told, trend, translator("en")).rows[0]

    assert (chat.text, chat.under) == ("80.0%", "n 40 · between 60% and 90%")
    assert (phone.text, phone.under) == ("too few answers", "n 4")


def test_hours_of_few_have_no_colour_and_set_no_scale_where_most_have_more() -> None:
    told = {"weekday": [1] * 5, "hour": [2, 8, 9, 10, 11], "value": [1.0, 0.9, 0.1, 0.2, 0.4]}
    usual, small = (pl.DataFrame(told | {"n": n}) for n in ([3, 11, 70, 50, 60], [3, 9, 4, 50, 6]))
    query = Query(("failure_demand",), Period.parse("2026-06-29", "2026-07-06", "UTC"))
    at = Week(query, usual, {1: 1}, range(2, 12), {})

    found, all_few = (map_of(one, translator("en")) for one in (at, replace(at, frame=small)))
    night, morning, *day = (cell for cell in found.cells[0] if cell)

    assert (night.depth, night.few, night.text, night.tip[1]) == (None, True, "", "n 3")
    assert (morning.depth, morning.few, morning.text) == (None, True, "90%")
    assert [one.depth for one in day] == [0, 33, 100]
    assert (found.scale, found.few) == (("10.0%", "40.0%"), "n below 13")
    assert (all_few.scale, all_few.few) == (("10.0%", "100.0%"), "")


def test_series_differ_by_more_than_colour() -> None:
    made = drawn(frame(["phone", "chat", "x"], [0.8, 0.9]))
    assert len({one["marker"]["symbol"] for one in traces(made, "m")}) == 3
    assert len({one["glyph"] for one in made["ends"]}) == 3


def test_names_of_queues_stand_whole_beside_the_plot() -> None:
    names = {
        "a": "Puhelin · Muutot ja sopimukset",
        "b": "Puhelin · Laskut ja sopimukset",
        "c": "x" * 60,
    }
    made = drawn(frame(["a", "b", "c"], [0.8, 0.9]), replace(TREND, labels=names))

    a, b, c = (one["text"] for one in made["ends"])

    assert {a, b} == {names["a"], names["b"]}
    assert len(c) < 60


def test_the_period_before_is_a_dotted_line_with_its_name_and_without_marks() -> None:
    made = drawn(frame(["chat"], [0.8, 0.9], previous=[0.7, 0.6]))
    (before,) = traces(made, "b")
    assert (before["line"]["dash"], before["mode"], before["y"]) == ("dot", "lines", [0.7, 0.6])
    assert "Period before" in [one["text"] for one in made["ends"]]
    assert made["lines"][0]["tips"][0][1] == "n 10 · before 70.0%"


def test_beside_the_plot_there_is_room_for_the_longest_name() -> None:
    made = drawn(frame(["x"], [0.8, 0.9], previous=[0.7, 0.6]))
    room = made["layout"]["margin"]["r"]
    assert all(22 + 7 * len(one["text"]) <= room for one in made["ends"])


def test_what_is_not_a_whole_bucket_is_dashed_hollow_and_said() -> None:
    made = drawn(frame(["chat"], [0.8, 0.9, 0.7], is_part=[False, False, True]))
    (line,), (dashes,) = traces(made, "l"), traces(made, "d")
    assert (line["y"], dashes["y"]) == ([0.8, 0.9, None], [None, 0.9, 0.7])
    assert made["lines"][0]["hollow"] == [2]
    assert made["lines"][0]["tips"][2][1] == "n 10 · not the whole week"


def test_a_share_of_few_answers_is_a_gap_that_does_not_stretch_the_axis() -> None:
    of_answers = frame(["chat"], [0.8, 0.0, 0.9]).with_columns(n=pl.Series([10, 1, 10]))
    made = drawn(of_answers, replace(TREND, least=10))
    (line,), (marks,) = traces(made, "l"), traces(made, "m")
    assert line["y"] == marks["y"] == [0.8, None, 0.9]
    assert made["lines"][0]["tips"][1] is None
    assert made["layout"]["yaxis"]["range"][0] > 0.5


def test_a_chart_of_nothing_but_few_answers_has_no_point() -> None:
    assert speaks(frame(["chat"], [0.8, 0.9]), replace(TREND, least=10))
    assert not speaks(frame(["chat"], [0.8, 0.9]), replace(TREND, least=11))


def test_few_points_among_many_of_few_answers_are_no_line() -> None:
    crumbs = frame(["chat"], [0.5] * 21).with_columns(n=pl.Series([10, 10] + [1] * 19))
    assert not speaks(crumbs, replace(TREND, least=10))
    assert speaks(crumbs.head(20), replace(TREND, least=10))


def test_what_is_too_young_is_said_in_the_table_and_is_no_point() -> None:
    young = frame(["chat"], [0.8, None], is_young=[False, True])
    table = by_time(young, TREND, translator("en"))
    assert [row[1].text for row in table.rows] == ["not yet known", "80.0%"]
    assert drawn(young)["lines"][0]["tips"][1] is None


def test_a_point_of_answers_says_between_which_borders_it_lies_unless_they_are_too_few() -> None:
    of_answers = frame(["chat"], [0.82], low=[0.7741], high=[0.8591])
    assert drawn(of_answers)["lines"][0]["tips"][0][1] == "n 10 · between 77% and 86%"
    nps = drawn(frame(["chat"], [8.0], low=[-12.4], high=[28.1]), replace(TREND, unit=Unit.SCORE))
    assert nps["lines"][0]["tips"][0][1] == "n 10 · between −12 and 28"
    table = by_time(of_answers, TREND, translator("en"))
    assert table.rows[0][1].under == "between 77% and 86%"
    few = by_time(of_answers, replace(TREND, least=11), translator("en"))
    assert few.rows[0][1].text == "too few answers"


def test_a_target_is_a_line_with_its_word_at_the_end() -> None:
    made = drawn(frame(["chat"], [0.8, 0.9]), replace(TREND, target=0.85))
    assert [(one["y0"], one["line"]["dash"]) for one in made["layout"]["shapes"]] == [
        (0.85, "dash")
    ]
    assert "target 85.0%" in [one["text"] for one in made["ends"]]


def test_a_point_leads_to_its_bucket_and_series() -> None:
    links = Links("/contacts", {"metrics": "csat"}, [{"from": "a"}, {}], {"chat": {"where_x": "c"}})
    made = drawn(frame(["chat", "phone"], [0.8, 0.9]), replace(TREND, links=links))
    assert made["links"]["of"] == [{"where_x": "c"}, {}]
    assert made["links"]["buckets"] == [{"from": "a"}, {}]


def test_more_series_than_can_be_told_apart_are_left_to_the_table() -> None:
    many = frame([f"queue {i}" for i in range(MOST_SERIES + 3)], [0.5, 0.6])
    assert len(drawn(many)["lines"]) == MOST_SERIES
    assert left_out(many) == 3


def test_everything_that_the_browser_gets_is_json() -> None:
    made = drawn(frame(["chat"], [0.8, None], previous=[0.7, 0.6]))
    assert json.loads(json.dumps(made)) == json.loads(json.dumps(made, allow_nan=False))


def test_the_chart_s_table_has_the_newest_first_and_dashes_for_gaps() -> None:
    table = by_time(frame(["chat"], [0.8, None], previous=[0.7, 0.6]), TREND, translator("en"))
    assert list(table.heads) == ["Time", "Chat <b>", "n", "Period before"]
    texts = [[cell.text for cell in row] for row in table.rows]
    assert texts == [["wk 28/2026", "–", "10", "60.0%"], ["wk 27/2026", "80.0%", "10", "70.0%"]]


@pytest.mark.parametrize(
    ("values", "unit", "texts"),
    [
        ([0.66, 0.81], Unit.RATIO, ("65%", "70%", "75%", "80%", "85%")),
        ([0.02, 1.0], Unit.RATIO, ("0%", "20%", "40%", "60%", "80%", "100%")),
        ([20, 140], Unit.SECONDS, ("0:00", "0:30", "1:00", "1:30", "2:00", "2:30")),
        ([1, 3], Unit.COUNT, ("0", "1", "2", "3")),
        ([3000, 4100], Unit.COUNT, ("0", "1,000", "2,000", "3,000", "4,000", "5,000")),
        ([], Unit.COUNT, ("0", "1")),
        ([0, 0], Unit.SECONDS, None),
    ],
)
def test_ticks_are_round_in_their_unit(
    values: list[float], unit: Unit, texts: tuple[str, ...] | None
) -> None:
    axis = value_axis(values, unit, "en")
    assert texts is None or axis.texts == texts
    assert len(set(axis.texts)) == len(axis.texts)


@given(
    st.lists(st.floats(0, 1e7, allow_nan=False), min_size=1, max_size=30),
    st.sampled_from([Unit.COUNT, Unit.SECONDS, Unit.SCORE]),
)
def test_every_value_is_inside_its_axis_and_the_ticks_are_few(
    values: list[float], unit: Unit
) -> None:
    axis = value_axis(values, unit, "en")
    slack = 1e-6 * max(1.0, axis.high)
    assert axis.low - slack <= min(values) <= max(values) <= axis.high + slack
    assert len(axis.ticks) <= 12


@pytest.mark.parametrize(
    ("start", "step", "many", "grain", "texts"),
    [
        (START, timedelta(hours=1), 24, Grain.HOUR, ["00:00", "02:00", "04:00"]),
        (START, timedelta(hours=1), 48, Grain.HOUR, ["Mon 29 Jun", "Tue 30 Jun"]),
        (
            START + timedelta(days=2),
            timedelta(days=1),
            28,
            Grain.DAY,
            ["6 Jul", "13 Jul", "20 Jul"],
        ),
        (START, timedelta(days=1), 120, Grain.DAY, ["Jul 2026", "Aug 2026", "Sept 2026"]),
        (START, timedelta(days=7), 4, Grain.WEEK, ["wk 27", "wk 28", "wk 29"]),
    ],
)
def test_ticks_stand_where_an_hour_a_day_a_week_or_a_month_begins(
    start: datetime, step: timedelta, many: int, grain: Grain, texts: list[str]
) -> None:
    places, labels = bucket_ticks([start + step * i for i in range(many)], grain, "en")
    assert labels[:3] == texts
    assert len(places) == len(labels) <= 12


@given(st.lists(st.floats(0, 300), max_size=8))
def test_names_at_line_ends_never_cover_each_other(wanted: list[float]) -> None:
    placed = spread([Label(str(i), at) for i, at in enumerate(wanted)], room=300)
    heights = sorted(label.at for label in placed)
    assert [label.name for label in placed] == [str(i) for i in range(len(wanted))]
    assert all(b - a >= LINE - 1e-6 for a, b in pairwise(heights))
    assert all(-1e-6 <= at <= 300 + 1e-6 for at in heights)
