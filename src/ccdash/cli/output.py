"""What a command prints: JSON and CSV for programs, tables for people."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import typer

NOTHING = "\N{EN DASH}"


class Format(StrEnum):
    """For whom it is printed."""

    TABLE = "table"
    JSON = "json"
    CSV = "csv"


class Shape(StrEnum):
    """The same for what is more than one table."""

    TABLE = "table"
    JSON = "json"


FormatOption = Annotated[
    Format, typer.Option("--format", "-f", help="table for people, json or csv for programs.")
]
ShapeOption = Annotated[
    Shape, typer.Option("--format", "-f", help="table for people, json for programs.")
]


def say(text: str) -> None:
    """A line beside the output: a warning, a count, what happens meanwhile."""
    print(printable(text), file=sys.stderr)


def printable(text: object) -> str:
    """A text without what a terminal would obey; names and lines come from outside."""
    signs = (" " if sign.isspace() else sign for sign in str(text))
    return "".join(one if one.isprintable() else "\N{REPLACEMENT CHARACTER}" for one in signs)


def number_of(number: int, one: str) -> str:
    """1 line, 2 lines, 1,204 lines."""
    return f"{number:,} {one if number == 1 else one + 's'}"


def write_rows(rows: Sequence[Mapping[str, Any]], columns: Sequence[str], format_: Format) -> None:
    """Rows for a program, with all of the columns: a JSON array, a row a line, or CSV."""
    if format_ is Format.CSV:
        import csv

        writer = csv.DictWriter(sys.stdout, columns, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
        return
    lines = (json.dumps(row, ensure_ascii=False, allow_nan=False) for row in rows)
    print("[" + ",\n ".join(lines) + "]")


def write_json(value: object) -> None:
    """One JSON value, indented."""
    print(json.dumps(value, ensure_ascii=False, allow_nan=False, indent=2))


def write_table(headers: Sequence[str], rows: Iterable[Sequence[object]], right: int = 0) -> None:
    """A table, its last `right` columns aligned to the right; None is an en dash. Into a pipe it
    is as wide as it must be."""
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for place, header in enumerate(headers):
        is_right = place >= len(headers) - right
        table.add_column(header, justify="right" if is_right else "left", overflow="fold")
    for row in rows:
        table.add_row(*(Text(printable(NOTHING if cell is None else cell)) for cell in row))
    Console(width=None if sys.stdout.isatty() else 10_000, highlight=False).print(table)


def local(at: datetime | None, zone: ZoneInfo) -> str | None:
    """An instant by the zone's clock, to the second."""
    return at.astimezone(zone).strftime("%Y-%m-%d %H:%M:%S") if at else None


def seconds(of: float | None) -> str | None:
    """A length of time as people read it."""
    from ccdash.ui.format import duration

    return None if of is None else duration(of, "en")
