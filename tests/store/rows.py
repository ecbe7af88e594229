"""All derived rows of a store, to compare two stores row for row."""

from __future__ import annotations

from sqlalchemy import Engine, select

from ccdash.ingest.rebuild import DERIVED
from ccdash.schema import dirty_customer, dirty_matter, raw_event, superseded_event
from ccdash.sums import dirty_interval

MARKS = (dirty_customer, dirty_interval, dirty_matter)
WHEN_TOLD = {"received_at", "batch_id"}
"""Columns that tell when and how an event came, not what it says."""


def all_rows(engine: Engine) -> dict[str, list[tuple[object, ...]]]:
    """Every derived table and the raw events, sorted; without what only says when it came."""
    tables = [one for one in (*DERIVED, raw_event, superseded_event) if one not in MARKS]
    with engine.connect() as connection:
        return {
            table.name: sorted(
                map(
                    tuple,
                    connection.execute(
                        select(*(one for one in table.c if one.name not in WHEN_TOLD))
                    ),
                ),
                key=repr,
            )
            for table in tables
        }
