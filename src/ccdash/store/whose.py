"""Which one person is meant by a number of a customer, or by a contact detail."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnElement,
    Connection,
    and_,
    any_,
    literal,
    not_,
    or_,
    select,
)

from ccdash.errors import BadQuery
from ccdash.ingest.identities import looked_for
from ccdash.schema import customer, identity
from ccdash.store.keys import key_number
from ccdash.store.persons import is_forgotten, is_somebody, members, person_of
from ccdash.vocabulary import IdentityKind

Detail = tuple[IdentityKind, str]
NOBODY = "Nobody is known by this number or contact detail; nothing was done."
SEVERAL = "This may be one of several people; name one of the customers {numbers}."
SHARED = "This contact detail was told of several people, and is nobody's own; nothing was done."


@dataclass(frozen=True)
class Person:
    """All customers who are one person, and the details that are theirs alone."""

    numbers: frozenset[int]
    details: frozenset[Detail]


def whose(connection: Connection, text: str, region: str | None) -> Person:
    """The one person who is known by this detail, of any kind, or has this number. Raises BadQuery
    where nobody is, or where it may be several people, with a customer of each."""
    found = _known_by(connection, text, region)
    if not found:
        raise BadQuery(NOBODY)
    shared = {one for one in found if not _asked(connection, is_somebody(_number(one)))}
    if (
        not shared
        and len(people := {_asked(connection, person_of(_number(one))) for one in found}) == 1
    ):
        return _person(connection, people.pop())
    others = {other for one in shared for other in _told_with(connection, one)}
    several = sorted(
        {_asked(connection, person_of(_number(one))) for one in (found - shared) | others}
    )
    listed = ", ".join(map(str, several))
    raise BadQuery(SEVERAL.format(numbers=listed) if several else SHARED)


def _known_by(connection: Connection, text: str, region: str | None) -> set[int]:
    of = identity.c
    pairs = [and_(of.kind == kind, of.value == value) for kind, value in looked_for(text, region)]
    if pairs:
        own = select(of.detail_id).where(of.detail_id == of.customer_id, or_(*pairs))
        if found := set(connection.execute(own).scalars()):
            return found
    number = key_number(text.strip())
    asked = select(customer.c.customer_id).where(customer.c.customer_id == number)
    return set(connection.execute(asked).scalars()) if number is not None else set()


def _told_with(connection: Connection, number: int) -> set[int]:
    """Whose a shared detail may be; the forgotten are nobody."""
    of, own = identity.c, identity.alias("own").c
    asked = (
        select(of.customer_id)
        .join(own.customer_id.table, own.detail_id == of.customer_id)
        .where(of.detail_id == number, of.customer_id != number, is_somebody(of.customer_id))
        .where(own.customer_id == own.detail_id, not_(is_forgotten(of.customer_id)))
    )
    return set(connection.execute(asked).scalars())


def _person(connection: Connection, number: int) -> Person:
    of = identity.c
    numbers = frozenset(_asked(connection, members(_number(number))))
    own = select(of.kind, of.value).where(
        of.detail_id == of.customer_id,
        of.detail_id == any_(literal(sorted(numbers), ARRAY(BigInteger))),
    )
    details = {(IdentityKind(kind), value) for kind, value in connection.execute(own)}
    return Person(numbers, frozenset(details))


def _number(number: int) -> ColumnElement[int]:
    return literal(number, BigInteger)


def _asked(connection: Connection, value: ColumnElement[Any]) -> Any:
    return connection.execute(select(value)).scalar_one()
