"""What is written to a file comes back from it, whatever the texts are."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import replace
from datetime import UTC, date, datetime

import polars as pl
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook
from openpyxl.utils.escape import unescape

from ccdash.errors import BadQuery
from ccdash.export import as_xlsx
from ccdash.export.about import About, Content
from ccdash.export.as_csv import csv_with_head, harmless
from ccdash.export.as_parquet import parquet
from ccdash.export.as_xlsx import xlsx
from ccdash.export.forms import WRITTEN, Form, file_name
from ccdash.export.tables import Table, figures
from ccdash.query import Dimension, Period, Query
from ccdash.store.history import Answer
from ccdash.store.settings_version import SettingsVersion
from ccdash.vocabulary import Grain

PERIOD = Period.parse("2026-03-01", "2026-04-01", "Europe/Helsinki")
QUERY = Query(("csat",), PERIOD, filters=((Dimension.QUEUE, ("a\nb", "=1+1")),))
THROUGH = datetime(2026, 4, 2, 8, tzinfo=UTC)
ABOUT = About(
    Content.CONTACTS, QUERY, THROUGH, SettingsVersion(2, THROUGH, "5f2a91c03b1e"), THROUGH
)
DANGEROUS = tuple("=+-@\t\r\n")
odd = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=40)
begun = st.builds("".join, st.tuples(st.sampled_from([*DANGEROUS, "'", "''", "#", '"', ","]), odd))
texts = st.lists(st.none() | odd | begun, min_size=1, max_size=8)


def frame_of(words):
    return pl.DataFrame({"number": range(len(words)), "text": words}, schema_overrides={
        "text": pl.String
    })  # fmt: skip


def written(how, *frames):
    return b"".join(how(Table(ABOUT, iter(frames))))


def rows_of_csv(data):
    body = "".join(line for line in io.StringIO(data.decode(), newline="") if line[0] != "#")
    return list(csv.reader(io.StringIO(body, newline="")))


def told(cell):
    """What stood in a cell of CSV before it was made harmless."""
    return cell[1:] if re.match(r"'+[=+\-@\t\r\n＝＋－＠]", cell) else cell


@given(texts)
def test_any_text_comes_back_from_csv(words):
    data = b"".join(WRITTEN[Form.CSV].written(Table(ABOUT, iter([frame_of(words)]))))
    head, body = data.decode().split("number,text\n", 1)
    assert all(line.startswith("# ") for line in head.split("\n")[:-1])
    rows = list(csv.reader(io.StringIO(body, newline="")))
    assert [told(row[1]) for row in rows] == [word or "" for word in words]


@given(texts)
def test_no_cell_of_csv_begins_like_a_formula(words):
    cells = harmless(frame_of(words))["text"].drop_nulls()
    assert [one for one in cells if one.startswith(DANGEROUS) and not one[1:].isdecimal()] == []


@given(texts)
def test_a_csv_is_read_by_polars_as_it_was_written(words):
    data = written(csv_with_head, frame_of(words))
    read = pl.read_csv(data, comment_prefix="#", schema_overrides={"text": pl.String})
    assert read["text"].to_list() == harmless(frame_of(words))["text"].to_list()


@given(texts)
def test_any_text_comes_back_from_parquet(words):
    data = written(parquet, frame_of(words), frame_of(words))
    assert pl.read_parquet(io.BytesIO(data))["text"].to_list() == words * 2


@settings(max_examples=40)
@given(texts)
def test_any_text_comes_back_from_xlsx_and_is_no_formula(words):
    book = load_workbook(io.BytesIO(written(xlsx, frame_of(words))))
    cells = [row[1] for row in book["Contacts"].iter_rows(min_row=2)]
    assert {cell.data_type for cell in cells} <= {"s", "inlineStr", "n"}
    assert [unescape(cell.value or "") for cell in cells] == [word or "" for word in words]


def test_a_negative_number_and_a_plain_one_are_no_formulas():
    assert harmless(frame_of(["-5", "12", "-5+1", "+358 40"]))["text"].to_list() == [
        "-5", "12", "'-5+1", "'+358 40",
    ]  # fmt: skip


@pytest.fixture
def day():
    at = datetime(2026, 3, 29, 1, 30, tzinfo=UTC)
    columns = {"at": [at, None], "day": [date(2026, 3, 29), None], "share": [0.75, None]}
    return pl.DataFrame(columns).with_columns(
        pl.col("at").dt.convert_time_zone("Europe/Helsinki"), pl.Series("is_bad", [True, None])
    )


def test_csv_tells_instants_with_their_offset_and_nothing_as_nothing(day):
    assert rows_of_csv(written(csv_with_head, day))[1:] == [
        ["2026-03-29T04:30:00+03:00", "2026-03-29", "0.75", "true"], ["", "", "", ""],
    ]  # fmt: skip


def test_xlsx_has_dates_as_dates_by_the_clock_on_the_wall(day):
    sheet = load_workbook(io.BytesIO(written(xlsx, day)))["Contacts"]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=2, max_row=3)]
    assert [str(cell) for cell in rows[0]] == [
        "2026-03-29 04:30:00", "2026-03-29 00:00:00", "0.75", "True",
    ]  # fmt: skip
    assert rows[1:] in ([], [[None] * 4])


def test_parquet_keeps_types_and_zones(day):
    found = pl.read_parquet(io.BytesIO(written(parquet, day)))
    assert found.schema["at"] == pl.Datetime("us", "Europe/Helsinki")
    assert found.equals(day)


def test_a_file_without_rows_has_its_columns_in_every_form(day):
    empty = day.clear()
    assert rows_of_csv(written(csv_with_head, empty)) == [empty.columns]
    assert pl.read_parquet(io.BytesIO(written(parquet, empty))).columns == empty.columns
    sheet = load_workbook(io.BytesIO(written(xlsx, empty)))["Contacts"]
    assert [cell.value for cell in sheet[1]] == empty.columns


def test_every_form_tells_the_same_of_itself(day):
    lines = dict(ABOUT.lines())
    head = written(csv_with_head, day).decode().splitlines()
    assert head[: len(lines)] == [f"# {name}: {text}" for name, text in lines.items()]
    about = load_workbook(io.BytesIO(written(xlsx, day)))["About"]
    assert {name.value: text.value for name, text in about.iter_rows()} == lines
    kept = pq.read_metadata(io.BytesIO(written(parquet, day))).metadata
    assert {name: kept[f"ccdash.{name}".encode()].decode() for name in lines} == lines


def test_a_file_tells_what_it_is_of():
    lines = dict(ABOUT.lines())
    assert lines["csat.definition"]
    assert lines["csat.formula"]
    assert lines["period"] == (
        "2026-03-01T00:00:00+02:00 to 2026-04-01T00:00:00+03:00, the end not included"
    )
    assert lines["time_zone"] == "Europe/Helsinki"
    assert lines["filter"] == "queue = a b or =1+1"
    assert lines["data_through"] == "2026-04-02T11:00:00+03:00"
    assert lines["settings_version"].startswith("5f2a91c03b1e (2 set")
    assert lines["product"].startswith("ccdash ")


def test_the_name_of_a_file_tells_the_metric_and_the_days():
    name = file_name(Table(ABOUT, iter(())), Form.XLSX)
    assert name == "ccdash-csat-contacts-2026-03-01-2026-03-31.xlsx"


def test_the_name_of_a_customers_file_tells_their_number_and_no_name():
    of_one = replace(ABOUT, query=replace(QUERY, metrics=("contacts",), customer=17))
    name = file_name(Table(of_one, iter(())), Form.CSV)
    assert name == "ccdash-customer-17-contacts-2026-03-01-2026-03-31.csv"


@pytest.mark.parametrize("form", Form)
def test_a_long_table_is_written_while_it_is_read(form):
    """Between two frames that are asked for, something has been handed on."""
    handed = asked = 0

    def frames():
        nonlocal asked
        for _ in range(40):
            asked += 1
            assert asked <= handed + 3
            yield pl.DataFrame({"n": range(5_000), "text": ["x" * 20] * 5_000})

    sizes = []
    for piece in WRITTEN[form].written(Table(ABOUT, frames())):
        handed += 1
        sizes.append(len(piece))
    assert asked == 40
    assert max(sizes) < 5_000 * 40


def test_more_rows_than_a_sheet_holds_are_refused(monkeypatch):
    monkeypatch.setattr(as_xlsx, "MOST_ROWS", 5)
    rows = pl.DataFrame({"n": range(3)})
    assert len(load_workbook(io.BytesIO(written(xlsx, rows, rows.head(2))))["Contacts"]["A"]) == 6
    with pytest.raises(BadQuery, match="A sheet holds"):
        written(xlsx, rows, rows)


def test_a_text_longer_than_a_cell_ends_in_an_ellipsis():
    sheet = load_workbook(io.BytesIO(written(xlsx, frame_of(["x" * 40_000]))))["Contacts"]
    assert len(sheet["B2"].value) == as_xlsx.LONGEST
    assert sheet["B2"].value.endswith("x…")


def test_beside_the_time_before_stands_also_what_only_one_of_them_has():
    now = Query(("offered",), PERIOD, Grain.MONTH, (Dimension.QUEUE,))
    then = replace(now, period=Period.parse("2026-01-01", "2026-03-01", "Europe/Helsinki"))

    def answer(query: Query, *rows: tuple[int, str | None, int]) -> Answer:
        starts = query.period.starts(query.grain)
        told = [(starts[place], queue, n, n) for place, queue, n in rows]
        names = ("bucket", "queue", "offered", "n_offered")
        return Answer(query, pl.DataFrame(told, names, orient="row"), frozenset())

    found = figures(answer(now, (0, "new", 1), (0, None, 2)),
                    answer(then, (0, "old", 4), (0, None, 8), (1, "old", 16)))  # fmt: skip

    shown = found.select("bucket", "queue", "offered", "before_bucket", "before_offered")
    january, february, march = (date(2026, month, 1) for month in (1, 2, 3))
    assert shown.rows() == [
        (march, None, 2, january, 8),
        (march, "new", 1, None, None),
        (march, "old", None, january, 4),
        (None, "old", None, february, 16),
    ]
