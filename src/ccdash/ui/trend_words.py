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

TARGET = "\0target"  # no series has this name


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


def end_labels(
    frame: pl.DataFrame, trend: Trend, axis: Axis, translator: Translator
) -> Iterator[dict[str, Any]]:
    """Each line's name beside its last value, the target among them, none over another."""
    texts = _texts(frame, trend, translator)
    span = (axis.high - axis.low) or 1.0
    wanted = [Label(n, (at - axis.low) / span * trend.room) for n, (at, _, _) in texts.items()]
    for label in spread(wanted, trend.room):
        _, text, colour = texts[label.name]
        yield {
            "x": 1,
            "xref": "paper",
            "xanchor": "left",
            "xshift": 10,
            "y": label.at / trend.room,
            "yref": "paper",
            "yanchor": "middle",
            "text": text,
            "showarrow": False,
            "font": {"color": colour, "size": FONT_SIZE},
        }


def target_text(trend: Trend, translator: Translator) -> str:
    """The target in words, or nothing."""
    if trend.target is None:
        return ""
    level = fmt.value(trend.target, trend.unit, translator.language)
    return translator.text("target {value}", value=level)


def _texts(
    frame: pl.DataFrame, trend: Trend, translator: Translator
) -> dict[str, tuple[float, str, str]]:
    """Where each name wants to stand, its text and its colour."""
    names = frame["series"].unique(maintain_order=True).to_list()
    ends = frame.drop_nulls("value").group_by("series", maintain_order=True).last()
    last = dict(zip(ends["series"], ends["value"], strict=True))
    texts = {
        name: (last[name], f"<b>{escape(trend.name_of(name))}</b>", _colour(name, position))
        for position, name in enumerate(names)
        if name in last
    }
    if trend.target is not None:
        texts[TARGET] = (trend.target, target_text(trend, translator), theme.NEUTRAL)
    return texts


def _colour(name: str, position: int) -> str:
    return theme.SERIES[theme.series_index(name, position)]


def mark_words(trend: Trend) -> Iterator[dict[str, Any]]:
    """The words of the marked moments, at the ceiling."""
    place = {"y": 1, "yref": "paper", "yanchor": "bottom", "xanchor": "left"}
    for at, text in trend.marks:
        yield {"x": at, "text": escape(text), **place, **QUIET}
