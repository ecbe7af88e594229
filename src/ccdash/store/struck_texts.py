"""Texts that people and platforms wrote, with a person's words struck out of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
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
from ccdash.ingest.agent_fold import with_reasons
from ccdash.ingest.erased import TEXTS, Erased
from ccdash.ingest.struck import Words
from ccdash.schema import (
    agent_state,
    annotation,
    case,
    contact,
    followed_file,
    import_batch,
    link_decision,
    matter_decision,
    message,
    purchase,
    rejected_line,
    wallboard,
)
from ccdash.store.told_of import of_json

REASONS = ("reason", "taken_back_reason")
COLUMNS: Mapping[Table, tuple[str, ...]] = {
    contact: ("subject",),
    case: ("subject",),
    purchase: ("subject",),
    message: ("text",),
    agent_state: ("reason", "memory"),
    import_batch: ("file", "parser_state"),
    rejected_line: ("file", "reason", "text"),
    followed_file: ("path", "parser_state"),
    annotation: ("text",),
    link_decision: REASONS,
    matter_decision: REASONS,
    access_log: ("why",),
    wallboard: ("notice",),
}
"""Where somebody may have written a contact detail or a name; keys follow from the events. What
agents, queues and contact points are called is nobody's contact detail, whatever it looks like."""


OF_EVENTS = frozenset({contact, case, purchase, message, agent_state})
"""Whose texts are as events told them, and may be no longer."""
Change = Callable[[str, Any], object]
"""What becomes of what a column of this name holds."""


def strike_texts(connection: Connection, who: Erased, number: int) -> None:
    """Strike out the words of a person in all texts. In rows of `number`, the token's, which are
    the person's own, short words go too, and what was written in messages; these first, as events
    of their own are struck once."""
    for table in (contact, case, purchase, matter_decision):
        _strike(connection, table, _striking(table, who.own), table.c.customer_id == number)
    marks = who.own.marks
    _strike(
        connection,
        message,
        lambda _, told: told and marks.of(told),
        message.c.customer_id == number,
    )
    for table, names in COLUMNS.items():
        texts = [of_json(cast(table.c[name], Text)) for name in names]
        found = [one.regexp_match(who.words.rough, "i") for one in texts]
        _strike(connection, table, _striking(table, who.words), or_(*found))


def _striking(table: Table, words: Words) -> Change:
    limits = TEXTS if table in OF_EVENTS else {}

    def change(name: str, told: Any) -> object:
        if name == "memory":
            return with_reasons(told, lambda one: words.struck(one, TEXTS["reason"]))
        return _without(told, words, limits.get(name))

    return change


def _strike(
    connection: Connection, table: Table, change: Change, which: ColumnElement[bool]
) -> None:
    names = COLUMNS[table]
    columns, keys = [table.c[name] for name in names], list(table.primary_key.columns)
    found = connection.execute(select(*keys, *columns).where(which)).all()
    changed = [
        (row[: len(keys)], new)
        for row in found
        if (new := [*map(change, names, row[len(keys) :])]) != list(row[len(keys) :])
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


def _without(told: object, words: Words, most: int | None = None) -> object:
    """A text of so many signs, or what JSON holds."""
    match told:
        case str():
            return words.struck(told, most)
        case dict():
            return {words.struck(str(name)): _without(one, words) for name, one in told.items()}
        case list():
            return [_without(one, words) for one in told]
        case _:
            return told
