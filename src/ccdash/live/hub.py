"""The floor, read by one for the whole process: when something was written, and once a second.

However many screens look, the store is asked by one thread. It wakes when a writer announces a
change (store/announce.py); writers that cannot announce, and replicas, are seen by the look of
every second.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from threading import Condition, Event, Lock, Thread
from time import monotonic

from ccdash.errors import CcdashError, StoreUnavailable
from ccdash.live.kept import nobody_waits
from ccdash.store.live import Floor

log = logging.getLogger(__name__)

EAR_SECONDS = 0.5
"""Who listens looks so often whether it is over."""
FIRST_PAUSE, LONGEST_PAUSE = 0.2, 2.0
"""Between tries to listen while the store does not answer, in seconds."""
STOP_SECONDS = 1.0
HANGS_SECONDS = 2.5
"""A reading that takes longer is told as a failure each second, until it is over."""

Ear = Callable[[], AbstractContextManager[Callable[[float], bool]]]
"""Listens to the store: a function that says whether something changed, within so many seconds."""


@dataclass(frozen=True)
class Snapshot:
    """The last good floor (None before the first), when it was last asked for, and what failed
    then. With an `error` the floor is as old as its own `as_of` says. Numbers rise."""

    floor: Floor | None
    read_at: datetime
    error: CcdashError | None = None
    number: int = 0


@dataclass(frozen=True)
class Reading:
    """How the floor is read: all of it, or what changes with every event."""

    whole: Callable[[], Floor]
    quick: Callable[[], Floor]


@dataclass(frozen=True)
class Pace:
    """In seconds: at least between two readings for changes; between two of all; and after how long
    without anybody who looks nothing is read."""

    least: float = 0.05
    net: float = 1.0
    idle: float = 10.0


class Hub:
    """One a process. Before `start`, and after `stop`, who asks reads for himself and for those who
    ask within the second."""

    def __init__(
        self,
        reading: Reading,
        ear: Ear,
        clock: Callable[[], datetime],
        pace: Pace = Pace(),
    ) -> None:
        self._reading, self._ear, self._clock, self._pace = reading, ear, clock, pace
        self._turn = Condition()
        self._last: Snapshot | None = None
        self._before_sleep: Snapshot | None = None
        self._subscribers: tuple[Callable[[Snapshot], None], ...] = ()
        self._is_changed = False
        self._looked_at = self._whole_at = self._rested_at = float("-inf")
        self._stopping = Event()
        self._reading_since: float | None = None
        self._telling, self._by_hand = Lock(), Lock()
        self._threads = [
            Thread(target=one, name=f"ccdash-{name}", daemon=True)
            for name, one in (("hub", self._run), ("ear", self._listen), ("watch", self._watch))
        ]
        self._is_running = False

    def start(self) -> None:
        """Listen, and read when somebody looks."""
        self._is_running = True
        for one in self._threads:
            one.start()

    def stop(self) -> None:
        """For good, within a second; a reading that hangs ends with the process."""
        self._stopping.set()
        self._is_running = False
        with self._turn:
            self._turn.notify_all()
        ends = monotonic() + STOP_SECONDS
        for one in self._threads:
            if one.is_alive():
                one.join(max(ends - monotonic(), 0))

    def subscribe(self, callback: Callable[[Snapshot], None]) -> Callable[[], None]:
        """Every new snapshot is given to the callback, in a thread of the hub, where nothing that
        is kept (live/kept.py) is awaited; the function that is returned ends that. What a callback
        raises harms nobody."""

        def called(snapshot: Snapshot) -> None:  # one of its own for each subscription
            callback(snapshot)

        with self._turn:
            self._subscribers += (called,)
            self._turn.notify_all()
        return lambda: self._unsubscribe(called)

    def latest(self) -> Snapshot:
        """The newest. Waits for the first of all, and HANGS_SECONDS at most for the first after a
        time in which nobody looked: when that is not there by then, the store hangs."""
        if not self._is_running:
            return self._read_by_hand()
        with self._turn:
            if not self._is_watched():
                self._before_sleep = self._last
            self._looked_at, before = monotonic(), self._before_sleep
            if self._last is before:
                self._turn.notify_all()
                self._turn.wait_for(
                    lambda: self._last is not before or self._stopping.is_set(),
                    None if before is None else HANGS_SECONDS,
                )
            last = self._last
        if last is not None and last is before:
            return replace(last, error=StoreUnavailable())
        return last or self._read_by_hand()

    # The thread that reads

    def _run(self) -> None:
        while self._is_awaited():
            self._look()

    def _is_awaited(self) -> bool:
        """Wait until a reading is due; False when there is to be no other."""
        with self._turn:
            while not self._stopping.is_set():
                seconds = self._seconds_to_next()
                if seconds is not None and seconds <= 0:
                    return True
                self._turn.wait(seconds)
        return False

    def _seconds_to_next(self) -> float | None:
        """None while nobody looks."""
        if not self._is_watched():
            return None
        due = self._whole_at + self._pace.net
        return (min(due, self._rested_at) if self._is_changed else due) - monotonic()

    def _is_watched(self) -> bool:
        return bool(self._subscribers) or monotonic() < self._looked_at + self._pace.idle

    def _look(self) -> None:
        """First what changed, as soon as can be; then all, when it is time. What was read of the
        day before a long sleep is not shown again."""
        began = monotonic()
        age = began - self._whole_at
        if self._is_changed and age < 2 * self._pace.net:
            self._is_changed = False  # before the reading: what changes meanwhile is read again
            self._publish(self._reading.quick)
            self._rested_at = began + max(self._pace.least, 2 * (monotonic() - began))
        if age >= self._pace.net:
            self._is_changed, self._whole_at = False, monotonic()
            self._publish(self._reading.whole)

    def _publish(self, read: Callable[[], Floor]) -> None:
        self._reading_since = monotonic()
        snapshot = self._anew(read)
        with self._telling:
            self._reading_since = None
            self._tell(snapshot)

    def _tell(self, snapshot: Snapshot) -> None:
        """By one thread at a time."""
        with self._turn:
            self._last = snapshot = self._numbered(snapshot)
            self._turn.notify_all()
        with nobody_waits():
            for one in self._subscribers:
                try:
                    one(snapshot)
                except Exception:
                    log.exception("a screen could not be told of the floor")

    def _anew(self, read: Callable[[], Floor]) -> Snapshot:
        try:
            floor = read()
        except CcdashError as error:
            return self._failed(error)
        except Exception:
            log.exception("the floor could not be read")
            return self._failed(CcdashError())
        return Snapshot(floor, self._clock())

    def _numbered(self, snapshot: Snapshot) -> Snapshot:
        return replace(snapshot, number=self._last.number + 1 if self._last else 1)

    def _failed(self, error: CcdashError) -> Snapshot:
        last = self._last
        return Snapshot(last.floor if last else None, self._clock(), error)

    # The thread that watches the one that reads

    def _watch(self) -> None:
        while not self._stopping.wait(self._pace.net):
            with self._telling:
                since = self._reading_since
                if since is not None and monotonic() - since > HANGS_SECONDS:
                    self._tell(self._failed(StoreUnavailable()))

    # The thread that listens

    def _listen(self) -> None:
        pause = FIRST_PAUSE
        while not self._stopping.is_set():
            try:
                with self._ear() as heard:
                    pause = FIRST_PAUSE
                    self._change()  # whatever was not heard meanwhile
                    while not self._stopping.is_set():
                        if heard(EAR_SECONDS):
                            self._change()
            except CcdashError as error:
                if pause == FIRST_PAUSE:  # once, not every two seconds of an outage
                    log.warning("changes are looked for every second, as none is heard: %s", error)
            except Exception:
                log.exception("changes are looked for every second, as none is heard")
            self._stopping.wait(pause)
            pause = min(2 * pause, LONGEST_PAUSE)

    def _change(self) -> None:
        with self._turn:
            self._is_changed = True
            self._turn.notify_all()

    def _unsubscribe(self, called: Callable[[Snapshot], None]) -> None:
        with self._turn:
            self._subscribers = tuple(one for one in self._subscribers if one is not called)

    # Without threads

    def _read_by_hand(self) -> Snapshot:
        """One caller reads; the others get the last one at once."""
        last = self._last
        if last is not None and self._is_fresh(last):
            return last
        if not self._by_hand.acquire(blocking=last is None):
            assert last is not None  # noqa: S101  a blocking acquire has no other outcome
            return last
        try:
            last = self._last
            if last is None or not self._is_fresh(last):
                last = self._last = self._numbered(self._anew(self._reading.whole))
            return last
        finally:
            self._by_hand.release()

    def _is_fresh(self, snapshot: Snapshot) -> bool:
        return self._clock() - snapshot.read_at < timedelta(seconds=self._pace.net)
