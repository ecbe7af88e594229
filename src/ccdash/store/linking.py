"""Links kept current: customers that ingest or a decision marked are placed anew.

Who is placed elsewhere takes along whoever depends on them: weaker details that were told with
them, and those who were merged with them. What is counted of all whose person changed is marked.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    MetaData,
    Subquery,
    Table,
    and_,
    column,
    func,
    insert,
    literal,
    not_,
    select,
    text,
    union,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.dialects.postgresql import insert as put
from sqlalchemy.schema import CreateTable

from ccdash.ingest.linking import Person
from ccdash.ingest.writing import TRANSACTION
from ccdash.measures import Fact
from ccdash.schema import contact, dirty_customer, person
from ccdash.store import announce, matters
from ccdash.store.buckets import interval_start
from ccdash.store.frames import Rows
from ccdash.store.placing import Decided, Placed, told_with
from ccdash.sums import dirty_interval

AT_ONCE = 20_000
MANY = 1_000
"""From so many on the planner is told how many there are."""
COLUMNS = ("customer_id", "person_id")

_marked = Table(
    "marked_customer",
    MetaData(),
    Column("place", BigInteger, primary_key=True, autoincrement=False),
    Column("customer_id", BigInteger),
    prefixes=["TEMPORARY"],
    postgresql_on_commit="DELETE ROWS",
)
_before = Table(
    "placed_customer",
    MetaData(),
    Column("customer_id", BigInteger, primary_key=True, autoincrement=False),
    Column("person_id", BigInteger),
    prefixes=["TEMPORARY"],
    postgresql_on_commit="DELETE ROWS",
)
"""Who was placed elsewhere, and whose they were before."""
relinked = Table(
    "relinked_customer",
    MetaData(),
    Column("customer_id", BigInteger, primary_key=True, autoincrement=False),
    prefixes=["TEMPORARY"],
    postgresql_on_commit="DELETE ROWS",
)
"""After a `refresh` that gave a number, until the transaction ends: every customer whose person
lost or won somebody."""


def refresh(connection: Connection) -> int:
    """Make the links of every marked customer; gives how many customers are a part of another
    person than before, or of one that lost or won somebody. They are in `relinked`, and their
    contacts are marked. In the caller's transaction, which holds the lock of the sums
    (store/rollup.py)."""
    if connection.execute(select(dirty_customer.c.customer_id).limit(1)).first() is None:
        return 0
    for table in (_marked, _before, relinked):
        connection.execute(CreateTable(table, if_not_exists=True))
        connection.execute(table.delete())  # of an earlier time in the same transaction
    marked, decided = _take(connection), Decided.read(connection)
    for part in _parts(connection, marked):
        _settle(connection, decided, part)
    return _relink(connection)


def _take(connection: Connection) -> int:
    """Take the marks; gives of how many customers. A mark that comes meanwhile is another
    transaction's and stays: what is read next says everything whose mark was taken."""
    gone = dirty_customer.delete().returning(dirty_customer.c.customer_id).cte("gone")
    one = select(gone.c.customer_id).distinct().subquery("one")
    place = func.row_number().over(order_by=one.c.customer_id) - 1
    return _filled(connection, _marked, select(place, one.c.customer_id))


def _filled(connection: Connection, table: Table, rows: Rows) -> int:
    """Add the rows; the planner is told where they are many."""
    statement = insert(table).from_select([one.name for one in table.c], rows)
    added = connection.execute(statement, execution_options={"preserve_rowcount": True}).rowcount
    if added > MANY:
        connection.execute(text(f"ANALYZE {table.name}"))
    return added


def _parts(connection: Connection, number: int) -> Iterator[set[int]]:
    for first in range(0, number, AT_ONCE):
        here = _marked.c.place.between(first, first + AT_ONCE - 1)
        yield set(connection.execute(select(_marked.c.customer_id).where(here)).scalars())


