"""The map of ways: a cell for each, from a row to a column, or a table of them; rounds named."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import sqrt
from typing import Any

import streamlit as st

from ccdash.i18n import N_, Translator
from ccdash.metrics import METRICS
from ccdash.query import Dimension, Query
from ccdash.ui import format as fmt
from ccdash.ui.addresses import href
from ccdash.ui.figures_table import Cell, FiguresTable, figures_table
from ccdash.ui.heat_map import HeatCell, HeatMap, heat_map
from ccdash.ui.journeys_answers import OF_WAYS, Answers, Map
from ccdash.ui.journeys_links import COUNTED, any_of, listed, params, way_of
from ccdash.ui.markup import Html, draw, link, tag
from ccdash.ui.metric_list import figure_text, label_of
from ccdash.ui.page import DOT, card, empty, section
from ccdash.ui.panels import CHART, view_switch
from ccdash.ui.trends_controls import words_of
from ccdash.views import journeys
from ccdash.views.journeys import Path, Round, Way

MOST_STATIONS, MOST_ROUNDS, MOST_TABLE = 14, 4, 40
NAMED_AS = {Dimension.HANDOVER: Dimension.QUEUE, Dimension.JOURNEY: Dimension.CHANNEL}
HEADINGS = {
    Dimension.HANDOVER: N_("From queue to queue"),
    Dimension.JOURNEY: N_("From channel to channel"),
}
NOTES = {
    Dimension.HANDOVER: N_(
        "Rows say from which queue a conversation was passed on, columns to which; each counts "
        "once on each way. Resolution and satisfaction are those of these conversations. Filters "
        "choose where they began."
    ),
    Dimension.JOURNEY: N_(
        "Rows say by which channel a customer came, columns by which one the next time about the "
        "same matter; each matter counts once on each way. Resolution and satisfaction are those "
        "of the contacts there. Filters choose where the matters began."
    ),
}


def draw_map(answers: Answers, of: Map, translator: Translator) -> None:
    """The card of one kind of ways."""
    say, key = translator.text, f"map-{of.of}"
    with card(key):
        with st.container(horizontal=True, vertical_alignment="top", key=f"head-{key}"):
            with st.container():
                section(found(of, translator)[0], say(NOTES[of.of]))
            view = view_switch(translator, key) if of.paths else CHART
        if not of.paths:
            empty(say("Nobody was passed on in this period."))
            return
        if view == CHART:
            heat_map(map_of(answers.query, of, translator), translator, key)
        else:
            figures_table(_table(answers, of, translator))
        _draw_rounds(answers, of, translator)


def name_of(of: Dimension, station: str, translator: Translator) -> str:
    """A station as people read it."""
    return words_of(NAMED_AS[of], station, translator)


def found(of: Map, translator: Translator) -> tuple[str, Sequence[Path]]:
    """What is worth saying first, and the ways of which it speaks."""
    rounds = journeys.findings(of.paths) if of.of is Dimension.HANDOVER else []
    strongest = journeys.strongest(of.ways) if of.of is Dimension.JOURNEY else None
    if rounds:
        return round_sentence(rounds[0], of.of, translator), rounds[0].steps
    if strongest is not None:
        ends = (strongest.source, strongest.target)
        return _next_sentence(strongest, of, translator), [ends]
    if not of.ways:
        return translator.text(HEADINGS[of.of]), []
    busiest = of.ways[0]
    return _busiest_sentence(busiest, of, translator), [(busiest.source, busiest.target)]


def round_sentence(found: Round, of: Dimension, translator: Translator) -> str:
    """A round in words, with its numbers."""
    names = [name_of(of, one, translator) for one in found.stations]
    total = fmt.count(found.of, translator.language)
    if len(names) == 2:
        return translator.plural(
            "{a} and {b} send customers to and fro: {n} of {of} conversations between them came "
            "back",
            "{a} and {b} send customers to and fro: {n} of {of} conversations between them came "
            "back",
            found.n,
            a=names[0],
            b=names[1],
            of=total,
        )
    return translator.plural(
        "{way} is a round: {n} of {of} conversations on it came back to where it began",
        "{way} is a round: {n} of {of} conversations on it came back to where they began",
        found.n,
        way=" → ".join([*names, names[0]]),
        of=total,
    )


def _next_sentence(way: Way, of: Map, translator: Translator) -> str:
    return translator.text(
        "After {source} comes {target}: {n} of {of} matters that came by {source} went on there "
        "({share})",
        source=name_of(of.of, way.source, translator),
        target=name_of(of.of, way.target, translator),
        n=fmt.count(way.n, translator.language),
        of=fmt.count(way.of, translator.language),
        share=fmt.percent(way.n / way.of, translator.language),
    )


def _busiest_sentence(way: Way, of: Map, translator: Translator) -> str:
    return translator.text(
        "Most are passed on from {source} to {target}: {n}",
        source=name_of(of.of, way.source, translator),
        target=name_of(of.of, way.target, translator),
        n=fmt.count(way.n, translator.language),
    )


def _draw_rounds(answers: Answers, of: Map, translator: Translator) -> None:
    """The rounds that were found, each with the way to its conversations."""
    rounds = journeys.findings(of.paths)[:MOST_ROUNDS]
    if of.of is not Dimension.HANDOVER or not rounds:
        return
    lines = [_round_line(one, answers, of, translator) for one in rounds]
    heading = tag("h3", translator.text("Rounds that were found"))
    draw(tag("div", heading, tag("ol", *lines), cls="cc-worst"))


def _round_line(found: Round, answers: Answers, of: Map, translator: Translator) -> Html:
    way = listed(answers.query, COUNTED[of.of], any_of(of.of, found.pieces))
    return tag("li", link(round_sentence(found, of.of, translator), way))


def map_of(query: Query, of: Map, translator: Translator) -> HeatMap:
    """A cell a way; those of which the title speaks are outlined."""
    language = translator.language
    known = journeys.stations(of.ways)[:MOST_STATIONS]
    went = {(one.source, one.target): one for one in of.ways}
    most = of.ways[0].n
    cells = [[_cell(went.get((a, z)), most, of, translator) for z in known] for a in known]
    names = [name_of(of.of, one, translator) for one in known]
    _, told = found(of, translator)
    return HeatMap(
        translator.text(HEADINGS[of.of]),
        names,
        names,
        cells,
        (fmt.count(0, language), fmt.count(most, language)),
        [(known.index(a), known.index(z)) for a, z in told if {a, z}.issubset(known)],
        path=href("contacts"),
        base=params(query, COUNTED[of.of], ()),
    )


def _cell(way: Way | None, most: int, of: Map, translator: Translator) -> HeatCell | None:
    if way is None:
        return None
    text = fmt.count(way.n, translator.language)
    name, pieces = way_of(of.of, way.source, way.target)
    link_to = {f"where_{name}": "|".join(pieces)}
    # by the root, since one busy way would leave all others equally pale
    return HeatCell(
        text, _tip(way, of, translator), round(100 * sqrt(way.n / most)), False, link_to
    )


def _tip(way: Way, of: Map, translator: Translator) -> tuple[str, str]:
    language = translator.language
    names = [name_of(of.of, one, translator) for one in (way.source, way.target)]
    what = f"{' → '.join(names)}: {fmt.count(way.n, language)}"
    share = translator.text(
        "{share} of {n} at {source}",
        share=fmt.percent(way.n / way.of, language),
        n=fmt.count(way.of, language),
        source=names[0],
    )
    row = of.figures.get((way.source, way.target), {})
    figures = [
        f"{label_of(name, translator)} {_figure(row, name, translator)}"
        for name in OF_WAYS
        if row.get(f"n_{name}")
    ]
    return what, DOT.join([share, *figures])


def _figure(row: Mapping[str, Any], name: str, translator: Translator) -> str:
    value, n = row.get(name), row.get(f"n_{name}")
    text = figure_text(METRICS[name], value, int(n or 0), translator)
    return f"{text} (n {fmt.count(n or 0, translator.language)})"


def _table(answers: Answers, of: Map, translator: Translator) -> FiguresTable:
    """A row a way, the busiest first."""
    say = translator.text
    heads = [
        say("Way"), say("Went this way"), say("Share of those there"),
        *(label_of(name, translator) for name in OF_WAYS),
    ]  # fmt: skip
    lines = [_line(way, answers, of, translator) for way in of.ways[:MOST_TABLE]]
    return FiguresTable(say(HEADINGS[of.of]), heads, lines)


def _line(way: Way, answers: Answers, of: Map, translator: Translator) -> Sequence[Cell]:
    language = translator.language
    names = [name_of(of.of, one, translator) for one in (way.source, way.target)]
    went = way_of(of.of, way.source, way.target)
    row = of.figures.get((way.source, way.target), {})
    narrowed = [went]
    if of.of is Dimension.JOURNEY:
        narrowed.append((Dimension.CHANNEL, (way.target,)))
    return [
        Cell(" → ".join(names)),
        Cell(fmt.count(way.n, language), listed(answers.query, COUNTED[of.of], went)),
        Cell(fmt.percent(way.n / way.of, language)),
        *(
            _judged(row, name, listed(answers.query, name, *narrowed), translator)
            for name in OF_WAYS
        ),
    ]


def _judged(row: Mapping[str, Any], name: str, way: str, translator: Translator) -> Cell:
    n = int(row.get(f"n_{name}") or 0)
    if not n:
        return Cell(fmt.NOTHING)
    text = figure_text(METRICS[name], row[name], n, translator)
    return Cell(text, way, f"n {fmt.count(n, translator.language)}")
