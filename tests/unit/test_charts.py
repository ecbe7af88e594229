"""Figures over time: what they show, without a screen."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import pairwise

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccdash.i18n import translator
from ccdash.ui.axes import bucket_ticks, value_axis
from ccdash.ui.charts import MOST_SERIES, left_out, trend_figure
from ccdash.ui.labels import LINE, Label, spread
from ccdash.ui.trend import Trend
from ccdash.vocabulary import Grain, Unit

START = datetime(2026, 6, 29)  # noqa: DTZ001 - a wall clock
TREND = Trend(Unit.RATIO, Grain.WEEK, alt="CSAT by week", labels={"chat": "Chat <b>"})


def frame(series: list[str], values: list[float | None], **more: list[float]) -> pl.DataFrame:
    weeks = [START + timedelta(days=7 * i) for i in range(len(values))]
    rows = [(week, s, v, 10) for s in series for week, v in zip(weeks, values, strict=True)]
    schema = {"bucket": pl.Datetime, "series": pl.String, "value": pl.Float64, "n": pl.Int64}
    return pl.DataFrame(rows, schema=schema, orient="row").with_columns(
        **{name: pl.Series(column) for name, column in more.items()}
    )


def test_a_missing_value_is_a_gap_and_not_a_zero() -> None:
    line = trend_figure(frame(["chat"], [0.8, None, 0.7]), TREND, translator("en")).data[0]
    assert list(line.y) == [0.8, None, 0.7]
    assert line.connectgaps is False
    assert line.mode == "lines+markers"  # a bare line gives no click


def test_a_point_knows_its_series_and_bucket() -> None:
    line = trend_figure(frame(["chat"], [0.8]), TREND, translator("en")).data[0]
    assert list(line.customdata[0]) == ["chat", "2026-06-29T00:00:00"]


def test_names_and_hover_texts_are_escaped_and_written_by_language() -> None:
    figure = trend_figure(frame(["chat"], [0.8143]), TREND, translator("fi"))
    assert figure.layout.annotations[0].text == "<b>Chat &lt;b&gt;</b>"
    hover = figure.data[0].hovertext[0].replace("\N{NO-BREAK SPACE}", " ")
    assert hover == "<b>Chat &lt;b&gt;, vk 27/2026: 81,4 %</b><br>n 10"


def test_series_differ_by_more_than_colour() -> None:
    figure = trend_figure(frame(["phone", "chat", "x"], [0.8, 0.9]), TREND, translator("en"))
    assert len({line.marker.symbol for line in figure.data}) == 3


def test_the_period_before_is_a_dotted_line_without_clicks() -> None:
    figure = trend_figure(frame(["chat"], [0.8, 0.9], previous=[0.7, 0.6]), TREND, translator("en"))
    before, now = figure.data
    assert (before.line.dash, before.hoverinfo, list(before.y)) == ("dot", "skip", [0.7, 0.6])
    assert list(now.y) == [0.8, 0.9]


def test_more_series_than_can_be_told_apart_are_left_to_the_table() -> None:
    many = frame([f"queue {i}" for i in range(MOST_SERIES + 3)], [0.5, 0.6])
    assert len(trend_figure(many, TREND, translator("en")).data) == MOST_SERIES
    assert left_out(many) == 3


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


def test_hours_over_several_days_are_labelled_with_their_day() -> None:
    hours = [START + timedelta(hours=i) for i in range(48)]
    _, texts = bucket_ticks(hours, Grain.HOUR, "en")
    assert texts[0] == "Mon 29 Jun 00:00"
    assert len(texts) <= 5


@given(st.lists(st.floats(0, 300), max_size=8))
def test_names_at_line_ends_never_cover_each_other(wanted: list[float]) -> None:
    placed = spread([Label(str(i), at) for i, at in enumerate(wanted)], room=300)
    heights = sorted(label.at for label in placed)
    assert [label.name for label in placed] == [str(i) for i in range(len(wanted))]
    assert all(b - a >= LINE - 1e-6 for a, b in pairwise(heights))
    assert all(-1e-6 <= at <= 300 + 1e-6 for at in heights)
