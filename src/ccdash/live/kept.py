"""A read that is kept for a while, for all who look, and made anew by the clock."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime, timedelta
from enum import StrEnum
from threading import Lock, Thread
from typing import Generic, TypeVar

from ccdash.errors import CcdashError

BRIEF_SECONDS = 1.0
T = TypeVar("T")
_MAY_WAIT = ContextVar("ccdash.may_wait", default=True)


class Awaited(StrEnum):
    """Whether whoever asks waits for a reading: for each, for the first of all, for the first but a
    second at most, for none."""

    ALWAYS = "always"
    FIRST = "first"
    BRIEFLY = "briefly"
    NEVER = "never"


@contextmanager
def nobody_waits() -> Iterator[None]:
    """For a thread on which all screens depend: meanwhile it waits for no reading, whatever is
    awaited elsewhere, and takes what there is."""
    before = _MAY_WAIT.set(False)
    try:
        yield
    finally:
        _MAY_WAIT.reset(before)


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
            awaited = self._awaited if _MAY_WAIT.get() else Awaited.NEVER
            is_first = self._last is None
            if awaited is Awaited.ALWAYS or (awaited is Awaited.FIRST and is_first):
                self._anew(at, is_awaited=is_first)
            elif not self._reading.locked():
                reader = Thread(target=self._anew, args=(at,), name="ccdash-kept", daemon=True)
                reader.start()
                if awaited is Awaited.BRIEFLY and is_first:
                    reader.join(BRIEF_SECONDS)
        return self._last[1] if self._last else None

    def _holds(self, at: datetime) -> bool:
        return self._last is not None and self._last[0] == int(at.timestamp() // self._step)

    def _anew(self, at: datetime, *, is_awaited: bool = False) -> None:
        """By whoever comes first; others go, or wait until it is read."""
        if not self._reading.acquire(blocking=is_awaited):
            return
        try:
            if not self._holds(at):
                self._last = int(at.timestamp() // self._step), self._read(at)
        except CcdashError:
            pass  # the floor, which is read from the same store, says so
        finally:
            self._reading.release()
