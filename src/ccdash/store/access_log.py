"""Who looked at a customer, when and why. What cannot be written here is not shown.

Whoever gives a history, contact details or an export of one customer to a reader calls `write`
before it reads; whoever gives rows of many to take along calls `write_each` before it hands them
on. A line is of one customer; the log of a person is that of all of theirs.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import polars as pl
from sqlalchemy import (
    ARRAY,
    BigInteger,
    Connection,
    any_,
    delete,
    func,
    insert,
    literal,
    select,
)

from ccdash.access import access_log
from ccdash.errors import CcdashError
from ccdash.schema import customer
from ccdash.store.engine import Store
from ccdash.store.persons import members
from ccdash.vocabulary import Access

NOT_SIGNED_IN = "not signed in"
LONGEST = 200
"""Of a name and of a reason, in characters."""
MOST = 50
"""Lines that are read at a time."""


class NotLogged(CcdashError):
    """The access log cannot be written, so nothing of customers is shown: look at the store, and
    try again."""


@dataclass(frozen=True)
class Reader:
    """Who looks, and why, in their own words; there may be none."""

    who: str = NOT_SIGNED_IN
    why: str = ""


def write(  # noqa: PLR0913  a line of five words
    store: Store, reader: Reader, customer_id: int | None, action: Access, at: datetime
) -> None:
    """Write the line, committed; of nobody in particular where nobody knows of whom something
    tells. Raises NotLogged; nothing may be shown then."""
    try:
        with store.transaction() as connection:
            put(connection, reader, customer_id, action, at)
    except CcdashError as cause:
        raise NotLogged from cause


def put(  # noqa: PLR0913
    connection: Connection, reader: Reader, customer_id: int | None, action: Access, at: datetime
) -> None:
    """The same in the caller's transaction, which does what the line says. A number that is
    nobody's is not kept: it may be that of somebody who was forgotten."""
    known = select(customer.c.customer_id).where(customer.c.customer_id == customer_id)
    row = _line(reader, action, at) | {"customer_id": known.scalar_subquery()}
    connection.execute(insert(access_log).values(row))


def write_each(store: Store, reader: Reader, numbers: Collection[int], at: datetime) -> None:
    """Write that rows of each of these customers are taken along, committed. Raises NotLogged; the
    rows may not be handed on then."""
    number, told = customer.c.customer_id, _line(reader, Access.EXPORTED, at)
    values = (literal(value, access_log.c[name].type) for name, value in told.items())
    known = number == any_(literal(sorted(numbers), ARRAY(BigInteger)))
    each = select(*values, number).where(known).order_by(number)
    try:
        with store.transaction() as connection:
            connection.execute(insert(access_log).from_select([*told, "customer_id"], each))
    except CcdashError as cause:
        raise NotLogged from cause


def entries(store: Store, customer_id: int | None = None, limit: int = MOST) -> pl.DataFrame:
    """The newest lines, of all customers of this person, or of everybody: at, who, action, why, and
    how many customers. Of a list that was taken along there is one here, whomever it named."""
    line = access_log.c
    told = (line.at, line.who, line.action, line.why)
    statement = select(*told, func.count(line.customer_id.distinct()).label("customers"))
    if customer_id is not None:
        statement = statement.where(line.customer_id == any_(members(literal(customer_id))))
    newest = (line.at.desc(), func.max(line.access_id).desc())
    return store.frame(statement.group_by(*told).order_by(*newest).limit(limit))


def forget(store: Store, border: datetime) -> int:
    """Take away the lines of before this instant; gives how many."""
    with store.transaction() as connection:
        gone = delete(access_log).where(access_log.c.at < border)
        return connection.execute(gone).rowcount


def before(store: Store, border: datetime) -> tuple[int, int]:
    """How many lines there are, and how many of them are of before this instant."""
    old = func.count().filter(access_log.c.at < literal(border))
    many, gone = store.frame(select(func.count().label("n"), old.label("old"))).row(0)
    return many, gone


def _line(reader: Reader, action: Access, at: datetime) -> dict[str, Any]:
    """Its columns, without whose it is."""
    who = _one_line(reader.who) or NOT_SIGNED_IN
    return {"at": at, "who": who, "action": action, "why": _one_line(reader.why)}


def _one_line(text: str) -> str:
    return " ".join(text.split())[:LONGEST]
