"""What was told of a person: whole streams of events, those that only mention them too."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Column,
    ColumnElement,
    CompoundSelect,
    Connection,
    FromClause,
    Select,
    Text,
    UpdateBase,
    and_,
    any_,
    bindparam,
    cast,
    delete,
    func,
    join,
    literal,
    or_,
    select,
    union,
    update,
)
from sqlalchemy.dialects.postgresql import JSONB

from ccdash.ingest import cases, contacts, customer_records, purchases
from ccdash.ingest import events as ev
from ccdash.ingest.erased import KEY_FIELDS, Key
from ccdash.ingest.streams import stream_of
from ccdash.schema import (
    case,
    contact,
    customer_record,
    identity,
    purchase,
    raw_event,
    superseded_event,
)

Named = Select[tuple[str, str]]
Name = tuple[str, str]
"""Of a stream: its source, and how it is called there."""
PREFIXES = (
    (contact, contacts.PREFIX),
    (case, cases.PREFIX),
    (purchase, purchases.PREFIX),
    (customer_record, customer_records.PREFIX),
)


@dataclass(frozen=True)
class Stream:
    """All events of a stream as they are now, and what they took the place of."""

    name: Name
    told: list[ev.Event]
    old: list[ev.Event]


def streams_of(connection: Connection, numbers: Collection[int], rough: str) -> list[Stream]:
    """The streams that made rows of these customers and of whoever was told with their details, and
    those in which the pattern is found. All events are read for it, some hundred thousand a
    second."""
    asked = union(*_theirs({*numbers, *told_with(connection, numbers)}), *_found(rough))
    return _read(connection, asked)


def told_with(connection: Connection, numbers: Collection[int]) -> set[int]:
    """The customers with whose details those of these were told."""
    of = identity.c
    theirs = any_(literal(sorted(numbers), ARRAY(BigInteger)))
    return set(connection.execute(select(of.customer_id).where(of.detail_id == theirs)).scalars())


def streams_of_rows(connection: Connection, numbers: Collection[int]) -> list[Stream]:
    """The streams that made rows of these customers, by the indexes of the rows."""
    return _read(connection, union(*_theirs(numbers)))


def streams_that_name(connection: Connection, keys: Collection[Key]) -> list[Stream]:
    """The streams of these keys, those in which they stand, and perhaps more. All events are read
    for it, unless there are none of these keys."""
    if not keys:
        return []
    asked = []
    for rows, payload in _payloads():
        names = [
            payload[name].astext == any_(literal(sorted(some), ARRAY(Text)))
            for kind, fields in KEY_FIELDS.items()
            for name in fields
            if (some := {one.key for one in keys if one.kind == kind})
        ]
        told = select(raw_event.c.source, raw_event.c.stream)
        asked.append(told.select_from(rows).where(or_(*names)))
    return _read(connection, union(*asked))


def _read(connection: Connection, asked: CompoundSelect[Any]) -> list[Stream]:
    names = {(row[0], row[1]) for row in connection.execute(asked)}
    told, old = (_events(connection, names, is_old=is_old) for is_old in (False, True))
    return [Stream(name, told.get(name, []), old.get(name, [])) for name in sorted(names)]


def _theirs(numbers: Collection[int]) -> list[Named]:
    return [
        select(table.c.source, literal(prefix, Text) + table.c.key).where(
            table.c.customer_id == any_(literal(sorted(numbers), ARRAY(BigInteger)))
        )
        for table, prefix in PREFIXES
    ]


def _found(rough: str) -> list[Named]:
    """The streams in which the pattern is found, also in what was corrected."""
    return [
        select(raw_event.c.source, raw_event.c.stream)
        .select_from(rows)
        .where(of_json(cast(payload, Text)).regexp_match(rough, "i"))
        for rows, payload in _payloads()
    ]


def of_json(text: ColumnElement[str]) -> ColumnElement[str]:
    """With blanks in place of what JSON writes for the ends of lines and of pages, and for tabs."""
    for sign in ("\\n", "\\r", "\\t", "\\f", "\\u000b"):
        text = func.replace(text, sign, " ")
    return text


def _payloads() -> tuple[tuple[FromClause, Column[Any]], ...]:
    """What is told, and what was corrected beside what is told in its place."""
    told, old = raw_event.c, superseded_event.c
    is_same = and_(told.source == old.source, told.event_id == old.event_id)
    return (raw_event, told.payload), (join(superseded_event, raw_event, is_same), old.payload)


def _events(
    connection: Connection, names: Collection[Name], *, is_old: bool
) -> dict[Name, list[ev.Event]]:
    told, old = raw_event.c, superseded_event.c
    arrays = [literal([name[place] for name in names], ARRAY(Text)) for place in (0, 1)]
    wanted = func.unnest(*arrays).table_valued("source", "stream").render_derived("wanted").c
    is_wanted = (told.source == wanted.source) & (told.stream == wanted.stream)
    payload = cast(old.payload if is_old else told.payload, Text)
    asked = select(told.source, told.stream, payload).join_from(
        raw_event, wanted.source.table, is_wanted
    )
    if is_old:
        of = (told.source == old.source) & (told.event_id == old.event_id)
        asked = asked.join(superseded_event, of).order_by(old.event_id, old.revision)
    found: dict[Name, list[ev.Event]] = {}
    for source, stream, text in connection.execute(asked):
        found.setdefault((source, stream), []).append(ev.kept(text))
    return found


Pair = tuple[ev.Event, ev.Event]
"""An event as it was, and as it is now."""


def put_back(connection: Connection, pairs: Collection[Pair]) -> None:
    """Put events in the place of others of the store."""
    told = raw_event.c
    is_it = and_(told.source == bindparam("of"), told.event_id == bindparam("old_id"))
    statement = update(raw_event).where(is_it).values(NEW | {"stream": bindparam("now_stream")})
    rows = [_row(before, after) | {"now_stream": stream_of(after)} for before, after in pairs]
    _execute(connection, statement, rows)


def put_back_old(connection: Connection, pairs: Collection[Pair]) -> None:
    """Put earlier revisions of events in the place of others."""
    old = superseded_event.c
    is_it = and_(
        old.source == bindparam("of"),
        old.event_id == bindparam("old_id"),
        old.revision == bindparam("old_revision"),
    )
    statement = update(superseded_event).where(is_it).values(NEW)
    rows = [_row(before, after) | {"old_revision": before.revision} for before, after in pairs]
    _execute(connection, statement, rows)


def take_away(connection: Connection, events: Collection[ev.Event]) -> None:
    """Take events out of the store."""
    told = raw_event.c
    is_it = and_(told.source == bindparam("of"), told.event_id == bindparam("old_id"))
    rows = [{"of": one.source, "old_id": one.id} for one in events]
    _execute(connection, delete(raw_event).where(is_it), rows)


NEW = {
    "event_id": bindparam("now_id"),
    "payload": cast(bindparam("now_payload", type_=Text), JSONB),
}


def _row(before: ev.Event, after: ev.Event) -> dict[str, object]:
    key: dict[str, object] = {"of": before.source, "old_id": before.id}
    return key | {"now_id": after.id, "now_payload": ev.encode(after).decode()}


def _execute(
    connection: Connection, statement: UpdateBase, rows: Sequence[Mapping[str, object]]
) -> None:
    if rows:
        connection.execute(statement, rows)
