"""Now: the floor at this instant, or with `?at=` as it was."""

from __future__ import annotations

import streamlit as st

from ccdash.store.comparison import comparison
from ccdash.store.live import floor
from ccdash.ui.errors import shown_errors
from ccdash.ui.live_screen import asked_at, draw_now, draw_then
from ccdash.ui.look import Look
from ccdash.ui.page import awaited
from ccdash.ui.source import now, source
from ccdash.ui.viewer import viewer

REFRESH_SECONDS = 2


@st.fragment(run_every=REFRESH_SECONDS)
def as_it_is() -> None:
    """Read anew every two seconds; the process reads once for all screens."""
    with shown_errors():
        who = viewer()
        with awaited("strip", "list"):
            snapshot = source().snapshots.latest()
            beside = source().comparisons.latest()
        draw_now(snapshot, beside, Look(who.translator, who.zone, source().targets), now())


who = viewer()
at = asked_at(who.zone)
if at is None:
    as_it_is()
else:
    store, zone = source().store, who.zone.key
    with awaited("strip", "list"):
        then, beside = floor(store, at, zone), comparison(store, at, zone)
    draw_then(then, beside, Look(who.translator, who.zone, source().thresholds()))
