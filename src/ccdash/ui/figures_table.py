"""A table of figures as HTML: read by a screen reader, led through by keys, printed as it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ccdash.ui.markup import Html, draw, link, tag


@dataclass(frozen=True, slots=True)
class Cell:
    """A figure, where it leads to, and a quiet line below it."""

    text: str
    link: str | None = None
    under: str = ""


@dataclass(frozen=True, slots=True)
class FiguresTable:
    """`heads` are the names of the columns, the first that of the rows' names; `name` is said of
    the whole table to those who do not see it."""

    name: str
    heads: Sequence[str]
    rows: Sequence[Sequence[Cell]]


def figures_table(table: FiguresTable) -> None:
    """Draw it; what is wider than its card is scrolled inside it."""
    first, *others = table.heads
    head = tag(
        "tr",
        tag("th", first, scope="col"),
        *(tag("th", name, scope="col", cls="num") for name in others),
    )
    body = tag("tbody", *(_row(row) for row in table.rows))
    whole = tag("table", tag("thead", head), body, cls="cc-list cc-figures")
    draw(tag("div", whole, cls="cc-scroll", tabindex=0, role="region", aria_label=table.name))


def _row(row: Sequence[Cell]) -> Html:
    first, *others = row
    name = tag("th", _content(first), scope="row", cls="cc-strong")
    return tag("tr", name, *(tag("td", _content(cell), cls="num") for cell in others))


def _content(cell: Cell) -> Html:
    under = tag("span", cell.under, cls="cc-under") if cell.under else None
    return tag("span", link(cell.text, cell.link), under, cls="cc-cell")
