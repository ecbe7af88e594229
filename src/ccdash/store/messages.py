"""What was written in contacts of one person."""

from __future__ import annotations

from collections.abc import Collection

import polars as pl
from sqlalchemy import select

from ccdash.schema import agent, message
from ccdash.store.customers import of_person
from ccdash.store.engine import Store

MOST = 2000


def messages(
    store: Store, customer_id: int, contacts: Collection[int], limit: int = MOST
) -> pl.DataFrame:
    """Those of these contacts, of all customers who are the same person, the newest contacts first
    and in each in the order in which they were written: contact_id, said_at, author, agent, text.
    Where there are more than `limit`, the oldest contacts have none: a conversation is whole or not
    there. Raises StoreUnavailable."""
    statement = (
        select(
            message.c.contact_id,
            message.c.said_at,
            message.c.author,
            agent.c.name.label("agent"),
            message.c.text,
        )
        .outerjoin_from(message, agent, agent.c.agent_id == message.c.agent_id)
        .where(of_person(message.c.customer_id, customer_id))
        .where(message.c.contact_id.in_(contacts))
        .order_by(message.c.arrived_at.desc(), message.c.contact_id, message.c.position)
        .limit(limit + 1)
    )
    found = store.frame(statement)
    if found.height <= limit:
        return found
    return found.filter(pl.col("contact_id") != found["contact_id"][-1])
