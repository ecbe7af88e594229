"""Who else may be the same person: whoever has a contact detail in common with them."""

from __future__ import annotations

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
    not_,
    select,
    true,
    union_all,
)
from sqlalchemy import case as chosen
from sqlalchemy.dialects.postgresql import array, distinct_on

from ccdash.schema import contact, customer, identity, person
from ccdash.store.engine import Store
from ccdash.store.frames import Rows
from ccdash.store.persons import is_forgotten, members, person_of
from ccdash.vocabulary import Doubt

MOST = 20
MOST_TOLD = 200
"""Of a switchboard more are not looked at."""
FIRST = array([str(one) for one in (Doubt.NEVER, Doubt.SHARED, Doubt.UNVERIFIED)])
"""What says most of somebody who has several details in common."""


def possible(store: Store, customer_id: int) -> pl.DataFrame:
    """Other persons who may be this one, who came last first, 20 at most: person_id (as text),
    name, detail (`kind:value`, their own), kind and value of the detail in common, why (Doubt),
    contacts, last_at. Of a shared detail those who share it; nobody
    who was forgotten."""
    found = _doubted(customer_id).subquery("found")
    came = contact.alias("came").c
    last = select(func.max(came.arrived_at)).where(_is_theirs(came.customer_id, found.c.person_id))
    last_at = last.scalar_subquery().label("last_at")
    newest = select(*found.c, last_at).order_by(last_at.desc().nulls_last(), found.c.person_id)
    return store.frame(_told_of(newest.limit(MOST).subquery("newest")))


def _doubted(customer_id: int) -> Rows:
    """person_id of each, the number of the detail in common (`by`), and why."""
    asked = literal(customer_id, BigInteger)
    mine = select(func.unnest(members(asked)).label("number")).cte("mine")
    near = _told_with(mine.c.number, "near")
    of_near = person.alias("of_near")
    is_shared = and_(of_near.c.customer_id.is_not(None), of_near.c.person_id.is_(None))
    joined = mine.join(near, true()).outerjoin(of_near, of_near.c.customer_id == near.c.number)
    first = select(
        func.coalesce(of_near.c.person_id, near.c.number).label("person_id"),
        near.c.by,
        chosen(
            (_is_nobodys(asked), str(Doubt.SHARED)),
            (near.c.is_verified, str(Doubt.NEVER)),
            else_=str(Doubt.UNVERIFIED),
        ).label("why"),
    ).select_from(joined)
    far = _told_with(near.c.number, "far")
    second = select(
        person_of(far.c.number), near.c.number, literal(str(Doubt.SHARED), Text)
    ).select_from(joined.join(far, true()))
    both = union_all(
        first.where(not_(is_shared)),
        second.where(is_shared, not_(_is_nobodys(far.c.number))),
    ).subquery("both")
    return (
        select(both)
        .where(both.c.person_id != person_of(asked), not_(is_forgotten(both.c.person_id)))
        .ext(distinct_on(both.c.person_id))
        .order_by(both.c.person_id, func.array_position(FIRST, both.c.why), both.c.by)
    )


def _told_with(number: ColumnElement[int], name: str) -> FromClause:
    """The details that this one was told with: the number of each, the weaker of the two (`by`),
    and whether it was verified."""
    one, other = identity.alias(f"{name}_weaker").c, identity.alias(f"{name}_stronger").c
    weaker = select(one.detail_id.label("number"), one.detail_id.label("by"), one.is_verified)
    stronger = select(other.customer_id, other.detail_id, other.is_verified)
    both = (
        weaker.where(one.customer_id == number, one.detail_id != number),
        stronger.where(other.detail_id == number, other.customer_id != number),
    )
    beside = number.table
    return union_all(*(each.correlate(beside).limit(MOST_TOLD) for each in both)).lateral(name)


def _is_nobodys(number: ColumnElement[int]) -> ColumnElement[bool]:
    row = person.alias("nobodys").c
    return (
        select(row.customer_id).where(row.customer_id == number, row.person_id.is_(None)).exists()
    )


def _is_theirs(
    customer_id: ColumnElement[int], person_id: ColumnElement[int]
) -> ColumnElement[bool]:
    return customer_id == any_(members(person_id))


def _told_of(newest: FromClause) -> Rows:
    its, name, came = identity.alias("its").c, customer.alias("named").c, contact.alias("had").c
    theirs = newest.c.person_id
    called = select(func.max(name.name)).where(_is_theirs(name.customer_id, theirs))
    many = select(func.count()).where(_is_theirs(came.customer_id, theirs), not_(came.is_void))
    is_by = and_(its.detail_id == newest.c.by, its.customer_id == newest.c.by)
    own = identity.alias("own").c
    detail = select(own.kind + literal(":") + own.value).where(
        own.detail_id == theirs, own.customer_id == theirs
    )
    return (
        select(
            cast(theirs, Text).label("person_id"),
            called.scalar_subquery().label("name"),
            detail.scalar_subquery().label("detail"),
            its.kind,
            its.value,
            newest.c.why,
            many.scalar_subquery().label("contacts"),
            newest.c.last_at,
        )
        .select_from(newest.outerjoin(its.kind.table, is_by))
        .order_by(newest.c.last_at.desc().nulls_last(), theirs)
    )
