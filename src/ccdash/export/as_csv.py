"""CSV (RFC 4180, UTF-8), a frame at a time."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl
from polars import selectors as cs

from ccdash.export.tables import Table

INSTANT = "%Y-%m-%dT%H:%M:%S%.f%:z"
FORMULA = r"^('*[=+\-@\t\r\n＝＋－＠])"
NUMBER = r"^-?[0-9]+$"


def csv_with_head(table: Table) -> Iterator[bytes]:
    """First what the file says of itself, in lines that begin with #; then the header and rows."""
    yield "".join(f"# {name}: {text}\n" for name, text in table.about.lines()).encode()
    yield from csv(table)


def csv(table: Table) -> Iterator[bytes]:
    """The header and the rows alone."""
    is_first = True
    for frame in table.frames:
        written = harmless(frame).write_csv(include_header=is_first, datetime_format=INSTANT)
        is_first = False
        yield written.encode()


def harmless(frame: pl.DataFrame) -> pl.DataFrame:
    """Texts that a spreadsheet would take for a formula begin with an apostrophe; so do those that
    begin with one before such a sign, so that what was written can be told from the file."""
    text = cs.string()
    is_formula = text.str.contains(FORMULA) & ~text.str.contains(NUMBER)
    return frame.with_columns(
        pl.when(is_formula).then(pl.lit("'") + text).otherwise(text).name.keep()
    )
