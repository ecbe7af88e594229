"""One customer's history over all channels, and finding a customer by any contact detail."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import msgspec
import polars as pl
from sqlalchemy import Select, Text, and_, cast, exists, false, func, literal, not_, or_, select

from ccdash.ingest.contacts import PREFIX as CONTACT
from ccdash.ingest.events import Identity
from ccdash.ingest.identities import known, looked_for
from ccdash.query import Dimension
from ccdash.schema import case, contact, customer, identity, purchase, raw_event
from ccdash.store.conditions import named
from ccdash.store.engine import Store
from ccdash.vocabulary import UNSERVED, Direction, Outcome

WEEK = timedelta(days=7)
MOST_TOLD = 2000
BOUGHT = ("purchased_at", "key", "amount_minor", "currency", "subject")


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
    matches = select(identity.c.customer_id).where(wanted)
    most_first = (func.count().desc(), contact.c.customer_id)
    return store.frame(people(matches).order_by(*most_first).limit(20))


def people(matches: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    """Those of these customers who have contacts, in the columns of `candidates`."""
    of = identity.alias("of_customer")
    detail = of.c.kind + literal(": ") + of.c.value
    details = (
        select(func.string_agg(detail, literal(", ")))
        .where(of.c.customer_id == contact.c.customer_id)
        .correlate(contact)
        .scalar_subquery()
    )
    return (
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
    )


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


def name(store: Store, customer_id: int) -> str | None:
    """What the customer is called, where a source says it."""
    statement = select(customer.c.name).where(customer.c.customer_id == customer_id)
    found = store.frame(statement)["name"].to_list()
    return found[0] if found else None


def purchases(store: Store, customer_id: int, limit: int = 20) -> pl.DataFrame:
    """What the customer bought, newest first: the columns of BOUGHT."""
    statement = (
        select(*(purchase.c[one] for one in BOUGHT))
        .where(purchase.c.customer_id == customer_id)
        .order_by(purchase.c.purchased_at.desc(), purchase.c.purchase_id)
        .limit(limit)
    )
    return store.frame(statement)


def active(store: Store, until: datetime, limit: int = 12) -> pl.DataFrame:
    """Whose matters keep coming back: the recognised customers who came at least twice in the week
    before `until` (what one caller went through is one), most first: customer_id, name, customer
    (`kind:value`), contacts, channels (how many), unserved (left without an answer), is_open,
    last_at."""
    week = contact.c.arrived_at.between(until - WEEK, until)
    is_caller = and_(
        contact.c.root_id == contact.c.contact_id, contact.c.direction == Direction.INBOUND
    )
    came = func.count().filter(is_caller)
    counted = (
        select(
            contact.c.customer_id,
            came.label("contacts"),
            func.count(contact.c.channel.distinct()).label("channels"),
            func.count().filter(contact.c.outcome.in_(UNSERVED)).label("unserved"),
            func.bool_or(contact.c.outcome == Outcome.OPEN).label("is_open"),
            func.max(contact.c.arrived_at).label("last_at"),
        )
        .where(week, not_(contact.c.is_void), contact.c.customer_id > 0)
        .group_by(contact.c.customer_id)
        .having(came > 1)
        .order_by(came.desc(), func.max(contact.c.arrived_at).desc(), contact.c.customer_id)
        .limit(limit)
        .subquery()
    )
    detail = (
        select(func.min(identity.c.kind + literal(":") + identity.c.value))
        .where(identity.c.customer_id == counted.c.customer_id)
        .correlate(counted)
        .scalar_subquery()
    )
    statement = (
        select(
            cast(counted.c.customer_id, Text).label("customer_id"),
            customer.c.name,
            detail.label("customer"),
            *(counted.c[one] for one in ("contacts", "channels", "unserved", "is_open", "last_at")),
        )
        .outerjoin_from(counted, customer, customer.c.customer_id == counted.c.customer_id)
        .order_by(counted.c.contacts.desc(), counted.c.last_at.desc(), counted.c.customer_id)
    )
    return store.frame(statement)


def came_by(
    store: Store, customer_id: int, region: str | None = None
) -> Mapping[tuple[str, str], int]:
    """In how many conversations of the customer each contact detail was given; (kind, value) as in
    `identities`. Of the newest only, where there are more than MOST_TOLD."""
    told = cast(raw_event.c.payload["customer"], Text).label("told")
    by = (raw_event.c.source, raw_event.c.stream, told)
    of_contact = and_(
        raw_event.c.source == contact.c.source,
        raw_event.c.stream == literal(CONTACT) + contact.c.key,
    )
    statement = (
        select(*by)
        .join_from(contact, raw_event, of_contact)
        .where(contact.c.customer_id == customer_id, told.is_not(None))
        .group_by(*by)
        .order_by(func.max(raw_event.c.occurred_at).desc(), *by)
        .limit(MOST_TOLD)
    )
    given = {
        (source, stream, one)
        for source, stream, text in store.frame(statement).iter_rows()
        for one in known(msgspec.json.decode(text, type=tuple[Identity, ...]), region)
    }
    return Counter((str(kind), value) for _, _, (kind, value) in given)


def history(store: Store, customer_id: int, limit: int = 200) -> pl.DataFrame:
    """The contacts of a customer, newest first, over all channels, test calls marked."""
    wanted = (Dimension.QUEUE, Dimension.AGENT, Dimension.CONTACT_POINT)
    names = named(contact, wanted)
    plain = (
        "arrived_at", "queued_at", "answered_at", "ended_at", "channel", "direction", "outcome",
        "is_void", "is_transferred", "wait_seconds", "talk_seconds", "hold_seconds",
        "wrap_up_seconds", "csat_score", "nps_score", "ces_score", "fcr_score", "agent_resolved",
        "language", "subject", "source", "key", "oddity",
    )  # fmt: skip
    statement = (
        select(
            *(contact.c[name] for name in plain),
            *(names.names[name].label(name) for name in wanted),
            (contact.c.root_id != contact.c.contact_id).label("continues_another"),
            case.c.key.label("case"),
            case.c.subject.label("case_subject"),
            case.c.resolved_at.label("case_resolved_at"),
            case.c.reopened_count.label("case_reopened_count"),
        )
        .select_from(names.of.outerjoin(case, case.c.case_id == contact.c.case_id))
        .where(contact.c.customer_id == customer_id)
        .order_by(contact.c.arrived_at.desc(), contact.c.contact_id)
        .limit(limit)
    )
    return store.frame(statement)
