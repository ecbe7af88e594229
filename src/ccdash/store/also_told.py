"""Details that were told with a person and are not theirs for certain: whose they are."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace

from sqlalchemy import (
    ARRAY,
    BigInteger,
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

from ccdash.ingest.erased import Erased, details_of, is_token, rewritten
from ccdash.ingest.identities import customer_id_of, known
from ccdash.ingest.struck import Marks, Words
from ccdash.schema import case, contact, identity, matter, purchase
from ccdash.store import told_of
from ccdash.store.persons import is_somebody, members, person_of
from ccdash.store.whose import Detail
from ccdash.vocabulary import IdentityKind


@dataclass(frozen=True)
class AlsoTold:
    """A detail that was told with a person's and is its own customer. `is_used`: it has rows of its
    own, somebody else told it, or it is somebody else's. `is_shared`: it was told with two people
    and more. `is_given`: only decisions made it somebody else's, of whom `members` are the
    customers."""

    number: int
    detail: Detail
    source: str
    is_used: bool
    is_shared: bool
    is_verified: bool
    members: frozenset[int]
    is_given: bool = False


def also_told(
    connection: Connection, numbers: Collection[int], region: str | None
) -> list[AlsoTold]:
    """The other details that were told with these customers, who are one person."""
    found = _found(connection, numbers)
    left = _left(connection, numbers, {one.number for one in found if not one.is_used}, region)
    found = [replace(one, is_used=one.is_used or one.number in left) for one in found]
    lonely = {*numbers, *(one.number for one in found if not one.is_used)}
    return [
        one if one.is_used or one.members <= lonely else replace(one, is_used=True, is_given=True)
        for one in found
    ]


def _found(connection: Connection, numbers: Collection[int]) -> list[AlsoTold]:
    """As if nobody else told those that have no rows."""
    of, other, own = identity.c, identity.alias("other").c, identity.alias("own").c
    theirs = any_(literal(sorted(numbers), ARRAY(BigInteger)))
    its = and_(other.detail_id == of.detail_id, other.customer_id != of.detail_id)
    has_rows = [
        exists().where(table.c.customer_id == of.detail_id)
        for table in (contact, case, purchase, matter)
    ]
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
            or_(*has_rows).label("has_rows"),
            (people > 1).label("is_shared"),
            exists().where(is_itself, own.is_verified).label("is_verified"),
            members(of.detail_id).label("members"),
        )
        .where(of.customer_id == theirs, not_(of.detail_id == theirs))
        .group_by(*columns)
    )
    return [
        AlsoTold(
            row.detail_id, (IdentityKind(row.kind), row.value), row.source, row.has_rows,
            row.is_shared, row.is_verified, frozenset(row.members),
        )
        for row in connection.execute(asked)
    ]  # fmt: skip


def _left(
    connection: Connection, numbers: Collection[int], lonely: Collection[int], region: str | None
) -> set[int]:
    """Whom events tell of when the person is gone, among those that tell of these lonely details; a
    detail that only tokens were told with is nobody's."""
    nothing = Words((), Marks(""))
    who = Erased(frozenset(numbers), "", nothing, nothing, region)
    both = {*numbers, *lonely}
    streams = told_of.streams_of_rows(connection, both | told_of.told_with(connection, both))
    events = (event for one in streams for event in rewritten(one.name[1], one.told, (), who)[0])
    told = (details for event in events if not any(map(is_token, details := details_of(event))))
    each = (known((one,), region) for details in told for one in details if one not in who.told)
    return {number for one in each if (number := customer_id_of(one)) is not None}
