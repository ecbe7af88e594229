"""The quiet mark of a demo centre or a replay: that it is one, its clock, how far its history is
made, and the way to one's own store."""

from __future__ import annotations

from datetime import timedelta

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from ccdash.i18n import Translator
from ccdash.store.simulation import Simulation
from ccdash.ui import format as fmt
from ccdash.ui.addresses import href
from ccdash.ui.markup import Html, draw, join, link, tag
from ccdash.ui.page import Status
from ccdash.ui.source import source, wall
from ccdash.ui.viewer import Viewer

REFRESH_SECONDS = 5
SAME_CLOCK = timedelta(minutes=2)


def demo_mark(who: Viewer, bar: DeltaGenerator) -> None:
    """At the foot of the navigation, and in `bar`, which stands above every page while the
    navigation is away, as on a telephone. A centre of one's own has no mark."""
    if not source().is_demo():
        bar.html(_above(None, who).text)
    else:
        _kept_up(who, bar)


@st.fragment(run_every=REFRESH_SECONDS)
def _kept_up(who: Viewer, bar: DeltaGenerator) -> None:
    standing = source().simulation()
    draw(_mark(standing, who))
    bar.html(_above(_short(standing, who), who).text)


def _above(mark: Html | None, who: Viewer) -> Html:
    search = tag(
        "button",
        tag("i", cls="cc-icon", aria_hidden="true"),
        type="button",
        cls="cc-opens-search",
        aria_label=who.translator.text("Search"),
    )
    return tag("div", mark, search, cls="cc-bar-above")


def _mark(standing: Simulation | None, who: Viewer) -> Html:
    """Of one that is not there yet only that it is a demo."""
    say = who.translator.text
    name = tag("strong", _name(standing, who.translator))
    return tag(
        "div",
        tag("p", name, _clock(standing, who) if standing else None, cls="cc-demo-name"),
        progress(standing, who.translator) if standing else None,
        tag("p", link(say("Connect your own store"), href("connect")), cls="cc-demo-way"),
        cls="cc-demo",
    )


def _short(standing: Simulation | None, who: Viewer) -> Html:
    say = who.translator.text
    name = link(_name(standing, who.translator), href("connect"))
    if standing is None:
        return name
    if standing.is_complete:
        return join([name, _clock(standing, who)])
    made, wanted = standing.weeks_made, standing.weeks_wanted
    return join([name, tag("span", say("{made} of {wanted} weeks", made=made, wanted=wanted))])


def _name(standing: Simulation | None, translator: Translator) -> str:
    is_replay = standing is not None and standing.is_replay
    return translator.text("Replay") if is_replay else translator.text("Demo centre")


def _clock(standing: Simulation, who: Viewer) -> Html | None:
    """The centre's own time, when it is not the wall's."""
    at = standing.now(wall())
    if abs(at - wall()) < SAME_CLOCK:
        return None
    local = at.astimezone(who.zone)
    told = local.isoformat(timespec="minutes")
    return tag("time", fmt.moment(local, who.language), datetime=told)


def growing(translator: Translator) -> Status | None:
    """For screens of weeks: their history is being made, so that a list behind a figure may have
    more by now. None once it is there."""
    standing = source().simulation()
    if standing is None or standing.is_complete:
        return None
    return Status(_weeks(standing, translator))


def _weeks(standing: Simulation, translator: Translator) -> str:
    made, wanted = standing.weeks_made, standing.weeks_wanted
    return translator.text("Making history: {made} of {wanted} weeks", made=made, wanted=wanted)


def progress(standing: Simulation, translator: Translator) -> Html | None:
    """How far the history is made; None once it is there."""
    if standing.is_complete:
        return None
    width = f"width: {100 * standing.weeks_made / max(standing.weeks_wanted, 1):.0f}%"
    bar = tag("i", tag("b", style=width), cls="cc-progress", aria_hidden="true")
    return tag("p", _weeks(standing, translator), bar, cls="cc-demo-history", role="status")
