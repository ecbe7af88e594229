"""Figures over time. The only module that builds them.

A frame has the columns `bucket` (the viewer's wall clock, without a zone), `series` (a key),
`value`, `n`, and optionally `previous` (the same bucket of the period before). None is a gap.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

import plotly.graph_objects as go
import polars as pl
import streamlit as st

from ccdash.i18n import N_, Translator
from ccdash.ui import theme
from ccdash.ui.axes import Axis, bucket_ticks, value_axis
from ccdash.ui.trend import FONT_SIZE, MARGIN_BOTTOM, MARGIN_TOP, Trend
from ccdash.ui.trend_words import end_labels, hover, mark_words, target_text

MOST_SERIES = 8
AXIS: dict[str, Any] = {
    "tickmode": "array",
    "zeroline": False,
    "fixedrange": True,
    "automargin": True,
    "tickfont": {"color": theme.NEUTRAL, "size": FONT_SIZE},
}
LEGEND_NOTE = N_("Dotted grey: the period before.")


@dataclass(frozen=True, slots=True)
class Point:
    """What was clicked."""

    series: str
    bucket: datetime


def trend_chart(
    frame: pl.DataFrame, trend: Trend, translator: Translator, key: str
) -> Point | None:
    """Draw lines with their names at their ends; a clicked point comes back, once."""
    figure = trend_figure(frame, trend, translator)
    event: Any = st.plotly_chart(
        figure,
        key=key,
        on_select="rerun",
        selection_mode="points",
        config={"displayModeBar": False, "doubleClick": False, "scrollZoom": False},
        alt=trend.alt,
    )
    points = event["selection"]["points"] if event else []
    return _clicked(points[0]) if points else None


def left_out(frame: pl.DataFrame) -> int:
    """How many series the chart does not draw (they are in its table)."""
    return max(0, frame["series"].n_unique() - MOST_SERIES)


def trend_figure(frame: pl.DataFrame, trend: Trend, translator: Translator) -> go.Figure:
    """The figure without a screen, so that a test can look at it."""
    drawn = _naive(frame)
    names = drawn["series"].unique(maintain_order=True).to_list()[:MOST_SERIES]
    drawn = drawn.filter(pl.col("series").is_in(names))
    axis = value_axis(_numbers(drawn, trend), trend.unit, translator.language)
    figure = go.Figure(layout=_layout(drawn, trend, axis, translator))
    if "previous" in drawn.columns:
        figure.add_traces([_previous(part) for part in _parts(drawn, names)])
    for position, part in enumerate(_parts(drawn, names)):
        figure.add_trace(_line(part, trend, position, translator))
    for shape in _shapes(trend):
        figure.add_shape(shape)
    for annotation in [
        *end_labels(drawn, trend, axis, translator),
        *mark_words(trend),
    ]:
        figure.add_annotation(annotation)
    return figure


def _naive(frame: pl.DataFrame) -> pl.DataFrame:
    ordered = frame.with_columns(pl.col("bucket").cast(pl.Datetime("us")))
    return ordered.sort("bucket", maintain_order=True)


def _numbers(frame: pl.DataFrame, trend: Trend) -> list[float]:
    columns = [name for name in ("value", "previous") if name in frame.columns]
    found = [v for name in columns for v in frame[name].drop_nulls().to_list()]
    return found if trend.target is None else [*found, trend.target]


def _parts(frame: pl.DataFrame, names: Sequence[str]) -> Iterator[pl.DataFrame]:
    return (frame.filter(pl.col("series") == name) for name in names)


def _line(part: pl.DataFrame, trend: Trend, position: int, translator: Translator) -> go.Scatter:
    name = part["series"][0]
    index = theme.series_index(name, position)
    colour = theme.SERIES[index]
    still = {"marker": {"opacity": 1}}
    return go.Scatter(
        x=part["bucket"].to_list(),
        y=part["value"].to_list(),
        name=trend.name_of(name),
        mode="lines+markers",
        line={"color": colour, "width": 2},
        marker={"color": colour, "size": _size(part.height), "symbol": theme.SYMBOLS[index]},
        selected=still,
        unselected=still,
        connectgaps=False,
        cliponaxis=False,
        customdata=[[name, at.isoformat()] for at in part["bucket"].to_list()],
        hovertext=[hover(row, trend, translator) for row in part.iter_rows(named=True)],
        hovertemplate="%{hovertext}<extra></extra>",
    )


def _size(points: int) -> int:
    """Markers make points clickable and series different; where they are many they recede."""
    return 7 if points <= 32 else 5 if points <= 96 else 3


def _previous(part: pl.DataFrame) -> go.Scatter:
    return go.Scatter(
        x=part["bucket"].to_list(),
        y=part["previous"].to_list(),
        mode="lines",
        line={"color": theme.NEUTRAL, "width": 1.5, "dash": "dot"},
        hoverinfo="skip",
        connectgaps=False,
    )


def _layout(frame: pl.DataFrame, trend: Trend, axis: Axis, translator: Translator) -> go.Layout:
    buckets = frame["bucket"].unique(maintain_order=True).to_list()
    at, texts = bucket_ticks(buckets, trend.grain, translator.language)
    names = [trend.name_of(series) for series in frame["series"].unique().to_list()]
    longest = max(map(len, [*names, target_text(trend, translator)]))
    margin = {"l": 8, "r": 14 + longest * 7, "t": MARGIN_TOP, "b": MARGIN_BOTTOM}
    return go.Layout(
        height=trend.height,
        margin=margin,
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
        showlegend=False,
        dragmode=False,
        hovermode="closest",
        hoverlabel={"font": {"color": theme.NEUTRAL, "size": FONT_SIZE + 1}},
        hoverdistance=24,
        clickmode="event+select",
        xaxis={**AXIS, "tickvals": at, "ticktext": texts, "showgrid": False, **_span(buckets)},
        yaxis={
            **AXIS,
            "tickvals": axis.ticks,
            "ticktext": axis.texts,
            "range": [axis.low, axis.high],
        },
    )


def _span(buckets: Sequence[datetime]) -> dict[str, Any]:
    """From the first bucket to the last, with a hair of air; Plotly's own is a wide margin."""
    if len(buckets) < 2:
        return {}
    air = (buckets[-1] - buckets[0]) / 60
    return {"range": [buckets[0] - air, buckets[-1] + air]}


def _shapes(trend: Trend) -> Iterator[dict[str, Any]]:
    look = {"color": theme.NEUTRAL, "width": 1, "dash": "dash"}
    if trend.target is not None:
        across = {"xref": "paper", "x0": 0, "x1": 1, "y0": trend.target, "y1": trend.target}
        yield {"type": "line", "line": look, **across}
    for at, _ in trend.marks:
        upright = {"yref": "paper", "y0": 0, "y1": 1, "x0": at, "x1": at}
        yield {"type": "line", "line": {**look, "dash": "dot"}, **upright}


def _clicked(point: Mapping[str, Any]) -> Point | None:
    custom = point.get("customdata")
    if not custom:
        return None
    return Point(str(custom[0]), datetime.fromisoformat(str(custom[1])))


def wall_clock(at: date | datetime) -> datetime:
    """A bucket as the datetime that a Point carries."""
    return at if isinstance(at, datetime) else datetime.combine(at, time())
