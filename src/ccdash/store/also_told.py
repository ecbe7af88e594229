"""Details that were told with a person and are not theirs for certain: whose they are."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace

from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnElement,
    Connection,
    and_,
    any_,
    exists,
    func,
    literal,
    not_,
    or_,
    select,
)

from ccdash.schema import case, contact, identity, matter, purchase
from ccdash.store.persons import is_somebody, members, person_of
from ccdash.store.whose import Detail
from ccdash.vocabulary import TOKEN, IdentityKind


@dataclass(frozen=True)
class AlsoTold:
    """A detail that was told with a person's and is its own customer. `is_used`: it has rows of its
    own, or is known with somebody else. `is_shared`: it was told with two people and more.
    `is_given`: only decisions made it somebody else's, of whom `members` are the customers."""

    number: int
    detail: Detail
    source: str
    is_used: bool
    is_shared: bool
    is_verified: bool
    members: frozenset[int]
    is_given: bool = False


def also_told(connection: Connection, numbers: Collection[int]) -> list[AlsoTold]:
    """The other details that were told with these customers, who are one person."""
    of, other, own = identity.c, identity.alias("other").c, identity.alias("own").c
    theirs = any_(literal(sorted(numbers), ARRAY(BigInteger)))
    its = and_(other.detail_id == of.detail_id, other.customer_id != of.detail_id)
    is_elsewhere = and_(its, not_(other.customer_id == theirs), not_(_is_token(other.customer_id)))
    is_used = or_(
        *(
            exists().where(table.c.customer_id == of.detail_id)
            for table in (contact, case, purchase, matter)
        ),
        exists().where(is_elsewhere),
    )
    is_itself = and_(own.detail_id == of.detail_id, own.customer_id == of.detail_id)
    is_left = exists().where(own.detail_id == other.customer_id, own.customer_id == own.detail_id)
    people = (
        select(func.count(person_of(other.customer_id).distinct()))
        .where(its, is_left, is_somebody(other.customer_id))
        .scalar_subquery()
    )
    columns = (of.detail_id, of.kind, of.value)
    asked = (
        select(
            *columns,
            func.min(of.source).label("source"),
            is_used.label("is_used"),
            (people > 1).label("is_shared"),
            exists().where(is_itself, own.is_verified).label("is_verified"),
            members(of.detail_id).label("members"),
        )
        .where(of.customer_id == theirs, not_(of.detail_id == theirs))
        .group_by(*columns)
    )
    found = [
        AlsoTold(
            row.detail_id, (IdentityKind(row.kind), row.value), row.source, row.is_used,
            row.is_shared, row.is_verified, frozenset(row.members),
        )
        for row in connection.execute(asked)
    ]  # fmt: skip
    lonely = {*numbers, *(one.number for one in found if not one.is_used)}
    return [
        one if one.is_used or one.members <= lonely else replace(one, is_used=True, is_given=True)
        for one in found
    ]


def _is_token(customer_id: ColumnElement[int]) -> ColumnElement[bool]:
    """Whether the customer is one of the forgotten."""
    of = identity.alias("token").c
    return exists().where(
        of.customer_id == customer_id,
        of.detail_id == of.customer_id,
        of.value.startswith(TOKEN, autoescape=True),
    )
