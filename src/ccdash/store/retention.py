"""From when on contacts are kept. What came before was forgotten (store/forgetting.py); the sums
and distributions of that time stay, and nobody makes them anew.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, false, func, literal, select

from ccdash.measures import Fact, Truth
from ccdash.schema import retention
from ccdash.store.engine import Store

KEPT_SINCE = select(func.max(retention.c.kept_since).label("kept_since"))
LOOKS_BACK = timedelta(days=31)
"""So far some figures look back from a contact to others of its customer, and from a case to
contacts before it: so long after the border their sums cannot be made anew either."""
LOOK_BACK = frozenset({Fact.FAILURE, Fact.BOUNCE})
A_DAY = timedelta(hours=25)
"""So long no other sum is made anew: a day of another zone may begin before the border."""


def kept_since(store: Store) -> datetime | None:
    """The border; None where nothing was forgotten. Raises StoreUnavailable."""
    at: datetime | None = store.frame(KEPT_SINCE)["kept_since"][0]
    return at


def border(connection: Connection) -> datetime | None:
    """The same in a transaction."""
    at: datetime | None = connection.execute(KEPT_SINCE).scalar_one()
    return at


def was_before(at: ColumnElement[datetime]) -> Truth:
    """Whether the instant lies before the border."""
    return func.coalesce(at < KEPT_SINCE.scalar_subquery(), false())


def settled_for(fact: Fact) -> timedelta:
    """How long after the border sums of the fact stay as they are."""
    return LOOKS_BACK if fact in LOOK_BACK else A_DAY


def is_settled(at: ColumnElement[datetime], fact: Fact) -> Truth:
    """Whether the sums of the fact that begin at the instant stay as they are."""
    since = KEPT_SINCE.scalar_subquery()
    return func.coalesce(at < since + literal(settled_for(fact)), false())
