"""Rows into tables: COPY for many, INSERT for few; the rows are the same."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import datetime

import msgspec
import psycopg
from psycopg import sql
from sqlalchemy import BigInteger, Connection, Table, Text, bindparam, cast, func, select, tuple_
from sqlalchemy.dialects.postgresql import JSONB, Insert, insert

from ccdash.ingest.work import Marks
from ccdash.schema import dirty_customer, dirty_matter
from ccdash.sums import dirty_interval

TRANSACTION = cast(cast(func.pg_current_xact_id(), Text), BigInteger)

COPY_FROM = 200
"""From so many rows on, COPY through a staging table costs less than single inserts."""


def put(connection: Connection, table: Table, rows: Sequence[tuple[object, ...]]) -> None:
    """Add rows whose values are in the order of the table's columns; what is there stays."""
    if not rows:
        return
    if len(rows) >= COPY_FROM:
        _copy(connection, table, rows)
        return
    _insert(connection, insert(table).on_conflict_do_nothing(), table, rows)


def put_new(connection: Connection, table: Table, rows: Sequence[tuple[object, ...]]) -> None:
    """Add rows that cannot be there yet. One that is makes the whole transaction fail: two rows
    that share a derived number are never mixed silently."""
    if len(rows) >= COPY_FROM:
        put_copied(connection, table, copied(rows))
    elif rows:
        _insert(connection, insert(table), table, rows)


def put_copied(connection: Connection, table: Table, rows: bytes) -> None:
    """Add rows that cannot be there yet, as `copied` gives them."""
    if rows:
        _copy_into(_cursor(connection), sql.Identifier(table.name), table, rows)


def remove(connection: Connection, table: Table, keys: Iterable[tuple[object, ...]]) -> None:
    """Delete the rows whose key begins with these values, in the order of the table's columns."""
    wanted = sorted(set(keys))
    if not wanted:
        return
    columns = [one for one in table.columns if one.primary_key][: len(wanted[0])]
    names = [f"key_{column.name}" for column in columns]
    marks = [
        bindparam(name, type_=column.type) for name, column in zip(names, columns, strict=True)
    ]
    statement = table.delete().where(tuple_(*columns) == tuple_(*marks))
    connection.execute(statement, [dict(zip(names, key, strict=True)) for key in wanted])


def mark_dirty(connection: Connection, fact: str, keys: Marks, now: datetime) -> None:
    """Note which intervals' sums are to be made anew. The mark is this transaction's own."""
    if not keys:
        return
    mark = connection.execute(select(TRANSACTION)).scalar_one()
    rows = [(fact, start, of_id, mark, now) for start, of_id in keys]
    put(connection, dirty_interval, rows)


def mark_customers(connection: Connection, numbers: Iterable[int], now: datetime) -> None:
    """Note whose links are to be looked at anew. The mark is this transaction's own."""
    _mark(connection, dirty_customer, numbers, now)


def mark_matters(connection: Connection, numbers: Iterable[int], now: datetime) -> None:
    """Note of which customers' contacts it is to be seen anew what they are about. The mark is this
    transaction's own."""
    _mark(connection, dirty_matter, numbers, now)


def _mark(connection: Connection, table: Table, numbers: Iterable[int], now: datetime) -> None:
    wanted = sorted(set(numbers))
    if wanted:
        mark = connection.execute(select(TRANSACTION)).scalar_one()
        put(connection, table, [(one, mark, now) for one in wanted])


def _insert(
    connection: Connection, statement: Insert, table: Table, rows: Sequence[tuple[object, ...]]
) -> None:
    """JSON comes as text here, as it does through COPY."""
    names = [column.name for column in table.columns]
    texts = {
        column.name: cast(bindparam(column.name, type_=Text), JSONB)
        for column in table.columns
        if isinstance(column.type, JSONB)
    }
    connection.execute(
        statement.values(texts), [dict(zip(names, row, strict=True)) for row in rows]
    )


def _copy(connection: Connection, table: Table, rows: Sequence[tuple[object, ...]]) -> None:
    """Through a staging table, because COPY itself knows no ON CONFLICT."""
    cursor = _cursor(connection)
    names = {"table": sql.Identifier(table.name), "staging": sql.Identifier(f"new_{table.name}")}
    cursor.execute(
        sql.SQL("CREATE TEMP TABLE {staging} (LIKE {table}) ON COMMIT DROP").format(**names)
    )
    _copy_into(cursor, names["staging"], table, copied(rows))
    cursor.execute(
        sql.SQL("INSERT INTO {table} SELECT * FROM {staging} ON CONFLICT DO NOTHING").format(
            **names
        )
    )
    cursor.execute(sql.SQL("DROP TABLE {staging}").format(**names))


def _copy_into(
    cursor: psycopg.Cursor[tuple[object, ...]],
    target: sql.Identifier,
    table: Table,
    rows: bytes,
) -> None:
    columns = sql.SQL(", ").join(sql.Identifier(column.name) for column in table.columns)
    form = sql.SQL(r"FORMAT csv, NULL 'null', ESCAPE '\'")
    statement = sql.SQL("COPY {} ({}) FROM STDIN ({})").format(target, columns, form)
    with cursor.copy(statement) as copy:
        copy.write(rows)


def copied(rows: Iterable[tuple[object, ...]]) -> bytes:
    """The rows as COPY reads them. An array of JSON without its brackets is a line of CSV, if a
    backslash is what escapes and the bare word null is the missing value; but CSV knows no names
    for control characters."""
    arrays = _ENCODER.encode_lines(rows)
    lines = arrays[1:-2].replace(b"]\n[", b"\n")
    return _ESCAPE.sub(_as_csv, lines) if _NAMED.search(lines) else lines


_ENCODER = msgspec.json.Encoder()
_NAMED = re.compile(rb'\\[^"\\]')
_ESCAPE = re.compile(rb"\\(?:u....|.)")


def _as_csv(escape: re.Match[bytes]) -> bytes:
    if escape[0] in (b'\\"', b"\\\\"):
        return escape[0]
    return msgspec.json.decode(b'"%s"' % escape[0], type=str).encode()


def _cursor(connection: Connection) -> psycopg.Cursor[tuple[object, ...]]:
    driver: psycopg.Connection[tuple[object, ...]] = connection.connection.driver_connection  # type: ignore[assignment]
    return driver.cursor()
