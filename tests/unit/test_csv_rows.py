"""Rows of a CSV file: what stands in quotes may go on over lines."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccdash.ingest.csv_rows import MOST_LINES, rows
from ccdash.ingest.lines import Form, Line, opened

COMMA = Form(delimiter=",")
signs = st.text(st.sampled_from('ab,;"\n '), max_size=6)
tables = st.lists(st.lists(signs, min_size=2, max_size=3), min_size=1, max_size=8)


def read(path: Path, content: bytes, form: Form = COMMA, **behind: int) -> list[Line]:
    path.write_bytes(content)
    with opened(path, form) as file:
        return list(rows(file, **behind))


def test_a_row_is_known_by_its_first_line_and_ends_behind_its_last(tmp_path: Path) -> None:
    found = read(tmp_path / "t", b'a,b\n1,"two\r\nlines ""and"" more"\n3,4\n')
    assert found[1:] == [
        Line(2, 32, '1,"two\nlines ""and"" more"', lines=2),
        Line(4, 36, "3,4"),
    ]


def test_a_quote_that_is_never_closed_costs_one_row_and_not_the_rest(tmp_path: Path) -> None:
    found = read(tmp_path / "t", b'1,"two\n3,4\n5,6\n')
    assert [(one.number, one.reason) for one in found] == [
        (1, "a quote is opened in it and never closed"),
        (2, None),
        (3, None),
    ]
    long = b'1,"two\n' + b"3,4\n" * (MOST_LINES + 5)
    assert len(read(tmp_path / "t", long)) == MOST_LINES + 6


def test_a_quote_inside_a_cell_opens_nothing(tmp_path: Path) -> None:
    assert [one.text for one in read(tmp_path / "t", b'5" pipe,1\n2,"x"y\n3,4\n')] == [
        '5" pipe,1',
        '2,"x"y',
        "3,4",
    ]


def test_a_line_that_is_no_text_does_not_end_in_a_row(tmp_path: Path) -> None:
    found = read(tmp_path / "t", b'1,"two\n\xff"\n3,4\n')
    assert [one.reason is None for one in found] == [False, False, True]


def test_a_table_may_be_in_another_encoding(tmp_path: Path) -> None:
    form = Form("cp1252", ",")
    assert [one.text for one in read(tmp_path / "t", b"caf\xe9,1\n", form)] == ["café,1"]
    (bad,) = read(tmp_path / "t", b"\x81,1\n", form)
    assert bad.reason.startswith("byte 1 is 0x81, which is not CP1252; name the `encoding` of")


def test_with_another_mark_it_is_another_file(tmp_path: Path) -> None:
    path = tmp_path / "t"
    path.write_text("a,b\n")
    marks = []
    for mark in (b"", b"", b"x"):
        with opened(path, Form(mark=mark)) as file:
            marks.append(file.digest)
    assert marks[0] == marks[1] != marks[2]


@given(tables, st.sampled_from(["\n", "\r\n"]), st.sampled_from([",", ";"]))
def test_what_a_spreadsheet_writes_is_read_as_it_was_from_any_row_on(
    tmp_path: Path, table: list[list[str]], newline: str, delimiter: str
) -> None:
    written = io.StringIO()
    csv.writer(written, delimiter=delimiter, lineterminator=newline).writerows(table)
    content = written.getvalue().encode()
    form = Form(delimiter=delimiter)
    found = read(tmp_path / "t", content, form)
    cells = [next(csv.reader([one.text], delimiter=delimiter, strict=True)) for one in found]
    assert cells == table
    for place, one in enumerate(found, 1):
        after = {"position": one.end, "number": one.number + one.lines - 1}
        assert read(tmp_path / "t", content, form, **after) == found[place:]


@pytest.mark.parametrize("junk", [b'"', b'a,"b', b'",\n"', b'"a"b,"\n",', b'\n"\n"\n"'])
def test_every_line_of_a_spoilt_file_is_in_one_row(tmp_path: Path, junk: bytes) -> None:
    found = read(tmp_path / "t", junk)
    assert sum(one.lines for one in found) == len(junk.split(b"\n")) - junk.endswith(b"\n")
    assert found[-1].end == len(junk)
