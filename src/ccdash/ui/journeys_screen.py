"""The screen "Journeys": its head, the strip of figures, and where bounces start."""

from __future__ import annotations

from typing import Any

import streamlit as st

from ccdash.i18n import Translator
from ccdash.measures import OF_CONTACTS
from ccdash.metrics import METRICS
from ccdash.query import Dimension, Query
from ccdash.store.coverage import Coverage
from ccdash.ui import format as fmt
from ccdash.ui.addresses import href
from ccdash.ui.demo_mark import growing
from ccdash.ui.figures_table import Cell, FiguresTable, figures_table
from ccdash.ui.journeys_answers import Answers, Map
from ccdash.ui.journeys_links import COUNTED, EVERY, any_of, listed
from ccdash.ui.markup import Html, draw, link, tag
from ccdash.ui.metric_help import metric_help
from ccdash.ui.metric_list import WHY_NOT, beside_figure, figure_text, label_of
from ccdash.ui.metrics_screen import entry_of
from ccdash.ui.page import DOT, Status, Tile, card, empty, header, section, strip
from ccdash.ui.trends_controls import chip
from ccdash.ui.words import word
from ccdash.views import journeys
from ccdash.views.periods import days_of
from ccdash.views.trends import UNKNOWN, Figure
from ccdash.vocabulary import Channel

MOST_STARTS = 8
LEAST_MATTERS = 30


def draw_head(coverage: Coverage, query: Query, translator: Translator) -> None:
    """Of what time, in which zone, and how far the data goes."""
    say, language = translator.text, translator.language
    newest, status = coverage.newest_at, growing(translator)
    if status is None and newest is not None:
        local = newest.astimezone(query.period.zone)
        when = f"{fmt.short_date(local, language)} {fmt.clock(local, language)}"
        status = Status(say("data through {time}", time=when), "still")
    days = fmt.period(*days_of(query.period), language)
    header(say("Journeys"), days, status, [query.period.timezone.replace("_", " ")])


def draw_nothing(query: Query, translator: Translator) -> None:
    """Nothing came, and the way to where something did."""
    say = translator.text
    with card("nothing"):
        if not query.filters:
            empty(say("Nothing in this period."))
            return
        asked = DOT.join(chip(name, values, translator) for name, values in query.filters)
        path = href("journeys", _without_filters(query))
        way = link(say("Without filters"), path, cls="cc-way")
        empty(say("Nothing matches these filters."), asked, way)


def _without_filters(query: Query) -> dict[str, str]:
    found = query.to_params()
    return {name: text for name, text in found.items() if not name.startswith("where_")}


def draw_tiles(answers: Answers, translator: Translator) -> None:
    """How many are passed on, go round and change channel; and the figures of what it costs."""
    tiles = [
        _passed(answers.queues, answers, translator),
        _round(answers.queues, answers, translator),
        _passed(answers.matters, answers, translator),
    ]
    names = ("bounce_index", "failure_demand", "containment")
    tiles += [_tile(answers.totals[name], answers, translator) for name in names]
    strip(tiles, translator)


def _passed(of: Map, answers: Answers, translator: Translator) -> Tile:
    say = translator.text
    if of.of is Dimension.HANDOVER:
        label = say("Conversations passed on")
        told = say("Conversations that customers began and that came to more than one queue.")
        note = say("{share} of {n} conversations", **_share(of, translator))
    else:
        label = say("Matters that changed channel")
        told = say("Matters whose contacts came by more than one channel.")
        note = say("{share} of {n} matters", **_share(of, translator))
    way = listed(answers.query, COUNTED[of.of], (of.of, (EVERY,))) if of.passed else None
    return Tile(label, fmt.count(of.passed, translator.language), note, help=told, link=way)


def _share(of: Map, translator: Translator) -> dict[str, str]:
    language = translator.language
    share = fmt.percent(of.passed / of.n, language) if of.n else fmt.NOTHING
    return {"share": share, "n": fmt.count(of.n, language)}


