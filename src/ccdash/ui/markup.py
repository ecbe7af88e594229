"""HTML by construction: the only place that writes a tag, so the only place that must escape.

A `str` is data and is escaped; only `tag` makes `Html`. Links stay inside the product. There is
no image and no script: Streamlit's sanitiser would drop them, and customers' text is shown here.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from html import escape
from typing import TypeAlias

import streamlit as st


@dataclass(frozen=True, slots=True)
class Html:
    """Markup that is already safe."""

    text: str


Content: TypeAlias = "Html | str | None"

VOID = frozenset({"br", "hr", "col", "input", "wbr"})
FORBIDDEN = frozenset({"script", "style", "img", "iframe", "object", "embed", "form", "svg"})


def tag(name: str, *content: Content, **attributes: str | int | None) -> Html:
    """`tag("p", "a < b", cls="note")`; `cls` is class, `_` becomes `-`; None leaves it out."""
    if name in FORBIDDEN:
        raise ValueError(f"<{name}> is not drawn from data")
    opening = f"<{name}{''.join(_attribute(key, value) for key, value in attributes.items())}>"
    return Html(opening if name in VOID else f"{opening}{join(content).text}</{name}>")


def join(content: Iterable[Content]) -> Html:
    """One piece of markup out of many; strings are escaped."""
    return Html("".join(_safe(part) for part in content))


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


def draw(content: Html) -> None:
    """Put it on the page."""
    st.html(content.text)


def _safe(part: Content) -> str:
    if part is None:
        return ""
    return part.text if isinstance(part, Html) else escape(part)


def _attribute(key: str, value: str | int | None) -> str:
    if value is None:
        return ""
    name = "class" if key == "cls" else key.rstrip("_").replace("_", "-")
    if name.startswith("on"):
        raise ValueError(f"{name} is a handler, not data")
    return f' {name}="{escape(str(value))}"'
