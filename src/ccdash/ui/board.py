"""Tables of few rows with big figures, and the round marks of people."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from ccdash.i18n import Translator
from ccdash.ui.markup import Content, Html, draw, link, tag
from ccdash.ui.page import helped, stated
from ccdash.ui.sparkline import sparkline
from ccdash.ui.theme import State
from ccdash.vocabulary import Channel


@dataclass(frozen=True, slots=True)
class Heading:
    """A column of a list table. `number` aligns right; `narrow` stays on a phone."""

    label: str
    help: str = ""
    number: bool = False
    narrow: bool = True


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell. `strong` is a name, `big` a figure, `inner` a name that belongs to the row above;
    `bar` is a share with its target mark."""

    text: Content
    note: str = ""
    state: State | None = None
    strong: bool = False
    big: bool = False
    link: str | None = None
    bar: float | None = None
    target: float | None = None
    spark: Sequence[float | None] = ()
    initials: Sequence[tuple[str, str]] = ()
    channel: Channel | None = None
    inner: bool = False


def list_table(
    headings: Sequence[Heading],
    rows: Sequence[Sequence[Cell]],
    translator: Translator,
    caption: str,
) -> None:
    """Put `list_html` on the page."""
    draw(list_html(headings, rows, translator, caption))


def list_html(
    headings: Sequence[Heading],
    rows: Sequence[Sequence[Cell]],
    translator: Translator,
    caption: str,
) -> Html:
    """A table for the board; `caption` names it for those who hear the screen."""
    body = [row_html(row, headings, translator) for row in rows]
    return rows_html(headings, body, caption)


def row_html(cells: Sequence[Cell], headings: Sequence[Heading], translator: Translator) -> Html:
    """One row below these headings."""
    return tag("tr", *(_cell(c, h, translator) for c, h in zip(cells, headings, strict=True)))


def rows_html(headings: Sequence[Heading], rows: Sequence[Html], caption: str) -> Html:
    """The table of rows that are drawn."""
    head = tag("tr", *(heading_html(heading) for heading in headings))
    table = tag(
        "table",
        tag("caption", caption, cls="cc-hidden"),
        tag("thead", head),
        tag("tbody", *rows),
        cls="cc-list",
    )
    return tag("div", table, cls="cc-scroll", tabindex=0, role="region", aria_label=caption)


def mark(initials: str, tone: str, name: str = "") -> Html:
    """A person's round mark; the name is for hover and for the ear."""
    return tag("span", initials, cls=f"cc-mark {tone}", title=name or None, aria_hidden="true")


@lru_cache(maxsize=1024)
def heading_html(heading: Heading) -> Html:
    """The head of a column."""
    return tag("th", helped(heading.label, heading.help), cls=_kind(heading), scope="col")


def _cell(cell: Cell, heading: Heading, translator: Translator) -> Html:
    kinds = (("cc-strong", cell.strong), ("cc-big", cell.big), ("cc-inner", cell.inner))
    kind = next((name for name, is_so in kinds if is_so), None)
    text = link(stated(cell.text, cell.state, translator), cell.link, cls=kind)
    note = tag("span", cell.note, cls="cc-under") if cell.note else None
    parts: list[Content] = [channel_mark(cell.channel), *_pictures(cell), text, note]
    return tag("th" if cell.strong else "td", *parts, cls=_kind(heading), **_scope(cell))


def _pictures(cell: Cell) -> list[Content]:
    marks: list[Content] = [mark(short, tone) for short, tone in cell.initials]
    bar = share_bar(cell.bar, cell.target) if cell.bar is not None else None
    line = sparkline(cell.spark, cell.note) if cell.spark else None
    return [*marks, bar, line]


def share_bar(share: float, target: float | None) -> Html:
    """A thin bar of a share, with a tick where the target is; the number stands beside it."""
    fill = tag("i", style=f"width:{_share(share)}%")
    goal = tag("b", style=f"left:{_share(target)}%") if target is not None else None
    return tag("span", fill, goal, cls="cc-bar", aria_hidden="true")


def _share(fraction: float) -> str:
    return f"{max(0.0, min(1.0, fraction)) * 100:.1f}"


def channel_mark(channel: Channel | None) -> Html | None:
    """The channel's colour as a small square; its name stands beside it."""
    if channel is None:
        return None
    return tag("i", cls="cc-channel", style=f"--c:var(--cc-channel-{channel})", aria_hidden="true")


def _kind(heading: Heading) -> str | None:
    names = [name for name, on in (("num", heading.number), ("wide", not heading.narrow)) if on]
    return " ".join(names) or None


def _scope(cell: Cell) -> dict[str, str]:
    return {"scope": "row"} if cell.strong else {}
