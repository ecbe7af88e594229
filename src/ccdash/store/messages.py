"""What was written in contacts of one person."""

from __future__ import annotations

from collections.abc import Collection

import polars as pl
from sqlalchemy import and_, select, tuple_

from ccdash.schema import agent, contact, message
from ccdash.store.customers import of_person
from ccdash.store.engine import Store

MOST = 2000


def messages(
    store: Store, customer_id: int, contacts: Collection[int], limit: int = MOST
) -> pl.DataFrame:
    """Those of these contacts and of the other parts of their conversations, in which it may have
    been asked what one of these answered; of all customers who are the same person, the newest
    contacts first and in each in the order in which they were written: contact_id, said_at, author,
    agent, text, and of which conversation (source, key) the contact is which part (stay). Where
    there are more than `limit`, the oldest contacts have none: what was written in one is whole or
    not there.
    Raises StoreUnavailable."""
    is_its = and_(*(message.c[one.name] == one for one in contact.primary_key))
    part = contact.alias("part").c
    shown = select(part.source, part.key).where(
        of_person(part.customer_id, customer_id), part.contact_id.in_(contacts)
    )
    statement = (
        select(
            message.c.contact_id,
            message.c.said_at,
            message.c.author,
            agent.c.name.label("agent"),
            message.c.text,
            *(contact.c[name] for name in ("source", "key", "stay")),
        )
        .join_from(message, contact, is_its)
        .outerjoin(agent, agent.c.agent_id == message.c.agent_id)
        .where(of_person(message.c.customer_id, customer_id))
        .where(tuple_(contact.c.source, contact.c.key).in_(shown))
        .order_by(message.c.arrived_at.desc(), message.c.contact_id, message.c.position)
        .limit(limit + 1)
    )
    found = store.frame(statement)
    if found.height <= limit:
        return found
    return found.filter(pl.col("contact_id") != found["contact_id"][-1])
