"""The screen "Wallboards": what a wall shows, how it looks, and how it gets on a TV."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from urllib.parse import urlsplit

import streamlit as st

from ccdash.errors import CcdashError
from ccdash.i18n import LANGUAGES, N_, Translator
from ccdash.query import Dimension
from ccdash.store.coverage import names
from ccdash.store.live import Floor
from ccdash.ui.controls import pick, pick_button, pick_some
from ccdash.ui.markup import draw, tag
from ccdash.ui.page import card, section, worded
from ccdash.ui.shell import href
from ccdash.ui.source import source
from ccdash.ui.wall_choices import CHANNELS, LANGUAGE, NAMES, NOTICE, NOTICE_LENGTH, Choices
from ccdash.ui.words import word
from ccdash.views.wall import MOST_TILES, Names
from ccdash.vocabulary import Channel

KNOWN = "ccdash.wall_channels"
NAMES_WORDS = {
    Names.NONE: N_("No names"),
    Names.INITIALS: N_("Initials"),
    Names.FIRST: N_("First names"),
}
ONLY_HERE = ("localhost", "127.0.0.1", "::1")
SERVE, HOWTO = "`ccdash serve --host 0.0.0.0`", "`docs/howto/wallboard.md`"
KIOSK = 'chromium --kiosk --noerrdialogs "{address}"'


def channels_known(floor: Floor | None) -> list[Channel]:
    """Those in which people can wait: of the store, asked once a session, and of the floor, so that
    a wall keeps its tiles while the store is away and finds a new channel by itself."""
    known = st.session_state.get(KNOWN, frozenset())
    if not known:
        with suppress(CcdashError):
            known = frozenset(names(source().store)[Dimension.CHANNEL])
    if floor is not None:
        known = known.union(floor.queues["channel"])
    st.session_state[KNOWN] = known
    return [one for one in Channel if one in known and one is not Channel.SELF_SERVICE]


def draw_choices(usual: Choices, channels: Sequence[Channel], translator: Translator) -> None:
    """The pickers. The link keeps what they say, and `choices()` reads it there."""
    say = translator.text
    with card("wall-choices"):
        section(say("What it shows"))
        pick_button(say("Language of the wall"), LANGUAGES, usual.language, LANGUAGE)
        pick_some(
            say("Channels"),
            {str(one): word(one, translator.language) for one in channels},
            CHANNELS,
            translator.plural("All ({n})", "All ({n})", min(len(channels), MOST_TILES)),
        )
        words = {str(one): say(text) for one, text in NAMES_WORDS.items()}
        pick(say("Names of people"), words, str(Names.NONE), NAMES)
        _notice_field(translator)


def _notice_field(translator: Translator) -> None:
    key = f"pick-{NOTICE}"
    st.session_state[key] = st.query_params.get(NOTICE, "")[:NOTICE_LENGTH]

    def write() -> None:
        text = " ".join(st.session_state[key].split())
        if text:
            st.query_params[NOTICE] = text
        else:
            st.query_params.pop(NOTICE, None)

    st.text_input(
        translator.text("A line for everybody"),
        key=key,
        max_chars=NOTICE_LENGTH,
        on_change=write,
        placeholder=translator.text("For example: post is late, mended by 16:00"),
    )


def draw_way_to_the_tv(chosen: Choices, translator: Translator) -> None:
    """The address, and how a TV opens it."""
    say = translator.text
    url = address(chosen, st.context.url or "")
    with card("wall-address"):
        section(
            say("On the TV"), say("Open this address in the browser of the TV: it is the board.")
        )
        st.code(url, language=None, wrap_lines=True)
        st.link_button(say("Open the wall in a new tab"), url)
        if urlsplit(url).hostname in ONLY_HERE:
            _quiet(
                say("This address works on this machine only. For a TV: {command}", command=SERVE)
            )
        _quiet(say("So a browser starts without frame and menus:"))
        st.code(KIOSK.format(address=url), language=None, wrap_lines=True)
        _quiet(say("Which size of screen is read from how far, and more: {file}", file=HOWTO))


def _quiet(text: str) -> None:
    draw(tag("p", worded(text), cls="cc-quiet"))


def address(chosen: Choices, here: str) -> str:
    """The wall's own, on the host by which this page was reached."""
    parts = urlsplit(here)
    return f"{parts.scheme or 'http'}://{parts.netloc}{href('wallboards', chosen.to_params())}"
