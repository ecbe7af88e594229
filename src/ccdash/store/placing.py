"""Whose some customers are, by the rows and by the rule of ingest/linking.py: read, not written."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Connection, any_, literal, select
from sqlalchemy.dialects.postgresql import ARRAY

from ccdash.ingest.linking import Detail, Graph, Person, groups, leaders, persons
from ccdash.schema import identity, link_decision, person
from ccdash.vocabulary import IdentityKind, LinkKind

Told = dict[int, list[tuple[int, bool]]]
"""The stronger details that each was told with, and whether that was verified."""


@dataclass(frozen=True)
class Decided:
    """What people decided, and did not take back."""

    groups: Mapping[int, frozenset[int]]
    leaders: Mapping[int, int]
    apart: frozenset[int]

    @classmethod
    def read(cls, connection: Connection) -> Decided:
        """All of them: people make few."""
        of = link_decision.c
        asked = select(of.kind, of.customer_id, of.other_id).where(of.taken_back_at.is_(None))
        found = connection.execute(asked).all()
        merges = [(row.customer_id, row.other_id) for row in found if row.kind == LinkKind.MERGE]
        together = {one: group for group in groups(merges) for one in group}
        apart = frozenset(row.customer_id for row in found if row.kind == LinkKind.APART)
        details = _details(connection, together).values() if together else ()
        return cls(together, leaders(merges, details), apart)

    def with_groups(self, numbers: Collection[int]) -> set[int]:
        """These, and everybody who was merged with one of them."""
        if not self.groups:
            return set(numbers)
        return set(numbers).union(*(self.groups.get(one, ()) for one in numbers))

    @property
    def numbers(self) -> set[int]:
        """Everybody about whom something is decided."""
        return {*self.groups, *self.apart}


@dataclass(frozen=True)
class Placed:
    """The persons of some customers, by the rows and by the rule. Of those who are `unknown` no
    detail is left."""

    by_rows: Mapping[int, Person]
    by_rule: Mapping[int, Person]
    unknown: frozenset[int]

    @classmethod
    def read(cls, connection: Connection, decided: Decided, numbers: set[int]) -> Placed:
        """Of these customers, all others being where they are by the rows."""
        details = _details(connection, numbers)
        unknown = frozenset(numbers - details.keys())
        weakest = (Detail(one, IdentityKind.DEVICE, "") for one in unknown)
        told, known = _told(connection, numbers)
        known |= _rows(connection, numbers | {decided.leaders.get(one, one) for one in numbers})
        graph = Graph([*details.values(), *weakest], told, decided.leaders, decided.apart, known)
        by_rows = {one: known.get(one, one) for one in numbers}
        return cls(by_rows, persons(graph), unknown)

    @property
    def moved(self) -> dict[int, Person]:
        """Who is elsewhere by the rule, and where."""
        return {one: to for one, to in self.by_rule.items() if to != self.by_rows[one]}


def told_with(connection: Connection, numbers: Collection[int]) -> set[int]:
    """The weaker details that were told with these."""
    of = identity.c
    is_other = of.detail_id != of.customer_id
    asked = select(of.detail_id).where(of.customer_id == any_of(numbers), is_other).distinct()
    return set(connection.execute(asked).scalars()) if numbers else set()


def _details(connection: Connection, numbers: Collection[int]) -> dict[int, Detail]:
    of = identity.c
    is_own = of.customer_id == of.detail_id
    asked = select(of.detail_id, of.kind, of.value).where(is_own, of.detail_id == any_of(numbers))
    return {
        number: Detail(number, IdentityKind(kind), value)
        for number, kind, value in connection.execute(asked)
    }


def _told(connection: Connection, numbers: Collection[int]) -> tuple[Told, dict[int, Person]]:
    """What these were told with, and the rows of it. That of which nothing is left says nothing."""
    of, own, row = identity.c, identity.alias("own").c, person.c
    is_left = select(own.detail_id).where(
        own.detail_id == of.customer_id, own.customer_id == of.customer_id
    )
    columns = (of.detail_id, of.customer_id, of.is_verified, row.customer_id, row.person_id)
    asked = (
        select(*columns)
        .join_from(identity, person, row.customer_id == of.customer_id, isouter=True)
        .where(of.detail_id == any_of(numbers), of.customer_id != of.detail_id, is_left.exists())
    )
    told: Told = {}
    known: dict[int, Person] = {}
    for detail, other, is_sure, has_row, its in connection.execute(asked):
        told.setdefault(detail, []).append((other, is_sure))
        if has_row is not None:
            known[other] = its
    return told, known


def _rows(connection: Connection, numbers: Collection[int]) -> dict[int, Person]:
    asked = select(person.c.customer_id, person.c.person_id)
    found = connection.execute(asked.where(person.c.customer_id == any_of(numbers)))
    return {row.customer_id: row.person_id for row in found}


def any_of(numbers: Collection[int]) -> ColumnElement[Any]:
    """For a column that equals one of these, however many."""
    return any_(literal(sorted(numbers), ARRAY(BigInteger)))
