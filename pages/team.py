"""Team: who is here and in what state, for everybody to see."""

from __future__ import annotations

import streamlit as st

from ccdash.ui.errors import shown_errors
from ccdash.ui.look import Look
from ccdash.ui.page import awaited
from ccdash.ui.source import now, source
from ccdash.ui.team_screen import draw_team
from ccdash.ui.viewer import viewer

REFRESH_SECONDS = 2


@st.fragment(run_every=REFRESH_SECONDS)
def as_it_is() -> None:
    """Read anew every two seconds; the process reads once for all screens."""
    with shown_errors():
        who = viewer()
        with awaited("card"):
            snapshot, states = source().snapshots.latest(), source().states.latest()
        draw_team(snapshot, states, Look(who.translator, who.zone, source().targets), now())


as_it_is()
