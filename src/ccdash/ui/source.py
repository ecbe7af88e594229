"""The process's one store, and what every screen reads from it.

It is opened when somebody first asks and again after a failure, so the app starts without a store
and recovers by itself. A failure is remembered for a moment: many screens do not queue up behind a
server that does not answer.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, suppress
from datetime import UTC, datetime, timedelta
from threading import Lock
from time import monotonic

from ccdash.errors import CcdashError, StoreUnavailable
from ccdash.live.comparisons import Comparisons
from ccdash.live.hub import Hub, Reading
from ccdash.live.kept import Awaited, Kept
from ccdash.live.patience import Patience
from ccdash.live.person_days import PersonDays
from ccdash.live.walls import Process, Walls
from ccdash.settings import Settings, load
from ccdash.store import dated_settings
from ccdash.store.comparison import Comparison
from ccdash.store.engine import Store, open_store
from ccdash.store.live import Floor, FloorOfNow
from ccdash.store.person_day import person_day
from ccdash.store.simulation import Simulation, standing
from ccdash.store.team_day import states_today
from ccdash.thresholds import DatedValue, Thresholds

FAILURE_SECONDS = 2.0
SIMULATION_SECONDS = 2.0
"""How old what is known of the simulation may be."""
OPENING_SECONDS = 60.0
"""A simulation that was started and tells nothing for so long has failed."""
COMPARED_WEEKS = 10
STATES = timedelta(seconds=5)


def wall() -> datetime:
    """What the clock on the wall shows."""
    return datetime.now(UTC)


class Source:
    """One a process; tests make their own. Thread-safe."""

    def __init__(self, read_settings: Callable[[], Settings] = load) -> None:
        self._read_settings = read_settings
        self._settings: Settings | None = None
        self._store: Store | None = None
        self._failed: tuple[float, CcdashError] | None = None
        self._demo_until = float("-inf")
        self.demo_given_up: str | None = None
        """What the simulation said last before it was given up."""
        self._simulation: tuple[float, Simulation | None] = (float("-inf"), None)
        self._patience = Patience(at_once=1)
        self._is_closed = False
        self._opening = Lock()
        self.targets = Thresholds()
        """As they were when the newest snapshot was read."""
        self._floor = FloorOfNow(lambda: self.store, self.now, lambda: self.settings.timezone)
        reading = Reading(self._whole, self._floor.quick)
        self.hub = Hub(reading, self._ear, clock=wall)
        self.comparisons = self._compared(None)
        self.states = Kept(
            lambda at: states_today(self.store, at, self.settings.timezone),
            self.now,
            STATES,
            awaited=Awaited.FIRST,
        )
        """What everybody declared today (store/team_day.py)."""
        self.days = PersonDays(
            lambda who, at: person_day(self.store, who, at, self.settings.timezone), self.now
        )
        self.walls = Walls(
            Process(lambda: self.store, lambda: self.settings.timezone, self.now, wall)
        )

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

    def simulation(self) -> Simulation | None:
        """How the simulation stands, at most two seconds ago; None for a store that is no demo,
        and before any store has answered. Never raises."""
        read_at, found = self._simulation
        if monotonic() - read_at >= SIMULATION_SECONDS:
            with suppress(CcdashError):  # what was known last holds while the store is away
                found = self._standing()
            before, self._simulation = self._simulation[1], (monotonic(), found)
            if _has_grown(before, found):  # what was kept was read when there was less
                self.comparisons = self._compared(self.comparisons.last)
        return found

    def expect_demo(self) -> None:
        """A simulation was started, and has a moment to tell how it stands."""
        self._demo_until = monotonic() + OPENING_SECONDS

    def give_up_demo(self, words: str) -> None:
        """The simulation ended for good, with these words."""
        self.demo_given_up = words

    def is_demo(self) -> bool:
        """Whether it is a demo's store, or will be in a moment. Never raises."""
        return self.simulation() is not None or monotonic() < self._demo_until

    def _standing(self) -> Simulation | None:
        """Nobody waits long for what is known already: screens are drawn also while the store
        hangs."""
        store, is_first = self.store, self._simulation[0] < 0
        return standing(store) if is_first else self._patience.ask(lambda: standing(store))

    def now(self) -> datetime:
        """The instant of the product: in a demo store what the simulation's clock shows. Opens no
        store and never raises."""
        at = wall()
        found = self.simulation() if self._store is not None else self._simulation[1]
        return at if found is None else found.now(at)

    def rate(self) -> float:
        """How many of its seconds a second takes; 0 where the clock stands still."""
        found = self._simulation[1]
        if found is None:
            return 1.0
        return found.speed if found.is_running(wall()) else 0.0

    def _compared(self, last: Comparison | None) -> Comparisons:
        return Comparisons(lambda: self.store, lambda: self.settings.timezone, self.now, last)

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

    def _ear(self) -> AbstractContextManager[Callable[[float], bool]]:
        return self.store.listening()

    def _whole(self) -> Floor:
        """Snapshots age by the wall's clock; what they show is read by the product's."""
        found = self.thresholds()
        if found != self.targets:  # what is remembered by them is found sooner by the same object
            self.targets = found
        return self._floor.whole()


def _has_grown(before: Simulation | None, after: Simulation | None) -> bool:
    """Whether the history that a floor is held against came in since: its first day, its first
    weeks, and once it is complete."""
    if before is None or after is None:
        return False
    if before.is_opening(before.wall_at) and not after.is_opening(after.wall_at):
        return True
    if before.weeks_made == after.weeks_made:
        return False
    return after.weeks_made <= COMPARED_WEEKS or after.is_complete


SOURCE = Source()


def source() -> Source:
    """The one of this process."""
    return SOURCE


def now() -> datetime:
    """The instant; what is below takes it as an argument."""
    return source().now()