def _round(of: Map, answers: Answers, translator: Translator) -> Tile:
    say, language = translator.text, translator.language
    back = journeys.came_back(of.paths)
    share = fmt.percent(back / of.passed, language) if of.passed else fmt.NOTHING
    pieces = [one for found in journeys.rounds(of.paths) for one in found.pieces]
    return Tile(
        say("Came back to a queue"),
        fmt.count(back, language),
        say("{share} of those passed on", share=share),
        help=say("Conversations that came to a queue in which they had been before."),
        link=listed(answers.query, "callers", any_of(of.of, pieces)) if back else None,
    )


def _tile(figure: Figure, answers: Answers, translator: Translator) -> Tile:
    say, metric = translator.text, METRICS[figure.metric]
    label = label_of(metric.name, translator)
    if figure.metric in answers.missing:
        why = say(WHY_NOT[metric.needs]) if metric.needs else ""
        return Tile(label, fmt.value(fmt.NOT_MEASURED, metric.unit, translator.language), why)
    has_list = bool(figure.n) and metric.fact in OF_CONTACTS
    return Tile(
        label,
        figure_text(metric, figure.value, figure.n, translator),
        beside_figure(metric, figure.n, translator),
        help=metric_help(metric, figure.n, translator),
        help_link=entry_of(metric.name),
        link=listed(answers.query, metric.name) if has_list else None,
    )


def draw_starts(answers: Answers, translator: Translator) -> None:
    """In which queues the matters began that bounced, and the worst of them."""
    say = translator.text
    rows = _starts(answers)
    with card("starts"):
        title = say("Where bounces start")
        if rows and rows[0][1].value:
            queue, figure = rows[0]
            value = figure_text(METRICS[figure.metric], figure.value, figure.n, translator)
            title = say("Bounces start most in {queue}: {value} a matter", queue=queue, value=value)
        section(title, say(METRICS["bounce_index"].definition))
        if not rows:
            empty(say("Nothing to count in this period."))
            return
        with st.container(horizontal=True, key="starts-parts"):
            with st.container():
                figures_table(_starts_table(rows, answers, translator))
            _draw_worst(answers, translator)
        trend = answers.query.to_params() | {"metrics": "bounce_index", "grain": "week"}
        way = link(say("The trend of the bounce index"), href("trends", trend))
        draw(tag("p", way, cls="cc-ways"))


def _starts(answers: Answers) -> list[tuple[str, Figure]]:
    """The queues of enough matters, the worst first."""
    every = ((queue, of[0]) for queue, of in answers.starts.items() if queue != UNKNOWN)
    known = ((queue, one) for queue, one in every if (one.n or 0) >= LEAST_MATTERS)
    return list(known)[:MOST_STARTS]


def _starts_table(
    rows: list[tuple[str, Figure]], answers: Answers, translator: Translator
) -> FiguresTable:
    say, metric = translator.text, METRICS["bounce_index"]
    heads = [word(Dimension.QUEUE, translator.language), label_of(metric.name, translator), "n"]
    lines = [
        [
            Cell(queue),
            Cell(
                figure_text(metric, figure.value, figure.n, translator),
                listed(answers.query, metric.name, (Dimension.QUEUE, (queue,))),
            ),
            Cell(fmt.count(figure.n or 0, translator.language)),
        ]
        for queue, figure in rows
    ]
    return FiguresTable(say("Where bounces start"), heads, lines)


def _draw_worst(answers: Answers, translator: Translator) -> None:
    if answers.worst.is_empty():
        return
    entries = [_worst(row, answers, translator) for row in answers.worst.iter_rows(named=True)]
    heading = tag("h3", translator.text("Bounced most often"))
    draw(tag("div", heading, tag("ol", *entries), cls="cc-worst"))


def _worst(row: dict[str, Any], answers: Answers, translator: Translator) -> Html:
    """One matter: how often, how many contacts, where and when it began."""
    say, language = translator.text, translator.language
    local = row["arrived_at"].astimezone(answers.query.period.zone)
    times = translator.plural("{n} bounce", "{n} bounces", row["bounces"])
    contacts = translator.plural("in {n} contact", "in {n} contacts", row["contacts"])
    where = [word(Channel(row["channel"]), language), row["queue"], row["subject"]]
    began = say("began {when}", when=fmt.moment(local, language))
    facts = DOT.join([began, *(one for one in where if one)])
    way = href("customer", {"customer": row["customer_id"]})
    head = link(DOT.join([times, contacts]), way)
    return tag("li", head, tag("span", facts, cls="cc-under"))
