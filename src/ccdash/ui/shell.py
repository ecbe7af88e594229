"""The frame around every screen: navigation, word mark, search, what a person chooses, the one
place for errors."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from ccdash.errors import CcdashError
from ccdash.i18n import Translator
from ccdash.store.coverage import coverage
from ccdash.ui import format as fmt
from ccdash.ui import theme
from ccdash.ui.addresses import HOME, SCREENS, TITLES, UNLISTED, href, paths
from ccdash.ui.choices import appearance_choice, language_choice
from ccdash.ui.demo_mark import demo_mark
from ccdash.ui.document import Link, document
from ccdash.ui.empty_store import await_opening, is_opening
from ccdash.ui.errors import LOST_SINCE, shown_errors
from ccdash.ui.markup import draw, tag
from ccdash.ui.page import page_begins, page_is_drawn
from ccdash.ui.palette import palette
from ccdash.ui.source import source
from ccdash.ui.viewer import Viewer, viewer

__all__ = ["HOME", "SCREENS", "UNLISTED", "href", "open_screen", "run"]

UI = Path(__file__).parent
PAGES = Path(__file__).resolve().parents[3] / "pages"


def run() -> None:
    """The whole script of one run."""
    who = viewer()
    screens = _screens(who.translator)
    page = st.navigation(list(screens.values()))
    icon = str(UI / "static" / "icon.png")  # a :material: icon would be fetched from outside
    st.set_page_config(page_title=f"{page.title} · ccdash", page_icon=icon, layout="wide")
    st.html(f"<style>{_style()}</style>")
    bar = st.empty()
    clicked = _side(who, page.url_path, bar)
    if clicked is not None:
        page = screens.get(clicked.screen, screens[HOME])
        st.switch_page(page, query_params=dict(clicked.parameters))
    page_begins(page.url_path)
    with shown_errors():
        page.run()
    page_is_drawn()
    if LOST_SINCE in st.session_state:
        _come_back()
    elif is_opening():
        await_opening()


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


def _screens(translator: Translator) -> dict[str, Any]:
    return {
        name: st.Page(
            PAGES / f"{name}.py",
            title=translator.text(title),
            url_path=None if name == HOME else name,
            default=name == HOME,
            visibility="hidden" if name in UNLISTED else "visible",
        )
        for name, title in TITLES.items()
    }


def _side(who: Viewer, page: str, bar: DeltaGenerator) -> Link | None:
    appearance = "dark" if st.context.theme.type == "dark" else "light"
    st.logo(str(UI / "static" / f"wordmark-{appearance}.svg"), size="small")
    say = who.translator.text
    with st.sidebar:
        with st.container(key="search"):
            palette(who, {name: (say(title), href(name)) for name, title in TITLES.items()})
        demo_mark(who, bar)
        with st.container(key="personal", gap="small"):
            language_choice(who, "side")
            appearance_choice(who, "side", paths())
            zone = say("Times are in {zone}.", zone=who.zone.key.replace("_", " "))
            draw(tag("p", zone, cls="cc-foot"))
        return document(who, page, _sheet(who))


def _sheet(who: Viewer) -> str:
    """What a printed sheet says of itself."""
    printed = fmt.moment(datetime.now(UTC).astimezone(who.zone), who.language)
    return who.translator.text("ccdash · {when} · {zone}", when=printed, zone=who.zone.key)


@cache
def _style() -> str:
    sheets = sorted((UI / "styles").glob("*.css"))
    colours = theme.css_variables() + theme.wall_variables()
    return colours + "".join(sheet.read_text(encoding="utf-8") for sheet in sheets)
