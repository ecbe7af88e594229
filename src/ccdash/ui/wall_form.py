"""How a board is designed: the usual choices first, the rest behind one click."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields
from datetime import time
from typing import Any

import streamlit as st

from ccdash.errors import BadInput, CcdashError
from ccdash.i18n import LANGUAGES, N_, Translator
from ccdash.store import wallboards
from ccdash.store.engine import Store
from ccdash.store.wallboards import (
    ALLOWED,
    MOST_METRICS,
    Board,
    Kept,
)
from ccdash.ui import format as fmt
from ccdash.ui.errors import sentence
from ccdash.ui.floor_lists import teams_of
from ccdash.ui.markup import draw, tag
from ccdash.ui.metric_list import choices as metric_choices
from ccdash.ui.page import card, notice, section
from ccdash.ui.source import source
from ccdash.ui.viewer import Viewer
from ccdash.ui.wall_screen import BOARD
from ccdash.ui.words import word
from ccdash.views import wall
from ccdash.vocabulary import Channel, Names

SAVED = "ccdash.wall_saved"
CHANNELS = tuple(one for one in Channel if one is not Channel.SELF_SERVICE)
NAMES_WORDS: Mapping[Names, str] = {
    Names.NONE: N_("No names"),
    Names.TEAM: N_("Teams"),
    Names.INITIALS: N_("Initials"),
}
MINUTES = ("day_starts_minute", "mute_from_minute", "mute_until_minute")
"""Fields that a picker of times shows."""


def new_board(who: Viewer) -> Board:
    """What a board is until somebody chooses."""
    return Board(who.translator.text("The whole centre"), who.language)


def draft(kept: Kept | None, usual: Board) -> Board:
    """The board as its fields say it now, saved or not. Raises BadInput."""
    told: dict[str, Any] = {}
    for one in fields(Board):
        before = getattr(usual, one.name)
        told[one.name] = _read(one.name, st.session_state.get(_key(kept, one.name)), before)
    return Board(**told)


def _key(kept: Kept | None, name: str) -> str:
    return f"wall-{kept.number if kept else 'new'}-{name}"


def _read(name: str, chosen: Any, before: Any) -> Any:
    if chosen is None:
        return before
    if name in MINUTES:
        return chosen.hour * 60 + chosen.minute
    if name == "distance_cm":
        return round(chosen * 100)
    if isinstance(before, tuple):
        return tuple(chosen)
    return " ".join(chosen.split()) if isinstance(chosen, str) and name != "names" else chosen


def draw_form(store: Store, kept: Kept | None, usual: Board, who: Viewer) -> None:
    """The choices, and Save; what is wrong with them is said above it."""
    say = who.translator.text
    if told := st.session_state.pop(SAVED, ""):
        st.toast(told)
    with card("wall-choices"):
        section(say("What it shows"))
        _draw_usual(kept, usual, who)
        with st.expander(say("More choices")):
            _draw_more(kept, usual, who)
        with st.container(horizontal=True, key="wall-ways"):
            is_kept = st.button(say("Save"), type="primary", key=_key(kept, "save"))
            if kept is not None and st.button(say("Take away"), key=_key(kept, "gone")):
                _confirm_removal(store, kept, who)
        if is_kept:
            _save(store, kept, usual, who)
        else:
            _tell(kept, usual, who)


def _tell(kept: Kept | None, usual: Board, who: Viewer) -> None:
    """What is wrong with the choices, or that they are not saved yet."""
    try:
        is_changed = draft(kept, usual) != usual
    except BadInput as error:
        notice(sentence(error, who.translator), "bad")
        return
    if kept is not None and is_changed:
        words = who.translator.text("Not saved yet: screens show the board as it was.")
        draw(tag("p", words, cls="cc-quiet"))


def _save(store: Store, kept: Kept | None, usual: Board, who: Viewer) -> None:
    try:
        number = wallboards.save(store, draft(kept, usual), kept.number if kept else None)
    except CcdashError as error:
        notice(sentence(error, who.translator), "bad")
        return
    st.session_state[SAVED] = who.translator.text("Saved. Screens show it within two seconds.")
    if kept is None:
        for one in fields(Board):  # the next new board begins anew
            st.session_state.pop(_key(None, one.name), None)
        st.query_params[BOARD] = str(number)
    st.rerun()


def _confirm_removal(store: Store, kept: Kept, who: Viewer) -> None:
    say = who.translator.text

    @st.dialog(say("Take the board away?"))
    def dialog() -> None:
        name = kept.board.name
        st.write(say("Every screen that shows {board} goes dark, for good.", board=name))
        with st.container(horizontal=True):
            if st.button(say("Take it away"), type="primary", key="wall-gone-yes"):
                wallboards.remove(store, kept.number)
                st.query_params.pop(BOARD, None)
                st.rerun()
            if st.button(say("Keep it"), key="wall-gone-no"):
                st.rerun()

    dialog()


def _draw_usual(kept: Kept | None, usual: Board, who: Viewer) -> None:
    say = who.translator.text
    # no limit here: a field that has one drops what is longer, and says nothing
    st.text_input(say("Name, at the top"), usual.name, key=_key(kept, "name"))
    st.segmented_control(
        say("Language of the wall"),
        list(LANGUAGES),
        default=usual.language,
        format_func=LANGUAGES.__getitem__,
        required=True,
        key=_key(kept, "language"),
    )
    st.multiselect(
        say("Channels"),
        CHANNELS,
        default=list(usual.channels),
        format_func=lambda one: word(one, who.language),
        key=_key(kept, "channels"),
        placeholder=say("All that there are"),
    )
    st.selectbox(
        say("Who is here"),
        list(NAMES_WORDS),
        list(NAMES_WORDS).index(usual.names),
        format_func=lambda one: say(NAMES_WORDS[one]),
        key=_key(kept, "names"),
    )
    st.text_input(
        say("A line for everybody"),
        usual.notice,
        key=_key(kept, "notice"),
        placeholder=say("For example: post is late, mended by 16:00"),
    )


def _draw_more(kept: Kept | None, usual: Board, who: Viewer) -> None:
    say = who.translator.text
    teams = _teams(usual)
    if len(teams) > 1:
        st.selectbox(
            say("Team"),
            teams,
            teams.index(usual.team),
            format_func=lambda one: one or say("The whole centre"),
            key=_key(kept, "team"),
        )
    metrics = metric_choices(who.translator)
    st.multiselect(
        say("Figures beside the channels"),
        list(metrics),
        default=list(usual.tiles),
        format_func=metrics.__getitem__,
        max_selections=MOST_METRICS,
        key=_key(kept, "tiles"),
        placeholder=say("None"),
    )
    draw_number = _numbers(kept, usual)
    draw_number(say("Attention from, % of the target"), "warn_percent")
    draw_number(say("Over from, % of the target"), "bad_percent")
    draw_number(say("A page stays, seconds"), "rotation_seconds")
    _draw_time(say("The day begins"), "day_starts_minute", kept, usual)
    draw_number(say("Screen, inches"), "screen_inches")
    _draw_distance(kept, usual, who.translator)
    st.checkbox(say("Dim outside opening hours"), usual.is_dimmed, key=_key(kept, "is_dimmed"))
    if st.checkbox(
        say("Chime when a limit is passed"), usual.has_chime, key=_key(kept, "has_chime")
    ):
        _draw_time(say("Silent from"), "mute_from_minute", kept, usual)
        _draw_time(say("Silent until"), "mute_until_minute", kept, usual)


def _teams(usual: Board) -> Sequence[str]:
    floor = source().hub.latest().floor
    known = teams_of(floor.people) if floor else []
    return list(dict.fromkeys(["", *known, usual.team]))


def _numbers(kept: Kept | None, usual: Board) -> Callable[[str, str], None]:
    def draw_number(label: str, name: str) -> None:
        allowed = ALLOWED[name]
        st.number_input(label, allowed[0], allowed[-1], getattr(usual, name), key=_key(kept, name))

    return draw_number


def _draw_time(label: str, name: str, kept: Kept | None, usual: Board) -> None:
    hour, minute = divmod(getattr(usual, name), 60)
    st.time_input(label, time(hour, minute), key=_key(kept, name))


def _draw_distance(kept: Kept | None, usual: Board, translator: Translator) -> None:
    """How far the farthest reader is, and what follows."""
    allowed = ALLOWED["distance_cm"]
    metres = st.number_input(
        translator.text("Read from, metres"),
        allowed[0] / 100,
        allowed[-1] / 100,
        usual.distance_cm / 100,
        step=0.5,
        key=_key(kept, "distance_cm"),
    )
    inches = st.session_state[_key(kept, "screen_inches")]
    farthest = wall.read_from_cm(inches) / 100
    if metres > farthest:
        told = translator.text(
            "A screen of {inches} inches is read from {metres} metres at most: hang a larger one "
            "or nearer.",
            inches=inches,
            metres=fmt.score(farthest, translator.language),
        )
        draw(tag("p", told, cls="cc-quiet"))
