"""The words inside a trend chart: names at the ends of lines, hover texts, target and marks.

Plotly reads some HTML in texts, so every name is escaped.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from html import escape
from typing import Any

import polars as pl

from ccdash.i18n import Translator
from ccdash.ui import format as fmt
from ccdash.ui import theme
from ccdash.ui.axes import Axis
from ccdash.ui.labels import Label, spread
from ccdash.ui.trend import FONT_SIZE, Trend

QUIET: dict[str, Any] = {"showarrow": False, "font": {"color": theme.NEUTRAL, "size": FONT_SIZE}}


def hover(row: Mapping[str, Any], trend: Trend, translator: Translator) -> str:
    """Name, bucket and value; how many contacts; the same bucket of the period before."""
    language, say = translator.language, translator.text
    when = fmt.bucket(row["bucket"], trend.grain, language, dated=True)
    name = escape(trend.labels.get(row["series"], row["series"]))
    lines = [f"<b>{name}, {when}: {fmt.value(row['value'], trend.unit, language)}</b>"]
    if row.get("n") is not None:
        lines.append(f"n {fmt.count(row['n'], language)}")
    if row.get("previous") is not None:
        before = fmt.value(row["previous"], trend.unit, language)
        lines.append(say("before {value}", value=before))
    return "<br>".join(lines)


def end_labels(frame: pl.DataFrame, trend: Trend, axis: Axis) -> Iterator[dict[str, Any]]:
    """Each line's name beside its last value, moved apart where lines end close together."""
    ends = frame.drop_nulls("value").group_by("series", maintain_order=True).last()
    last = dict(zip(ends["series"], ends["value"], strict=True))
    span = (axis.high - axis.low) or 1.0
    names = frame["series"].unique(maintain_order=True).to_list()
    wanted = [Label(n, (last[n] - axis.low) / span * trend.room) for n in names if n in last]
    for label in spread(wanted, trend.room):
        colour = theme.SERIES[theme.series_index(label.name, names.index(label.name))]
        yield {
            "x": 1,
            "xref": "paper",
            "xanchor": "left",
            "xshift": 10,
            "y": label.at / trend.room,
            "yref": "paper",
            "yanchor": "middle",
            "text": f"<b>{escape(trend.name_of(label.name))}</b>",
            "showarrow": False,
            "font": {"color": colour, "size": FONT_SIZE},
        }


def mark_words(trend: Trend) -> Iterator[dict[str, Any]]:
    """The words of the marked moments, at the ceiling."""
    place = {"y": 1, "yref": "paper", "yanchor": "bottom", "xanchor": "left"}
    for at, text in trend.marks:
        yield {"x": at, "text": escape(text), **place, **QUIET}


def target_words(trend: Trend, translator: Translator) -> Iterator[dict[str, Any]]:
    """The target, said on its line."""
    if trend.target is not None:
        level = fmt.value(trend.target, trend.unit, translator.language)
        place = {"x": 0, "xref": "paper", "xanchor": "left", "yanchor": "bottom"}
        text = translator.text("target {value}", value=level)
        yield {"y": trend.target, "text": text, **place, **QUIET}
