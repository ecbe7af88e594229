"""What people decided by hand: why, by whom and when, and the way to take it back."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import streamlit as st

from ccdash.store.access_log import NOT_SIGNED_IN
from ccdash.ui import format as fmt
from ccdash.ui.markup import draw, tag
from ccdash.ui.reasoned import Step, ask
from ccdash.ui.trends_controls import escaped
from ccdash.ui.viewer import Viewer

TakeBack = Callable[[int, str], None]
"""Of the decision with this number, for this reason."""


@dataclass(frozen=True, slots=True)
class Decided:
    """One decision in words; `more` says why, by whom and when."""

    number: int
    told: str
    more: str
    holds: bool


def draw_decided(kind: str, found: Sequence[Decided], take_back: TakeBack, who: Viewer) -> None:
    """Each in a line; `kind` is unique on the page."""
    say = who.translator.text
    for one in found:
        with st.container(
            horizontal=True, vertical_alignment="center", key=f"decided-{kind}-{one.number}"
        ):
            more = tag("span", one.more, cls="cc-under")
            draw(tag("p", one.told, more, cls="cc-decided" if one.holds else "cc-decided gone"))
            key = f"take-back-{kind}-{one.number}"
            tip = escaped(one.told)
            if one.holds and st.button(say("Take back"), key=key, type="tertiary", help=tip):
                _take_back(one, take_back, who)


def _take_back(one: Decided, take_back: TakeBack, who: Viewer) -> None:
    say = who.translator.text

    def act(reason: str) -> None:
        take_back(one.number, reason)

    ask(Step(say("Take this back?"), one.told, say("Take back"), act), who.translator)


def said(row: Mapping[str, object], who: Viewer) -> list[str]:
    """Why, by whom and when it was decided, and whether it was taken back."""
    say = who.translator.text
    told = [say("“{reason}”", reason=row["reason"]), _by(row["decided_at"], row["decided_by"], who)]
    if row["taken_back_at"] is not None:
        told.append(say("taken back: “{reason}”", reason=row["taken_back_reason"]))
        told.append(_by(row["taken_back_at"], row["taken_back_by"], who))
    return told


def _by(at: object, name: object, who: Viewer) -> str:
    say = who.translator.text
    moment = at.astimezone(who.zone) if isinstance(at, datetime) else None
    when = (
        say(
            "{day}, {time}",
            day=fmt.short_date(moment, who.language),
            time=fmt.clock(moment, who.language),
        )
        if moment
        else fmt.NOTHING
    )
    return say("{who}, {when}", who=name_of(name, who), when=when)


def name_of(name: object, who: Viewer) -> str:
    """Who did it, as the access log has it."""
    return who.translator.text("Not signed in") if name == NOT_SIGNED_IN else str(name)
