"""Wallboards: boards for TVs, designed, previewed, and given links."""

from __future__ import annotations

import streamlit as st

from ccdash.errors import BadInput
from ccdash.store import wallboards
from ccdash.ui import wall_form as form
from ccdash.ui import wall_screen as screen
from ccdash.ui.errors import shown_errors
from ccdash.ui.markup import draw, tag
from ccdash.ui.page import header
from ccdash.ui.source import now, source
from ccdash.ui.viewer import viewer
from ccdash.ui.wall_links import draw_links

REFRESH_SECONDS = 2


@st.fragment(run_every=REFRESH_SECONDS)
def preview() -> None:
    """Drawn anew every two seconds; the process reads once for all screens."""
    with shown_errors():
        screen.draw_preview(board, source().hub.latest(), now())


who = viewer()
say = who.translator.text
header(say("Wallboards"))
draw(
    tag(
        "p",
        say(
            "A wallboard hangs where everybody who serves customers sees it: who waits, where it "
            "is late, who is free. It needs no login and shows nothing of any customer."
        ),
        cls="cc-quiet cc-lead",
    )
)
store = source().store
kept = screen.choose(wallboards.every(store), who)
usual = kept.board if kept else form.new_board(who)
try:
    board = form.draft(kept, usual)
except BadInput:  # saving says why
    board = usual
left, right = st.columns([2.2, 1], gap="medium")
with left:  # before the choices: what the page is about is there first
    preview()
    draw_links(store, kept, who)
with right:
    form.draw_form(store, kept, usual, who)
