"""A board on a page: markup that is changed where it stands, by its stream or by the page itself.

`markup.draw` puts a new piece of page in the place of the old one, and with it goes the link that
somebody was about to press. Here elements keep their place by `data-key`. `data-opens` on a button
shows and hides the parts of that `data-part`; an input with `data-finds` leaves the rows whose
`data-name` holds what is written in it; times that go on are written by the browser
(markup.running).
"""

from __future__ import annotations

import json

import streamlit as st

from ccdash.live.hub import Snapshot
from ccdash.ui.board_files import module_url
from ccdash.ui.board_words import words
from ccdash.ui.document import script
from ccdash.ui.live_boards import TICKETS, Variant, clock, live_boards
from ccdash.ui.look import Look
from ccdash.ui.markup import Html

_BOARD = st.components.v2.component(
    "ccdash_board",
    html='<div class="stHtml cc-board"></div>',
    js=script("board_component"),
    isolate_styles=False,
)


def draw_board(variant: Variant, snapshot: Snapshot, look: Look) -> None:
    """Put a board on the page; from then on it follows its stream. Raises the snapshot's error when
    there has not been any floor."""
    first = json.loads(live_boards().first(variant, snapshot))
    data = {"address": f"/stream?ticket={TICKETS.issue(variant)}", "first": first}
    key = f"board-{variant.screen}"
    _BOARD(key=key, data=data | _for(look), on_refused_change=lambda: None)


def draw_in_place(content: Html, key: str, look: Look) -> None:
    """Put it on the page, or turn what is there under this key into it."""
    at = clock()
    first = {"html": content.text, "now": at.now.timestamp(), "rate": at.rate}
    _BOARD(key=key, data={"first": first} | _for(look))


def _for(look: Look) -> dict[str, object]:
    return {"module": module_url("board.js"), "words": words(look.zone, look.translator)}
