"""What every maker of rows needs to know."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection

INTERVAL = timedelta(minutes=15)
"""The base grain of sums: every time zone's offset is a multiple of it."""


@dataclass(frozen=True)
class Work:
    """One source's events being applied in one transaction."""

    connection: Connection
    source: str
    received_at: datetime
    region: str | None


def interval_start(at: datetime) -> datetime:
    """The start of the 15-minute interval, in UTC, that holds this instant."""
    at = at.astimezone(UTC)
    return at.replace(minute=at.minute - at.minute % 15, second=0, microsecond=0)


def intervals(start: datetime, end: datetime) -> Iterator[datetime]:
    """The starts of all intervals that [start, end) touches; of one instant, its own."""
    at = interval_start(start)
    yield at
    at += INTERVAL
    while at < end:
        yield at
        at += INTERVAL
