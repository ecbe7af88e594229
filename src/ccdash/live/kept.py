"""A read that is kept for a while, for all who look, and made anew by the clock."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from threading import Lock, Thread
from typing import Generic, TypeVar

from ccdash.errors import CcdashError

T = TypeVar("T")


class Kept(Generic[T]):
    """Holds from one full step of the clock to the next: with a step of 15 minutes until the next
    quarter of an hour. One caller reads; the others get what there was."""

    def __init__(
        self,
        read: Callable[[datetime], T],
        clock: Callable[[], datetime],
        step: timedelta,
        *,
        is_awaited: bool = True,
        is_behind: bool = False,
    ) -> None:
        self._read = read
        self._clock = clock
        self._step = step.total_seconds()
        self._is_awaited = is_awaited
        self._is_behind = is_behind
        self._reading = Lock()
        self._last: tuple[int, T] | None = None

    def latest(self) -> T | None:
        """The newest; the last good one when the store is away, None when there never was one. What
        is not awaited, and what is behind after the first, is read by a thread of its own, and
        until then it is the one before."""
        at = self._clock()
        if not self._holds(at):
            if self._is_awaited and not (self._is_behind and self._last):
                self._anew(at)
            elif not self._reading.locked():
                Thread(target=self._anew, args=(at,), name="ccdash-kept", daemon=True).start()
        return self._last[1] if self._last else None

    def _holds(self, at: datetime) -> bool:
        return self._last is not None and self._last[0] == int(at.timestamp() // self._step)

    def _anew(self, at: datetime) -> None:
        if not self._reading.acquire(blocking=self._is_awaited and self._last is None):
            return
        try:
            if not self._holds(at):
                self._last = int(at.timestamp() // self._step), self._read(at)
        except CcdashError:
            pass  # the floor, which is read from the same store, says so
        finally:
            self._reading.release()
