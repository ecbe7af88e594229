"""The links of a board: made, told once, listed by screen, revoked."""

from __future__ import annotations

from datetime import datetime, timedelta
from urllib.parse import urlsplit

import streamlit as st

from ccdash.errors import CcdashError
from ccdash.i18n import Translator
from ccdash.store import wallboards
from ccdash.store.engine import Store
from ccdash.store.wallboards import NAME_LENGTH, Kept, Screen, Wanted
from ccdash.ui import format as fmt
from ccdash.ui.errors import sentence, shown_errors
from ccdash.ui.markup import Html, draw, tag
from ccdash.ui.page import card, empty, notice, section, worded
from ccdash.ui.source import wall
from ccdash.ui.viewer import Viewer

DAYS = (365, 90, 30, 7)
IS_ON = timedelta(minutes=3)
"""A screen tells that it is on every minute."""
ONLY_HERE = ("localhost", "127.0.0.1", "::1")
SERVE, HOWTO = "`ccdash serve --host 0.0.0.0`", "`docs/howto/wallboard.md`"
KIOSK = 'chromium --kiosk --noerrdialogs "{address}"'


def draw_links(store: Store, kept: Kept | None, who: Viewer) -> None:
    """Which screens show the board, and the way to another one."""
    say = who.translator.text
    with card("wall-links"):
        section(
            say("Screens"),
            say("Each screen has a link of its own, which opens this board and nothing else."),
        )
        if kept is None:
            empty(say("Save the board first."), say("Then each screen gets its link here."))
            return
        found = wallboards.screens(store, kept.number)
        if not found:
            empty(say("No screen shows this board yet."))
        for one in found:
            with st.container(
                horizontal=True, vertical_alignment="center", key=f"wall-screen-{one.number}"
            ):
                draw(_line(one, wall(), who))
                label = say("Revoke the link of {screen}", screen=one.name)
                if st.button(
                    say("Revoke"), key=f"wall-revoke-{one.number}", type="tertiary", help=label
                ):
                    _confirm_revoking(store, one, who)
        if st.button(say("Make a link"), key="wall-link", type="secondary"):
            _open(store, kept, who)


def _line(one: Screen, now: datetime, who: Viewer) -> Html:
    facts = (
        _seen(one, now, who),
        " ",
        tag("span", _ends(one, now, who), cls="cc-quiet"),
    )
    return tag("p", tag("strong", one.name), " ", *facts, cls="cc-screen")


def _seen(one: Screen, now: datetime, who: Viewer) -> Html:
    say = who.translator.text
    if not one.holds(now):
        shape = tag("i", cls="cc-shape", aria_hidden="true")
        return tag("span", shape, say("expired"), cls="cc-state warn")
    if one.last_seen_at is None:
        return tag("span", say("never opened"), cls="cc-quiet")
    if now - one.last_seen_at < IS_ON:
        return tag("span", say("on now"), cls="cc-on")
    at = fmt.moment(one.last_seen_at.astimezone(who.zone), who.language)
    return tag("span", say("last seen {time}", time=at), cls="cc-quiet")


def _ends(one: Screen, now: datetime, who: Viewer) -> str:
    day = fmt.short_date(one.expires_at.astimezone(who.zone), who.language)
    if one.holds(now):
        return who.translator.text("until {day}", day=day)
    return who.translator.text("since {day}", day=day)


def _confirm_revoking(store: Store, one: Screen, who: Viewer) -> None:
    say = who.translator.text

    @st.dialog(say("Revoke this link?"))
    def dialog() -> None:
        told = say("The screen {screen} goes dark within five seconds, for good.", screen=one.name)
        st.write(told)
        with st.container(horizontal=True):
            if st.button(say("Revoke"), type="primary", key="wall-revoke-yes"):
                wallboards.revoke(store, one.number, wall())
                st.rerun()
            if st.button(say("Keep it"), key="wall-revoke-no"):
                st.rerun()

    dialog()


def _open(store: Store, kept: Kept, who: Viewer) -> None:
    @st.dialog(who.translator.text("A link for a screen"), on_dismiss="rerun")
    def dialog() -> None:
        with shown_errors():
            _make(store, kept, who.translator)

    dialog()


def _make(store: Store, kept: Kept, translator: Translator) -> None:
    """Ask which screen, then tell its address, this once."""
    say = translator.text
    screen = st.text_input(
        say("Which screen"),
        max_chars=NAME_LENGTH,
        key="wall-link-screen",
        placeholder=say("For example: second floor, by the stairs"),
    )
    days = st.selectbox(
        say("It opens the board for"),
        DAYS,
        format_func=lambda n: translator.plural("{n} day", "{n} days", n),
        key="wall-link-days",
    )
    if not st.button(say("Make the link"), type="primary", key="wall-link-make"):
        return
    now = wall()
    try:
        wanted = Wanted(kept.number, screen, now + timedelta(days=days))
        token = wallboards.issue(store, wanted, now)
    except CcdashError as error:
        notice(sentence(error, translator), "bad")
        return
    _tell(address(token, st.context.url or ""), translator)


def _tell(url: str, translator: Translator) -> None:
    say = translator.text
    notice(say("Copy this address now: it is shown this once."), "info")
    st.code(url, language=None, wrap_lines=True)
    if urlsplit(url).hostname in ONLY_HERE:
        _quiet(say("This address works on this machine only. For a TV: {command}", command=SERVE))
    _quiet(say("So a browser starts without frame and menus:"))
    st.code(KIOSK.format(address=url), language=None, wrap_lines=True)
    _quiet(say("Which size of screen is read from how far, and more: {file}", file=HOWTO))


def _quiet(text: str) -> None:
    draw(tag("p", worded(text), cls="cc-quiet"))


def address(token: str, here: str) -> str:
    """The wall's own, on the host by which this page was reached."""
    parts = urlsplit(here)
    return f"{parts.scheme or 'http'}://{parts.netloc}/wall/{token}"
