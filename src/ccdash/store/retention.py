"""From when on contacts are kept. What came before was forgotten (store/forgetting.py); the sums
and distributions of that time stay, and nobody makes them anew.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, false, func, literal, select

from ccdash.measures import Truth
from ccdash.schema import retention
from ccdash.store.engine import Store

KEPT_SINCE = select(func.max(retention.c.kept_since).label("kept_since"))
LOOKS_BACK = timedelta(days=31)
"""So far some figures look back from a contact to others of its customer: so long after the border
sums cannot be made anew either."""


def kept_since(store: Store) -> datetime | None:
    """The border; None where nothing was forgotten. Raises StoreUnavailable."""
    at: datetime | None = store.frame(KEPT_SINCE)["kept_since"][0]
    return at


def border(connection: Connection) -> datetime | None:
    """The same in a transaction."""
    at: datetime | None = connection.execute(KEPT_SINCE).scalar_one()
    return at


def is_settled(at: ColumnElement[datetime]) -> Truth:
    """Whether the sums that begin at the instant stay as they are."""
    since = KEPT_SINCE.scalar_subquery()
    return func.coalesce(at < since + literal(LOOKS_BACK), false())
