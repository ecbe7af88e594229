"""Telling every process that the floor changed, and hearing it.

A NOTIFY inside a writer's transaction holds a lock of the whole server while its commit is written
to the disk: writers then wait for one another. So a writer only marks its connection, and what it
wrote is announced when it is committed, in a transaction of its own.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from threading import Condition, Thread
from typing import Any

import psycopg
from sqlalchemy import Connection, Engine, func, select

log = logging.getLogger(__name__)

CHANNEL = "ccdash_floor"
LEAST_SECONDS = 0.05
"""Between two announcements of a process."""
FLUSH_SECONDS = 2.0
FIRST_PAUSE, LONGEST_PAUSE = 0.1, 2.0
"""Between tries while the store does not answer, in seconds."""
_MARK = "ccdash_changed"
_LISTENING: dict[str, Any] = {
    "application_name": "ccdash-listen",
    "keepalives_idle": "10",
    "keepalives_interval": "5",
    "keepalives_count": "2",
}


def mark(connection: Connection) -> None:
    """Say that what this transaction writes may change the floor; nobody is told when it fails."""
    connection.info[_MARK] = True


def unmarked(connection: Connection) -> bool:
    """Whether it was marked; it is no longer."""
    return connection.info.pop(_MARK, None) is not None


class Announcer:
    """One a store. The first change after a pause is announced at once, what follows when 50 ms are
    over, the last one always. It has a thread only while there is something to say."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._turn = Condition()
        self._is_owed = self._is_closing = False
        self._thread: Thread | None = None

    def tell(self) -> None:
        """Something changed and is committed. Takes no time and never raises."""
        with self._turn:
            self._is_owed = True
            if self._thread is None:
                thread = Thread(target=self._run, name="ccdash-announce", daemon=True)
                with suppress(RuntimeError):  # no other thread can be had: readers look themselves
                    thread.start()
                    self._thread = thread

    def flush(self, timeout_seconds: float = FLUSH_SECONDS) -> None:
        """Wait until everything is announced, for so long at most; no pause is kept any more."""
        with self._turn:
            self._is_closing = True
            self._turn.notify_all()
            self._turn.wait_for(lambda: self._thread is None, timeout_seconds)
            self._is_closing = False

    def _run(self) -> None:
        pause = LEAST_SECONDS
        while self._is_anything_owed():
            if self._send():
                pause = LEAST_SECONDS
            elif not self._owes_still(pause):
                return
            else:
                pause = min(max(2 * pause, FIRST_PAUSE), LONGEST_PAUSE)
            with self._turn:
                self._turn.wait_for(lambda: self._is_closing, pause)

    def _is_anything_owed(self) -> bool:
        """False ends the thread, in one step with the looking: the next change begins another."""
        with self._turn:
            is_owed, self._is_owed = self._is_owed, False
            if not is_owed:
                self._end()
            return is_owed

    def _owes_still(self, pause: float) -> bool:
        """After a failure; nobody tries again who is about to close."""
        if pause == LEAST_SECONDS:
            log.warning("a change could not be announced yet; screens see it within a second")
        with self._turn:
            self._is_owed = not self._is_closing
            if self._is_closing:
                self._end()
            return self._is_owed

    def _end(self) -> None:
        self._thread = None
        self._turn.notify_all()

    def _send(self) -> bool:
        try:
            with self._engine.connect() as connection:
                connection.execution_options(isolation_level="AUTOCOMMIT")
                connection.execute(select(func.pg_notify(CHANNEL, "")))
        except Exception as error:  # noqa: BLE001  the thread must live on, whatever it was
            log.debug("not announced: %s", error)
            return False
        return True


@contextmanager
def listening(engine: Engine) -> Iterator[Callable[[float], bool]]:
    """A connection that hears of changes, as a function: whether there was one, after so many
    seconds at most. Raises psycopg.Error when the store is away or the connection is lost."""
    url = engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(url, autocommit=True, **_LISTENING) as connection:
        connection.execute(f"LISTEN {CHANNEL}")
        yield lambda seconds: bool([*connection.notifies(timeout=seconds, stop_after=1)])
