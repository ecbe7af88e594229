"""One customer's history as a list, newest first, with the channel as word and colour."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ccdash.i18n import Translator
from ccdash.ui.markup import Html, draw, link, tag
from ccdash.ui.page import stated
from ccdash.ui.theme import State
from ccdash.vocabulary import Better, Channel


@dataclass(frozen=True, slots=True)
class Entry:
    """One contact: when, through which channel (value and word), what happened.

    `day` groups: a heading is drawn when it changes. `facts` are short words between dots
    ("answered after 0:42", "Maija A.", "9 min"), `marks` what went wrong for the customer; `state`
    marks the outcome.
    """

    day: str
    time: str
    channel: Channel
    channel_word: str
    title: str
    facts: Sequence[str] = ()
    outcome: str = ""
    state: State | None = None
    link: str | None = None
    marks: Sequence[str] = ()
    conversation: Html | None = None
    """What was written, folded."""


def timeline(entries: Sequence[Entry], translator: Translator) -> None:
    """Draw the entries in their order, a heading where the day changes."""
    rows: list[Html] = []
    day = None
    for entry in entries:
        if entry.day != day:
            rows.append(tag("li", tag("h3", entry.day), cls="cc-day"))
            day = entry.day
        rows.append(_row(entry, translator))
    draw(tag("ol", *rows, cls="cc-timeline"))


def _row(entry: Entry, translator: Translator) -> Html:
    style = f"--c:var(--cc-channel-{entry.channel})"
    shape = tag("i", cls=f"cc-pin {entry.channel}", style=style)
    dot = tag("span", shape, cls="cc-pin-box", aria_hidden="true")
    return tag(
        "li",
        tag("time", entry.time),
        tag("span", dot, entry.channel_word, cls="cc-via"),
        tag(
            "span",
            link(entry.title, entry.link, cls="cc-strong"),
            tag("span", " · ".join(entry.facts), cls="cc-under") if entry.facts else None,
            tag(
                "span",
                *(tag("span", one, cls="cc-tag warn") for one in entry.marks),
                cls="cc-under",
            )
            if entry.marks
            else None,
            cls="cc-what",
        ),
        tag(
            "span", stated(entry.outcome, entry.state, translator, Better.NEITHER), cls="cc-outcome"
        ),
        entry.conversation,
        cls="cc-entry",
    )
