"""Channels beside each other: where those who began in one ended, and which one resolves what."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import polars as pl
import streamlit as st

from ccdash.i18n import N_, Translator
from ccdash.metrics import METRICS
from ccdash.query import Dimension
from ccdash.store.handovers import ARROW, GAP
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
from ccdash.views.trends import UNKNOWN, Figure, is_too_few

MOST_SENTENCES, MOST_SUBJECTS = 3, 16
LEAST_SHOWN = 30
LEAST_TOLD, NEXT_TO_NONE = 0.005, "·"
"""A share that would be 0 % is no figure worth reading."""
ENDS_NOTE = N_(
    "A matter is the contacts of one customer about the same thing, on any channel. Rows are the "
    "channel of its first contact. Those that never changed channel stayed; of the others, columns "
    "are the channel of the last contact: those under the same channel came back there."
)
CHANNELS_NOTE = N_(
    "Resolution is first contact resolution on any channel. A channel is called best only where "
    "the difference is beyond chance; what customers bring to a channel differs, too. Contacts a "
    "matter and what stands after them are of matters that began in the channel."
)


def _channel(name: str, translator: Translator) -> str:
    return words_of(Dimension.CHANNEL, name, translator)


# Where they ended ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Ended:
    """How many matters began in each channel, the most first, how many of them never changed it,
    and where the others ended."""

    begun: Mapping[str, int]
    stayed: Mapping[str, int]
    went: Mapping[tuple[str, str], int]

    @property
    def ends(self) -> list[str]:
        """Every channel in which one began or ended."""
        return list(dict.fromkeys((*self.begun, *(end for _, end in self.went))))


def draw_ends(answers: Answers, translator: Translator) -> None:
    """A row a channel in which matters began: how many stayed there, and ended in each."""
    paths, counted = answers.matters.paths, answers.matters.begun
    order = sorted(counted, key=lambda one: (-counted[one], one))
    begun = {one: counted[one] for one in order if counted[one]}
    if not begun:
        return
    of = _Ended(begun, journeys.stayed(paths, begun), journeys.ends(paths))
    with card("ends"):
        with st.container(horizontal=True, vertical_alignment="top", key="head-ends"):
            with st.container():
                section(_ends_title(of, translator), translator.text(ENDS_NOTE))
            view = view_switch(translator, "ends")
        if view == CHART:
            heat_map(_ends_map(of, answers, translator), translator, "ends")
        else:
            figures_table(_ends_table(of, answers, translator))


def _ends_title(of: _Ended, translator: Translator) -> str:
    share = sum(of.stayed.values()) / sum(of.begun.values())
    return translator.text(
        "{share} of matters stayed in the channel in which they began",
        share=fmt.percent(share, translator.language),
    )


def _ends_map(of: _Ended, answers: Answers, translator: Translator) -> HeatMap:
    say, language = translator.text, translator.language
    cells = [
        [_stayed_cell(a, of, translator), *(_end_cell((a, z), of, translator) for z in of.ends)]
        for a in of.begun
    ]
    return HeatMap(
        say("Where those who began in a channel ended"),
        [_channel(one, translator) for one in of.begun],
        [say("stayed"), *(_channel(one, translator) for one in of.ends)],
        cells,
        (fmt.percent(0, language, 0), fmt.percent(1, language, 0)),
        path=href("contacts"),
        base=params(answers.query, "matters", ()),
    )


def _stayed_cell(start: str, of: _Ended, translator: Translator) -> HeatCell | None:
    what = translator.text("{channel}, no other channel", channel=_channel(start, translator))
    return _part_cell(what, of.stayed[start], of.begun[start], translator)


def _end_cell(pair: tuple[str, str], of: _Ended, translator: Translator) -> HeatCell | None:
    start, end = pair
    way = ARROW if start != end else GAP
    what = way.join(_channel(one, translator) for one in pair)
    cell = _part_cell(what, of.went.get(pair, 0), of.begun.get(start, 0), translator)
    name, pieces = ends_of(start, end)
    return cell and replace(cell, link={f"where_{name}": pieces[0]})


def _part_cell(what: str, n: int, begun: int, translator: Translator) -> HeatCell | None:
    if not n or not begun:
        return None
    language, share = translator.language, n / begun
    more = translator.text(
        "{n} of {of} matters", n=fmt.count(n, language), of=fmt.count(begun, language)
    )
    tip = (f"{what}: {fmt.percent(share, language)}", more)
    text = fmt.percent(share, language, 0) if share >= LEAST_TOLD else NEXT_TO_NONE
    return HeatCell(text, tip, round(100 * share))


def _ends_table(of: _Ended, answers: Answers, translator: Translator) -> FiguresTable:
    say, language = translator.text, translator.language
    ends = (_channel(one, translator) for one in of.ends)
    lines = [
        [
            Cell(_channel(a, translator)),
            Cell(fmt.count(of.begun[a], language)),
            Cell(fmt.count(of.stayed[a], language)),
            *(_ended((a, z), of.went.get((a, z), 0), answers, translator) for z in of.ends),
        ]
        for a in of.begun
    ]
    heads = [say("Began in"), say("Matters"), say("Stayed there"), *ends]
    return FiguresTable(say("Where those who began in a channel ended"), heads, lines)


def _ended(pair: tuple[str, str], n: int, answers: Answers, translator: Translator) -> Cell:
    if not n:
        return Cell(fmt.NOTHING)
    way = listed(answers.query, "matters", ends_of(*pair))
    return Cell(fmt.count(n, translator.language), way)


# Which resolves -----------------------------------------------------------------------------------


def draw_channels(answers: Answers, of: Compared, translator: Translator) -> None:
    """The channels beside each other, and each subject by channel."""
    say = translator.text
    subjects = _subjects(of.subjects, translator)
    found = _findings(subjects.parts)
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
        if view == CHART and subjects.parts:
            heat_map(_subject_map(subjects, answers, translator), translator, "subjects")
        elif subjects.parts:
            figures_table(_subject_table(subjects, answers, translator))


Shares = Mapping[str, tuple[float, int]]
"""The share and n of each channel."""
BESIDE = ("rounds", "csat", "ces")
"""What stands beside the resolution of a subject in a channel."""


@dataclass(frozen=True)
class _Subjects:
    """The resolution of each subject by channel, and in words what stands beside it."""

    parts: Mapping[str, Shares]
    beside: Mapping[tuple[str, str], str]

    @property
    def columns(self) -> list[str]:
        """The channels that any of them has."""
        return sorted({channel for of in self.parts.values() for channel in of})


def _subjects(frame: pl.DataFrame, translator: Translator) -> _Subjects:
    rows = frame.filter(pl.col("subject").is_not_null()).iter_rows(named=True)
    beside = {(row["subject"], row["channel"]): _beside(row, translator) for row in rows}
    return _Subjects(_by_subject(frame), beside)


def _beside(row: Mapping[str, Any], translator: Translator) -> str:
    """Of how many the resolution speaks, and the figures that are known."""
    told = [f"n {fmt.count(row['n_fcr'] or 0, translator.language)}"]
    for name in BESIDE:
        n = int(row[f"n_{name}"] or 0)
        if row[name] is not None and not is_too_few(name, n):
            value = figure_text(METRICS[name], row[name], n, translator)
            told.append(
                translator.text("{value} rounds", value=value)
                if name == "rounds"
                else f"{label_of(name, translator)} {value}"
            )
    return DOT.join(told)


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


def _subject_map(of: _Subjects, answers: Answers, translator: Translator) -> HeatMap:
    language, parts = translator.language, of.parts
    enough = [share for one in parts.values() for share, n in one.values() if n >= LEAST_SHOWN]
    low, high = min(enough, default=0.0), max(enough, default=1.0)
    has_few = any(n < LEAST_SHOWN for one in parts.values() for _, n in one.values())
    cells = [
        [_share_cell((subject, one), of, (low, high), translator) for one in of.columns]
        for subject in parts
    ]
    return HeatMap(
        translator.text("{metric} by subject and channel", metric=label_of("fcr", translator)),
        list(parts),
        [_channel(one, translator) for one in of.columns],
        cells,
        (fmt.percent(low, language, 0), fmt.percent(high, language, 0)),
        few=translator.text("n below {least}", least=LEAST_SHOWN) if has_few else "",
        path=href("contacts"),
        base=params(answers.query, "fcr", ()),
    )


def _share_cell(
    pair: tuple[str, str],
    of: _Subjects,
    scale: tuple[float, float],
    translator: Translator,
) -> HeatCell | None:
    subject, channel = pair
    if (part := of.parts[subject].get(channel)) is None:
        return None
    (share, n), (low, high), language = part, scale, translator.language
    what = f"{subject}{DOT}{_channel(channel, translator)}: {fmt.percent(share, language)}"
    tip = (what, of.beside[pair])
    link = {"where_subject": subject, "where_channel": channel}
    if n < LEAST_SHOWN:
        return HeatCell("", tip, few=True, link=link)
    depth = round(100 * (share - low) / (high - low)) if high > low else 50
    return HeatCell(fmt.percent(share, language, 0), tip, depth, link=link)


def _subject_table(of: _Subjects, answers: Answers, translator: Translator) -> FiguresTable:
    heads = [translator.text("Subject"), *(_channel(one, translator) for one in of.columns)]
    lines = []
    for subject in of.parts:
        only = (Dimension.SUBJECT, (subject,))
        name = Cell(subject, href("journeys", params(answers.query, "fcr", (only,))))
        shares = (_share((subject, one), of, answers, translator) for one in of.columns)
        lines.append([name, *shares])
    title = translator.text("{metric} by subject and channel", metric=label_of("fcr", translator))
    return FiguresTable(title, heads, lines)


def _share(pair: tuple[str, str], of: _Subjects, answers: Answers, translator: Translator) -> Cell:
    subject, channel = pair
    if (part := of.parts[subject].get(channel)) is None:
        return Cell(fmt.NOTHING)
    only = ((Dimension.SUBJECT, (subject,)), (Dimension.CHANNEL, (channel,)))
    text = figure_text(METRICS["fcr"], *part, translator)
    return Cell(text, listed(answers.query, "fcr", *only), of.beside[pair])
