"""Channels beside each other: where those who began in one ended, and which one resolves what."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

import polars as pl
import streamlit as st

from ccdash.i18n import N_, Translator
from ccdash.metrics import METRICS
from ccdash.query import Dimension
from ccdash.ui import format as fmt
from ccdash.ui.addresses import href
from ccdash.ui.figures_table import Cell, FiguresTable, figures_table
from ccdash.ui.heat_map import HeatCell, HeatMap, heat_map
from ccdash.ui.journeys_answers import OF_CHANNELS, OF_STARTS, Answers, Compared
from ccdash.ui.journeys_links import ends_of, listed, params
from ccdash.ui.markup import draw, tag
from ccdash.ui.metric_list import figure_text, label_of
from ccdash.ui.page import DOT, card, section
from ccdash.ui.panels import CHART, view_switch
from ccdash.ui.trends_controls import words_of
from ccdash.views import journeys
from ccdash.views.journeys import Best
from ccdash.views.trends import UNKNOWN, Figure

MOST_SENTENCES, MOST_SUBJECTS = 3, 16
LEAST_SHOWN = 30
ENDS_NOTE = N_(
    "A matter is the contacts of one customer about the same thing, on any channel. Rows are the "
    "channel of its first contact, columns that of its last, by the same numbers."
)
CHANNELS_NOTE = N_(
    "Resolution is first contact resolution on any channel. A channel is called best only where "
    "the difference is beyond chance; what customers bring to a channel differs, too."
)


def _channel(name: str, translator: Translator) -> str:
    return words_of(Dimension.CHANNEL, name, translator)


# Where they ended ---------------------------------------------------------------------------------


def draw_ends(answers: Answers, translator: Translator) -> None:
    """A row a channel in which matters began: how many ended in each."""
    ended = journeys.ends(answers.matters.paths, answers.begun)
    if not ended:
        return
    with card("ends"):
        with st.container(horizontal=True, vertical_alignment="top", key="head-ends"):
            with st.container():
                section(_ends_title(ended, translator), translator.text(ENDS_NOTE))
            view = view_switch(translator, "ends")
        if view == CHART:
            heat_map(_ends_map(ended, answers, translator), translator, "ends")
        else:
            figures_table(_ends_table(ended, answers, translator))


Ended = Mapping[tuple[str, str], int]


def _ends_title(ended: Ended, translator: Translator) -> str:
    stayed = sum(n for (a, z), n in ended.items() if a == z)
    share = fmt.percent(stayed / sum(ended.values()), translator.language)
    return translator.text(
        "{share} of matters ended in the channel in which they began", share=share
    )


def _begun(ended: Ended) -> dict[str, int]:
    """How many began in each channel, the most first."""
    counted: Counter[str] = Counter()
    for (start, _), n in ended.items():
        counted[start] += n
    return dict(sorted(counted.items(), key=lambda one: (-one[1], one[0])))


def _numbered(names: Iterable[str], translator: Translator) -> list[str]:
    return [f"{place} {_channel(one, translator)}" for place, one in enumerate(names, 1)]


def _ends_map(ended: Ended, answers: Answers, translator: Translator) -> HeatMap:
    begun = _begun(ended)
    names = list(dict.fromkeys((*begun, *(z for _, z in ended))))
    cells = [
        [_end_cell((a, z), ended.get((a, z)), begun[a], translator) for z in names] for a in begun
    ]
    return HeatMap(
        translator.text("Where those who began in a channel ended"),
        _numbered(begun, translator),
        [str(place) for place, _ in enumerate(names, 1)],
        cells,
        (fmt.percent(0, translator.language, 0), fmt.percent(1, translator.language, 0)),
        path=href("contacts"),
        base=params(answers.query, "matters", ()),
    )


def _end_cell(
    pair: tuple[str, str], n: int | None, begun: int, translator: Translator
) -> HeatCell | None:
    if not n:
        return None
    language, (start, end) = translator.language, pair
    share = n / begun
    what = f"{_channel(start, translator)} → {_channel(end, translator)}"
    more = translator.text(
        "{n} of {of} matters", n=fmt.count(n, language), of=fmt.count(begun, language)
    )
    name, pieces = ends_of(start, end)
    link_to = {f"where_{name}": pieces[0]} if start != end else None
    tip = (f"{what}: {fmt.percent(share, language)}", more)
    return HeatCell(fmt.percent(share, language, 0), tip, round(100 * share), link=link_to)


def _ends_table(ended: Ended, answers: Answers, translator: Translator) -> FiguresTable:
    say, begun = translator.text, _begun(ended)
    names = list(dict.fromkeys((*begun, *(z for _, z in ended))))
    heads = [say("Began in"), say("Matters"), *(_channel(one, translator) for one in names)]
    lines = [
        [
            Cell(_channel(a, translator)),
            Cell(fmt.count(begun[a], translator.language)),
            *(_ended((a, z), ended.get((a, z), 0), answers, translator) for z in names),
        ]
        for a in begun
    ]
    return FiguresTable(say("Where those who began in a channel ended"), heads, lines)


def _ended(pair: tuple[str, str], n: int, answers: Answers, translator: Translator) -> Cell:
    if not n:
        return Cell(fmt.NOTHING)
    start, end = pair
    way = listed(answers.query, "matters", ends_of(start, end)) if start != end else None
    return Cell(fmt.count(n, translator.language), way)


# Which resolves -----------------------------------------------------------------------------------


def draw_channels(answers: Answers, of: Compared, translator: Translator) -> None:
    """The channels beside each other, and each subject by channel."""
    say = translator.text
    parts = _by_subject(of.subjects)
    found = _findings(parts)
    with card("channels"):
        with st.container(horizontal=True, vertical_alignment="top", key="head-channels"):
            with st.container():
                title = _best(found[0], translator) if found else say("Channels compared")
                section(title, say(CHANNELS_NOTE))
            view = view_switch(translator, "channels")
        if len(found) > 1:
            lines = [tag("li", _best(one, translator)) for one in found[1:MOST_SENTENCES]]
            draw(tag("div", tag("ol", *lines), cls="cc-worst"))
        figures_table(_channels_table(answers, of, translator))
        if view == CHART and parts:
            heat_map(_subject_map(parts, answers, translator), translator, "subjects")
        elif parts:
            figures_table(_subject_table(parts, answers, translator))


Shares = Mapping[str, tuple[float, int]]
"""The share and n of each channel."""


def _by_subject(frame: pl.DataFrame) -> dict[str, Shares]:
    """FCR and its n of each subject by channel, the largest subject first."""
    known = frame.filter(pl.col("subject").is_not_null(), pl.col("n_fcr") > 0)
    sizes = known.group_by("subject").agg(pl.col("n_fcr").sum().alias("size"))
    order = sizes.sort("size", "subject", descending=[True, False])["subject"].to_list()
    found: dict[str, dict[str, tuple[float, int]]] = {one: {} for one in order}
    for subject, channel, share, n in known.select(
        "subject", "channel", "fcr", "n_fcr"
    ).iter_rows():
        found[subject][channel] = (share, int(n))
    return dict(list(found.items())[:MOST_SUBJECTS])


def _findings(parts: Mapping[str, Shares]) -> list[Best]:
    """Of the subjects in which a channel is beyond chance the best, the widest first."""
    every = [one for subject, of in parts.items() if (one := journeys.best(subject, of))]
    return sorted(every, key=lambda one: one.shares[1] - one.shares[0])


def _best(found: Best, translator: Translator) -> str:
    language = translator.language
    high, low = (fmt.percent(one, language, 0) for one in found.shares)
    return translator.text(
        "{subject}: {better} resolves at first contact {high} (n {n}), {worse} {low} (n {m})",
        subject=found.subject,
        better=_channel(found.better, translator),
        worse=_channel(found.worse, translator),
        high=high,
        low=low,
        n=fmt.count(found.ns[0], language),
        m=fmt.count(found.ns[1], language),
    )


def _channels_table(answers: Answers, of: Compared, translator: Translator) -> FiguresTable:
    say = translator.text
    names = (*OF_CHANNELS, *OF_STARTS)
    heads = [say("Channel"), *(label_of(one, translator) for one in names)]
    rows = []
    for channel, figures in of.channels.items():
        if channel == UNKNOWN:
            continue
        both = [*figures, *answers.of_matters.get(channel, [])]
        cells = [_figure(one, channel, answers, translator) for one in both]
        rows.append([Cell(_channel(channel, translator)), *cells])
    return FiguresTable(say("Channels compared"), heads, rows)


def _figure(figure: Figure, channel: str, answers: Answers, translator: Translator) -> Cell:
    metric = METRICS[figure.metric]
    if figure.value is None:
        return Cell(fmt.NOTHING)
    text = figure_text(metric, figure.value, figure.n, translator)
    way = listed(answers.query, metric.name, (Dimension.CHANNEL, (channel,)))
    return Cell(text, way, f"n {fmt.count(figure.n or 0, translator.language)}")


def _columns(parts: Mapping[str, Shares]) -> list[str]:
    return sorted({channel for of in parts.values() for channel in of})


def _subject_map(parts: Mapping[str, Shares], answers: Answers, translator: Translator) -> HeatMap:
    language, columns = translator.language, _columns(parts)
    enough = [share for of in parts.values() for share, n in of.values() if n >= LEAST_SHOWN]
    low, high = min(enough, default=0.0), max(enough, default=1.0)
    has_few = any(n < LEAST_SHOWN for of in parts.values() for _, n in of.values())
    cells = [
        [_share_cell((subject, one), of.get(one), (low, high), translator) for one in columns]
        for subject, of in parts.items()
    ]
    return HeatMap(
        translator.text("{metric} by subject and channel", metric=label_of("fcr", translator)),
        list(parts),
        [_channel(one, translator) for one in columns],
        cells,
        (fmt.percent(low, language, 0), fmt.percent(high, language, 0)),
        few=translator.text("n below {least}", least=LEAST_SHOWN) if has_few else "",
        path=href("contacts"),
        base=params(answers.query, "fcr", ()),
    )


def _share_cell(
    pair: tuple[str, str],
    part: tuple[float, int] | None,
    scale: tuple[float, float],
    translator: Translator,
) -> HeatCell | None:
    if part is None:
        return None
    (share, n), (low, high), language = part, scale, translator.language
    subject, channel = pair
    what = f"{subject}{DOT}{_channel(channel, translator)}: {fmt.percent(share, language)}"
    tip = (what, f"n {fmt.count(n, language)}")
    link = {"where_subject": subject, "where_channel": channel}
    if n < LEAST_SHOWN:
        return HeatCell("", tip, few=True, link=link)
    depth = round(100 * (share - low) / (high - low)) if high > low else 50
    return HeatCell(fmt.percent(share, language, 0), tip, depth, link=link)


def _subject_table(
    parts: Mapping[str, Shares], answers: Answers, translator: Translator
) -> FiguresTable:
    columns = _columns(parts)
    heads = [translator.text("Subject"), *(_channel(one, translator) for one in columns)]
    lines = []
    for subject, of in parts.items():
        only = (Dimension.SUBJECT, (subject,))
        name = Cell(subject, href("journeys", params(answers.query, "fcr", (only,))))
        shares = (_share(only, one, of.get(one), (answers, translator)) for one in columns)
        lines.append([name, *shares])
    title = translator.text("{metric} by subject and channel", metric=label_of("fcr", translator))
    return FiguresTable(title, heads, lines)


def _share(
    only: tuple[Dimension, tuple[str, ...]],
    channel: str,
    part: tuple[float, int] | None,
    shown: tuple[Answers, Translator],
) -> Cell:
    if part is None:
        return Cell(fmt.NOTHING)
    (share, n), (answers, translator) = part, shown
    way = listed(answers.query, "fcr", only, (Dimension.CHANNEL, (channel,)))
    text = figure_text(METRICS["fcr"], share, n, translator)
    return Cell(text, way, f"n {fmt.count(n, translator.language)}")
