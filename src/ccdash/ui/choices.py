"""What a person chooses for themselves: language and appearance. The same two controls stand at the
foot of the navigation and on Settings."""

from __future__ import annotations

import streamlit as st

from ccdash.i18n import LANGUAGES, SOURCE
from ccdash.ui.document import script
from ccdash.ui.viewer import Viewer, keep_language

_APPEARANCE = st.components.v2.component(
    "ccdash_appearance",
    html='<div class="cc-appearance" role="group"></div>',
    js=script("appearance"),
    isolate_styles=False,
)


def language_choice(who: Viewer, place: str) -> None:
    """The languages by their own names; `place` tells two on a page apart."""
    key = f"language_{place}"
    known = who.language if who.language in LANGUAGES else SOURCE
    st.session_state[key] = known
    st.segmented_control(
        who.translator.text("Language"),
        list(LANGUAGES),
        format_func=LANGUAGES.__getitem__,
        key=key,
        required=True,
        label_visibility="collapsed",
        on_change=lambda: keep_language(st.session_state[key]),
    )


def appearance_choice(who: Viewer, place: str, paths: list[str]) -> None:
    """System, light or dark, kept by the browser for the addresses in `paths`."""
    say = who.translator.text
    choices = [
        ("System", say("As the device")),
        ("Light", say("Light")),
        ("Dark", say("Dark")),
    ]
    data = {"label": say("Appearance"), "choices": choices, "paths": paths}
    _APPEARANCE(key=f"appearance_{place}", data=data, height="content")
