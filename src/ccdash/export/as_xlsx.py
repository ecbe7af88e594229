"""XLSX: a sheet of rows, and a sheet "About" with what the file says of itself.

XlsxWriter makes everything but the rows, as an empty workbook; the rows are put into it while it is
packed, a frame at a time. A text is written as text whatever it begins with: it never becomes a
formula or a link.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from io import BytesIO
from itertools import chain
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

import polars as pl
import xlsxwriter
from xlsxwriter.utility import xl_col_to_name

from ccdash.errors import BadQuery
from ccdash.export.passing import Passing
from ccdash.export.tables import Table

MOST_ROWS = 1_048_575
"""What a sheet holds below its header."""
TOO_MANY = f"A sheet holds {MOST_ROWS:,} rows: export CSV or Parquet, or a shorter period."
LONGEST = 32_767
"""Characters in a cell; what is longer ends in an ellipsis."""
ROWS = "xl/worksheets/sheet1.xml"
FIRST_DAY = datetime(1899, 12, 30)  # noqa: DTZ001  # a sheet counts days from it, without a zone
SAMPLE = datetime(2000, 1, 1, tzinfo=UTC).replace(tzinfo=None)
AT = " row"
"""No column has a name with a blank."""
UNSEEN = [*range(9), *range(11, 32), 0xFFFE, 0xFFFF]
"""Characters that XML cannot hold; a sheet has a notation of its own for them."""
ESCAPED = {"&": "&amp;", "<": "&lt;", ">": "&gt;"} | {chr(one): f"_x{one:04X}_" for one in UNSEEN}


def xlsx(table: Table) -> Iterator[bytes]:
    """The bytes of the file, as they come to be. Raises BadQuery for more rows than a sheet
    holds."""
    first = next(table.frames)
    book = _empty(table, first.columns)
    sink: Any = Passing()  # ZipFile asks no more of a file than this
    with ZipFile(sink, "w", ZIP_DEFLATED, compresslevel=3) as packed:
        for name, part in book.parts.items():
            packed.writestr(name, part)
        with packed.open(ROWS, "w") as sheet:
            sheet.write(book.head)
            at = 1
            for frame in chain((first,), table.frames):
                sheet.write(_rows(frame, at, book.looks).encode())
                at += frame.height
                if at > MOST_ROWS + 1:
                    raise BadQuery(TOO_MANY)
                yield sink.taken()
            sheet.write(book.foot)
    yield sink.taken()


@dataclass(frozen=True, slots=True)
class _Book:
    """A workbook without rows: its other parts, the sheet before and after the place of the rows,
    and by what number the sheet names the look of a date and of a time."""

    parts: Mapping[str, bytes]
    head: bytes
    foot: bytes
    looks: Mapping[Any, str]


def _empty(table: Table, columns: list[str]) -> _Book:
    file = BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True}) as book:
        _heads(book, str(table.about.content).capitalize(), columns)
        _about(table, book)
    with ZipFile(file) as packed:
        parts = {name: packed.read(name) for name in packed.namelist()}
    sheet = re.sub(rb"<dimension[^>]*>", b"", parts.pop(ROWS))
    head, sample, foot = re.split(rb'(<row r="2".*?</row>)', sheet)
    day, time = re.findall(rb's="(\d+)"', sample)
    return _Book(parts, head, foot, {pl.Date: day.decode(), pl.Datetime: time.decode()})


def _heads(book: Any, name: str, columns: list[str]) -> None:
    """The header, and below it a date and a time, for their looks."""
    sheet = book.add_worksheet(name)
    strong = book.add_format({"bold": True})
    sheet.freeze_panes(1, 0)
    sheet.set_column(0, len(columns) - 1, 17)
    for place, column in enumerate(columns):
        sheet.write_string(0, place, column, strong)
    for place, look in enumerate(("yyyy-mm-dd", "yyyy-mm-dd hh:mm:ss")):
        sheet.write_datetime(1, place, SAMPLE, book.add_format({"num_format": look}))


def _about(table: Table, book: Any) -> None:
    sheet = book.add_worksheet("About")
    strong = book.add_format({"bold": True})
    sheet.set_column(0, 0, 32)
    sheet.set_column(1, 1, 120)
    for row, (name, text) in enumerate(table.about.lines()):
        sheet.write_string(row, 0, name, strong)
        sheet.write_string(row, 1, text)


def _rows(frame: pl.DataFrame, before: int, looks: Mapping[Any, str]) -> str:
    """The rows as the sheet has them, below so many; a cell that holds nothing is left out."""
    number = (pl.int_range(pl.len()) + before + 1).cast(pl.String)
    cells = [
        _cell(name, kind, pl.concat_str(pl.lit(xl_col_to_name(place)), AT), looks)
        for place, (name, kind) in enumerate(frame.schema.items())
    ]
    row = pl.concat_str(pl.lit('<row r="'), AT, pl.lit('">'), *cells, pl.lit("</row>"))
    return "".join(frame.with_columns(number.alias(AT)).select(row.alias(AT))[AT])


def _cell(name: str, kind: pl.DataType, place: pl.Expr, looks: Mapping[Any, str]) -> pl.Expr:
    value, look, before, after = pl.col(name), "", "<v>", "</v>"
    if kind == pl.Boolean:
        look, value = ' t="b"', value.cast(pl.Int8)
    elif kind.is_temporal():
        look, value = f' s="{looks[kind.base_type()]}"', _days(value, kind)
    elif kind.is_float():
        value = pl.when(value.is_finite()).then(value)
    elif kind == pl.String:
        before, after = '<is><t xml:space="preserve">', "</t></is>"
        look, value = ' t="inlineStr"', _escaped(value)
    begin, end = pl.lit(f'"{look}>{before}'), pl.lit(f"{after}</c>")
    cell = pl.concat_str(pl.lit('<c r="'), place, begin, value.cast(pl.String), end)
    return cell.fill_null("")


def _days(value: pl.Expr, kind: pl.DataType) -> pl.Expr:
    """Since FIRST_DAY, by the clock on the wall: a sheet knows no time zones."""
    if kind == pl.Date:
        return (value - pl.lit(date(1899, 12, 30))).dt.total_days()
    local = value.dt.replace_time_zone(None)
    return (local - pl.lit(FIRST_DAY)).dt.total_microseconds() / 86_400_000_000


def _escaped(text: pl.Expr) -> pl.Expr:
    short = pl.when(text.str.len_chars() > LONGEST).then(text.str.head(LONGEST - 1) + "…")
    kept = short.otherwise(text).str.replace_all("_x([0-9A-Fa-f]{4})", "_x005F_x$1")
    return kept.str.replace_many(list(ESCAPED), list(ESCAPED.values()))
