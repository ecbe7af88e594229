"""The frame around every screen: navigation, word mark, language, the one place for errors."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import streamlit as st

from ccdash.errors import CcdashError
from ccdash.i18n import LANGUAGES, N_, Translator
from ccdash.store.coverage import coverage
from ccdash.ui import theme
from ccdash.ui.document import Link, document
from ccdash.ui.errors import LOST_SINCE, shown_errors
from ccdash.ui.markup import draw, tag
from ccdash.ui.source import source
from ccdash.ui.viewer import Viewer, chosen_language, keep_language, viewer

UI = Path(__file__).parent
PAGES = Path(__file__).resolve().parents[3] / "pages"
HOME = "live"
SCREENS: Mapping[str, str] = {
    HOME: N_("Now"),
    "trends": N_("Trends"),
    "contacts": N_("Contacts"),
    "customer": N_("Customers"),
}
"""The script in pages/ (and the path in the URL) of each screen, and what people do there."""


def run() -> None:
    """The whole script of one run."""
    who = viewer()
    screens = _screens(who.translator)
    page = st.navigation(list(screens.values()))
    icon = str(UI / "static" / "icon.png")  # a :material: icon would be fetched from outside
    st.set_page_config(page_title=f"{page.title} · ccdash", page_icon=icon, layout="wide")
    st.html(f"<style>{_style()}</style>")
    clicked = _side(who, page.url_path)
    if clicked is not None:
        page = screens.get(clicked.screen, screens[HOME])
        st.switch_page(page, query_params=dict(clicked.parameters))
    with shown_errors():
        page.run()
    if LOST_SINCE in st.session_state:
        _come_back()


@st.fragment(run_every=3)
def _come_back() -> None:
    """Draw the page anew as soon as the store answers (the floor has a fragment of its own)."""
    try:
        coverage(source().store)
    except CcdashError:
        return
    st.rerun()


def open_screen(name: str, parameters: Mapping[str, str] | None = None) -> None:
    """Go to a screen, in this session: `open_screen("contacts", query.to_params())`."""
    screens = _screens(viewer().translator)
    st.switch_page(screens[name], query_params=dict(parameters or {}))


def href(name: str, parameters: Mapping[str, str] | None = None) -> str:
    """The address of a screen, for `link=` of tiles, cells, people and entries."""
    path = "/" if name == HOME else f"/{name}"
    return f"{path}?{urlencode(parameters)}" if parameters else path


def _screens(translator: Translator) -> dict[str, Any]:
    return {
        name: st.Page(
            PAGES / f"{name}.py",
            title=translator.text(title),
            url_path=None if name == HOME else name,
            default=name == HOME,
        )
        for name, title in SCREENS.items()
    }


def _side(who: Viewer, page: str) -> Link | None:
    appearance = "dark" if st.context.theme.type == "dark" else "light"
    st.logo(str(UI / "static" / f"wordmark-{appearance}.svg"), size="small")
    with st.sidebar:
        zone = who.translator.text("Times are in {zone}.", zone=who.zone.key.replace("_", " "))
        draw(tag("p", zone, cls="cc-foot"))
        _language_switch(who)
        return document(who.language, page, chosen=chosen_language() is not None)


def _language_switch(who: Viewer) -> None:
    st.session_state["language_switch"] = who.language
    st.segmented_control(
        who.translator.text("Language"),
        list(LANGUAGES),
        format_func=LANGUAGES.__getitem__,
        key="language_switch",
        required=True,
        label_visibility="collapsed",
        on_change=lambda: keep_language(st.session_state["language_switch"]),
    )


@cache
def _style() -> str:
    return theme.css_variables() + (UI / "style.css").read_text(encoding="utf-8")
