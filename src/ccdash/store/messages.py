"""What was written in the contacts of one person."""

from __future__ import annotations

import polars as pl
from sqlalchemy import Text, cast, select

from ccdash.schema import agent, message
from ccdash.store.customers import of_person
from ccdash.store.engine import Store

MOST = 2000


def messages(store: Store, customer_id: int, limit: int = MOST) -> pl.DataFrame:
    """Those of all customers who are the same person, the newest contacts first and in each in the
    order in which they were written: contact_id (as text), said_at, author, agent, text. Raises
    StoreUnavailable."""
    statement = (
        select(
            cast(message.c.contact_id, Text).label("contact_id"),
            message.c.said_at,
            message.c.author,
            agent.c.name.label("agent"),
            message.c.text,
        )
        .outerjoin_from(message, agent, agent.c.agent_id == message.c.agent_id)
        .where(of_person(message.c.customer_id, customer_id))
        .order_by(message.c.arrived_at.desc(), message.c.contact_id, message.c.position)
        .limit(limit)
    )
    return store.frame(statement)
