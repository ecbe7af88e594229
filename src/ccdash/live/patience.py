"""Questions to a store that may hang: whoever asks waits for so long and no longer."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from threading import BoundedSemaphore, Lock, Thread
from time import monotonic
from typing import TypeVar

from ccdash.errors import StoreUnavailable

SECONDS = 2.0
"""So long a screen waits for a store that may hang."""
T = TypeVar("T")


class Patience:
    """One for each kind of question: of one kind so many at once, each in a thread of its own.
    Thread-safe."""

    def __init__(self, seconds: float = SECONDS, at_once: int = 4) -> None:
        self._seconds = seconds
        self._free = BoundedSemaphore(at_once)
        self._lock = Lock()
        self._overdue = 0

    def ask(self, read: Callable[[], T]) -> T:
        """What it gives, and what it raises; StoreUnavailable when that takes longer, with the
        wait for its turn, and at once while an earlier one that took longer has not ended."""
        ends = monotonic() + self._seconds
        if self._overdue or not self._free.acquire(timeout=self._seconds):
            raise StoreUnavailable
        answer: Future[T] = Future()
        Thread(target=self._answer, args=(read, answer), name="ccdash-asks", daemon=True).start()
        try:
            return answer.result(max(ends - monotonic(), 0))
        except TimeoutError as cause:
            with self._lock:
                self._overdue += 1
            answer.add_done_callback(self._came)
            raise StoreUnavailable from cause

    def _answer(self, read: Callable[[], T], answer: Future[T]) -> None:
        try:
            answer.set_result(read())
        except BaseException as error:  # noqa: BLE001  it is raised where it is awaited
            answer.set_exception(error)
        finally:
            self._free.release()

    def _came(self, _answer: object) -> None:
        with self._lock:
            self._overdue -= 1
