"""One customer's history over all channels, and finding a customer by any contact detail."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import polars as pl
from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Select,
    Text,
    and_,
    any_,
    cast,
    false,
    func,
    literal,
    not_,
    or_,
    select,
)
from sqlalchemy.dialects.postgresql import ARRAY

from ccdash.ingest.identities import looked_for
from ccdash.query import Dimension
from ccdash.schema import case, contact, customer, identity, matter, purchase
from ccdash.store.bounces import bounced
from ccdash.store.conditions import named
from ccdash.store.engine import Store
from ccdash.store.keys import key_number
from ccdash.store.persons import is_somebody, members, person_of
from ccdash.vocabulary import UNSERVED, Direction, Outcome

WEEK = timedelta(days=7)
BOUGHT = ("purchased_at", "key", "amount_minor", "currency", "subject")


def candidates(store: Store, text: str, region: str | None = None) -> pl.DataFrame:
    """The customers with contacts of the persons who were heard of under this contact detail, of
    any kind, or have this number, most contacts first: customer_id, name, identities, contacts,
    first_at, last_at. `region` is the country of numbers without a code."""
    wanted = or_(
        false(),
        *(
            and_(identity.c.kind == kind, identity.c.value == value)
            for kind, value in looked_for(text, region)
        ),
        identity.c.customer_id == literal(key_number(text.strip()), BigInteger),
    )
    heard = select(identity.c.customer_id).where(wanted).distinct().subquery()
    matches = select(func.unnest(members(heard.c.customer_id)))
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


@dataclass(frozen=True, slots=True)
class Whole:
    """Everybody who is one person: the number that stands for them, those of all members, that one
    first, and what they are called where a source says it."""

    number: int
    members: tuple[int, ...]
    name: str | None

    @property
    def is_joined(self) -> bool:
        """Whether it is more than one contact detail's customer."""
        return len(self.members) > 1


def whole(store: Store, customer_id: int) -> Whole:
    """The person to whom this customer belongs, who may be alone; of a number that nobody has as
    well."""
    asked = literal(customer_id, BigInteger)
    each = select(func.unnest(members(asked)).label("customer_id")).subquery("each")
    stands = func.coalesce(select(person_of(asked)).scalar_subquery(), asked)
    statement = (
        select(each.c.customer_id, customer.c.name, stands.label("stands"))
        .outerjoin_from(each, customer, customer.c.customer_id == each.c.customer_id)
        .order_by(each.c.customer_id != stands, each.c.customer_id)
    )
    found = store.frame(statement)
    names = found["name"].drop_nulls().to_list()
    numbers = tuple(found["customer_id"].to_list())
    return Whole(numbers[0], numbers, names[0] if names else None)


def of_person(column: ColumnElement[int], customer_id: int) -> ColumnElement[bool]:
    """Of the same person as this customer."""
    return column == any_(members(literal(customer_id, BigInteger)))


def counted(store: Store, customer_id: int) -> dict[str, Any]:
    """How often the person came, test calls left out (contacts), and when first and last (first_at,
    last_at; None for who never did)."""
    at = contact.c.arrived_at
    facts = (
        func.count().filter(not_(contact.c.is_void)).label("contacts"),
        func.min(at).label("first_at"),
        func.max(at).label("last_at"),
    )
    return store.frame(select(*facts).where(of_person(contact.c.customer_id, customer_id))).row(
        0, named=True
    )


def purchases(store: Store, customer_id: int, limit: int = 20) -> pl.DataFrame:
    """What the person bought, newest first: the columns of BOUGHT."""
    statement = (
        select(*(purchase.c[one] for one in BOUGHT))
        .where(of_person(purchase.c.customer_id, customer_id))
        .order_by(purchase.c.purchased_at.desc(), purchase.c.purchase_id)
        .limit(limit)
    )
    return store.frame(statement)


