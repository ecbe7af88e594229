"""Trends: a metric over a period, in parts, by the hours of the week, against another time."""

from __future__ import annotations

import streamlit as st

from ccdash.export.about import Content
from ccdash.store.annotations import notes_of
from ccdash.store.coverage import coverage, names
from ccdash.ui import trends_figures as figures
from ccdash.ui import trends_screen as screen
from ccdash.ui.distribution import draw_distribution, read_distribution
from ccdash.ui.empty_store import draw_empty, is_opening
from ccdash.ui.export_menu import Export, export_menu
from ccdash.ui.look import Look
from ccdash.ui.page import awaited
from ccdash.ui.source import now, source
from ccdash.ui.trends_answers import answered, comparable, of_open_hours
from ccdash.ui.trends_controls import Offer, asked, draw_left_out, zone_asked
from ccdash.ui.trends_hours import draw_week, read_week
from ccdash.ui.trends_notes import Notes
from ccdash.ui.viewer import viewer
from ccdash.views.periods import day_to_count_from

who, store, instant = viewer(), source().store, now()
say = who.translator.text
held = coverage(store)
targets = source().thresholds()

if held.is_empty or is_opening():
    draw_empty(Look(who.translator, who.zone, targets), say("Trends"))
else:
    head = st.container()
    where = zone_asked(who.zone)
    day = day_to_count_from(instant, held.newest_at, where)
    is_past = day != instant.astimezone(where).date()
    chosen = asked(Offer(names(store), day, is_past, where, instant), who.translator)
    query = comparable(chosen.query, chosen.compare, held, instant)
    with head:
        screen.draw_head(held, query, who.translator)
        draw_left_out(chosen, who.translator)
    with awaited("strip", "card"):
        answers = answered(store, query, instant, chosen.compare)
        answers = of_open_hours(store, answers) if chosen.is_open_only else answers
    if not answers.is_empty:
        with st.container(key="figures", gap="small"):
            figures.draw_tiles(answers, targets, who.translator)
            with st.container(horizontal=True, key="below-figures"):
                figures.draw_compared(answers, held, who.translator)
                told = Export(Content.FIGURES, answers.exported, answers.rows)
                export_menu(told, who.translator)
    with awaited("card"):
        noted = Notes(store, query, notes_of(store, query), instant)
        week = read_week(store, query, answers.missing, held)
        spread = read_distribution(store, query, targets)
    screen.draw_chart(answers, screen.Around(held, targets, noted), who.translator)
    draw_distribution(spread, who.translator)
    draw_week(week, who.translator)
    figures.draw_table(answers, who.translator)
