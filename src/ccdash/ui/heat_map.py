"""A heat map of the week: a cell an hour, its figure in it, its depth of colour how much that is.

One hue, from the surface to the deepest tone, so that every figure stands readable on its cell in
light and dark, and nobody needs the colour: the figures, the tips and the table say the same.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

import streamlit as st

from ccdash.i18n import Translator
from ccdash.ui.document import script

_MAP = st.components.v2.component(
    "ccdash_heat_map",
    html='<div class="cc-heat"></div>',
    js=script("heat_map"),
    isolate_styles=False,
)


@dataclass(frozen=True, slots=True)
class HeatCell:
    """`text` stands in the cell; `tip` says what it is and how many; `depth` is 0 for the palest
    to 100 for the deepest, None for a cell without a colour, which `few` says is one of too few;
    `link` is what it puts in the place of the map's parameters, None for none."""

    text: str
    tip: tuple[str, str]
    depth: int | None = None
    few: bool = False
    link: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class HeatMap:
    """`rows` and `columns` are names; `cells` has a row each, None where nothing came. `worst` are
    the places of the cells that the title points at. `scale` are the figures of the palest and of
    the deepest, `few` what cells without a colour mean. `alt` tells the whole to those who do not
    see; `path` and `base` are the way to contacts."""

    alt: str
    rows: Sequence[str]
    columns: Sequence[str]
    cells: Sequence[Sequence[HeatCell | None]]
    scale: tuple[str, str]
    worst: Sequence[tuple[int, int]] = ()
    few: str = ""
    path: str = ""
    base: Mapping[str, str] | None = None


def heat_map(of: HeatMap, translator: Translator, key: str) -> None:
    """Draw it; cells are links, by mouse, finger and keys."""
    say = translator.text
    words = {
        "open": say("Show the contacts"),
        "hint": say("Arrow keys go from cell to cell, Enter shows the contacts behind one.")
        if of.base
        else say("Arrow keys go from cell to cell."),
        "nothing": say("nothing came"),
    }
    with st.container(key=f"heat-{key}", gap=None):
        _MAP(key=key, data={**asdict(of), "words": words})
