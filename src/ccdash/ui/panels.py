"""A card with a trend in it: the chart, or the same figures as a table."""

from __future__ import annotations

import polars as pl
import streamlit as st

from ccdash.i18n import Translator
from ccdash.ui import format as fmt
from ccdash.ui.charts import (
    LEGEND_NOTE,
    MOST_SERIES,
    Point,
    left_out,
    trend_chart,
    wall_clock,
)
from ccdash.ui.page import card, empty, section
from ccdash.ui.tables import Column, Table, data_table
from ccdash.ui.trend import Trend
from ccdash.vocabulary import Unit

CHART, TABLE = "chart", "table"


def trend_panel(
    frame: pl.DataFrame, trend: Trend, translator: Translator, key: str
) -> Point | None:
    """Chart or table, as the viewer likes; a click on a point or a row comes back as a Point."""
    with card(key):
        with st.container(horizontal=True, vertical_alignment="top", key=f"head-{key}"):
            section(trend.title, _note(frame, trend, translator))
            view = _switch(translator, key)
        if frame["value"].drop_nulls().is_empty():
            empty(translator.text("Nothing in this period."))
            return None
        if view == CHART:
            return trend_chart(frame, trend, translator, key=f"{key}-chart")
        return _table(frame, trend, translator, key=f"{key}-table")


def _note(frame: pl.DataFrame, trend: Trend, translator: Translator) -> str:
    parts = [trend.note] if trend.note else []
    if "previous" in frame.columns:
        parts.append(translator.text(LEGEND_NOTE))
    if hidden := left_out(frame):
        parts.append(
            translator.plural(
                "The chart shows {most}; {n} more is in the table.",
                "The chart shows {most}; {n} more are in the table.",
                hidden,
                most=MOST_SERIES,
            )
        )
    return " ".join(parts)


def _switch(translator: Translator, key: str) -> str:
    say = translator.text
    names = {CHART: say("Chart"), TABLE: say("Table")}
    return st.segmented_control(
        say("Show as"),
        list(names),
        format_func=names.__getitem__,
        default=CHART,
        required=True,
        key=f"{key}-view",
        label_visibility="collapsed",
    )


def _table(frame: pl.DataFrame, trend: Trend, translator: Translator, key: str) -> Point | None:
    say, language = translator.text, translator.language
    shown = frame.with_columns(
        pl.col("series").replace(trend.labels),
        pl.col("bucket")
        .map_elements(
            lambda at: fmt.bucket(at, trend.grain, language, dated=True), return_dtype=pl.String
        )
        .alias("when"),
    )
    columns = [
        Column("when", say("Time")),
        Column("series", say("Group")),
        Column("value", say("Value"), trend.unit),
        Column("n", say("Contacts"), Unit.COUNT),
    ]
    if "previous" in frame.columns:
        columns.append(Column("previous", say("Period before"), trend.unit))
    table = Table(key, columns, selectable=True, alt=trend.alt)
    row = data_table(shown, table, translator)
    if row is None:
        return None
    picked = frame.row(row, named=True)
    return Point(str(picked["series"]), wall_clock(picked["bucket"]))
