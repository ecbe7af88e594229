"""HTML by construction: the only place that writes a tag, so the only place that must escape.

A `str` is data and is escaped; only `tag` makes `Html`. Links stay inside the product. There is
no image and no script: Streamlit's sanitiser would drop them, and customers' text is shown here.

An element with `data_key` is a piece: what is sent to a screen later is only the pieces that are
not as they were (ui/pieces.py).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from html import escape
from itertools import chain
from typing import TypeAlias

import streamlit as st


@dataclass(frozen=True, slots=True)
class Html:
    """Markup that is already safe. `parts` is the same text in order, cut at the pieces in it;
    nothing where there are none."""

    text: str
    parts: tuple[str | Piece, ...] = field(default=(), compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Piece:
    """An element that is found again by its key, which no other element beside it has."""

    key: str
    html: Html


Content: TypeAlias = "Html | str | None"

VOID = frozenset({"br", "hr", "col", "input", "link", "meta", "wbr"})
FORBIDDEN = frozenset({"script", "style", "img", "iframe", "object", "embed", "form", "svg"})


def tag(name: str, *content: Content, **attributes: str | int | None) -> Html:
    """`tag("p", "a < b", cls="note")`; `cls` is class, `_` becomes `-`; None leaves it out."""
    if name in FORBIDDEN:
        raise ValueError(f"<{name}> is not drawn from data")
    opening = f"<{name}{''.join(_attribute(key, value) for key, value in attributes.items())}>"
    if name in VOID:
        return Html(opening)
    text, parts = _together((Html(opening), *content, Html(f"</{name}>")))
    whole = Html(text, parts)
    key = attributes.get("data_key")
    return whole if key is None else Html(text, (Piece(str(key), whole),))


def join(content: Iterable[Content]) -> Html:
    """One piece of markup out of many; strings are escaped."""
    return Html(*_together(content))


def _together(content: Iterable[Content]) -> tuple[str, tuple[str | Piece, ...]]:
    """A board is some two thousand of these, twenty times a second."""
    texts: list[str] = []
    parts: list[Sequence[str | Piece]] = []
    has_pieces = False
    for one in content:
        if not one:
            continue
        if isinstance(one, str):
            texts.append(escape(one))
            parts.append(texts[-1:])
            continue
        texts.append(one.text)
        parts.append(one.parts or texts[-1:])
        has_pieces = has_pieces or bool(one.parts)
    return "".join(texts), tuple(chain.from_iterable(parts)) if has_pieces else ()


@lru_cache(maxsize=2048)
def running(since: datetime, form: str = "duration") -> Html:
    """A time that goes on: the browser writes how long ago `since` is, by the server's clock, each
    second, so that the markup stays as it is. A `form` is one of browser/board/ticking.js."""
    return tag("time", data_since=f"{since.timestamp():.0f}", data_form=form)


def wall_clock(zone: str, separator: str) -> Html:
    """The time of day there, with its seconds, which the browser writes."""
    return tag("time", data_clock=zone, data_separator=separator)


def filled(text: str, **values: Content) -> Html:
    """A translated sentence whose `{name}` is markup: `filled(say("over {time}", time="{time}"),
    time=running(since))`."""
    pieces: list[Content] = [text]
    for name, value in values.items():
        mark = f"{{{name}}}"
        at = next(i for i, one in enumerate(pieces) if isinstance(one, str) and mark in one)
        before, _, after = str(pieces[at]).partition(mark)
        pieces[at : at + 1] = [before, value, after]
    return join(pieces)


def link(content: Content, href: str | None, cls: str | None = None) -> Html:
    """A link to another screen of ccdash; without `href` the bare content."""
    if href is None:
        return join([content]) if cls is None else tag("span", content, cls=cls)
    if not href.startswith(("/", "?")) or href.startswith("//"):
        raise ValueError(f"a link leaves ccdash: {href!r}")
    return tag("a", content, href=href, target="_self", cls=cls)


def breakable(text: str) -> Html:
    """A text whose addresses may go on in the next line after their @."""
    first, *rest = text.split("@")
    return join([first, *(join(["@", tag("wbr"), part]) for part in rest)])


def hidden(text: str) -> Html:
    """Words for those who hear the screen; the eye has a shape or a colour for it."""
    return tag("span", text, cls="cc-hidden")


def whole_page(head: Html, body: Html, language: str, script: str | None = None) -> str:
    """A page of its own, without Streamlit; `script` is the address of a module of ours."""
    scripts = [Html(f'<script type="module" src="{escape(script)}"></script>')] if script else []
    page = tag("html", head, tag("body", body, *scripts), lang=language)
    return f"<!doctype html>{page.text}"


def draw(content: Html) -> None:
    """Put it on the page."""
    st.html(content.text)


@lru_cache(maxsize=4096)
def _attribute(key: str, value: str | int | None) -> str:
    if value is None:
        return ""
    name = "class" if key == "cls" else key.rstrip("_").replace("_", "-")
    if name.startswith("on"):
        raise ValueError(f"{name} is a handler, not data")
    return f' {name}="{escape(str(value))}"'