def active(store: Store, until: datetime, limit: int = 12) -> pl.DataFrame:
    """Whose matters keep coming back: the people who came at least twice in the week before `until`
    (what one caller went through is one), most first: customer_id, name, customer (`kind:value`),
    contacts, channels (how many), unserved (left without an answer), is_open, last_at."""
    counted = _came_back(until).limit(limit).subquery("counted")
    detail = (
        select(func.min(identity.c.kind + literal(":") + identity.c.value))
        .where(identity.c.detail_id == counted.c.person_id)
        .correlate(counted)
        .scalar_subquery()
    )
    called = (
        select(func.max(customer.c.name))
        .where(customer.c.customer_id == any_(members(counted.c.person_id)))
        .correlate(counted)
        .scalar_subquery()
    )
    statement = select(
        cast(counted.c.person_id, Text).label("customer_id"),
        called.label("name"),
        detail.label("customer"),
        *(counted.c[one] for one in ("contacts", "channels", "unserved", "is_open", "last_at")),
    ).order_by(counted.c.contacts.desc(), counted.c.last_at.desc(), counted.c.person_id)
    return store.frame(statement)


def _came_back(until: datetime) -> Select[*tuple[Any, ...]]:
    came = (
        select(
            person_of(contact.c.customer_id).label("person_id"),
            *(contact.c[one] for one in ("root_id", "contact_id", "direction", "channel")),
            contact.c.outcome,
            contact.c.arrived_at,
        )
        .where(
            contact.c.arrived_at.between(until - WEEK, until),
            not_(contact.c.is_void),
            is_somebody(contact.c.customer_id),
        )
        .subquery("came")
    )
    is_caller = and_(came.c.root_id == came.c.contact_id, came.c.direction == Direction.INBOUND)
    times, last = func.count().filter(is_caller), func.max(came.c.arrived_at)
    return (
        select(
            came.c.person_id,
            times.label("contacts"),
            func.count(came.c.channel.distinct()).label("channels"),
            func.count().filter(came.c.outcome.in_(UNSERVED)).label("unserved"),
            func.bool_or(came.c.outcome == Outcome.OPEN).label("is_open"),
            last.label("last_at"),
        )
        .group_by(came.c.person_id)
        .having(times > 1)
        .order_by(times.desc(), last.desc(), came.c.person_id)
    )


def history(store: Store, customer_id: int, limit: int = 200) -> pl.DataFrame:
    """The contacts of a person, newest first, over all channels, test calls marked."""
    wanted = (Dimension.QUEUE, Dimension.AGENT, Dimension.CONTACT_POINT)
    names = named(contact, wanted)
    plain = (
        "arrived_at", "queued_at", "answered_at", "ended_at", "channel", "direction", "outcome",
        "is_void", "is_transferred", "wait_seconds", "talk_seconds", "hold_seconds",
        "wrap_up_seconds", "csat_score", "nps_score", "ces_score", "fcr_score", "agent_resolved",
        "language", "subject", "source", "key", "oddity", "target_seconds", "customer_id",
        "contact_id",
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
            matter.c.matter_id.label("matter"),
            matter.c.how.label("joined"),
        )
        .select_from(
            names.of.outerjoin(case, case.c.case_id == contact.c.case_id).outerjoin(
                matter, and_(*(matter.c[key.name] == key for key in contact.primary_key))
            )
        )
        .where(of_person(contact.c.customer_id, customer_id))
        .order_by(contact.c.arrived_at.desc(), contact.c.contact_id)
        .limit(limit)
    )
    return store.frame(statement)


def whole_matters(store: Store, customer_id: int, matters: Collection[int]) -> pl.DataFrame:
    """Of each of these matters of the person (`matter`), over all of its contacts: `bounces`, as
    the bounce index counts them, and `others`, how many of the contacts are not the person's."""
    of, its = bounced.c, matter.c
    same = and_(*(its[key.name] == of[key.name] for key in contact.primary_key))
    is_of_others = not_(of_person(its.customer_id, customer_id))
    statement = (
        select(
            its.matter_id.label("matter"),
            func.coalesce(func.max(of.bounces), 0).label("bounces"),
            func.count().filter(is_of_others).label("others"),
        )
        .join_from(bounced, matter, same)
        .where(its.matter_id == any_(literal(sorted(matters), ARRAY(BigInteger))))
        .group_by(its.matter_id)
        .order_by(its.matter_id)
    )
    return store.frame(statement)
