"""Journeys: where customers are passed on, go round, change channel, and which channel helps."""

from __future__ import annotations

import streamlit as st

from ccdash.store.coverage import coverage, names
from ccdash.store.kept_part import forgotten_until
from ccdash.ui import journeys_screen as screen
from ccdash.ui.contacts_screen import draw_forgotten
from ccdash.ui.empty_store import draw_empty, is_opening
from ccdash.ui.journeys_answers import answered, compared
from ccdash.ui.journeys_channels import draw_channels, draw_ends
from ccdash.ui.journeys_map import draw_map
from ccdash.ui.look import Look
from ccdash.ui.page import awaited
from ccdash.ui.source import now, source
from ccdash.ui.trends_controls import Offer, asked_of_time, zone_asked
from ccdash.ui.viewer import viewer
from ccdash.views.periods import day_to_count_from

who, store, instant = viewer(), source().store, now()
say = who.translator.text
held = coverage(store)

if held.is_empty or is_opening():
    draw_empty(Look(who.translator, who.zone, source().thresholds()), say("Journeys"))
else:
    head = st.container()
    where = zone_asked(who.zone)
    day = day_to_count_from(instant, held.newest_at, where)
    is_past = day != instant.astimezone(where).date()
    query = asked_of_time(
        "callers", Offer(names(store), day, is_past, where, instant), who.translator
    )
    with head:
        screen.draw_head(held, query, who.translator)
    with awaited("strip", "card"):
        answers = answered(store, query)
    if answers.is_empty:
        screen.draw_nothing(query, who.translator)
    else:
        screen.draw_tiles(answers, who.translator)
        draw_forgotten(forgotten_until(store, query), query.period, who.translator)
        draw_map(answers, answers.queues, who.translator)
        screen.draw_starts(answers, who.translator)
        draw_map(answers, answers.matters, who.translator)
        draw_ends(answers, who.translator)
        with awaited("card"):
            channels = compared(store, query)
        draw_channels(answers, channels, who.translator)
