"""In which forms a table can be had, and what its file is called."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from ccdash.errors import BadQuery
from ccdash.export.about import Content
from ccdash.export.as_csv import csv_with_head
from ccdash.export.as_parquet import parquet
from ccdash.export.as_xlsx import MOST_ROWS, TOO_MANY, xlsx
from ccdash.export.tables import Table
from ccdash.query import Query
from ccdash.store.contacts import count
from ccdash.store.engine import Store
from ccdash.views.periods import days_of


class Form(StrEnum):
    """What kind of file."""

    CSV = "csv"
    XLSX = "xlsx"
    PARQUET = "parquet"


@dataclass(frozen=True, slots=True)
class Written:
    """How a kind of file is written, and what it is called on the way."""

    written: Callable[[Table], Iterator[bytes]]
    media_type: str


WRITTEN: Mapping[Form, Written] = {
    Form.CSV: Written(csv_with_head, "text/csv; charset=utf-8"),
    Form.XLSX: Written(xlsx, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    Form.PARQUET: Written(parquet, "application/vnd.apache.parquet"),
}


def file_name(table: Table, form: Form) -> str:
    """Of letters, digits and hyphens: ccdash-csat-contacts-2026-01-01-2026-03-31.csv, and
    ccdash-customer-17-contacts-... of one customer, by their number."""
    told = table.about
    first, last = days_of(told.query.period)
    name = re.sub(r"[^a-z0-9]+", "-", told.query.metrics[0])
    what = f"{name}-contacts" if told.content is Content.CONTACTS else name
    if told.query.customer is not None:
        what = f"customer-{told.query.customer}-{name}"
    return f"ccdash-{what}-{first}-{last}.{form}"


def refuse_too_many(store: Store, content: Content, form: Form, query: Query) -> None:
    """Raises BadQuery, before the first byte, for more contacts than a sheet holds."""
    if form is Form.XLSX and content is Content.CONTACTS and count(store, query) > MOST_ROWS:
        raise BadQuery(TOO_MANY)
