"""Times of a local clock as instants, for sources that write no offset."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo


class LocalDay(NamedTuple):
    """Turns seconds after one local midnight into UTC. Made once a day: a log has many times a day,
    and asking a time zone for its rules is the dear part."""

    midnight: datetime
    """UTC when the zone keeps one offset around that day, else local and without a zone."""
    zone: ZoneInfo

    @classmethod
    def of(cls, day: date, zone: ZoneInfo) -> LocalDay:
        """The day of this date in this zone."""
        midnight = datetime.combine(day, datetime.min.time())
        before = (midnight - timedelta(days=1)).replace(tzinfo=zone).utcoffset()
        after = (midnight + timedelta(days=3)).replace(tzinfo=zone).utcoffset()
        is_steady = before == after
        return cls(midnight.replace(tzinfo=zone).astimezone(UTC) if is_steady else midnight, zone)

    def __call__(self, seconds: int) -> datetime:
        """What the clock shows so many seconds after midnight; any number, so other days, too."""
        time = self.midnight + timedelta(seconds=seconds)
        if time.tzinfo is not None:
            return time
        # An hour that happens twice is taken as the first of the two; an hour that is skipped is
        # read with the offset from before the jump, as a clock that nobody put forward shows it.
        return time.replace(tzinfo=self.zone).astimezone(UTC)
