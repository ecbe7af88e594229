"""Figures over time. The only module that builds them.

A frame has the columns `bucket` (the viewer's wall clock, without a zone), `series` (a key),
`value`, `n`, and optionally `previous` (the same bucket of the time before) and `is_part` (not the
whole bucket). None is a gap. Along the axis stand the places of the buckets, 0, 1, 2, so that no
browser reads a date. Colours are those of styles/trends.css, by the `t0` ... in a line's uid.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import Any

import polars as pl
import streamlit as st

from ccdash.i18n import Translator
from ccdash.ui import format as fmt
from ccdash.ui import theme
from ccdash.ui.axes import Axis, bucket_ticks, value_axis
from ccdash.ui.document import script
from ccdash.ui.plotly_file import PLOTLY_URL
from ccdash.ui.trend import FONT_SIZE, MARGIN_BOTTOM, MARGIN_TOP, Trend
from ccdash.ui.trend_words import QUIET, ends, longest_end, tip

MOST_SERIES = 8
LEAST_DRAWN = 0.1
"""Of what is known; fewer points than this share of it are crumbs and no line."""
AXIS: dict[str, Any] = {
    "tickmode": "array",
    "zeroline": False,
    "fixedrange": True,
    "automargin": False,
    "tickfont": {"family": "Inter, system-ui, sans-serif", "size": FONT_SIZE},
}
_CHART = st.components.v2.component(
    "ccdash_trend_chart",
    html='<div class="cc-plot"><div class="cc-canvas"></div></div>',
    js=script("trend_chart"),
    isolate_styles=False,
)


def trend_chart(frame: pl.DataFrame, trend: Trend, translator: Translator, key: str) -> None:
    """Draw lines with their names at their ends; points are links, by mouse, finger and keys."""
    say = translator.text
    words = {
        "open": say("Show the contacts"),
        "failed": say("The chart could not be loaded; the table shows the same figures."),
        "hint": say("Arrow keys go from point to point, Enter shows the contacts behind one.")
        if trend.links
        else say("Arrow keys go from point to point."),
    }
    data = {**drawing(frame, trend, translator), "plotly": PLOTLY_URL, "words": words}
    with st.container(key=f"plot-{key}", gap=None):
        _CHART(key=key, data=data)


def speaks(frame: pl.DataFrame, trend: Trend) -> bool:
    """Whether enough points are left to be a line when those of few answers are gaps."""
    told, drawn = (one["value"].drop_nulls().len() for one in (frame, _spoken(frame, trend)))
    return bool(drawn) and drawn >= LEAST_DRAWN * told


def _spoken(frame: pl.DataFrame, trend: Trend) -> pl.DataFrame:
    """Values of few answers jump from nothing to everything: they are gaps, and in the table."""
    return frame.with_columns(pl.when(pl.col("n") >= trend.least).then(pl.col("value")))


def left_out(frame: pl.DataFrame) -> int:
    """How many series the chart does not draw (they are in the table)."""
    return max(0, frame["series"].n_unique() - MOST_SERIES)


def drawing(frame: pl.DataFrame, trend: Trend, translator: Translator) -> dict[str, Any]:
    """Everything that the browser needs, as JSON, so that a test can look at it: `traces` and
    `layout` for Plotly; `lines` (what each point says), `ends`, `unit`, `links`, `marks`."""
    names = frame["series"].unique(maintain_order=True).to_list()[:MOST_SERIES]
    drawn = _spoken(frame.filter(pl.col("series").is_in(names)), trend)
    axis = value_axis(_numbers(drawn, trend), trend.unit, translator.language)
    parts = [drawn.filter(pl.col("series") == name) for name in names]
    language = translator.language
    whens = [fmt.bucket(at, trend.grain, language, dated=True) for at in parts[0]["bucket"]]
    lines = [
        look | _line(part, whens, trend, translator)
        for look, part in zip(_looks(names), parts, strict=True)
    ]
    return {
        "alt": trend.alt,
        "unit": trend.axis,
        "traces": list(_traces(parts, lines)),
        "layout": _layout(drawn, trend, axis, translator),
        "lines": lines,
        "ends": list(ends(drawn, trend, axis, translator)),
        "links": _links(trend, names),
        "marks": [asdict(one) for one in trend.marks],
    }


def _numbers(frame: pl.DataFrame, trend: Trend) -> list[float]:
    columns = [name for name in ("value", "previous") if name in frame.columns]
    found = [v for name in columns for v in frame[name].drop_nulls().to_list()]
    return found if trend.target is None else [*found, trend.target]


def _line(
    part: pl.DataFrame, whens: Sequence[str], trend: Trend, translator: Translator
) -> dict[str, Any]:
    """What its points say, and which of them tell of a part only."""
    rows = list(part.iter_rows(named=True))
    tips = [
        None if row["value"] is None else tip(row, when, trend, translator)
        for row, when in zip(rows, whens, strict=True)
    ]
    hollow = [at for at, row in enumerate(rows) if row.get("is_part")]
    return {"tips": tips, "hollow": hollow}


def _looks(names: Sequence[str]) -> list[dict[str, str]]:
    """By its colour and by its place a line is found again in the browser."""
    tones = [theme.series_index(name, place) for place, name in enumerate(names)]
    return [{"uid": f"m{place}_t{tone}", "tone": str(tone)} for place, tone in enumerate(tones)]


def _traces(parts: Sequence[pl.DataFrame], lines: Sequence[dict[str, Any]]) -> Iterator[Any]:
    """The time before, the lines, what is not whole yet as dashes, and on top the marks."""
    for place, part in enumerate(parts):
        if "previous" in part.columns:
            before = part["previous"].to_list()
            yield _stroke(f"b{place}_t{QUIET}", before, {"dash": "dot", "width": 1.5})
    for place, part in enumerate(parts):
        values, tone = part["value"].to_list(), lines[place]["tone"]
        whole, open_ = _whole_and_open(values, _is_part(part))
        yield _stroke(f"l{place}_t{tone}", whole, {"width": 2})
        if open_:
            yield _stroke(f"d{place}_t{tone}", open_, {"dash": "4px,4px", "width": 2})
    for part, line in zip(parts, lines, strict=True):
        yield _marks(part, line, len(parts))


def _is_part(part: pl.DataFrame) -> list[bool]:
    return part["is_part"].to_list() if "is_part" in part.columns else [False] * part.height


def _whole_and_open(
    values: Sequence[float | None], is_part: Sequence[bool]
) -> tuple[list[float | None], list[float | None]]:
    """The values of the full line, and those of the dashed one that leads to what is not whole."""
    beside = [any(is_part[max(0, at - 1) : at + 2]) for at in range(len(values))]
    whole = [None if is_part[at] else value for at, value in enumerate(values)]
    open_ = [value if beside[at] else None for at, value in enumerate(values)]
    return whole, open_ if any(is_part) else []


def _stroke(uid: str, values: Sequence[float | None], line: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "scatter", "mode": "lines", "uid": uid, "x": list(range(len(values))),
        "y": list(values), "line": line, "connectgaps": False, "cliponaxis": False,
    }  # fmt: skip


def _marks(part: pl.DataFrame, line: dict[str, Any], lines: int) -> dict[str, Any]:
    symbol = theme.SYMBOLS[int(line["tone"])]
    made = _stroke(line["uid"], part["value"].to_list(), {})
    return made | {
        "mode": "markers",
        "marker": {"symbol": symbol, "size": _size(part.height * lines, symbol)},
    }


def _size(points: int, symbol: str) -> int:
    """Marks make series different; where they are many they recede, and thin ones need more."""
    size = 8 if points <= 64 else 6 if points <= 160 else 4
    return size if symbol in ("circle", "square") else size + 2


def _layout(
    frame: pl.DataFrame, trend: Trend, axis: Axis, translator: Translator
) -> dict[str, Any]:
    buckets = frame["bucket"].unique(maintain_order=True).to_list()
    at, texts = bucket_ticks(buckets, trend.grain, translator.language)
    longest = longest_end(frame, trend, translator)
    air = max(0.4, len(buckets) / 60)
    return {
        "height": trend.height,
        "margin": {
            "l": 14 + max(map(len, axis.texts)) * 7, "r": 30 + longest * 7,
            "t": MARGIN_TOP, "b": MARGIN_BOTTOM, "pad": 0,
        },
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "showlegend": False,
        "hovermode": False,
        "xaxis": {
            **AXIS, "tickvals": at, "ticktext": texts, "showgrid": False,
            "ticklabelstandoff": 6,  # below a mark that stands on the floor
            "range": [-air, len(buckets) - 1 + air],
        },
        "yaxis": {
            **AXIS, "tickvals": axis.ticks, "ticktext": axis.texts, "range": [axis.low, axis.high],
        },
        "shapes": _target(trend),
    }  # fmt: skip


def _target(trend: Trend) -> list[dict[str, Any]]:
    if trend.target is None:
        return []
    across = {"xref": "paper", "x0": 0, "x1": 1, "y0": trend.target, "y1": trend.target}
    return [{"type": "line", "line": {"width": 1, "dash": "dash"}, **across}]


def _links(trend: Trend, names: Sequence[str]) -> dict[str, Any] | None:
    if trend.links is None:
        return None
    links = asdict(trend.links)
    series = links.pop("series")
    return {**links, "of": [series.get(name, {}) for name in names]}
