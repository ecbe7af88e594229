"""All that is held of one person, for themselves to read."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import (
    ARRAY,
    BigInteger,
    CollectionAggregate,
    ColumnElement,
    Connection,
    FromClause,
    Select,
    Table,
    any_,
    literal,
    or_,
    select,
)

from ccdash.access import access_log as log
from ccdash.ingest import events as ev
from ccdash.schema import (
    agent,
    case,
    contact,
    contact_point,
    customer,
    customer_record,
    identity,
    link_decision,
    matter_decision,
    message,
    purchase,
    queue,
    segment,
    survey,
)
from ccdash.store import access_log, rollup, told_of
from ccdash.store.access_log import Reader
from ccdash.store.engine import Store
from ccdash.store.whose import Person, whose
from ccdash.vocabulary import Access

Rows = list[dict[str, object]]
TABLES = {
    "contacts": contact,
    "segments": segment,
    "surveys": survey,
    "messages": message,
    "cases": case,
    "purchases": purchase,
    "records": customer_record,
    "matters_decided": matter_decision,
}
"""By whose `customer_id` a row is the person's."""
NAMED = (("queue", queue), ("agent", agent), ("contact_point", contact_point))
"""What rows name by numbers, and people by words."""


def held(  # noqa: PLR0913  whose, and the line of the log
    store: Store, text: str, region: str | None, by: Reader, at: datetime
) -> dict[str, Rows]:
    """The rows of every kind, and the events behind them, of the person of this number or contact
    detail; written in the access log by the same transaction. Raises BadQuery for nobody and for a
    detail that is not one person's, StoreUnavailable."""
    with store.transaction() as connection:
        rollup.refresh(connection)
        one = whose(connection, text, region)
        access_log.put(connection, by, min(one.numbers), Access.EXPORTED, at)
        return _held(connection, one)


def _held(connection: Connection, one: Person) -> dict[str, Rows]:
    is_theirs = any_(literal(sorted(one.numbers), ARRAY(BigInteger)))
    detail, link = identity.c, link_decision.c
    columns = (detail.kind, detail.value, detail.source, detail.is_verified)
    known = select(*columns).where(detail.customer_id == is_theirs).distinct()
    decided = select(link_decision).where(
        or_(link.customer_id == is_theirs, link.other_id == is_theirs)
    )
    return {
        "customers": _rows(connection, _of(customer, is_theirs)),
        "details": _rows(connection, known),
        **{name: _rows(connection, _of(table, is_theirs)) for name, table in TABLES.items()},
        "links_decided": _rows(connection, decided.order_by(link.decision_id)),
        "events": _events(connection, one.numbers),
        "access_log": _rows(
            connection, select(log).where(log.c.customer_id == is_theirs).order_by(log.c.access_id)
        ),
    }


def _of(table: Table, is_theirs: CollectionAggregate[Any]) -> Select[*tuple[Any, ...]]:
    """The person's rows of a table, with names in place of the numbers of what has one."""
    rows: FromClause = table
    columns: list[ColumnElement[Any]] = [
        one for one in table.c if one.name not in {f"{name}_id" for name, _ in NAMED}
    ]
    for name, named in NAMED:
        if f"{name}_id" in table.c:
            number = named.c[f"{name}_id"]
            rows = rows.outerjoin(named, number == table.c[number.name])
            columns.append(named.c.name.label(name))
    theirs = select(*columns).select_from(rows).where(table.c.customer_id == is_theirs)
    return theirs.order_by(*table.primary_key.columns)


def _rows(connection: Connection, asked: Select[*tuple[Any, ...]]) -> Rows:
    """Numbers of rows as text: they are too long for many readers of JSON."""
    return [
        {
            name: str(value) if name.endswith("_id") and value is not None else value
            for name, value in row.items()
        }
        for row in connection.execute(asked).mappings()
    ]


def _events(connection: Connection, numbers: Collection[int]) -> Rows:
    """What was told of their contacts, cases and orders, and what was corrected, as it was told."""
    return [
        {**msgspec.json.decode(ev.encode(event)), "is_corrected": is_corrected}
        for one in told_of.streams_of_rows(connection, numbers)
        for is_corrected, events in ((False, one.told), (True, one.old))
        for event in events
    ]
