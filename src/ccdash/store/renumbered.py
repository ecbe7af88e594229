"""Rows under other numbers and other keys, wherever these stand."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Column,
    Connection,
    Text,
    and_,
    func,
    literal,
    select,
    update,
)

from ccdash.ingest.contact_rows import contact_id_of
from ccdash.ingest.identifiers import stable_id
from ccdash.schema import contact, customer, identity, metadata, person

OF_ROWS = (
    "customer_id", "contact_id", "root_id", "other_contact_id", "case_id", "matter_id",
    "purchase_id",
)  # fmt: skip
"""Columns of numbers that follow from the keys of conversations, cases and orders; whom nobody
recognised has that of the contact."""
OWN = frozenset({customer, identity, person})
"""Whose rows are of one detail each: they go, and do not become another's."""
Keys = Mapping[tuple[str, str], str]
"""What (source, key) is called from now on."""


def renumber(connection: Connection, numbers: Mapping[int, int], columns: Collection[str]) -> None:
    """Give all rows that have these numbers in one of the columns the others."""
    if not numbers:
        return
    arrays = [literal(list(some), ARRAY(BigInteger)) for some in (numbers, numbers.values())]
    given = func.unnest(*arrays).table_valued("was", "now").render_derived("given").c
    for table in metadata.sorted_tables:
        for name in columns:
            if name in table.c and table not in OWN:
                column = table.c[name]
                connection.execute(
                    update(table).where(column == given.was).values({name: given.now})
                )


def rename(connection: Connection, columns: Iterable[Column[str]], keys: Keys) -> None:
    """Give all rows that have these keys in one of the columns the others."""
    each = [(source, was, now) for (source, was), now in keys.items()]
    for column in columns if each else ():
        arrays = [literal([one[place] for one in each], ARRAY(Text)) for place in range(3)]
        given = func.unnest(*arrays).table_valued("source", "was", "now").render_derived("given").c
        is_it = and_(column.table.c.source == given.source, column == given.was)
        connection.execute(update(column.table).where(is_it).values({column: given.now}))


def of_contacts(connection: Connection, keys: Keys) -> dict[int, int]:
    """The new numbers of conversations that have other keys, of each of their stays."""
    of = contact.c
    stays: dict[tuple[str, str], int] = {}
    for source, key in keys:
        is_it = and_(of.source == source, of.key == key)
        stays[source, key] = connection.execute(
            select(func.coalesce(func.max(of.stay), 0)).where(is_it)
        ).scalar_one()
    numbers = {
        contact_id_of(source, key, stay): contact_id_of(source, now, stay)
        for (source, key), now in keys.items()
        for stay in range(stays[source, key] + 1)
    }
    return _with_nobody(numbers)


def of_others(kind: str, keys: Keys) -> dict[int, int]:
    """The same of cases and orders."""
    numbers = {
        stable_id(kind, source, key): stable_id(kind, source, now)
        for (source, key), now in keys.items()
    }
    return _with_nobody(numbers)


def _with_nobody(numbers: Mapping[int, int]) -> dict[int, int]:
    """With the customers whom nobody recognised."""
    return {**numbers, **{-was: -now for was, now in numbers.items()}}
