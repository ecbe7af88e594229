"""A read that is kept for a while, for all who look, and made anew by the clock."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from enum import StrEnum
from threading import Lock, Thread
from typing import Generic, TypeVar

from ccdash.errors import CcdashError

T = TypeVar("T")


class Awaited(StrEnum):
    """Whether whoever asks waits for a reading: for each, for the first of all, for none."""

    ALWAYS = "always"
    FIRST = "first"
    NEVER = "never"


class Kept(Generic[T]):
    """Holds from one full step of the clock to the next: with a step of 15 minutes until the next
    quarter of an hour. One caller reads; the others get what there was."""

    def __init__(
        self,
        read: Callable[[datetime], T],
        clock: Callable[[], datetime],
        step: timedelta,
        awaited: Awaited = Awaited.ALWAYS,
    ) -> None:
        self._read = read
        self._clock = clock
        self._step = step.total_seconds()
        self._awaited = awaited
        self._reading = Lock()
        self._last: tuple[int, T] | None = None

    def latest(self) -> T | None:
        """The newest; the last good one when the store is away, None when there never was one. What
        is not awaited is read by a thread of its own, and until then it is the one before."""
        at = self._clock()
        if not self._holds(at):
            if self._is_waited_for():
                self._anew(at)
            elif not self._reading.locked():
                Thread(target=self._anew, args=(at,), name="ccdash-kept", daemon=True).start()
        return self._last[1] if self._last else None

    def _is_waited_for(self) -> bool:
        if self._awaited is Awaited.FIRST:
            return self._last is None
        return self._awaited is Awaited.ALWAYS

    def _holds(self, at: datetime) -> bool:
        return self._last is not None and self._last[0] == int(at.timestamp() // self._step)

    def _anew(self, at: datetime) -> None:
        is_first = self._awaited is not Awaited.NEVER and self._last is None
        if not self._reading.acquire(blocking=is_first):
            return
        try:
            if not self._holds(at):
                self._last = int(at.timestamp() // self._step), self._read(at)
        except CcdashError:
            pass  # the floor, which is read from the same store, says so
        finally:
            self._reading.release()
