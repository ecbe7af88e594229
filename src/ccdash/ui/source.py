"""The process's one store, and what every screen reads from it.

It is opened when somebody first asks and again after a failure, so the app starts without a store
and recovers by itself. A failure is remembered for a moment: many screens do not queue up behind a
server that does not answer.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from threading import Lock
from time import monotonic

from ccdash.errors import CcdashError, StoreUnavailable
from ccdash.live.snapshots import LiveSnapshots
from ccdash.settings import Settings, load
from ccdash.store import dated_settings
from ccdash.store.engine import Store, open_store
from ccdash.store.live import Floor, floor
from ccdash.thresholds import DatedValue, Thresholds

FAILURE_SECONDS = 2.0


class Source:
    """One a process; tests make their own. Thread-safe."""

    def __init__(self, read_settings: Callable[[], Settings] = load) -> None:
        self._read_settings = read_settings
        self._settings: Settings | None = None
        self._store: Store | None = None
        self._failed: tuple[float, CcdashError] | None = None
        self._is_closed = False
        self._opening = Lock()
        self.targets = Thresholds()
        """As they were when the newest snapshot was read."""
        self.snapshots = LiveSnapshots(self._floor_now, clock=lambda: datetime.now(UTC))

    @property
    def settings(self) -> Settings:
        """The settings of this process. Raises BadSettings."""
        if self._settings is None:
            self._settings = self._read_settings()
        return self._settings

    @property
    def store(self) -> Store:
        """The open store. Raises StoreUnavailable and what else stops it from being opened."""
        if self._store is not None:
            return self._store
        with self._opening:
            if self._store is None:
                self._store = self._open()
            return self._store

    def close(self) -> None:
        """For good: an embedded server stops with its last user."""
        with self._opening:
            self._is_closed = True
            store, self._store = self._store, None
        if store is not None:
            store.close()

    def thresholds(self) -> Thresholds:
        """What people have set, as rows with the day from which they hold."""
        rows = dated_settings.listed(self.store).iter_rows(named=True)
        return Thresholds(DatedValue(**row) for row in rows)

    def _open(self) -> Store:
        if self._is_closed:
            raise StoreUnavailable
        if self._failed is not None and monotonic() - self._failed[0] < FAILURE_SECONDS:
            raise type(self._failed[1])(str(self._failed[1]))
        try:
            return open_store(self.settings)
        except CcdashError as error:
            self._failed = (monotonic(), error)
            raise

    def _floor_now(self, at: datetime) -> Floor:
        self.targets = self.thresholds()
        return floor(self.store, at, self.settings.timezone, is_now=True)


SOURCE = Source()


def source() -> Source:
    """The one of this process."""
    return SOURCE


def now() -> datetime:
    """The instant; what is below takes it as an argument."""
    return datetime.now(UTC)
