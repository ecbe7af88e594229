"""Links against what they follow from: every customer who may be linked is placed once more."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, and_, not_, select, union

from ccdash.ingest.linking import Person
from ccdash.ingest.writing import mark_customers
from ccdash.schema import identity, person
from ccdash.store import rollup
from ccdash.store.engine import Store
from ccdash.store.placing import Decided, Placed, any_of


@dataclass(frozen=True)
class Difference:
    """A customer whose row is not what the rule gives; a person of None is nobody."""

    customer_id: int
    by_rows: Person
    by_rule: Person
    stands_alone: bool = False
    """Who is right, but stands for others without a row, or for nobody with one."""

    def __str__(self) -> str:
        if self.stands_alone:
            return f"Customer {self.customer_id} has a row too many, or one too few"
        rows, rule = (one or "nobody" for one in (self.by_rows, self.by_rule))
        return f"Customer {self.customer_id} is linked with {rows} in the rows, by rule with {rule}"


def differences(store: Store, progress: Callable[[str], None]) -> tuple[list[Difference], int]:
    """Every one that stays when all links that are owed are made, and how many customers were
    compared. Raises StoreUnavailable, StoreBusy."""
    found: set[int] = set()
    compared = 0
    for part in _parts(store):
        progress(f"Comparing links of {compared:,} customers")
        with store.transaction() as connection:
            found |= {one.customer_id for one in _differing(connection, part)}
        compared += len(part)
    if not found:
        return [], compared
    with store.transaction() as connection:  # who was told between two parts is owed
        rollup.refresh(connection)
        return sorted(_differing(connection, found), key=lambda one: one.customer_id), compared


def repair(store: Store, found: Iterable[Difference], now: datetime) -> int:
    """Place them, and whoever depends on them; gives of how many intervals sums were made anew."""
    with store.transaction() as connection:
        mark_customers(connection, {one.customer_id for one in found}, now)
        return rollup.refresh(connection)


def _parts(store: Store) -> Iterator[set[int]]:
    """Everybody who was told with somebody stronger, or has a row, or stands for one who has."""
    of, row = identity.c, person.c
    told = select(of.detail_id.label("number")).where(of.detail_id != of.customer_id)
    stands = select(row.person_id).where(row.person_id.is_not(None))
    everybody = union(told, select(row.customer_id), stands).subquery("everybody")
    for frame in store.pieces(select(everybody.c.number)):
        yield set(frame["number"])


def _differing(connection: Connection, numbers: set[int]) -> list[Difference]:
    decided = Decided.read(connection)
    placed = Placed.read(connection, decided, numbers)
    moved = [Difference(one, placed.by_rows[one], to) for one, to in placed.moved.items()]
    stands = _standing_wrong(connection, numbers) - placed.moved.keys()
    return [*moved, *(Difference(one, one, one, stands_alone=True) for one in stands)]


def _standing_wrong(connection: Connection, numbers: set[int]) -> set[int]:
    """Who stands for nobody with a row, and who stands for others without one."""
    of, other = person.c, person.alias("other").c
    others = other.person_id == of.customer_id, other.customer_id != other.person_id
    stands = and_(of.customer_id == any_of(numbers), of.person_id == of.customer_id)
    useless = select(of.customer_id).where(
        stands, not_(select(other.customer_id).where(*others).exists())
    )
    has_row = select(of.customer_id).where(of.customer_id == other.person_id).exists()
    missing = select(other.person_id).where(other.person_id == any_of(numbers), not_(has_row))
    return set(connection.execute(union(useless, missing)).scalars())
