"""A card with a trend in it: the chart, or the same figures as a table."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from urllib.parse import urlencode

import polars as pl
import streamlit as st

from ccdash.i18n import Translator
from ccdash.ui import format as fmt
from ccdash.ui.charts import MOST_SERIES, left_out, speaks, trend_chart
from ccdash.ui.figures_table import Cell, FiguresTable, figures_table
from ccdash.ui.markup import link
from ccdash.ui.metric_list import beside_figure, sample
from ccdash.ui.page import card, empty, section
from ccdash.ui.trend import Trend
from ccdash.ui.trend_words import BEFORE_WORDS, PART_OF, interval_of, is_thin

CHART, TABLE = "chart", "table"
MOST_ROWS = 100


def trend_panel(
    frame: pl.DataFrame, trend: Trend, translator: Translator, key: str
) -> AbstractContextManager[object]:
    """Chart or table, as the viewer likes; gives the card, for what stands below it."""
    place = card(key)
    with place:
        with st.container(horizontal=True, vertical_alignment="top", key=f"head-{key}"):
            title = st.container()
            view = view_switch(translator, key)
        with title:
            section(trend.title, " ".join(_notes(frame, trend, translator, view)))
        if view == CHART and not speaks(frame, trend):
            _too_few(frame, trend, translator)
        elif view == CHART:
            trend_chart(frame, trend, translator, key=f"{key}-chart")
        else:
            figures_table(by_time(frame, trend, translator))
    return place


def _too_few(frame: pl.DataFrame, trend: Trend, translator: Translator) -> None:
    """Why there is no line, and how to have one: where all answers together are too few, another
    grain gives no more."""
    say, answers = translator.text, int(frame["n"].sum())
    if answers >= trend.least:
        empty(
            say("Too few answers for a line."),
            say("The table has what there is; a coarser grain or fewer parts give more answers."),
        )
        return
    few = translator.plural(
        "There is {n} answer; it takes at least {least} to tell.",
        "There are {n} answers; it takes at least {least} to tell.",
        answers,
        least=trend.least,
    )
    links = trend.links
    contacts = f"{links.path}?{urlencode(links.base)}" if links else None
    way = link(say("Show the contacts"), contacts, cls="cc-way") if contacts else None
    empty(few, say("A longer period or fewer filters give more."), way)


def _notes(frame: pl.DataFrame, trend: Trend, translator: Translator, view: str) -> list[str]:
    say = translator.text
    notes = [trend.note] if trend.note else []
    if view == TABLE:
        if (buckets := frame["bucket"].n_unique()) > MOST_ROWS:
            notes.append(say("The newest {most} of {n}.", most=MOST_ROWS, n=buckets))
        return notes
    if not speaks(frame, trend):
        return notes
    if trend.links is not None:
        notes.append(say("Click a point for its contacts."))
    known = frame.filter(pl.col("value").is_not_null())
    if "is_part" in frame.columns and known.filter(pl.col("n") >= trend.least)["is_part"].any():
        notes.append(say("Hollow: {what}.", what=say(PART_OF[trend.grain])))
    if trend.least and any(is_thin(row, trend) for row in known.iter_rows(named=True)):
        notes.append(say("Gaps: fewer than {least} answers.", least=trend.least))
    if hidden := left_out(frame):
        notes.append(
            translator.plural(
                "The chart shows the largest {most}; {n} more is in the table.",
                "The chart shows the largest {most}; {n} more are in the table.",
                hidden,
                most=MOST_SERIES,
            )
        )
    return notes


def view_switch(translator: Translator, key: str) -> str:
    """CHART or TABLE, as the viewer likes."""
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


def by_time(frame: pl.DataFrame, trend: Trend, translator: Translator) -> FiguresTable:
    """The chart's figures, the newest first: a row a bucket, a column a series."""
    say, language = translator.text, translator.language
    names = frame["series"].unique(maintain_order=True).to_list()
    columns = {name: list(part.iter_rows(named=True)) for name, part in _by_series(frame, names)}
    is_one = len(names) == 1
    heads = [say("Time"), *(trend.labels.get(name, name) for name in names)]
    has_before = is_one and "previous" in frame.columns
    heads += ["n", *([say(BEFORE_WORDS[trend.compare])] if has_before else [])] if is_one else []
    rows = []
    for place in range(len(columns[names[0]]) - 1, -1, -1)[:MOST_ROWS]:
        of = [columns[name][place] for name in names]
        when = fmt.bucket(of[0]["bucket"], trend.grain, language, dated=True)
        cells = [_cell(row, _way(trend, place, row), trend, translator) for row in of]
        if is_one:
            cells += _beside(of[0], trend, translator, has_before=has_before)
        else:
            cells = [_with_n(*one, trend, translator) for one in zip(cells, of, strict=True)]
        rows.append([Cell(when, under=_marked(trend, place)), *cells])
    return FiguresTable(trend.alt, heads, rows)


def _marked(trend: Trend, place: int) -> str:
    """The notes of this bucket."""
    here = (one for one in trend.marks if one.first <= place <= one.last)
    return " · ".join(f"{one.letter}: {one.text}" for one in here)


def _by_series(frame: pl.DataFrame, names: Sequence[str]) -> list[tuple[str, pl.DataFrame]]:
    return [(name, frame.filter(pl.col("series") == name)) for name in names]


def _cell(row: dict[str, object], way: str | None, trend: Trend, translator: Translator) -> Cell:
    value = row["value"]
    if row.get("is_young"):
        return Cell(translator.text("not yet known"))
    if not isinstance(value, float):
        return Cell(fmt.NOTHING)
    if is_thin(row, trend):
        return Cell(translator.text("too few answers"), way)
    under = interval_of(row, trend, translator)
    return Cell(fmt.value(value, trend.unit, translator.language), way, under)


def _with_n(cell: Cell, row: dict[str, object], trend: Trend, translator: Translator) -> Cell:
    """Of how many it speaks, where no column says it."""
    n = row["n"]
    if trend.metric is None or not isinstance(n, int) or not n:
        return cell
    told = (beside_figure(trend.metric, n, translator), cell.under)
    return replace(cell, under=" · ".join(one for one in told if one))


def _beside(
    row: dict[str, object], trend: Trend, translator: Translator, *, has_before: bool
) -> list[Cell]:
    n, before = row["n"], row.get("previous")
    cells = [Cell(_sample(n, trend, translator) if isinstance(n, int) else fmt.NOTHING)]
    if has_before:
        known = before if isinstance(before, float) else None
        cells.append(Cell(fmt.value(known, trend.unit, translator.language)))
    return cells


def _sample(n: int, trend: Trend, translator: Translator) -> str:
    if trend.metric is None:
        return fmt.count(n, translator.language)
    return sample(trend.metric, n, translator)


def _way(trend: Trend, place: int, row: dict[str, object]) -> str | None:
    links = trend.links
    if links is None or not row["n"]:
        return None
    of = links.series.get(str(row["series"]), {})
    return f"{links.path}?{urlencode({**links.base, **links.buckets[place], **of})}"
