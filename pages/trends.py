"""Trends: a metric over a period, in parts, against the period before."""

from __future__ import annotations

import streamlit as st

from ccdash.export.about import Content
from ccdash.store.coverage import coverage, names
from ccdash.ui import trends_figures as figures
from ccdash.ui import trends_screen as screen
from ccdash.ui.empty_store import draw_empty
from ccdash.ui.export_menu import Export, export_menu
from ccdash.ui.look import Look
from ccdash.ui.page import awaited
from ccdash.ui.source import now, source
from ccdash.ui.trends_answers import answered, comparable
from ccdash.ui.trends_controls import Offer, asked, zone_asked
from ccdash.ui.viewer import viewer
from ccdash.views.periods import day_to_count_from

who, store, instant = viewer(), source().store, now()
say = who.translator.text
held = coverage(store)
targets = source().thresholds()

if held.is_empty:
    draw_empty(Look(who.translator, who.zone, targets), say("Trends"))
else:
    head = st.container()
    where = zone_asked(who.zone)
    day = day_to_count_from(instant, held.newest_at, where)
    is_past = day != instant.astimezone(where).date()
    query, is_compared = asked(Offer(names(store), day, is_past, where), who.translator)
    with head:
        screen.draw_head(held, query, who.translator)
    before = comparable(query, held, instant) if is_compared else None
    with awaited("strip", "card"):
        answers = answered(store, query, instant, before)
    with st.container(key="figures", gap="small"):
        figures.draw_tiles(answers, targets, who.translator)
        with st.container(horizontal=True, key="below-figures"):
            figures.draw_compared(answers, held, who.translator, is_wanted=is_compared)
            told = Export(Content.FIGURES, answers.exported, answers.rows)
            export_menu(told, who.translator)
    screen.draw_chart(answers, held, targets, who.translator)
    figures.draw_table(answers, who.translator)
