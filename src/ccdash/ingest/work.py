"""What every maker of rows needs to know."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache

from sqlalchemy import Connection

INTERVAL = timedelta(minutes=15)
"""The base grain of sums: every time zone's offset is a multiple of it."""
Marks = set[tuple[datetime, int]]
"""Intervals by their start, of queues or agents: their sums are to be made anew."""


@dataclass(frozen=True)
class Work:
    """One source's events being applied in one transaction. Rows of what was over before
    `kept_since` are not put: they were forgotten."""

    connection: Connection
    source: str
    received_at: datetime
    region: str | None
    kept_since: datetime | None = None


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def interval_start(at: datetime) -> datetime:
    """The start of the 15-minute interval, in UTC, that holds this instant."""
    return _start_of((at - _EPOCH) // INTERVAL)


def intervals(start: datetime, end: datetime) -> Iterator[datetime]:
    """The starts of all intervals that [start, end) touches; of one instant, its own."""
    first = (start - _EPOCH) // INTERVAL
    following = -((_EPOCH - end) // INTERVAL)
    return map(_start_of, range(first, max(following, first + 1)))


@lru_cache(maxsize=65536)
def _start_of(number: int) -> datetime:
    return _EPOCH + number * INTERVAL
