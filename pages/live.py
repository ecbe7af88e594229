"""Now: the floor at this instant, or with `?at=` as it was."""

from __future__ import annotations

from ccdash.store.comparison import comparison
from ccdash.store.live import floor
from ccdash.ui import live_screen as screen
from ccdash.ui.board_component import draw_board, draw_in_place
from ccdash.ui.empty_store import draw_empty, is_opening
from ccdash.ui.live_boards import Variant
from ccdash.ui.look import Look
from ccdash.ui.page import awaited
from ccdash.ui.source import source
from ccdash.ui.viewer import viewer

who = viewer()
at = screen.asked_at(who.zone)
if at is None:
    with awaited("strip", "list"):
        snapshot = source().hub.latest()
        source().comparisons.latest()
    look = Look(who.translator, who.zone, source().targets)
    if is_opening() or (snapshot.floor is not None and screen.is_empty(snapshot.floor)):
        draw_empty(look)
    else:
        scope = screen.asked_scope()
        draw_board(Variant.of("now", scope.to_params(), who.language), snapshot, look)
else:
    store, zone = source().store, who.zone.key
    with awaited("strip", "list"):
        then, beside = floor(store, at, zone), comparison(store, at, zone)
    look = Look(who.translator, who.zone, source().thresholds())
    draw_in_place(screen.then_html(then, beside, look), "floor-then", look)
