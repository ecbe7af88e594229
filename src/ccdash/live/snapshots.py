"""The floor, read once for the whole process however many screens look at it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Lock

from ccdash.errors import CcdashError
from ccdash.store.live import Floor

MAX_AGE = timedelta(seconds=1)


@dataclass(frozen=True)
class Snapshot:
    """The last good floor (None before the first), when it was last asked for, and what failed
    then. With an `error` the floor is as old as its own `as_of` says."""

    floor: Floor | None
    read_at: datetime
    error: CcdashError | None = None


class LiveSnapshots:
    """Hands out the newest snapshot. One caller reads at a time; the others get the last one at
    once and never wait for a store that does not answer."""

    def __init__(
        self,
        read: Callable[[datetime], Floor],
        clock: Callable[[], datetime],
        max_age: timedelta = MAX_AGE,
    ) -> None:
        self._read = read
        self._clock = clock
        self._max_age = max_age
        self._reading = Lock()
        self._last: Snapshot | None = None

    def latest(self) -> Snapshot:
        """Not older than the maximum age, unless somebody is reading at this moment."""
        last = self._last
        if last is not None and self._is_fresh(last):
            return last
        if not self._reading.acquire(blocking=last is None):
            assert last is not None  # noqa: S101  a blocking acquire has no other outcome
            return last
        try:
            last = self._last
            if last is None or not self._is_fresh(last):
                last = self._last = self._anew(last)
            return last
        finally:
            self._reading.release()

    def _is_fresh(self, snapshot: Snapshot) -> bool:
        return self._clock() - snapshot.read_at < self._max_age

    def _anew(self, last: Snapshot | None) -> Snapshot:
        try:
            floor = self._read(self._clock())
        except CcdashError as error:
            return Snapshot(last.floor if last else None, self._clock(), error)
        return Snapshot(floor, self._clock())
