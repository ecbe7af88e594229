"""Which customers are one person.

A customer is a contact detail by which somebody was known in a conversation. What details of one
person were told together and verified, and what people decided, links them: `person` says who
stands for whom. History is never moved: whoever asks for a person asks for all customers of theirs.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnElement,
    FromClause,
    and_,
    case,
    func,
    literal,
    not_,
    select,
)
from sqlalchemy.dialects.postgresql import array

from ccdash.schema import identity, person
from ccdash.vocabulary import TOKEN

Number = ColumnElement[int]
Truth = ColumnElement[bool]


def person_of(customer_id: Number) -> Number:
    """Who stands for this customer, who may stand alone. Correlated: one step in an index."""
    row = person.alias("stands_for").c
    found = select(row.person_id).where(row.customer_id == customer_id)
    return func.coalesce(found.scalar_subquery(), customer_id)


def members(customer_id: Number) -> ColumnElement[list[int]]:
    """All customers who are the same person as this one, and this one, as an array, for
    `any_(members(...))`. Correlated: two steps in indexes."""
    mine, other = person.alias("mine").c, person.alias("of_them").c
    found = (
        select(other.customer_id)
        .where(mine.customer_id == customer_id, other.person_id == mine.person_id)
        .correlate_except(mine.customer_id.table, other.customer_id.table)
        .scalar_subquery()
    )
    none = literal([], ARRAY(BigInteger))
    return func.coalesce(func.nullif(func.array(found), none), array([customer_id]))


def is_somebody(customer_id: Number) -> Truth:
    """Whether it is known who came: a detail was told, and it is not one of several people's."""
    row = person.alias("shared").c
    is_shared = (
        select(row.customer_id)
        .where(row.customer_id == customer_id, row.person_id.is_(None))
        .exists()
    )
    return and_(customer_id > 0, not_(is_shared))


def is_forgotten(customer_id: Number) -> Truth:
    """Whether the customer is a token that stands for somebody who was forgotten."""
    row = identity.alias("token").c
    is_own = and_(row.customer_id == customer_id, row.detail_id == row.customer_id)
    return select(row.value).where(is_own, row.value.startswith(TOKEN, autoescape=True)).exists()


@dataclass(frozen=True)
class Beside:
    """Rows of customers joined to who stands for each (`rows`); no look-up of its own, and where
    none of the columns is asked for, the planner leaves the join out."""

    rows: FromClause
    person_id: Number
    """Who stands for the customer, who may stand alone."""
    is_known: Truth
    """As `is_somebody`."""
    is_joined: Truth
    """Whether other customers are the same person."""
    members: ColumnElement[list[int]]
    """As `members`: one step in an index, and none for who stands alone."""


def beside(of: FromClause) -> Beside:
    """Rows with a `customer_id`, beside who stands for them."""
    row, other = person.alias(), person.alias("of_them").c
    found = select(other.customer_id).where(other.person_id == row.c.person_id)
    group = func.array(found.correlate_except(other.customer_id.table).scalar_subquery())
    customer_id = of.c.customer_id
    is_shared = and_(row.c.customer_id.is_not(None), row.c.person_id.is_(None))
    return Beside(
        of.outerjoin(row, row.c.customer_id == customer_id),
        func.coalesce(row.c.person_id, customer_id),
        and_(customer_id > 0, not_(is_shared)),
        row.c.person_id.is_not(None),
        case((row.c.person_id.is_(None), array([customer_id])), else_=group),
    )
