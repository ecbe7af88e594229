"""A button that unfolds what a phone has no room for; a wider screen never shows it."""

from __future__ import annotations

import streamlit as st

from ccdash.ui.document import script

HTML = """<button type="button" class="cc-fold" aria-expanded="false">
<span class="cc-fold-name"></span><span class="cc-fold-chosen"></span></button>"""
_FOLD = st.components.v2.component(
    "ccdash_fold", html=HTML, js=script("fold"), isolate_styles=False
)


def fold(name: str, chosen: str, key: str) -> None:
    """`name` says what it unfolds, `chosen` what is chosen there."""
    _FOLD(key=key, data={"name": name, "chosen": chosen})
