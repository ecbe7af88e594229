"""Who looked at a customer, when and why. What cannot be written here is not shown.

Whoever gives a history, contact details or an export of one customer to a reader calls `write`
before it reads. A line is of one customer; the log of a person is that of all of theirs.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import polars as pl
from sqlalchemy import Connection, Text, any_, cast, delete, func, insert, literal, select

from ccdash.access import access_log
from ccdash.errors import CcdashError
from ccdash.schema import customer
from ccdash.store.engine import Store
from ccdash.store.persons import members
from ccdash.vocabulary import Access

NOT_SIGNED_IN = "not signed in"
LONGEST = 200
"""Of a name and of a reason, in characters."""


class NotLogged(CcdashError):
    """The access log cannot be written, so nothing of this customer is shown: look at the store,
    and open the customer again."""


@dataclass(frozen=True)
class Reader:
    """Who looks, and why, in their own words; there may be none."""

    who: str = NOT_SIGNED_IN
    why: str = ""


def write(  # noqa: PLR0913  a line of five words
    store: Store, reader: Reader, customer_id: int, action: Access, at: datetime
) -> None:
    """Write the line, committed. Raises NotLogged; nothing may be shown then."""
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
    row = {
        "at": at,
        "who": _one_line(reader.who) or NOT_SIGNED_IN,
        "customer_id": select(customer.c.customer_id)
        .where(customer.c.customer_id == customer_id)
        .scalar_subquery(),
        "action": action,
        "why": _one_line(reader.why),
    }
    connection.execute(insert(access_log).values(row))


def entries(store: Store, customer_id: int | None = None, limit: int = 50) -> pl.DataFrame:
    """The newest lines, of all customers of this person, or of everybody: at, who, customer_id (as
    text; null of who was forgotten), action, why."""
    line = access_log.c
    statement = select(
        line.at, line.who, cast(line.customer_id, Text).label("customer_id"), line.action, line.why
    )
    if customer_id is not None:
        statement = statement.where(line.customer_id == any_(members(literal(customer_id))))
    return store.frame(statement.order_by(line.at.desc(), line.access_id.desc()).limit(limit))


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


def _one_line(text: str) -> str:
    return " ".join(text.split())[:LONGEST]
