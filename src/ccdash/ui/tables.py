"""Tables of data: sorted by number, shown as text of the viewer's language."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import pandas as pd
import polars as pl
import streamlit as st

from ccdash.i18n import Translator
from ccdash.ui import format as fmt
from ccdash.vocabulary import Unit

Kind = Literal["text", "moment", "date"]
ROW_HEIGHT, HEAD_HEIGHT, MOST_ROWS = 38, 37, 15


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a data table: `name` in the frame, `label` for people, `kind` how it is written.

    A moment is the viewer's wall clock, without a zone.
    """

    name: str
    label: str
    kind: Kind | Unit = "text"
    width: int | Literal["small", "medium", "large"] | None = None
    help: str = ""
    pinned: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A data table: its key on the page, its columns in order, whether a row can be picked."""

    key: str
    columns: Sequence[Column]
    selectable: bool = False
    alt: str = ""


def data_table(frame: pl.DataFrame, table: Table, translator: Translator) -> int | None:
    """Draw the frame; the position of the picked row comes back, as long as it is picked."""
    event: Any = st.dataframe(
        _styled(frame, table.columns, translator.language),
        key=table.key,
        hide_index=True,
        row_height=ROW_HEIGHT,
        height="content" if frame.height <= MOST_ROWS else HEAD_HEIGHT + MOST_ROWS * ROW_HEIGHT,
        column_config={column.name: _config(column) for column in table.columns},
        on_select="rerun" if table.selectable else "ignore",
        selection_mode="single-row",
        placeholder=fmt.NOTHING,
        alt=table.alt or None,
    )
    rows = event["selection"]["rows"] if table.selectable else []
    return int(rows[0]) if rows else None


def _styled(frame: pl.DataFrame, columns: Sequence[Column], language: str) -> Any:
    """Numbers stay numbers, so that a click on a head sorts them; only their look is text."""
    table = pd.DataFrame({c.name: frame[c.name].to_list() for c in columns})
    writers: dict[Any, Callable[[Any], str]] = {
        c.name: _writer(c.kind, language) for c in columns if c.kind != "text"
    }
    return table.style.format(writers)


def _writer(kind: Kind | Unit, language: str) -> Callable[[Any], str]:
    def write(cell: Any) -> str:
        if pd.isna(cell):
            return fmt.NOTHING
        if isinstance(kind, Unit):
            return fmt.value(cell, kind, language)
        if kind == "moment":
            return fmt.moment(cell, language)
        return fmt.short_date(cell, language)

    return write


def _config(column: Column) -> Any:
    number = isinstance(column.kind, Unit)
    make: Any = st.column_config.NumberColumn if number else st.column_config.Column
    return make(
        column.label,
        width=column.width,
        help=column.help or None,
        pinned=column.pinned or None,
        alignment="right" if number else "left",
    )
