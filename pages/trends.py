"""Trends: a metric over a period, in parts, against the period before."""

from __future__ import annotations

import streamlit as st

from ccdash.store.coverage import coverage, names
from ccdash.ui import trends_screen as screen
from ccdash.ui.live_screen import Look, draw_empty
from ccdash.ui.source import now, source
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
    answers = screen.answered(store, query, instant, compared=is_compared)
    screen.draw_tiles(answers, targets, who.translator)
    point = screen.draw_chart(answers, targets, who.translator)
    behind = screen.draw_table(answers, who.translator)
    screen.follow(answers, point, behind)
