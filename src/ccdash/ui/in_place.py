"""Markup that changes every two seconds, changed where it stands.

`markup.draw` puts a new piece of page in the place of the old one, and with it goes the link that
somebody was about to press. Here the browser turns the old piece into the new one: elements keep
their place by `data-key`. `data-opens` on a button shows and hides the parts of that `data-part`;
an input with `data-finds` leaves the rows whose `data-name` holds what is written in it.
"""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from ccdash.ui.markup import Html

_JS = (Path(__file__).parent / "browser" / "in_place.js").read_text(encoding="utf-8")
_IN_PLACE = st.components.v2.component(
    "ccdash_in_place",
    html='<div class="stHtml cc-in-place"></div>',
    js=_JS,
    isolate_styles=False,
)


def draw_in_place(content: Html, key: str) -> None:
    """Put it on the page, or turn what is there under this key into it."""
    _IN_PLACE(key=key, data={"html": content.text})
