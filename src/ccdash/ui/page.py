"""What every screen is made of: a header, a strip of big figures, cards, notices, empty states."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, cast

import streamlit as st

from ccdash.errors import CcdashError
from ccdash.i18n import N_, Translator
from ccdash.ui.markup import Content, Html, draw, hidden, join, link, tag
from ccdash.ui.sparkline import sparkline
from ccdash.ui.theme import State
from ccdash.vocabulary import Better

Shape = Literal["strip", "card", "list"]
LONGEST_FIGURE = 9
DOT, DOT_AT_END = " \N{MIDDLE DOT} ", "\N{NO-BREAK SPACE}\N{MIDDLE DOT} "
"""Between facts; a line that breaks there ends with the dot and does not begin with it."""
DRAWN, PAGE = "ccdash.drawn", "ccdash.page"

STATE_WORDS: dict[State, str] = {
    "good": N_("On target"),
    "warn": N_("Needs attention"),
    "bad": N_("Over the limit"),
}
BAD_WORDS: dict[Better, str] = {
    Better.LOWER: STATE_WORDS["bad"],
    Better.HIGHER: N_("Below the target"),
    Better.NEITHER: STATE_WORDS["warn"],
}
"""What is bad of a figure, by the direction in which it improves."""


@dataclass(frozen=True, slots=True)
class Status:
    """How fresh the screen is, top right: "Live · newest event 0.4 s ago"."""

    text: Content
    kind: Literal["live", "late", "lost", "still"] = "still"


@dataclass(frozen=True, slots=True)
class Tile:
    """One big figure. `note` says what it is compared with; `help` what it means, and `help_link`
    where more of that is said."""

    label: str
    value: Content
    note: Content = ""
    state: State | None = None
    better: Better = Better.LOWER
    help: str = ""
    help_link: str | None = None
    sparkline: tuple[float | None, ...] = ()
    sparkline_alt: str = ""
    link: str | None = None
    size: str = ""
    """The text by which a value that goes on is sized."""
    key: str = ""


def header(
    title: str, subtitle: str = "", status: Status | None = None, chips: Sequence[str] = ()
) -> None:
    """The head of a screen; chips are short facts (masked identities, fixed filters)."""
    draw(
        tag(
            "header",
            tag("h1", title),
            tag("span", subtitle, cls="cc-sub") if subtitle else None,
            *(tag("span", chip, cls="cc-chip") for chip in chips),
            _status(status) if status else None,
            cls="cc-head",
        )
    )


def strip(tiles: Sequence[Tile], translator: Translator) -> None:
    """A row of figures between hairlines; it folds to two columns on a phone."""
    draw(strip_html(tiles, translator))


def strip_html(tiles: Sequence[Tile], translator: Translator) -> Html:
    """The same, to be put on the page by somebody else."""
    return tag(
        "div",
        *(_tile(tile, translator) for tile in tiles),
        cls="cc-strip",
        role="list",
        data_key="strip",
    )


def card(key: str) -> AbstractContextManager[object]:
    """Draw what follows on a surface with a hairline; the key is unique on the page."""
    return cast(
        AbstractContextManager[object], st.container(border=True, key=f"card-{key}", gap="small")
    )


def section(title: str, note: str = "") -> None:
    """The heading of a card: a sentence that says what is seen, and a quiet line below it."""
    draw(
        tag(
            "div",
            tag("h2", title),
            tag("p", note, cls="cc-quiet") if note else None,
            cls="cc-section",
        )
    )


def facts(title: Content, lines: Sequence[Content]) -> None:
    """A short list of sentences between hairlines ("What changed", "Asked again")."""
    draw(tag("div", tag("h2", title), *(tag("p", line) for line in lines), cls="cc-facts"))


def empty(title: str, what_to_do: str = "", way: Html | None = None) -> None:
    """Nothing to show, and the next step, in words and as a link."""
    draw(
        tag(
            "div",
            tag("p", title, cls="cc-empty-title"),
            tag("p", worded(what_to_do)) if what_to_do else None,
            tag("p", way) if way else None,
            cls="cc-empty",
        )
    )


def notice(
    text: str, kind: Literal["info", "warn", "bad", "lost"] = "info", more: str = ""
) -> None:
    """One calm sentence above the content; while a `lost` one stands, what is below it is grey."""
    role = "alert" if kind in ("bad", "lost") else "status"
    look = "bad lost" if kind == "lost" else kind
    draw(
        tag(
            "div",
            tag("strong", worded(text)),
            tag("span", worded(more)) if more else None,
            cls=f"cc-notice {look}",
            role=role,
        )
    )


@contextmanager
def awaited(*shapes: Shape) -> Iterator[None]:
    """Compute inside, draw after: while it takes long on the first drawing of a page, quiet shapes
    stand where the content will be. A page that is drawn anew keeps what it shows instead. Either
    way it takes one place: what follows would move, and a chart that moves is made anew."""
    place = st.empty()
    is_first = st.session_state.get(DRAWN) != st.session_state.get(PAGE)
    if is_first:
        place.html(join(_shape(one) for one in shapes).text)
    try:
        yield
    except CcdashError:
        place.empty()  # shapes of what never comes would stand below the sentence
        raise
    if is_first:
        place.empty()


def page_begins(page: str) -> None:
    """The shell says which page is about to be drawn ..."""
    st.session_state[PAGE] = page


def page_is_drawn() -> None:
    """... and that it was."""
    st.session_state[DRAWN] = st.session_state[PAGE]


@lru_cache(maxsize=2048)
def stated(
    text: Content, state: State | None, translator: Translator, better: Better = Better.LOWER
) -> Html:
    """A figure with its state as shape, colour and (for the ear) word; where more of it is better,
    that it is too little."""
    if state is None:
        return tag("span", text)
    shape = tag("i", cls="cc-shape", aria_hidden="true") if state != "good" else None
    word = BAD_WORDS[better] if state == "bad" else STATE_WORDS[state]
    return tag("span", shape, hidden(translator.text(word) + ": "), text, cls=f"cc-state {state}")


def worded(text: str) -> Html:
    """A sentence in which `commands` stand between backticks, as in our errors."""
    pieces = text.split("`")
    if len(pieces) % 2 == 0:  # one backtick alone is only a backtick
        return join([text])
    return join(tag("code", piece) if i % 2 else piece for i, piece in enumerate(pieces))


def helped(label: str, help_text: str, way: str | None = None) -> Html:
    """A label with a mark that tells its meaning on hover, focus and to a screen reader, and leads
    to where more of it is said."""
    if not help_text:
        return tag("span", label)
    told: dict[str, str] = {"cls": "cc-help", "aria_label": help_text, "data_tip": help_text}
    if way is None:
        mark = tag("span", "?", tabindex=0, role="note", **told)
    else:
        mark = tag("a", "?", href=way, target="_self", **told)
    return tag("span", label, " ", mark)


def _shape(shape: Shape) -> Html:
    pieces = {"strip": 6, "card": 1, "list": 8}[shape]
    bones = [tag("i") for _ in range(pieces)]
    return tag("div", *bones, cls=f"cc-bones {shape}", aria_hidden="true")


@lru_cache(maxsize=256)
def _tile(tile: Tile, translator: Translator) -> Html:
    figure = link(
        stated(tile.value, tile.state, translator, tile.better),
        tile.link,
        cls=f"cc-figure{_size(tile)}",
    )
    line = (
        sparkline(tile.sparkline, tile.sparkline_alt or tile.label, tile.state)
        if tile.sparkline
        else None
    )
    return tag(
        "div",
        tag("div", helped(tile.label, tile.help, tile.help_link), cls="cc-label"),
        figure,
        tag("div", _note(tile.note), cls="cc-note"),
        line,
        cls="cc-tile",
        role="listitem",
        data_key=tile.key or None,
    )


def _note(note: Content) -> Content:
    return note.replace(DOT, DOT_AT_END) if isinstance(note, str) else note


def _size(tile: Tile) -> str:
    """Words are no figure; of a long figure every part is to be seen."""
    value = tile.value if isinstance(tile.value, str) else tile.size
    if not any(map(str.isdigit, value)):
        return " words"
    return " long" if len(value) > LONGEST_FIGURE else ""


def _status(status: Status) -> Html:
    dot = tag("i", cls="cc-dot", aria_hidden="true")
    return tag("span", dot, join([status.text]), cls=f"cc-status {status.kind}", role="status")
