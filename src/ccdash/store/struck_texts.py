"""Texts that people and platforms wrote, with a person's words struck out of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Table,
    Text,
    and_,
    bindparam,
    cast,
    or_,
    select,
    update,
)

from ccdash.access import access_log
from ccdash.ingest.erased import Erased
from ccdash.ingest.struck import Words
from ccdash.schema import (
    agent_state,
    annotation,
    case,
    contact,
    contact_link,
    customer_record,
    followed_file,
    import_batch,
    link_decision,
    matter_decision,
    message,
    purchase,
    rejected_line,
    wallboard,
)

REASONS = ("reason", "taken_back_reason")
COLUMNS: Mapping[Table, tuple[str, ...]] = {
    contact: ("key", "subject"),
    contact_link: ("stream", "parent"),
    case: ("key", "subject"),
    purchase: ("key", "subject"),
    customer_record: ("key",),
    message: ("text",),
    agent_state: ("reason", "memory"),
    import_batch: ("file", "parser_state"),
    rejected_line: ("file", "reason", "text"),
    followed_file: ("parser_state",),
    annotation: ("text",),
    link_decision: REASONS,
    matter_decision: REASONS,
    access_log: ("why",),
    wallboard: ("notice",),
}
"""Where somebody may have written a contact detail or a name. What agents, queues and contact
points are called is nobody's contact detail, whatever it looks like."""


def strike_texts(connection: Connection, who: Erased, number: int) -> None:
    """Strike out the words of a person in all texts. In rows of `number`, the token's, which are
    the person's own, short words go too, and what was written in messages."""
    for table, names in COLUMNS.items():
        columns = [table.c[name] for name in names]
        holds = or_(*(cast(one, Text).regexp_match(who.words.rough, "i") for one in columns))
        _strike(connection, columns, who.words, holds)
    for table in (contact, case, purchase, matter_decision):
        columns = [table.c[name] for name in COLUMNS[table] if name != "key"]
        _strike(connection, columns, who.own, table.c.customer_id == number)
    connection.execute(update(message).where(message.c.customer_id == number).values(text=None))


def _strike(
    connection: Connection,
    columns: Sequence[ColumnElement[Any]],
    words: Words,
    which: ColumnElement[bool],
) -> None:
    table: Table = columns[0].table
    keys = list(table.primary_key.columns)
    found = connection.execute(select(*keys, *columns).where(which)).all()
    changed = [
        (row[: len(keys)], new)
        for row in found
        if (new := [_without(one, words) for one in row[len(keys) :]]) != list(row[len(keys) :])
    ]
    if not changed:
        return
    is_it = and_(*(key == bindparam(f"key_{key.name}", type_=key.type) for key in keys))
    values = {one.name: bindparam(f"new_{one.name}", type_=one.type) for one in columns}
    connection.execute(
        update(table).where(is_it).values(values),
        [
            {f"key_{key.name}": value for key, value in zip(keys, old, strict=True)}
            | {f"new_{one.name}": value for one, value in zip(columns, new, strict=True)}
            for old, new in changed
        ],
    )


def _without(told: object, words: Words) -> object:
    """A text, or what JSON holds."""
    match told:
        case str():
            return words.struck(told)
        case dict():
            return {words.struck(str(name)): _without(one, words) for name, one in told.items()}
        case list():
            return [_without(one, words) for one in told]
        case _:
            return told
