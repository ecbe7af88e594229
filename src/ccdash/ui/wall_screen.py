"""The screen "Wallboards": which board, and how it looks."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import streamlit as st

from ccdash.live.hub import Snapshot
from ccdash.store.wallboards import Board, Kept
from ccdash.ui.controls import pick_button
from ccdash.ui.markup import draw, tag
from ccdash.ui.viewer import Viewer
from ccdash.ui.wall_live import Kind
from ccdash.ui.wall_live import draw as drawn

BOARD, NEW = "board", "new"
"""The parameter in the URL, and what it says of a board that is not kept yet."""
COLOURS = "ccdash.wall_colours"


def choose(kept: Sequence[Kept], who: Viewer) -> Kept | None:
    """One of the boards, or None for a new one; without any there is nothing to choose."""
    if not kept:
        return None
    words = {str(one.number): one.board.name for one in kept}
    label = who.translator.text("Board")
    chosen = pick_button(
        label, {**words, NEW: who.translator.text("New board")}, str(kept[0].number), BOARD
    )
    return next((one for one in kept if str(one.number) == chosen), None)


def draw_preview(board: Board, snapshot: Snapshot, now: datetime) -> None:
    """The board as a TV shows it, its pages in turn."""
    made = drawn(board, snapshot, Kind(False, now, st.session_state.get(COLOURS, {})))
    st.session_state[COLOURS] = made.held
    page = int(now.timestamp()) // board.rotation_seconds % max(made.pages, 1)
    draw(tag("div", made.html, cls="cc-wall preview", data_page=page))
