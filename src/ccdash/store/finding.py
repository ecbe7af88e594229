"""What the search box finds beyond contact details: customers by name, cases by their key."""

from __future__ import annotations

import polars as pl
from sqlalchemy import Text, cast, select

from ccdash.schema import case, customer, source
from ccdash.store.engine import Store


def by_name(store: Store, text: str, limit: int) -> pl.DataFrame:
    """The customers whose name has the text in it, in any case: customer_id (as text), name."""
    statement = (
        select(cast(customer.c.customer_id, Text).label("customer_id"), customer.c.name)
        .where(customer.c.name.icontains(text, autoescape=True))
        .order_by(customer.c.name, customer.c.customer_id)
        .limit(limit)
    )
    return store.frame(statement)


def cases(store: Store, key: str, limit: int) -> pl.DataFrame:
    """The cases that a source calls by this key: key, customer_id (as text), subject."""
    named = case.c.key == key
    each_source = case.c.source.in_(select(source.c.source))  # leads the index
    columns = (case.c.key, cast(case.c.customer_id, Text).label("customer_id"), case.c.subject)
    of_somebody = case.c.customer_id.is_not(None)
    return store.frame(
        select(*columns).where(named, each_source, of_somebody).order_by(case.c.source).limit(limit)
    )
