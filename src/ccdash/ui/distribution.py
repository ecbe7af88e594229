"""The distribution beside an average: columns of durations with the median among them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import streamlit as st

from ccdash.i18n import Translator
from ccdash.measures import QUANTILES, SPREADS, Fact, Kind
from ccdash.metrics import METRICS
from ccdash.query import Dimension, Query
from ccdash.spreads import ERROR
from ccdash.store.dated_settings import queue_names
from ccdash.store.engine import Store
from ccdash.store.history import read
from ccdash.store.spreads import distribution
from ccdash.thresholds import Threshold, Thresholds
from ccdash.ui import format as fmt
from ccdash.ui.figures_table import Cell, FiguresTable, figures_table
from ccdash.ui.markup import Html, draw, tag
from ccdash.ui.metric_list import label_of
from ccdash.ui.page import card, section
from ccdash.ui.panels import TABLE, view_switch
from ccdash.views.distribution import Column, columns, place
from ccdash.vocabulary import Channel

LEAST = 0.0005
"""A smaller share would be written as 0.0%."""


@dataclass(frozen=True)
class Distribution:
    """Of a metric: its classes of durations, the median and the 90th percentile, whether these are
    estimates, its own value when that is an average, and the target where one holds for all."""

    metric: str
    columns: Sequence[Column]
    n: int
    median: float
    p90: float
    is_estimated: bool
    mean: float | None
    target: int | None


def read_distribution(store: Store, query: Query, targets: Thresholds) -> Distribution | None:
    """Of the question's first metric over its whole period; None where it has none, or nothing is
    counted. Raises StoreUnavailable."""
    metric = METRICS[query.metrics[0]]
    if not metric.spread:
        return None
    names = [_metric_of(metric.spread, kind) for kind in QUANTILES]
    whole = replace(query.behind(metric.name), metrics=tuple({*names, metric.name}))
    told = columns(distribution(store, whole, metric.spread))
    if not told:
        return None
    answer = read(store, whole)
    median, p90 = (answer.frame[name][0] for name in names)
    mean = answer.frame[metric.name][0] if metric.denominator else None
    n = sum(one.n for one in told)
    return Distribution(
        metric.name, told, n, median, p90, names[0] in answer.estimated, mean,
        _target(store, query, targets) if metric.spread == "wait" else None,
    )  # fmt: skip


def _metric_of(spread: str, kind: Kind) -> str:
    """The metric that is this quantile of it."""
    return next(one.name for one in METRICS.values() if f"{spread}_{kind}" in one.numerator)


def _target(store: Store, query: Query, targets: Thresholds) -> int | None:
    """The one that holds for the channel and the queue that are asked for; None for several."""
    words = dict(query.filters)
    channels = words.get(Dimension.CHANNEL, ())
    queues = words.get(Dimension.QUEUE, ())
    if len(channels) != 1 or len(queues) > 1 or channels[0] not in list(Channel):
        return None
    keys = [key for key, name in queue_names(store).items() if name in queues] if queues else [""]
    at = query.settings_at or query.period.end
    named = (Threshold.TARGET_SECONDS, Channel(channels[0]))
    held = {targets.value(*named, key, at) for key in keys}
    return held.pop() if len(held) == 1 else None


def draw_distribution(told: Distribution | None, translator: Translator) -> None:
    """A card with the columns, or the same figures as a table."""
    if told is None:
        return
    say, language = translator.text, translator.language
    median, p90 = (fmt.duration(one, language) for one in (told.median, told.p90))
    title = (
        say("Half within {median}, nine of ten within {p90}", median=median, p90=p90)
        if round(told.median)
        else say("Half at once, nine of ten within {p90}", p90=p90)
    )
    with card("spread"):
        with st.container(horizontal=True, vertical_alignment="top", key="head-spread"):
            heading = st.container()
            view = view_switch(translator, "spread")
        with heading:
            section(title, _note(told, translator))
        if view == TABLE:
            figures_table(_table(told, translator))
        else:
            draw(_chart(told, title, translator))


def _note(told: Distribution, translator: Translator) -> str:
    say, language = translator.text, translator.language
    n = fmt.count(told.n, language)
    label = label_of(told.metric, translator)
    is_case = SPREADS[METRICS[told.metric].spread].fact is Fact.CASE
    notes = [
        say("{metric}: how the {n} cases are spread.", metric=label, n=n)
        if is_case
        else say("{metric}: how the {n} contacts are spread.", metric=label, n=n)
    ]
    if told.is_estimated:
        notes.append(estimated(translator))
    return " ".join(notes)


def estimated(translator: Translator) -> str:
    """How far a median or a 90th percentile over years may be from that of the rows."""
    share = fmt.percent(ERROR, translator.language)
    return translator.text(
        "The median and the 90th percentile are within {share} of the exact ones.", share=share
    )


# Columns -----------------------------------------------------------------------------------------


def _chart(told: Distribution, title: str, translator: Translator) -> Html:
    """The picture, told as one sentence to those who do not see it; the table has all figures."""
    highest = max(one.share for one in told.columns)
    bars = [_bar(one, highest, translator) for one in told.columns]
    marks = list(_marks(told, translator))
    alt = translator.text(
        "{title}. Most often {range}.",
        title=title,
        range=_range(max(told.columns, key=lambda one: one.n), translator),
    )
    return tag(
        "div",
        tag("div", *marks, cls="cc-spread-marks"),
        tag("div", *bars, cls="cc-spread-bars"),
        cls="cc-spread",
        role="img",
        aria_label=alt,
    )


def _bar(one: Column, highest: float, translator: Translator) -> Html:
    language = translator.language
    share = fmt.percent(one.share, language, 0 if one.share >= 0.1 else 1)
    height = f"height:{100 * one.share / highest:.2f}%"
    title = f"{_range(one, translator)}: {share}, n {fmt.count(one.n, language)}"
    return tag(
        "div",
        tag(
            "div",
            tag("span", share if one.share >= LEAST else "", cls="cc-spread-share"),
            tag("i", style=height),
            cls="cc-spread-room",
        ),
        tag("span", fmt.duration(one.from_seconds, language), cls="cc-spread-from"),
        cls="cc-spread-bar",
        title=title,
    )


def _marks(told: Distribution, translator: Translator) -> Iterator[Html]:
    """Lines with their names, each name on a height of its own."""
    say, language = translator.text, translator.language
    named = [
        ("target", told.target, say("target")),
        ("median", told.median, say("median")),
        ("mean", told.mean, say("mean")),
        ("p90", told.p90, say("90 % within")),
    ]
    known = [(kind, seconds, name) for kind, seconds, name in named if seconds is not None]
    for row, (kind, seconds, name) in enumerate(known):
        at = place(seconds, told.columns)
        side = " left" if at > 0.7 else ""
        yield tag(
            "div",
            tag("span", f"{name} {fmt.duration(seconds, language)}"),
            cls=f"cc-spread-mark {kind}{side}",
            style=f"left:{100 * at:.2f}%;--row:{row}",
        )


def _range(one: Column, translator: Translator) -> str:
    say, language = translator.text, translator.language
    start = fmt.duration(one.from_seconds, language)
    if one.to_seconds is None:
        return say("{time} and more", time=start)
    return f"{start}\N{EN DASH}{fmt.duration(one.to_seconds, language)}"


def _table(told: Distribution, translator: Translator) -> FiguresTable:
    say, language = translator.text, translator.language
    below, rows = 0, []
    for one in told.columns:
        below += one.n
        shares = (one.share, below / told.n)
        rows.append(
            [
                Cell(_range(one, translator)),
                Cell(fmt.count(one.n, language)),
                *(Cell(fmt.percent(share, language)) for share in shares),
            ]
        )
    heads = [say("Time"), "n", say("Share"), say("Up to here")]
    return FiguresTable(say("All figures as a table"), heads, rows)
