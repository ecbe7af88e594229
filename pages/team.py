"""Team: who is here and in what state, for everybody to see."""

from __future__ import annotations

import streamlit as st

from ccdash.ui.board_component import draw_board
from ccdash.ui.empty_store import draw_empty, is_opening
from ccdash.ui.live_boards import Variant
from ccdash.ui.live_screen import is_empty
from ccdash.ui.look import Look
from ccdash.ui.page import awaited
from ccdash.ui.source import source
from ccdash.ui.team_screen import Asked
from ccdash.ui.viewer import viewer

who = viewer()
with awaited("card"):
    snapshot = source().hub.latest()
look = Look(who.translator, who.zone, source().targets)
if is_opening() or (snapshot.floor is not None and is_empty(snapshot.floor)):
    draw_empty(look, who.translator.text("Team"))
else:
    asked = Asked.read(st.query_params.to_dict())
    draw_board(Variant.of("team", asked.to_params(), who.language), snapshot, look)
