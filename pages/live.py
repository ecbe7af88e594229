"""Now: the floor at this instant, or with `?at=` as it was."""

from __future__ import annotations

import streamlit as st

from ccdash.store.comparison import comparison
from ccdash.store.coverage import coverage
from ccdash.store.live import floor
from ccdash.ui import live_screen as screen
from ccdash.ui import now_filters
from ccdash.ui.board_component import draw_board, draw_in_place
from ccdash.ui.empty_store import draw_empty, is_opening
from ccdash.ui.live_boards import Variant
from ccdash.ui.look import Look
from ccdash.ui.look_back import draw_refused, instant
from ccdash.ui.markup import draw
from ccdash.ui.page import awaited
from ccdash.ui.source import now, source
from ccdash.ui.viewer import viewer

who = viewer()
asked, at = st.query_params.get("at", ""), None
if asked:
    told = coverage(source().store)
    at = instant(asked, told.kept_since or told.first_at or now(), now(), who.zone)
if asked and at is None:
    draw_refused(asked, screen.asked_scope(), who.translator)
elif at is None:
    with awaited("strip", "list"):
        snapshot = source().hub.latest()
        beside = source().comparisons.latest()
    look = Look(who.translator, who.zone, source().targets)
    if is_opening() or (snapshot.floor is not None and screen.is_empty(snapshot.floor)):
        draw_empty(look)
    else:
        scope = screen.asked_scope()
        held = now_filters.held(scope, snapshot.floor, beside) if snapshot.floor else scope
        if gone := now_filters.left_out(scope, held, who.translator):
            draw(gone)
        draw_board(Variant.of("now", held.to_params(), who.language), snapshot, look)
else:
    store, zone = source().store, who.zone.key
    with awaited("strip", "list"):
        then, beside = floor(store, at, zone), comparison(store, at, zone)
    look = Look(who.translator, who.zone, source().thresholds())
    draw_in_place(screen.then_html(then, beside, look), "floor-then", look)
