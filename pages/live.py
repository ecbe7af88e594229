"""Now: the floor at this instant, or with `?at=` as it was."""

from __future__ import annotations

import streamlit as st

from ccdash.store.live import floor
from ccdash.ui.errors import shown_errors
from ccdash.ui.live_screen import Look, asked_at, draw_now, draw_then
from ccdash.ui.source import now, source
from ccdash.ui.viewer import viewer

REFRESH_SECONDS = 2


@st.fragment(run_every=REFRESH_SECONDS)
def as_it_is() -> None:
    """Read anew every two seconds; the process reads once for all screens."""
    with shown_errors():
        who = viewer()
        snapshot = source().snapshots.latest()
        draw_now(snapshot, Look(who.translator, who.zone, source().targets), now())


who = viewer()
at = asked_at(who.zone)
if at is None:
    as_it_is()
else:
    store = source().store
    then = floor(store, at, who.zone.key)
    draw_then(then, Look(who.translator, who.zone, source().thresholds()))
