"""An export is the answer of the screens, read a piece at a time."""

from __future__ import annotations

import csv
import io
import json
import re
from datetime import timedelta

import polars as pl
import pytest
from openpyxl import load_workbook

from ccdash.cli import main
from ccdash.errors import BadInput, BadQuery, StoreBusy
from ccdash.export.about import Content
from ccdash.export.forms import WRITTEN, Form
from ccdash.export.tables import CONTACT_COLUMNS, columns_of, table
from ccdash.query import Dimension, Period, Query
from ccdash.store import contacts, history, pieces, tokens
from ccdash.vocabulary import Grain
from tests import made_up

pytestmark = pytest.mark.any_postgres

NOW = made_up.instant()
PERIOD = Period(NOW - timedelta(days=8), NOW + timedelta(days=1), made_up.ZONE)
FIGURES = Query(
    ("offered", "service_level", "csat", "asa"), PERIOD, Grain.DAY, (Dimension.CHANNEL,)
)
ABANDONED = Query(("abandoned",), PERIOD)


@pytest.fixture
def centre(store):
    made_up.fill(store, NOW)
    return store


def written(store, content, query, form):
    return b"".join(WRITTEN[form].written(table(store, content, query, NOW)))


def read_csv(data):
    lines = io.StringIO(re.sub(r"^#.*\n", "", data.decode(), flags=re.MULTILINE), newline="")
    header, *rows = csv.reader(lines)
    return header, rows


def read_xlsx(data, sheet):
    header, *rows = load_workbook(io.BytesIO(data))[sheet].iter_rows(values_only=True)
    return list(header), rows


def test_the_figures_of_a_file_are_those_that_are_read_in_every_form(centre):
    read = history.read(centre, FIGURES).frame.select(columns_of(FIGURES)[1:])
    assert read.height > 5
    parquet = pl.read_parquet(io.BytesIO(written(centre, Content.FIGURES, FIGURES, Form.PARQUET)))
    assert parquet.select(read.columns).equals(read)
    header, rows = read_csv(written(centre, Content.FIGURES, FIGURES, Form.CSV))
    assert [row[1:6] for row in rows] == [
        ["" if cell is None else str(cell) for cell in row] for row in read.iter_rows()
    ]
    assert header == [*columns_of(FIGURES), *(f"n_{name}" for name in FIGURES.metrics)]
    header, rows = read_xlsx(written(centre, Content.FIGURES, FIGURES, Form.XLSX), "Figures")
    assert [row[1:6] for row in rows] == [pytest.approx(row) for row in read.iter_rows()]


@pytest.mark.parametrize("form", Form)
def test_the_rows_of_a_file_are_the_list(centre, form):
    data = written(centre, Content.CONTACTS, ABANDONED, form)
    match form:
        case Form.CSV:
            header, rows = read_csv(data)
            ids = [row[header.index("contact_id")] for row in rows]
        case Form.XLSX:
            header, rows = read_xlsx(data, "Contacts")
            ids = [row[header.index("contact_id")] for row in rows]
        case Form.PARQUET:
            found = pl.read_parquet(io.BytesIO(data))
            header, ids = found.columns, found["contact_id"].to_list()
    assert ids == contacts.behind(centre, ABANDONED, None)["contact_id"].to_list()
    assert len(ids) == contacts.count(centre, ABANDONED) > 5
    assert header == list(CONTACT_COLUMNS)


def test_nobody_is_in_a_file_with_a_contact_detail(centre):
    everything = Query(("contacts",), PERIOD)
    data = written(centre, Content.CONTACTS, everything, Form.CSV).decode()
    assert "•" in data
    assert "elina@" not in data
    assert "5550101" not in data


def test_who_was_not_recognised_has_no_customer_in_the_file(centre):
    everything = Query(("contacts",), PERIOD)
    data = written(centre, Content.CONTACTS, everything, Form.PARQUET)
    found = pl.read_parquet(io.BytesIO(data))["customer_id"]
    assert found.null_count() > 0
    assert not any(one.startswith("-") for one in found.drop_nulls())


def test_a_long_list_is_read_in_pieces_at_one_instant(centre, monkeypatch):
    monkeypatch.setattr(pieces, "PIECE", 7)
    whole = contacts.behind(centre, ABANDONED, None)
    found = contacts.every(centre, ABANDONED)
    first = next(found)
    made_up.fill(centre, NOW + timedelta(hours=1))
    rest = list(found)
    assert {one.height for one in (first, *rest[:-1])} == {7}
    assert pl.concat([first, *rest]).equals(whole)


def test_a_list_without_rows_has_its_columns(store):
    (only,) = contacts.every(store, ABANDONED)
    assert only.is_empty()
    assert "contact_id" in only.columns


def test_only_so_many_long_lists_are_read_at_a_time(centre):
    open_ones = [contacts.every(centre, ABANDONED) for _ in range(pieces.MOST_AT_ONCE)]
    for one in open_ones:
        next(one)
    with pytest.raises(StoreBusy, match="try again in a moment"):
        next(contacts.every(centre, ABANDONED))
    open_ones.pop().close()
    assert next(contacts.every(centre, ABANDONED)).height > 0
    for one in open_ones:
        one.close()


def test_what_is_not_made_of_contacts_has_no_rows_to_export(store):
    with pytest.raises(BadQuery, match="has no list of them"):
        table(store, Content.CONTACTS, Query(("occupancy",), PERIOD), NOW)
    with pytest.raises(BadQuery, match="name one"):
        table(store, Content.CONTACTS, FIGURES, NOW)


def test_two_tokens_that_hold_cannot_have_one_name(store):
    first = tokens.add(store, "report", NOW)
    with pytest.raises(BadInput, match="revoke it first"):
        tokens.add(store, "report", NOW)
    tokens.revoke(store, "report", NOW)
    second = tokens.add(store, "report", NOW)
    assert [tokens.name_of(store, one) for one in (first, second)] == [None, "report"]
    assert tokens.listed(store)["revoked_at"].null_count() == 1


def test_a_token_that_nobody_made_cannot_be_revoked(store):
    with pytest.raises(BadInput, match="There is no token 'report'"):
        tokens.revoke(store, "report", NOW)


def test_the_commands_make_list_and_revoke_a_token(store, url, monkeypatch, capsys):
    monkeypatch.setenv("CCDASH_DATABASE_URL", url)

    def ccdash(*words: str) -> str:
        with pytest.raises(SystemExit) as left:
            main(["token", *words])
        assert not left.value.code
        return capsys.readouterr().out

    token = ccdash("add", "report").strip()
    assert tokens.name_of(store, token) == "report"
    (listed,) = json.loads(ccdash("list", "--format", "json"))
    assert (listed["name"], listed["revoked_at"]) == ("report", None)
    assert token not in ccdash("list")
    ccdash("revoke", "report")
    assert tokens.name_of(store, token) is None
