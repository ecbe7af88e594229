"""Why a customer is opened, contact details on demand, and who looked before."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl
import streamlit as st

from ccdash.i18n import N_, Translator
from ccdash.store.access_log import LONGEST, MOST
from ccdash.ui import format as fmt
from ccdash.ui.customer_cards import FROM
from ccdash.ui.decided import name_of
from ccdash.ui.demo_mark import SAME_CLOCK
from ccdash.ui.errors import shown_errors
from ccdash.ui.markup import Html, draw, tag
from ccdash.ui.page import DOT, card, facts, notice
from ccdash.ui.reader import log_access
from ccdash.ui.shell import HOME, href
from ccdash.ui.source import now, wall
from ccdash.ui.viewer import Viewer
from ccdash.vocabulary import Access

WAYS: Mapping[str, str] = {
    "third-contact": N_("third contact about the same matter"),
    "two-channels": N_("waits in two channels"),
    "now": N_("from the floor"),
    "list": N_("from a list of contacts"),
    "search": N_("from the search"),
    "link": N_("by a link"),
}
OF_THE_FLOOR = ("third-contact", "two-channels", "now")
NEEDS = (N_("to call or write back"), N_("to make sure who it is"), N_("to correct what is held"))
ACTIONS: Mapping[Access, str] = {
    Access.OPENED: N_("opened the history"),
    Access.DETAILS: N_("saw the contact details"),
    Access.EXPORTED: N_("exported"),
    Access.LINKED: N_("corrected who or what belongs together"),
    Access.FORGOTTEN: N_("had the customer forgotten"),
}
LOOKS_AT_FIRST = 6


def way() -> str:
    """From where this customer was opened, as the address says it."""
    told = st.query_params.get(FROM, "")
    return told if told in WAYS else "link"


def draw_way_back(translator: Translator) -> None:
    """Back to the floor, for who came from there."""
    if way() not in OF_THE_FLOOR:
        return
    arrow = tag("span", "← ", aria_hidden="true")
    to_now = tag("a", arrow, translator.text("Back to Now"), href=href(HOME), target="_self")
    draw(tag("nav", to_now, cls="cc-ways cc-back"))


def details_shown(number: int) -> bool:
    """Whether contact details are written out: in this session, of this person, in no address."""
    return st.session_state.get(_shown(number)) is True


def draw_switch(number: int, translator: Translator) -> None:
    """Show contact details, for a reason; hide them again."""
    say = translator.text
    if details_shown(number):
        if st.button(say("Hide details"), key="hide-details"):
            st.session_state[_shown(number)] = False
            st.rerun()
    elif st.button(say("Show details"), key="show-details"):
        _ask(number, translator)


def _ask(number: int, translator: Translator) -> None:
    say = translator.text

    @st.dialog(say("Show contact details"))
    def dialog() -> None:
        st.write(say("Who looks at contact details, and why, is kept in the access log."))
        why = st.selectbox(
            say("What they are needed for"),
            [say(one) for one in NEEDS],
            index=None,
            accept_new_options=True,
            placeholder=say("Choose, or write your own"),
            key="details-why",
        )
        if not st.button(say("Show"), type="primary", key="details-yes"):
            return
        if not why:
            notice(say("Say why: the reason is kept in the access log."), "warn")
            return
        with shown_errors():
            log_access(number, Access.DETAILS, str(why)[:LONGEST])
            st.session_state[_shown(number)] = True
            st.rerun()

    dialog()


def _shown(number: int) -> str:
    return f"details-shown-{number}"


def draw_looks(entries: pl.DataFrame, who: Viewer) -> None:
    """Who looked at this customer, newest first, a few of them and the others behind their number;
    of entries of store.access_log MOST are shown, and one more says that there are older ones."""
    say, plural = who.translator.text, who.translator.plural
    lines = [_look(row, who) for row in entries.iter_rows(named=True)]
    rest = lines[LOOKS_AT_FIRST:MOST]
    with card("looks"):
        facts(say("Who looked"), lines[:LOOKS_AT_FIRST])
        if rest:
            with st.expander(plural("+{n} more", "+{n} more", len(rest))):
                draw(tag("div", *(tag("p", line) for line in rest), cls="cc-facts"))
                if len(lines) > MOST:
                    draw(tag("p", say("Older ones are left out."), cls="cc-quiet"))
        if abs(now() - wall()) > SAME_CLOCK:
            draw(tag("p", say("These are times of the real clock."), cls="cc-quiet"))


def _look(row: Mapping[str, object], who: Viewer) -> Html:
    say = who.translator.text
    name = name_of(row["who"], who)
    action, at, why = Access(str(row["action"])), row["at"], str(row["why"] or "")
    moment = fmt.moment(at.astimezone(who.zone), who.language) if hasattr(at, "astimezone") else ""
    reason = say(WAYS[why]) if why in WAYS else why
    told = DOT.join(filter(None, [say(ACTIONS[action]), reason]))
    return tag(
        "span",
        tag("span", tag("strong", name), tag("span", moment), cls="cc-bought"),
        tag("span", told, cls="cc-under"),
    )
