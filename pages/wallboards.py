"""Wallboards: the floor for a TV, its preview and its choices; with `?wall=1` the wall itself."""

from __future__ import annotations

import streamlit as st

from ccdash.i18n import translator
from ccdash.ui import wall_screen as screen
from ccdash.ui.markup import draw, tag
from ccdash.ui.page import header
from ccdash.ui.source import now, source
from ccdash.ui.viewer import viewer
from ccdash.ui.wall import Wall, draw_wall
from ccdash.ui.wall_choices import Choices, choices, is_wall

REFRESH_SECONDS = 2


@st.fragment(run_every=REFRESH_SECONDS)
def board() -> None:
    """Read anew every two seconds; the process reads once for all screens."""
    snapshot = source().snapshots.latest()
    known = screen.channels_known(snapshot.floor)
    chosen = choices(st.query_params, usual)
    shown = [one for one in chosen.channels if one in known or not known] or known
    targets = source().targets
    is_demo = source().simulation() is not None
    wall = Wall(chosen, translator(chosen.language), who.zone, targets, shown, is_wall(), is_demo)
    draw_wall(snapshot, wall, now())


who = viewer()
usual, say = who.language, who.translator.text

if is_wall():
    board()
else:
    header(say("Wallboards"), say("The whole centre"))
    draw(
        tag(
            "p",
            say(
                "A wallboard hangs where everybody who serves customers sees it: who waits, where "
                "it is late, who is free. It needs no login and shows nothing of any customer."
            ),
            cls="cc-quiet cc-lead",
        )
    )
    preview, side = st.columns([2.4, 1], gap="medium")
    with preview:  # before the choices: what the page is about is there first
        board()
    with side:
        known = screen.channels_known(source().snapshots.latest().floor)
        screen.draw_choices(Choices(usual), known, who.translator)
    screen.draw_way_to_the_tv(choices(st.query_params, usual), who.translator)
