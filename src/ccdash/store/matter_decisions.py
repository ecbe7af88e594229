"""What people decided about which contacts are one matter: made, taken back, and told.

A decision is about a whole conversation, told by any of its contacts; the newest that holds counts.
It moves nothing: matters follow from all that hold, so taking back is exact. Each is made with its
matters and its line in the access log in one transaction.
"""

from __future__ import annotations

import polars as pl
from sqlalchemy import Connection, Text, any_, cast, func, insert, literal, select, update

from ccdash.errors import AlreadyTakenBack, BadQuery, UnknownDecision
from ccdash.ingest.writing import mark_matters
from ccdash.schema import contact, matter_decision
from ccdash.store import access_log, announce, linking, matters
from ccdash.store.access_log import Reader
from ccdash.store.decisions import Decision
from ccdash.store.engine import Store
from ccdash.store.persons import members
from ccdash.store.rollup import LOCK
from ccdash.vocabulary import Access, MatterKind

MOST = 200


def join(store: Store, customer_id: int, contacts: tuple[int, int], said: Decision) -> int:
    """The conversation of the first contact belongs to the matter of the second one, both of them
    this person's; gives the number of the decision. Raises BadQuery, StoreBusy."""
    with store.transaction() as connection:
        _hold(connection)
        first, second = (_found(connection, customer_id, one) for one in contacts)
        if first[1] == second[1]:
            raise BadQuery("Both are parts of one conversation, which is one matter anyway.")
        return _write(connection, first[0], contacts, said)


def apart(store: Store, customer_id: int, contact_id: int, said: Decision) -> int:
    """The conversation of this contact of the person begins a matter of its own; gives the number
    of the decision. Raises BadQuery, StoreBusy."""
    with store.transaction() as connection:
        _hold(connection)
        owner, _ = _found(connection, customer_id, contact_id)
        return _write(connection, owner, (contact_id, None), said)


def take_back(store: Store, decision_id: int, said: Decision) -> None:
    """Let a decision count no more. Raises UnknownDecision, AlreadyTakenBack, StoreBusy."""
    of = matter_decision.c
    with store.transaction() as connection:
        _hold(connection)
        its = of.decision_id == decision_id
        found = connection.execute(select(matter_decision).where(its)).one_or_none()
        if found is None:
            raise UnknownDecision
        if found.taken_back_at is not None:
            raise AlreadyTakenBack
        row = {"taken_back_at": said.at, "taken_back_by": said.who}
        connection.execute(
            update(matter_decision).where(its).values(taken_back_reason=said.reason, **row)
        )
        _make(connection, found.customer_id, said)


def decisions_of(store: Store, customer_id: int) -> pl.DataFrame:
    """The decisions about contacts of the person, the newest first, also those taken back:
    decision_id, kind, contact_id, other_contact_id (as text), reason, decided_at, decided_by,
    taken_back_at, taken_back_by, taken_back_reason."""
    of = matter_decision.c
    said = ("reason", "decided_at", "decided_by")
    back = ("taken_back_at", "taken_back_by", "taken_back_reason")
    statement = (
        select(
            of.decision_id,
            of.kind,
            cast(of.contact_id, Text).label("contact_id"),
            cast(of.other_contact_id, Text).label("other_contact_id"),
            *(of[name] for name in (*said, *back)),
        )
        .where(of.customer_id == any_(members(literal(customer_id))))
        .order_by(of.decided_at.desc(), of.decision_id.desc())
        .limit(MOST)
    )
    return store.frame(statement)


def _hold(connection: Connection) -> None:
    """Nobody else makes matters until this transaction ends, and all that are owed are made."""
    connection.execute(select(func.pg_advisory_xact_lock(LOCK)))
    linking.refresh(connection)
    matters.refresh(connection)


def _found(connection: Connection, customer_id: int, contact_id: int) -> tuple[int, int]:
    """Whose the contact is, and its conversation."""
    of = contact.c
    theirs = of.customer_id == any_(members(literal(customer_id)))
    asked = select(of.customer_id, of.root_id).where(theirs, of.contact_id == contact_id)
    row = connection.execute(asked).first()
    if row is None:
        raise BadQuery("This person has no such contact: open the customer's page anew.")
    return row.customer_id, row.root_id


def _write(
    connection: Connection, owner: int, contacts: tuple[int, int | None], said: Decision
) -> int:
    first, other = contacts
    row = {
        "kind": MatterKind.APART if other is None else MatterKind.JOIN,
        "customer_id": owner,
        "contact_id": first,
        "other_contact_id": other,
        "reason": said.reason,
        "decided_at": said.at,
        "decided_by": said.who,
    }
    statement = insert(matter_decision).values(row).returning(matter_decision.c.decision_id)
    number = int(connection.execute(statement).scalar_one())
    _make(connection, owner, said)
    return number


def _make(connection: Connection, owner: int, said: Decision) -> None:
    """The matters that follow, and a line in the log of the customer."""
    mark_matters(connection, [owner], said.at)
    matters.refresh(connection)
    access_log.put(connection, Reader(said.who, said.reason), owner, Access.LINKED, said.at)
    announce.mark(connection)
