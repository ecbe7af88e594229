"""What people decide about who is one person: made, taken back, and told.

A decision never moves history. It is a line that counts until it is taken back, and stays written
then; the links follow from all that count, so taking back is exact. Each is made with its links
and its line in the access log in one transaction; sums follow as after any telling.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import polars as pl
from sqlalchemy import (
    ColumnElement,
    Connection,
    FromClause,
    Text,
    and_,
    any_,
    cast,
    func,
    insert,
    literal,
    not_,
    or_,
    select,
    update,
)

from ccdash.errors import (
    AlreadyOne,
    AlreadyTakenBack,
    NoReason,
    NothingToPart,
    UnknownCustomer,
    UnknownDecision,
)
from ccdash.ingest.writing import mark_customers
from ccdash.schema import customer, identity, link_decision
from ccdash.store import access_log, linking, matters
from ccdash.store.access_log import Reader
from ccdash.store.engine import Store
from ccdash.store.persons import is_forgotten, members, person_of
from ccdash.store.rollup import LOCK
from ccdash.vocabulary import Access, LinkKind

LONGEST = 200
"""Of a reason, in characters; more is cut."""


@dataclass(frozen=True)
class Decision:
    """Who decides, why, and when."""

    who: str
    reason: str
    at: datetime

    def __post_init__(self) -> None:
        """Refuse what gives no reason."""
        object.__setattr__(self, "reason", " ".join(self.reason.split())[:LONGEST])
        if not self.reason:
            raise NoReason


def merge(store: Store, one: int, other: int, by: Decision) -> int:
    """Let two customers be one person, each with everybody who is one person with them; gives the
    number of the decision. Raises UnknownCustomer, AlreadyOne, StoreBusy."""
    with store.transaction() as connection:
        _hold(connection)
        pair = [_person_of(connection, number) for number in (one, other)]
        if pair[0] == pair[1]:
            raise AlreadyOne
        number = _write(connection, LinkKind.MERGE, pair, by)
        _link(connection, pair, by)
    return number


def keep_apart(store: Store, customer_id: int, by: Decision) -> int:
    """Let a contact detail be a person of its own, whatever it was told with; gives the number of
    the decision. Raises UnknownCustomer, NothingToPart, StoreBusy."""
    with store.transaction() as connection:
        _hold(connection)
        _person_of(connection, customer_id)
        number = _write(connection, LinkKind.APART, [customer_id], by)
        _link(connection, [customer_id], by)
        of = linking.relinked.c.customer_id
        if connection.execute(select(of).where(of == customer_id)).first() is None:
            raise NothingToPart
    return number


def take_back(store: Store, decision_id: int, by: Decision) -> None:
    """Let a decision count no more: whoever is one person by it alone is so no more. Raises
    UnknownDecision, AlreadyTakenBack, StoreBusy."""
    of = link_decision.c
    with store.transaction() as connection:
        _hold(connection)
        its = of.decision_id == decision_id
        found = connection.execute(select(link_decision).where(its)).one_or_none()
        if found is None:
            raise UnknownDecision
        if found.taken_back_at is not None:
            raise AlreadyTakenBack
        said = {"taken_back_at": by.at, "taken_back_by": by.who, "taken_back_reason": by.reason}
        connection.execute(update(link_decision).where(its).values(said))
        ends = [one for one in (found.customer_id, found.other_id) if one is not None]
        _link(connection, ends, by)


def decisions_of(store: Store, customer_id: int) -> pl.DataFrame:
    """All decisions about this person, the newest first, with those that were taken back:
    decision_id, kind, customer_id and other_id (as text), customer_kind, customer_value,
    other_kind, other_value (their contact details), reason, decided_at, decided_by,
    taken_back_at, taken_back_by, taken_back_reason."""
    of, its, others = link_decision.c, identity.alias("its"), identity.alias("others")
    said = ("reason", "decided_at", "decided_by")
    back = ("taken_back_at", "taken_back_by", "taken_back_reason")
    theirs = any_(members(literal(customer_id)))
    statement = (
        select(
            of.decision_id,
            of.kind,
            cast(of.customer_id, Text).label("customer_id"),
            cast(of.other_id, Text).label("other_id"),
            its.c.kind.label("customer_kind"),
            its.c.value.label("customer_value"),
            others.c.kind.label("other_kind"),
            others.c.value.label("other_value"),
            *(of[name] for name in (*said, *back)),
        )
        .join_from(link_decision, its, _is_own(its, of.customer_id), isouter=True)
        .join(others, _is_own(others, of.other_id), isouter=True)
        .where(or_(of.customer_id == theirs, of.other_id == theirs))
        .order_by(of.decided_at.desc(), of.decision_id.desc())
    )
    return store.frame(statement)


def _hold(connection: Connection) -> None:
    """Nobody else makes links until this transaction ends, and all that are owed are made."""
    connection.execute(select(func.pg_advisory_xact_lock(LOCK)))
    _refresh(connection)


def _person_of(connection: Connection, customer_id: int) -> int:
    """Who stands for the customer: a decision about one is about everybody of the person. Of who
    was forgotten none is made."""
    of = customer.c.customer_id
    asked = select(person_of(of)).where(of == customer_id, of > 0, not_(is_forgotten(of)))
    found = connection.execute(asked).scalar_one_or_none()
    if found is None:
        raise UnknownCustomer
    return int(found)


def _write(connection: Connection, kind: LinkKind, ends: Sequence[int], by: Decision) -> int:
    said = {"reason": by.reason, "decided_at": by.at, "decided_by": by.who}
    row = {"kind": kind, **dict(zip(("customer_id", "other_id"), ends, strict=False)), **said}
    statement = insert(link_decision).values(row).returning(link_decision.c.decision_id)
    return int(connection.execute(statement).scalar_one())


def _link(connection: Connection, ends: Sequence[int], by: Decision) -> None:
    """The links that follow, and a line in the log of each customer."""
    mark_customers(connection, ends, by.at)
    _refresh(connection)
    for one in ends:
        access_log.put(connection, Reader(by.who, by.reason), one, Access.LINKED, by.at)


def _refresh(connection: Connection) -> None:
    """Links, and the matters of all whom they change; sums follow later."""
    linking.refresh(connection)
    matters.refresh(connection)


def _is_own(detail: FromClause, customer_id: ColumnElement[int]) -> ColumnElement[bool]:
    """Whether it is the contact detail that this customer is known by."""
    return and_(detail.c.detail_id == customer_id, detail.c.customer_id == customer_id)
