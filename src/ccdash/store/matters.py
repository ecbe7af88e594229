"""Matters kept current: of customers that were marked it is made anew which contacts are about the
same thing (ingest/matters.py).

A conversation is its first known customer's, with all of its parts: who has a part in it, and who
had one, is looked at together with whoever was marked.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    FromClause,
    Table,
    and_,
    any_,
    case,
    column,
    exists,
    func,
    literal,
    not_,
    or_,
    select,
    text,
    true,
    tuple_,
    union,
)
from sqlalchemy.dialects.postgresql import ARRAY, insert

from ccdash.ingest.fresh import without_collection
from ccdash.ingest.matters import Decided, Part, Placed, placed
from ccdash.ingest.writing import TRANSACTION, put_new
from ccdash.measures import Fact, Truth
from ccdash.schema import (
    NO_QUEUE,
    contact,
    contact_link,
    dirty_matter,
    matter,
    matter_decision,
    queue,
)
from ccdash.store.bounces import first_of
from ccdash.store.buckets import interval_start
from ccdash.store.frames import Rows
from ccdash.store.persons import beside, members
from ccdash.store.retention import was_before
from ccdash.sums import dirty_interval

AT_ONCE = 5_000
"""So many customers are in the memory of a process."""
BEFORE_ALL = -(2**63)
"""Less than any number."""
MANY = 1_000
"""From so many contacts on the planner is told how many there are."""
_other = contact.alias("other")
_who = beside(contact)


def mark(connection: Connection, customers: FromClause) -> None:
    """Mark the customers of a table who had a contact."""
    number = customers.c.customer_id
    has_come = exists().where(contact.c.customer_id == number)
    rows = select(number, TRANSACTION, func.now()).where(has_come)
    names = [one.name for one in dirty_matter.c]
    connection.execute(insert(dirty_matter).from_select(names, rows).on_conflict_do_nothing())


def refresh(connection: Connection) -> int:
    """Make the matters of every marked customer, and mark the sums that depend on what changed;
    gives how many contacts are in another matter than before. In the caller's transaction, who
    holds the lock of the sums (store/rollup.py)."""
    number, last = 0, BEFORE_ALL
    while marked := _take(connection, last):
        with without_collection():
            number += _make(connection, _reached(connection, marked))
        last = max(marked)
    if number > MANY:
        connection.execute(text(f"ANALYZE {matter.name}"))
    return number


def _take(connection: Connection, last: int) -> set[int]:
    """Take the marks of some customers behind the last one: what was taken before is still in the
    way of who begins anew. A mark that comes meanwhile is another transaction's and stays: what is
    read next says everything whose mark was taken."""
    number = dirty_matter.c.customer_id
    few = select(number).where(number > last).order_by(number).limit(AT_ONCE).subquery()
    until = select(func.max(few.c.customer_id)).scalar_subquery()
    gone = dirty_matter.delete().where(number > last, number <= until).returning(number)
    return set(connection.execute(gone).scalars())


def _reached(connection: Connection, marked: Collection[int]) -> set[int]:
    """These, and who is the same person, has a part in a conversation of theirs, or was in a matter
    with them."""
    found: set[int] = set()
    new = set(marked) | _ask(connection, _were_together(marked))
    while new:
        new |= _ask(connection, _same_people(new))
        found |= new
        new = _ask(connection, _partners(new)) - found
    return found


def _make(connection: Connection, customers: Collection[int]) -> int:
    now, before = set(_placed(connection, customers)), _rows(connection, customers)
    new, gone = now - before, before - now
    if new or gone:
        _remove(connection, gone)
        put_new(connection, matter, sorted(new))
        _mark_sums(connection, new, gone)
    return len({one[:3] for one in new | gone})


# What is read -------------------------------------------------------------------------------------


def _ask(connection: Connection, statement: Rows) -> set[int]:
    return set(connection.execute(statement).scalars())


def _each(numbers: Collection[int]) -> FromClause:
    array = literal(sorted(numbers), ARRAY(BigInteger))
    named = column("customer_id", BigInteger)
    return func.unnest(array).table_valued(named).render_derived("each")


def _among(of: ColumnElement[int], numbers: Collection[int]) -> ColumnElement[bool]:
    return of == any_(literal(sorted(numbers), ARRAY(BigInteger)))


def _same_people(numbers: Collection[int]) -> Rows:
    each = _each(numbers)
    return select(func.unnest(members(each.c.customer_id)))


def _were_together(numbers: Collection[int]) -> Rows:
    its, other = matter.c, matter.alias("others").c
    mine = select(its.matter_id).where(_among(its.customer_id, numbers)).distinct().subquery("mine")
    theirs = select(other.customer_id).where(other.matter_id == mine.c.matter_id).distinct()
    together = theirs.offset(0).lateral("together")
    return select(together.c.customer_id).distinct().select_from(mine.join(together, true()))


def _partners(numbers: Collection[int]) -> Rows:
    """The customers of other parts of their conversations: of later ones by their root; of earlier
    ones by the conversation itself, and by those from which it goes on, though of one in between
    nothing may be told."""
    each, of = _each(numbers), contact.c
    theirs = (
        select(of.contact_id, of.root_id, of.source, of.key)
        .where(of.customer_id == each.c.customer_id)
        .offset(0)
        .lateral("mine")
    )
    mine = select(*theirs.c).select_from(each.join(theirs, true())).cte("mine")
    parts = mine.alias("parts").c
    is_part = parts.root_id != parts.contact_id
    link = contact_link.c
    keys = select(parts.source, parts.key).where(is_part).cte("keys", recursive=True)
    goes_on = and_(link.source == keys.c.source, link.stream == keys.c.key)
    keys = keys.union(select(link.source, link.parent).where(goes_on))
    is_later = _other.c.root_id == mine.c.root_id
    later = select(_other.c.customer_id).where(is_later, _other.c.root_id != _other.c.contact_id)
    told = select(_other.c.customer_id).where(
        _other.c.key == keys.c.key, _other.c.source == keys.c.source
    )
    laters, tolds = later.offset(0).lateral("later"), told.offset(0).lateral("told")
    return select(
        union(
            select(laters.c.customer_id).select_from(mine.join(laters, true())),
            select(tolds.c.customer_id).select_from(keys.join(tolds, true())),
        )
        .subquery("partners")
        .c.customer_id
    )


def _placed(connection: Connection, customers: Collection[int]) -> Iterator[Placed]:
    parts = _parts(connection, customers)
    decided = _decided(connection, customers, [part for _, part in parts])
    begun = _begun(connection, customers, [part for _, part in parts], decided)
    for gone in begun.keys() & decided.keys():  # it was put to one that is there still
        number, other = decided[gone]
        if other is not None:
            decided.setdefault(other, Decided(number, gone))
    ids = set(begun.values())
    for some in _by_owner(parts):
        one = some[0]
        is_together = one.root_id in ids or one.contact_id in decided
        if len(some) > 1 or one.case_id is not None or is_together:
            yield from placed(some, decided, begun)


def _parts(connection: Connection, customers: Collection[int]) -> list[tuple[int | None, Part]]:
    """Their contacts, and which person came (None for nobody known), in the order of arrival."""
    of, each = contact.c, _each(customers)
    family = func.coalesce(queue.c.team_id, func.nullif(of.queue_id, NO_QUEUE))
    person_id = case((_who.is_known, _who.person_id))
    its = (
        select(
            *(of[name] for name in Part._fields[:-1]),
            family.label("family"),
            person_id.label("person_id"),
        )
        .select_from(_who.rows.outerjoin(queue, queue.c.queue_id == of.queue_id))
        .where(of.customer_id == each.c.customer_id, of.is_void.is_(False))
        .offset(0)
        .lateral("its")
    )
    asked = select(*its.c).select_from(each.join(its, true()))
    rows = connection.execute(asked.order_by(its.c.arrived_at, its.c.contact_id))
    return [(row[-1], Part(*row[:-1])) for row in rows]


def _by_owner(parts: Sequence[tuple[int | None, Part]]) -> Iterable[list[Part]]:
    """The contacts of each person, and of each conversation of nobody known."""
    owners: dict[int, int] = {}
    for person_id, part in parts:
        if person_id is not None:
            owners.setdefault(part.root_id, person_id)
    found: dict[tuple[bool, int], list[Part]] = {}
    for _, part in parts:
        owner = owners.get(part.root_id)
        key = (False, part.root_id) if owner is None else (True, owner)
        found.setdefault(key, []).append(part)
    return found.values()


def _decided(
    connection: Connection, customers: Collection[int], parts: Iterable[Part]
) -> dict[int, Decided]:
    """What holds, by contact_id, also of contacts of these customers that were forgotten. Whose a
    contact is may change: the decision is told of it."""
    owners = {part.contact_id: part.customer_id for part in parts}
    said = matter_decision.c
    names = ("contact_id", "decision_id", "other_contact_id", "customer_id")
    asked = select(*(said[name] for name in names)).order_by(said.decision_id)
    found = connection.execute(
        asked.where(
            said.taken_back_at.is_(None),
            or_(_among(said.contact_id, owners), _among(said.customer_id, customers)),
        )
    ).all()
    for row in found:
        if row.customer_id != owners.get(row.contact_id, row.customer_id):
            its = said.decision_id == row.decision_id
            theirs = {"customer_id": owners[row.contact_id]}
            connection.execute(matter_decision.update().where(its).values(theirs))
    return {row.contact_id: Decided(row.decision_id, row.other_contact_id) for row in found}


def _begun(
    connection: Connection,
    customers: Collection[int],
    parts: Collection[Part],
    decided: Mapping[int, Decided],
) -> dict[int, int]:
    """The matters that began with what was forgotten, by its contact_id: those of conversations of
    these parts, and of what people decided."""
    roots = {part.root_id for part in parts if part.root_id != part.contact_id}
    others = {one.other_contact_id for one in decided.values() if one.other_contact_id is not None}
    meant = (decided.keys() | others) - {part.contact_id for part in parts}
    if not roots and not meant:
        return {}
    row = matter.c
    is_meant = and_(_among(row.customer_id, customers), _among(row.contact_id, meant))
    which = or_(_among(row.matter_id, roots), is_meant)
    asked = select(row.contact_id, row.matter_id).where(which, _is_beginning())
    return {row.contact_id: row.matter_id for row in connection.execute(asked)}


def _rows(connection: Connection, customers: Collection[int]) -> set[Placed]:
    """Without those that tell where a matter began whose first contact was forgotten."""
    asked = select(matter).where(_among(matter.c.customer_id, customers), not_(_is_beginning()))
    return {Placed(*row) for row in connection.execute(asked)}


def _is_beginning() -> Truth:
    """Whether the row is all that is left of a contact that was forgotten."""
    is_it = and_(*(contact.c[one.name] == one for one in matter.primary_key))
    return and_(was_before(matter.c.arrived_at), not_(exists().where(is_it)))


# What is written ----------------------------------------------------------------------------------


def _keys(rows: Collection[Placed]) -> FromClause:
    key = list(matter.primary_key)
    arrays = [
        literal([row[place] for row in rows], ARRAY(one.type)) for place, one in enumerate(key)
    ]
    columns = [column(one.name, one.type) for one in key]
    return func.unnest(*arrays).table_valued(*columns).render_derived("keys")


def _is(table: Table | FromClause, keys: FromClause) -> ColumnElement[bool]:
    return and_(*(table.c[one.name] == keys.c[one.name] for one in matter.primary_key))


def _remove(connection: Connection, rows: Collection[Placed]) -> None:
    if rows:
        connection.execute(matter.delete().where(_is(matter, _keys(rows))))


def _mark_sums(connection: Connection, new: Collection[Placed], gone: Collection[Placed]) -> None:
    """The intervals of these contacts, and of the first one of each of these matters beside the
    new ones: it was the first or is it now, and figures stand there alone."""
    changed = [*new, *gone]
    keys, added = _keys(changed), _keys(new)
    ids = literal(sorted({row.matter_id for row in changed}), ARRAY(BigInteger))
    each = func.unnest(ids).table_valued(column("matter_id", BigInteger)).render_derived("of_each")
    first_one = first_of(each.c.matter_id)
    is_new = tuple_(*first_one.selected_columns).in_(select(*added.c))
    first = first_one.where(not_(is_new)).lateral("first")
    of = union(select(*keys.c), select(*first.c).select_from(each.join(first, true()))).subquery(
        "of"
    )
    its = select(contact.c.arrived_at, contact.c.queue_id).where(_is(contact, of))
    one = its.offset(0).lateral("one")
    rows = select(
        literal(str(Fact.BOUNCE)), interval_start(one.c.arrived_at), one.c.queue_id, TRANSACTION,
        func.now(),
    ).select_from(of.join(one, true()))  # fmt: skip
    names = [each.name for each in dirty_interval.c]
    marks = insert(dirty_interval).from_select(names, rows.distinct())
    connection.execute(marks.on_conflict_do_nothing())
