"""Contacts that are beside no other one any more: of which others, has to be seen anew.

A contact that comes needs nothing here: its own interval is marked, and who makes the sums of that
looks for the customer's other contacts and for its matter (store/reached.py). One that went has no
row to look from.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime

from sqlalchemy import BigInteger, Connection, DateTime, column, func, literal, select
from sqlalchemy.dialects.postgresql import ARRAY, insert

from ccdash.ingest.rows import ContactRow
from ccdash.ingest.writing import TRANSACTION
from ccdash.measures import Fact
from ccdash.store.frames import Rows
from ccdash.store.reached import NEAR, others_of
from ccdash.sums import dirty_interval
from ccdash.vocabulary import Direction

Return = tuple[int, datetime, str, str | None]
"""Who came when, on which channel, about what."""


def returns(rows: Iterable[ContactRow]) -> set[Return]:
    """The contacts that may be a repeat, or the way to a person after self service, if the
    customer was there before."""
    return {
        (row.customer_id, row.arrived_at, row.channel, row.subject)
        for row in rows
        if row.customer_id > 0 and row.direction == Direction.INBOUND and not row.is_void
    }


def mark_others(connection: Connection, gone: Collection[Return], now: datetime) -> None:
    """Mark the intervals of the contacts that these customers had shortly before and after."""
    if not gone:
        return
    went = (
        func.unnest(
            literal([one[0] for one in gone], ARRAY(BigInteger)),
            literal([one[1] for one in gone], ARRAY(DateTime(timezone=True))),
        )
        .table_valued(column("customer_id", BigInteger), column("arrived_at", DateTime(True)))
        .render_derived("went")
    )
    for fact in NEAR:
        _mark(connection, fact, others_of(fact, went), now)


def _mark(connection: Connection, fact: Fact, rows: Rows, now: datetime) -> None:
    of = rows.subquery("of").c
    marks = select(literal(str(fact)), of.start, of.of_id, TRANSACTION, literal(now))
    names = [one.name for one in dirty_interval.columns]
    put = insert(dirty_interval).from_select(names, marks.distinct())
    connection.execute(put.on_conflict_do_nothing())
