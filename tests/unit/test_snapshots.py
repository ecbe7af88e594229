"""One reading of the floor serves every screen."""

from __future__ import annotations

import threading
import time
from datetime import UTC, datetime, timedelta

import polars as pl
import pytest

from ccdash.errors import StoreUnavailable
from ccdash.live.snapshots import LiveSnapshots
from ccdash.store.live import Floor

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


class Clock:
    """A clock that stands still until it is set."""

    def __init__(self) -> None:
        self.at = NOON

    def __call__(self) -> datetime:
        return self.at

    def wait(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)


class Store:
    """Counts how often it is read; it can be taken away."""

    def __init__(self) -> None:
        self.reads = 0
        self.is_away = False

    def __call__(self, at: datetime) -> Floor:
        self.reads += 1
        if self.is_away:
            raise StoreUnavailable
        return floor(at)


def floor(at: datetime) -> Floor:
    nothing = pl.DataFrame()
    return Floor(at, at, {}, nothing, nothing, nothing, nothing, {})


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def store() -> Store:
    return Store()


@pytest.fixture
def snapshots(store: Store, clock: Clock) -> LiveSnapshots:
    return LiveSnapshots(store, clock)


def test_within_the_maximum_age_everybody_gets_the_same(snapshots, store, clock) -> None:
    first = snapshots.latest()
    clock.wait(0.9)

    assert snapshots.latest() is first
    assert store.reads == 1


def test_after_it_the_store_is_read_anew(snapshots, store, clock) -> None:
    snapshots.latest()
    clock.wait(1)

    assert snapshots.latest().floor.as_of == NOON + timedelta(seconds=1)
    assert store.reads == 2


def test_a_lost_store_leaves_the_last_good_floor_with_its_age_and_the_error(
    snapshots, store, clock
) -> None:
    snapshots.latest()
    store.is_away = True
    clock.wait(30)

    kept = snapshots.latest()

    assert kept.floor.as_of == NOON
    assert kept.read_at == NOON + timedelta(seconds=30)
    assert isinstance(kept.error, StoreUnavailable)


def test_it_recovers_when_the_store_comes_back(snapshots, store, clock) -> None:
    snapshots.latest()
    store.is_away = True
    clock.wait(5)
    snapshots.latest()
    store.is_away = False
    clock.wait(5)

    back = snapshots.latest()

    assert back.error is None
    assert back.floor.as_of == NOON + timedelta(seconds=10)


def test_a_store_that_was_never_there_gives_an_error_and_no_floor(snapshots, store) -> None:
    store.is_away = True

    assert snapshots.latest().floor is None
    assert snapshots.latest().error is not None


def test_a_failure_is_not_tried_again_before_the_maximum_age(snapshots, store, clock) -> None:
    store.is_away = True
    for _ in range(100):
        snapshots.latest()

    assert store.reads == 1


def test_a_slow_reader_makes_nobody_wait(clock) -> None:
    is_slow, may_go_on = threading.Event(), threading.Event()

    def read(at: datetime) -> Floor:
        if at > NOON:
            is_slow.set()
            may_go_on.wait(10)
        return floor(at)

    snapshots = LiveSnapshots(read, clock)
    snapshots.latest()
    clock.wait(2)
    reader = threading.Thread(target=snapshots.latest)
    reader.start()
    is_slow.wait(10)

    assert snapshots.latest().floor.as_of == NOON

    may_go_on.set()
    reader.join()
    assert snapshots.latest().floor.as_of == NOON + timedelta(seconds=2)


def test_sixty_screens_make_few_reads() -> None:
    reads = []

    def read(at: datetime) -> Floor:
        reads.append(at)
        time.sleep(0.02)
        return floor(at)

    snapshots = LiveSnapshots(read, lambda: datetime.now(UTC), timedelta(seconds=0.2))
    ends, answers = time.monotonic() + 1, []

    def look() -> None:
        while time.monotonic() < ends:
            answers.append(snapshots.latest())
            time.sleep(0.01)

    screens = [threading.Thread(target=look) for _ in range(60)]
    for one in screens:
        one.start()
    for one in screens:
        one.join()

    assert len(answers) > 600
    assert len(reads) <= 7
