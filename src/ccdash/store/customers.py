"""One customer's history over all channels, and finding a customer by any contact detail."""

from __future__ import annotations

import polars as pl
from sqlalchemy import Text, and_, cast, exists, false, func, literal, not_, or_, select

from ccdash.ingest.identities import looked_for
from ccdash.query import Dimension
from ccdash.schema import case, contact, customer, identity
from ccdash.store.conditions import named
from ccdash.store.engine import Store


def candidates(store: Store, text: str, region: str | None = None) -> pl.DataFrame:
    """The customers with contacts who were heard of under this contact detail, of any kind, most
    contacts first: customer_id, name, identities, contacts, first_at, last_at. More than one row
    is more than one possible person. `region` is the country of numbers without a code."""
    wanted = or_(
        false(),
        *(
            and_(identity.c.kind == kind, identity.c.value == value)
            for kind, value in looked_for(text, region)
        ),
    )
    of = identity.alias("of_customer")
    detail = of.c.kind + literal(": ") + of.c.value
    details = (
        select(func.string_agg(detail, literal(", ")))
        .where(of.c.customer_id == contact.c.customer_id)
        .correlate(contact)
        .scalar_subquery()
    )
    matches = select(identity.c.customer_id).where(wanted)
    statement = (
        select(
            cast(contact.c.customer_id, Text).label("customer_id"),
            func.max(customer.c.name).label("name"),
            details.label("identities"),
            func.count().filter(not_(contact.c.is_void)).label("contacts"),
            func.min(contact.c.arrived_at).label("first_at"),
            func.max(contact.c.arrived_at).label("last_at"),
        )
        .join_from(contact, customer, customer.c.customer_id == contact.c.customer_id)
        .where(contact.c.customer_id.in_(matches))
        .group_by(contact.c.customer_id)
        .order_by(func.count().desc(), contact.c.customer_id)
        .limit(20)
    )
    return store.frame(statement)


def identities(store: Store, customer_id: int) -> pl.DataFrame:
    """The contact details of a customer: kind, value, shared (leads to other customers too)."""
    other = identity.alias("other")
    is_shared = exists().where(
        other.c.kind == identity.c.kind,
        other.c.value == identity.c.value,
        other.c.customer_id != identity.c.customer_id,
        exists().where(contact.c.customer_id == other.c.customer_id),
    )
    statement = (
        select(identity.c.kind, identity.c.value, is_shared.label("is_shared"))
        .where(identity.c.customer_id == customer_id)
        .order_by(identity.c.kind, identity.c.value)
        .limit(100)
    )
    return store.frame(statement)


def history(store: Store, customer_id: int, limit: int = 200) -> pl.DataFrame:
    """The contacts of a customer, newest first, over all channels, test calls marked."""
    wanted = (Dimension.QUEUE, Dimension.AGENT, Dimension.CONTACT_POINT)
    names = named(contact, wanted)
    plain = (
        "arrived_at", "queued_at", "answered_at", "ended_at", "channel", "direction", "outcome",
        "is_void", "is_transferred", "wait_seconds", "talk_seconds", "hold_seconds",
        "wrap_up_seconds", "csat_score", "nps_score", "ces_score", "language", "subject", "source",
        "key", "oddity",
    )  # fmt: skip
    statement = (
        select(
            *(contact.c[name] for name in plain),
            *(names.names[name].label(name) for name in wanted),
            (contact.c.root_id != contact.c.contact_id).label("continues_another"),
            case.c.key.label("case"),
            case.c.subject.label("case_subject"),
        )
        .select_from(names.of.outerjoin(case, case.c.case_id == contact.c.case_id))
        .where(contact.c.customer_id == customer_id)
        .order_by(contact.c.arrived_at.desc(), contact.c.contact_id)
        .limit(limit)
    )
    return store.frame(statement)
