"""What a screen says while the store is empty: how to feed it, or that the demo is coming."""

from __future__ import annotations

import sys
from pathlib import Path

import streamlit as st

from ccdash.i18n import Translator
from ccdash.settings import PROJECT
from ccdash.store.simulation import Simulation
from ccdash.ui.addresses import href
from ccdash.ui.demo_mark import progress
from ccdash.ui.look import Look
from ccdash.ui.markup import draw, link, tag
from ccdash.ui.page import card, empty, header
from ccdash.ui.source import source, wall

WAYS_IN = ("import asterisk FILE", "follow asterisk FILE", "import events FILE")
DEMO = "make run"
COMES_SECONDS = 1


def draw_empty(look: Look, title: str = "") -> None:
    """Nothing has come in yet: the three ways to change that, and the demo. In a demo, that it is
    being made, or why it is not."""
    say = look.translator.text
    header(title or say("Now"))
    with card("start"):
        if (said := source().demo_given_up) is not None:
            why = say("The simulation gave up: {words}", words=said)
            empty(say("The demo centre does not open."), why, tag("span", say("Start it again.")))
            return
        if source().is_demo():
            _draw_opening(source().simulation(), look.translator)
            return
        empty(say("Nothing has come in yet."), say("Feed ccdash in one of three ways:"))
        words = (
            say("A finished log of an Asterisk queue"),
            say("The log of a running Asterisk, followed as it grows"),
            say("Events of any other platform, as JSON lines"),
        )
        for text, command, column in zip(words, WAYS_IN, st.columns(3), strict=True):
            with column:
                draw(tag("p", text, cls="cc-quiet"))
                st.code(f"{program('ccdash')} {command}", language=None)
        draw(tag("p", link(say("The three steps, and a check of them"), href("connect"))))
        draw(tag("p", say("Or look at a simulated centre, in a store of its own:"), cls="cc-quiet"))
        st.code(DEMO, language=None)


def _draw_opening(standing: Simulation | None, translator: Translator) -> None:
    say = translator.text
    is_replay = standing is not None and standing.is_replay
    title = say("The replay begins.") if is_replay else say("The demo centre is opening.")
    empty(title, say("A moment, and everybody is at work."))
    made = progress(standing, translator) if standing else None
    if made is not None:
        draw(made)
    _await()


def is_opening() -> bool:
    """Whether a demo is about to tell its first day: what the store holds is not of now yet."""
    if source().demo_given_up is not None:
        return False
    standing = source().simulation()
    return source().is_demo() if standing is None else standing.is_opening(wall())


@st.fragment(run_every=COMES_SECONDS)
def _await() -> None:
    """Draw the page anew until something is there."""
    if st.session_state.pop("ccdash.awaits", False):
        st.rerun()
    st.session_state["ccdash.awaits"] = True


@st.fragment(run_every=COMES_SECONDS)
def await_opening() -> None:
    """Draw a page that shows what it can of a demo that opens anew when it is open."""
    if not is_opening():
        st.rerun()


def program(name: str) -> str:
    """How a program beside the running Python is called from the folder of ccdash."""
    path = Path(sys.executable).with_name(name)
    return str(path.relative_to(PROJECT)) if path.is_relative_to(PROJECT) else name
