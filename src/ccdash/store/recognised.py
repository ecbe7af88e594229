"""By which contact details a person is known: who told them, how sure they are, how often given."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

import msgspec
import polars as pl
from sqlalchemy import (
    BigInteger,
    ColumnElement,
    FromClause,
    Text,
    and_,
    any_,
    cast,
    func,
    literal,
    select,
)

from ccdash.ingest.contacts import PREFIX as CONTACT
from ccdash.ingest.events import Identity
from ccdash.ingest.identities import known
from ccdash.schema import contact, identity, raw_event
from ccdash.store.customers import of_person
from ccdash.store.engine import Store
from ccdash.store.persons import members, person_of

MOST_TOLD, MOST_DETAILS = 2000, 100
MOST_PEOPLE = 100
"""Of a switchboard more are not counted."""


def identities(store: Store, customer_id: int) -> pl.DataFrame:
    """The contact details that all members of a person were known by: kind, value, customer_id (the
    detail's own), sources, is_verified (once at least), is_linked (all that came by it is this
    person's), people (to how many people with contacts it leads; more than one share it)."""
    asked = literal(customer_id, BigInteger)
    told = (
        select(
            identity.c.kind,
            identity.c.value,
            identity.c.detail_id.label("customer_id"),
            func.string_agg(identity.c.source.distinct(), literal(", ")).label("sources"),
            func.bool_or(identity.c.is_verified).label("is_verified"),
        )
        .where(of_person(identity.c.customer_id, customer_id))
        .group_by(identity.c.kind, identity.c.value, identity.c.detail_id)
        .order_by(identity.c.kind, identity.c.value)
        .limit(MOST_DETAILS)
        .subquery("told")
    )
    is_linked = told.c.customer_id == any_(members(asked))
    columns = (is_linked.label("is_linked"), _people(told).label("people"))
    return store.frame(select(*told.c, *columns).order_by(told.c.kind, told.c.value))


def _people(told: FromClause) -> ColumnElement[int]:
    """How many people with contacts were told with this detail, who may be a part of one."""
    other, detail_id = identity.alias("other"), told.c.customer_id
    each = (
        select(person_of(other.c.customer_id).label("person_id"))
        .where(
            other.c.kind == told.c.kind,
            other.c.value == told.c.value,
            other.c.customer_id != detail_id,
            select(contact.c.contact_id)
            .where(contact.c.customer_id == other.c.customer_id)
            .exists(),
        )
        .correlate(told)
        .order_by(other.c.customer_id)  # as the key has them
        .limit(MOST_PEOPLE)
        .subquery("each")
    )
    return select(func.count(each.c.person_id.distinct())).scalar_subquery()


class Given(NamedTuple):
    """In how many conversations a detail was given, and when first and last."""

    contacts: int
    first_at: datetime
    last_at: datetime


def came_by(
    store: Store, customer_id: int, region: str | None = None
) -> Mapping[tuple[str, str], Given]:
    """How often each detail was given in conversations of the person; (kind, value) as in
    `identities`. Of the newest contacts only, where there are more than MOST_TOLD."""
    of = contact.c
    newest = (
        select(of.source, of.key)
        .where(of_person(of.customer_id, customer_id))
        .order_by(of.arrived_at.desc(), of.contact_id)
        .limit(MOST_TOLD)
        .subquery("newest")
    )
    told = cast(raw_event.c.payload["customer"], Text).label("told")
    by = (raw_event.c.source, raw_event.c.stream, told)
    at = (func.min(raw_event.c.occurred_at), func.max(raw_event.c.occurred_at))
    of_contact = and_(
        raw_event.c.source == newest.c.source,
        raw_event.c.stream == literal(CONTACT) + newest.c.key,
    )
    statement = (
        select(*by, at[0].label("first_at"), at[1].label("last_at"))
        .join_from(newest, raw_event, of_contact)
        .where(told.is_not(None))
        .group_by(*by)
        .order_by(at[1].desc(), *by)
        .limit(MOST_TOLD)
    )
    return _counted(store.frame(statement), region)


def _counted(told: pl.DataFrame, region: str | None) -> Mapping[tuple[str, str], Given]:
    found: dict[tuple[str, str], dict[tuple[str, str], tuple[datetime, datetime]]] = {}
    for source, stream, text, first, last in told.iter_rows():
        for kind, value in known(msgspec.json.decode(text, type=tuple[Identity, ...]), region):
            its = found.setdefault((str(kind), value), {})
            before = its.get((source, stream), (first, last))
            its[source, stream] = min(before[0], first), max(before[1], last)
    return {
        detail: Given(
            len(its), min(first for first, _ in its.values()), max(last for _, last in its.values())
        )
        for detail, its in found.items()
    }