def _settle(connection: Connection, decided: Decided, marked: set[int]) -> None:
    """Place these, and whoever depends on those who are placed elsewhere, until nobody moves.
    Among those who are placed at once the weaker follow the stronger."""
    waiting = decided.with_groups(marked)
    while waiting:
        now = set(list(waiting)[:AT_ONCE])
        placed = Placed.read(connection, decided, now)
        moved = placed.moved
        _put(connection, moved, placed.by_rows)
        reached = told_with(connection, {*moved, *placed.unknown}) | moved.keys()
        waiting = (waiting | decided.with_groups(reached)) - now


def _put(connection: Connection, moved: Mapping[int, Person], before: Mapping[int, Person]) -> None:
    """Where they are now, and where they were at first."""
    if not moved:
        return
    old = put(_before).from_select(COLUMNS, _listed(moved, [before[one] for one in moved]))
    connection.execute(old.on_conflict_do_nothing())
    new = put(person).from_select(COLUMNS, _listed(moved, moved.values()))
    its = {"person_id": new.excluded.person_id}
    connection.execute(new.on_conflict_do_update(index_elements=["customer_id"], set_=its))


def _listed(numbers: Collection[int], others: Collection[Person]) -> Rows:
    arrays = [literal(list(one), ARRAY(BigInteger)) for one in (numbers, others)]
    columns = [column(name, BigInteger) for name in COLUMNS]
    listed = func.unnest(*arrays).table_valued(*columns).render_derived("listed").c
    return select(listed.customer_id, listed.person_id)


def _relink(connection: Connection) -> int:
    """Note and mark everybody whose person lost or won somebody; gives how many they are."""
    number = _filled(connection, relinked, select(*_reached().c))
    _stand(connection)
    if number > MANY:
        connection.execute(text(f"ANALYZE {person.name}"))
    if number:
        _mark_contacts(connection)
        matters.mark(connection, relinked)
        announce.mark(connection)
    return number


def _reached() -> Subquery:
    """Who is elsewhere, and everybody of the persons whom they left and joined."""
    was, now = _before.c, person.c
    moved = (
        select(was.customer_id, was.person_id.label("left"), now.person_id.label("joined"))
        .join_from(_before, person, now.customer_id == was.customer_id)
        .where(now.person_id.is_distinct_from(was.person_id))
        .cte("moved")
    )
    both = union(select(moved.c.left), select(moved.c.joined)).subquery("both").c.left
    members = select(now.customer_id).where(now.person_id.in_(select(both)))
    stand = select(both).where(both.is_not(None))
    return union(select(moved.c.customer_id), stand, members).subquery("reached")


def _stand(connection: Connection) -> None:
    """Who stands for others has a row, who stands alone has none."""
    of, other = person.c, person.alias("other").c
    looked_at = (_marked.c.customer_id, _before.c.customer_id, relinked.c.customer_id)
    touched = union(*map(select, looked_at))
    for_others = (
        select(other.person_id, other.person_id.label("itself"))
        .where(other.person_id.in_(touched), other.person_id != other.customer_id)
        .distinct()
    )
    connection.execute(put(person).from_select(COLUMNS, for_others).on_conflict_do_nothing())
    others = select(other.customer_id).where(
        other.person_id == of.person_id, other.customer_id != of.customer_id
    )
    stands = and_(of.customer_id.in_(touched), of.person_id == of.customer_id)
    connection.execute(person.delete().where(stands, not_(others.exists())))


def _mark_contacts(connection: Connection) -> None:
    """The intervals of all their contacts: what is said of one beside the others changes."""
    start = interval_start(contact.c.arrived_at)
    marks = select(literal(str(Fact.CONTACT)), start, contact.c.queue_id, TRANSACTION, func.now())
    theirs = marks.where(contact.c.customer_id.in_(select(relinked.c.customer_id))).distinct()
    names = [one.name for one in dirty_interval.c]
    connection.execute(put(dirty_interval).from_select(names, theirs).on_conflict_do_nothing())
