"""The words around a trend chart: names at the ends of lines, what a point says."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import polars as pl

from ccdash.i18n import N_, Translator
from ccdash.measures import Fact
from ccdash.ui import format as fmt
from ccdash.ui import theme
from ccdash.ui.axes import Axis
from ccdash.ui.labels import Label, spread
from ccdash.ui.metric_list import beside_figure
from ccdash.ui.trend import Trend
from ccdash.views.periods import Compare
from ccdash.vocabulary import Grain, Unit

TARGET, BEFORE = "\0target", "\0before"  # no series has these names
QUIET = "quiet"

PART_OF: Mapping[Grain, str] = {
    Grain.QUARTER_HOUR: N_("not the whole quarter of an hour"),
    Grain.HOUR: N_("not the whole hour"),
    Grain.DAY: N_("not the whole day"),
    Grain.WEEK: N_("not the whole week"),
    Grain.MONTH: N_("not the whole month"),
    Grain.QUARTER: N_("not the whole quarter"),
    Grain.YEAR: N_("not the whole year"),
    Grain.TOTAL: N_("not the whole period"),
}

BEFORE_WORDS: Mapping[Compare, str] = {
    Compare.PREVIOUS: N_("Period before"),
    Compare.YEAR: N_("Last year"),
}
"""The name of what a trend is compared with."""
WAS: Mapping[Compare, str] = {
    Compare.PREVIOUS: N_("before {value}"),
    Compare.YEAR: N_("a year before {value}"),
}


def tip(row: Mapping[str, Any], when: str, trend: Trend, translator: Translator) -> tuple[str, str]:
    """Name, bucket and value; then how many, the same bucket of the time before, and what is
    special about the point."""
    language, say = translator.language, translator.text
    name = trend.labels.get(row["series"], row["series"])
    more = [_sample(row["n"], trend, translator)] if row.get("n") is not None else []
    if borders := interval_of(row, trend, translator):
        more.append(borders)
    if row.get("previous") is not None:
        was = fmt.value(row["previous"], trend.unit, language)
        more.append(say(WAS[trend.compare], value=was))
    if row.get("is_part"):
        more.append(say(PART_OF[trend.grain]))
    value = fmt.value(row["value"], trend.unit, language)
    return f"{name}, {when}: {value}", " · ".join(one for one in more if one)


def _sample(n: int, trend: Trend, translator: Translator) -> str:
    if trend.metric is not None and trend.metric.fact is Fact.AGENT:
        return beside_figure(trend.metric, n, translator)
    return f"n {fmt.count(n, translator.language)}"


def interval_of(row: Mapping[str, Any], trend: Trend, translator: Translator) -> str:
    """That of a point of answers; others have none."""
    if row.get("low") is None:
        return ""
    return between(row["low"], row["high"], trend.unit, translator)


def between(low: float, high: float, unit: Unit, translator: Translator) -> str:
    """A 95 % interval: "between 77% and 86%"; what is finer than a point nobody knows."""
    if unit is Unit.RATIO:
        borders = [fmt.percent(one, translator.language, 0) for one in (low, high)]
    else:
        borders = [fmt.count(one, translator.language) for one in (low, high)]
    return translator.text("between {low} and {high}", low=borders[0], high=borders[1])


def is_thin(row: Mapping[str, Any], trend: Trend) -> bool:
    """Whether the value speaks of fewer than it takes to say something."""
    return (row.get("n") or 0) < trend.least


def ends(
    frame: pl.DataFrame, trend: Trend, axis: Axis, translator: Translator
) -> Iterator[dict[str, Any]]:
    """Each line's name beside its last value, the target and the time before among them, none over
    another; `at` is the height, 0 at the floor and 1 at the ceiling."""
    texts = _texts(frame, trend, translator)
    span = (axis.high - axis.low) or 1.0
    wanted = [Label(n, (at - axis.low) / span * trend.room) for n, (at, _) in texts.items()]
    for label in spread(wanted, trend.room):
        yield {**texts[label.name][1], "at": label.at / trend.room}


def longest_end(frame: pl.DataFrame, trend: Trend, translator: Translator) -> int:
    """The characters for which there must be room beside the plot."""
    found = _texts(frame, trend, translator).values()
    return max((len(end["text"]) for _, end in found), default=0)


def _texts(
    frame: pl.DataFrame, trend: Trend, translator: Translator
) -> dict[str, tuple[float, dict[str, Any]]]:
    """Where each name wants to stand, and how it looks."""
    last = _last(frame, "value")
    texts = {
        name: (last[name], _series_end(name, position, trend))
        for position, name in enumerate(frame["series"].unique(maintain_order=True))
        if name in last
    }
    if "previous" in frame.columns and (before := _last(frame, "previous")):
        word = translator.text(BEFORE_WORDS[trend.compare])
        texts[BEFORE] = (next(iter(before.values())), _quiet("┈", word))
    if trend.target is not None:
        level = fmt.value(trend.target, trend.unit, translator.language)
        text = translator.text("target {value}", value=level)
        texts[TARGET] = (trend.target, _quiet("╌", text))
    return texts


def _last(frame: pl.DataFrame, column: str) -> dict[str, float]:
    known = frame.drop_nulls(column).group_by("series", maintain_order=True).last()
    return dict(zip(known["series"], known[column], strict=True))


def _series_end(name: str, position: int, trend: Trend) -> dict[str, Any]:
    index = theme.series_index(name, position)
    full = trend.labels.get(name, name)
    return {
        "text": trend.name_of(name), "full": full, "tone": str(index), "glyph": theme.GLYPHS[index],
    }  # fmt: skip


def _quiet(glyph: str, text: str) -> dict[str, Any]:
    return {"text": text, "full": text, "tone": QUIET, "glyph": glyph}
