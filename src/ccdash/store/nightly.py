"""The check of every night: sums against rows; what differs is made anew, and Settings tells it.

A night looks at the newest months, where late events land, and at one older month in turn, so that
a long history is gone through again and again at the price of three months a night.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime

from sqlalchemy import Connection, select, update
from sqlalchemy.dialects.postgresql import insert

from ccdash.query import Period
from ccdash.store import check
from ccdash.store.engine import Store
from ccdash.sums import sums_check

NEWEST_MONTHS = 2


@dataclass(frozen=True)
class Check:
    """What a night found: how many sums were compared with their rows, and how many differed."""

    night: date
    started_at: datetime
    finished_at: datetime | None
    compared: int
    different: int


def last(store: Store) -> Check | None:
    """The newest check, finished or not. Raises StoreUnavailable."""
    newest = select(sums_check).order_by(sums_check.c.night.desc()).limit(1)
    rows = [Check(**row) for row in store.frame(newest).iter_rows(named=True)]
    return rows[0] if rows else None


def run(store: Store, night: date, now: Callable[[], datetime]) -> Check | None:
    """Do the check of a night and mend what it finds; None where another process does it or there
    is nothing yet. The day that runs is left out. What differs is compared a second time, since
    events may have come between the sums and the rows. Raises StoreUnavailable, StoreBusy."""
    started_at = now()
    periods = _periods(list(check.months(store)), night, started_at)
    with store.transaction() as connection:
        if not periods or not _begin(connection, night, started_at):
            return None
    found, compared = check.differences(store, _silent, periods)
    if found:
        again, _ = check.differences(store, _silent, periods)
        found = sorted(set(found) & set(again), key=str)
        check.repair(store, found, now())
    done = Check(night, started_at, now(), compared, len(found))
    with store.transaction() as connection:
        connection.execute(update(sums_check).where(sums_check.c.night == night).values(vars(done)))
    return done


def _begin(connection: Connection, night: date, now: datetime) -> bool:
    row = {"night": night, "started_at": now, "compared": 0, "different": 0}
    statement = insert(sums_check).values(row).on_conflict_do_nothing()
    return connection.execute(statement.returning(sums_check.c.night)).first() is not None


def _periods(months: Sequence[Period], night: date, now: datetime) -> list[Period]:
    """What this night looks at, up to the running day (UTC)."""
    today = check.midnight(now.astimezone(UTC))
    past = [replace(one, end=min(one.end, today)) for one in months if one.start < today]
    older = past[:-NEWEST_MONTHS]
    turn = [older[night.toordinal() % len(older)]] if older else []
    return [*turn, *past[-NEWEST_MONTHS:]]


def _silent(_sentence: str) -> None:
    """Nobody watches."""
