"""Lengths of time in opening hours, as they are stamped on contacts and cases."""

from __future__ import annotations

from datetime import datetime

from ccdash.calendars import Calendar
from ccdash.ingest.conversation import whole_seconds


def waited_open(calendar: Calendar, began: datetime, seconds: int | None) -> int | None:
    """Of a wait that began then and took so many seconds, those in opening hours."""
    return None if seconds is None else calendar.open_within(began, seconds)


def opened(calendar: Calendar, start: datetime, end: datetime | None) -> int | None:
    """Seconds of opening hours until something came; None where it did not."""
    return None if end is None else calendar.open_within(start, whole_seconds(start, end))
