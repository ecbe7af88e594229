"""The work that goes on behind the screens: sums of intervals that ingest has marked."""

from __future__ import annotations

import logging
from collections.abc import Callable
from threading import Event, Thread

from ccdash.errors import CcdashError
from ccdash.store import rollup
from ccdash.store.coverage import is_marked
from ccdash.store.engine import Store
from ccdash.store.spreads import use_zone

log = logging.getLogger(__name__)

EVERY_SECONDS = 2.0


class SumsWorker:
    """A thread that makes marked sums anew, and says first of which time zone the days are where
    that is given. A store that is away is tried again the next time; figures do not wait for it, as
    readers take marked intervals raw."""

    def __init__(
        self,
        store: Callable[[], Store],
        timezone: Callable[[], str] | None = None,
        every_seconds: float = EVERY_SECONDS,
    ) -> None:
        self._store = store
        self._timezone = timezone
        self._every = every_seconds
        self._stopping = Event()
        self._thread = Thread(target=self._run, name="ccdash-sums", daemon=True)
        self._is_failing = False

    def start(self) -> None:
        """Begin; the first look also opens the store, before the first visitor comes."""
        self._thread.start()

    def stop(self, timeout_seconds: float = 10.0) -> None:
        """Finish what is being made and end."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join(timeout_seconds)

    def _run(self) -> None:
        while not self._stopping.is_set():
            self._look()
            self._stopping.wait(self._every)

    def _look(self) -> None:
        try:
            store = self._store()
            if self._timezone is not None:
                use_zone(store, self._timezone())
                self._timezone = None  # once: another process may serve another zone
            made = refresh(store)
        except CcdashError as error:
            if not self._is_failing:  # once, not every two seconds of an outage
                log.warning("sums wait for the store: %s", error)
            self._is_failing = True
        except Exception:
            log.exception("sums could not be made; they are tried again")
        else:
            self._is_failing = False
            if made:
                log.info("made the sums of %s intervals", made)


def refresh(store: Store) -> int:
    """Make the sums of every marked interval; gives how many. Reads only where none is marked."""
    if not is_marked(store):
        return 0
    with store.transaction() as connection:
        return rollup.refresh(connection)
