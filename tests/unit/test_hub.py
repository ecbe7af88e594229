"""One reading of the floor serves every screen, also where nobody listens."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from queue import Queue

import polars as pl
import pytest

from ccdash.errors import CcdashError, StoreUnavailable
from ccdash.live.hub import Hub, Pace, Reading
from ccdash.live.kept import Awaited, Kept
from ccdash.store.live import Floor

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
PACE = Pace()


def now() -> datetime:
    return datetime.now(UTC)


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

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.reads = 0
        self.is_away = False

    def __call__(self) -> Floor:
        self.reads += 1
        if self.is_away:
            raise StoreUnavailable
        return floor(self.clock())


def floor(at: datetime) -> Floor:
    nothing = pl.DataFrame()
    return Floor(at, at, {}, nothing, nothing, nothing, nothing, {})


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def store(clock: Clock) -> Store:
    return Store(clock)


@pytest.fixture
def hub(store: Store, clock: Clock) -> Hub:
    return hub_of(store, clock)


def hub_of(read: Callable[[], Floor], clock: Callable[[], datetime], pace: Pace = PACE) -> Hub:
    return Hub(Reading(read, read), deaf, clock, pace)


@contextmanager
def deaf() -> Iterator[Callable[[float], bool]]:
    """Hears nothing."""
    yield lambda seconds: bool(time.sleep(min(seconds, 0.05)))


def test_within_the_maximum_age_everybody_gets_the_same(hub, store, clock) -> None:
    first = hub.latest()
    clock.wait(0.9)

    assert hub.latest() is first
    assert store.reads == 1


def test_after_it_the_store_is_read_anew(hub, store, clock) -> None:
    hub.latest()
    clock.wait(1)

    assert hub.latest().floor.as_of == NOON + timedelta(seconds=1)
    assert store.reads == 2


def test_a_lost_store_leaves_the_last_good_floor_with_its_age_and_the_error(
    hub, store, clock
) -> None:
    hub.latest()
    store.is_away = True
    clock.wait(30)

    kept = hub.latest()

    assert kept.floor.as_of == NOON
    assert kept.read_at == NOON + timedelta(seconds=30)
    assert isinstance(kept.error, StoreUnavailable)


def test_it_recovers_when_the_store_comes_back(hub, store, clock) -> None:
    hub.latest()
    store.is_away = True
    clock.wait(5)
    hub.latest()
    store.is_away = False
    clock.wait(5)

    back = hub.latest()

    assert back.error is None
    assert back.floor.as_of == NOON + timedelta(seconds=10)


def test_a_store_that_was_never_there_gives_an_error_and_no_floor(hub, store) -> None:
    store.is_away = True

    assert hub.latest().floor is None
    assert hub.latest().error is not None


def test_a_failure_is_not_tried_again_before_the_maximum_age(hub, store, clock) -> None:
    store.is_away = True
    for _ in range(100):
        hub.latest()

    assert store.reads == 1


def test_a_slow_reader_makes_nobody_wait(clock) -> None:
    is_slow, may_go_on = threading.Event(), threading.Event()

    def read() -> Floor:
        at = clock()
        if at > NOON:
            is_slow.set()
            may_go_on.wait(10)
        return floor(at)

    hub = hub_of(read, clock)
    hub.latest()
    clock.wait(2)
    reader = threading.Thread(target=hub.latest)
    reader.start()
    is_slow.wait(10)

    assert hub.latest().floor.as_of == NOON

    may_go_on.set()
    reader.join()
    assert hub.latest().floor.as_of == NOON + timedelta(seconds=2)


def test_sixty_screens_make_few_reads() -> None:
    reads = []

    def read() -> Floor:
        reads.append(now())
        time.sleep(0.02)
        return floor(now())

    hub = hub_of(read, now, Pace(net=0.2))
    ends, answers = time.monotonic() + 1, []

    def look() -> None:
        while time.monotonic() < ends:
            answers.append(hub.latest())
            time.sleep(0.01)

    screens = [threading.Thread(target=look) for _ in range(60)]
    for one in screens:
        one.start()
    for one in screens:
        one.join()

    assert len(answers) > 600
    assert len(reads) <= 7


# With its threads ---------------------------------------------------------------------------------


def test_a_failing_callback_harms_nobody(store, clock) -> None:
    hub, seen = hub_of(store, clock), Queue()
    hub.subscribe(lambda _snapshot: 1 / 0)
    hub.subscribe(seen.put)
    hub.start()
    first, second = seen.get(timeout=10), seen.get(timeout=10)
    hub.stop()
    assert first.number < second.number


def test_nothing_is_read_while_nobody_looks(store, clock) -> None:
    hub = hub_of(store, clock, Pace(net=0.02, idle=0.1))
    hub.start()
    time.sleep(0.1)
    assert store.reads == 0
    assert hub.latest().floor is not None
    time.sleep(0.3)
    reads = store.reads
    time.sleep(0.2)
    assert store.reads == reads
    assert hub.latest().number > reads - 1
    hub.stop()


def test_who_looks_after_a_long_time_gets_what_is_read_then(store, clock) -> None:
    hub = hub_of(store, clock, Pace(net=0.1, idle=0.2))
    hub.start()
    hub.latest()
    time.sleep(0.5)
    clock.wait(3600)
    late = hub.latest()
    hub.stop()
    assert late.floor.as_of == NOON + timedelta(hours=1)


def test_what_nobody_foresaw_is_an_error_of_the_snapshot_and_the_hub_goes_on(clock) -> None:
    answers = iter([ValueError(), None])

    def read() -> Floor:
        if (error := next(answers, None)) is not None:
            raise error
        return floor(clock())

    hub, seen = hub_of(read, clock, Pace(net=0.05)), Queue()
    hub.subscribe(seen.put)
    hub.start()
    first, second = seen.get(timeout=10), seen.get(timeout=10)
    hub.stop()
    assert (type(first.error), second.error) == (CcdashError, None)


def test_a_reading_that_hangs_is_told_as_a_failure_until_it_is_over(clock, monkeypatch) -> None:
    monkeypatch.setattr("ccdash.live.hub.HANGS_SECONDS", 0.1)
    answers = iter([True, False])
    may_go_on = threading.Event()

    def read() -> Floor:
        if not next(answers, True):
            may_go_on.wait(10)
        return floor(clock())

    hub, seen = hub_of(read, clock, Pace(net=0.05)), Queue()
    hub.subscribe(seen.put)
    hub.start()
    told = [seen.get(timeout=10) for _ in range(3)]
    assert [type(one.error) for one in told] == [type(None), StoreUnavailable, StoreUnavailable]
    assert hub.latest().floor == told[0].floor

    may_go_on.set()
    while hub.latest().error is not None:
        time.sleep(0.01)
    hub.stop()


def test_what_is_pushed_is_drawn_of_what_there_is_and_waits_for_no_reading(store, clock) -> None:
    may_go_on, seen = threading.Event(), Queue()
    hangs = Kept(lambda _: may_go_on.wait(10), clock, timedelta(minutes=1), awaited=Awaited.FIRST)
    hub = hub_of(store, clock)
    hub.subscribe(lambda _snapshot: seen.put(hangs.latest()))
    hub.start()
    assert seen.get(timeout=5) is None
    may_go_on.set()
    hub.stop()


def test_after_a_long_sleep_what_hangs_is_shown_to_nobody_as_new(clock, monkeypatch) -> None:
    monkeypatch.setattr("ccdash.live.hub.HANGS_SECONDS", 0.3)
    may_go_on = threading.Event()
    may_go_on.set()

    def read() -> Floor:
        may_go_on.wait(10)
        return floor(clock())

    hub = hub_of(read, clock, Pace(net=0.1, idle=0.2))
    hub.start()
    hub.latest()
    time.sleep(0.5)
    may_go_on.clear()
    clock.wait(3600)
    with ThreadPoolExecutor() as pages:
        several = list(pages.map(lambda _: hub.latest(), range(2)))
    may_go_on.set()
    hub.stop()

    told = [(late.floor.as_of, type(late.error)) for late in several]
    assert told == [(NOON, StoreUnavailable)] * 2


def test_after_a_long_sleep_a_slow_first_reading_is_awaited_and_is_no_failure(clock) -> None:
    seconds = [0.0]

    def read() -> Floor:
        time.sleep(seconds[0])
        return floor(clock())

    hub = hub_of(read, clock, Pace(net=0.1, idle=0.2))
    hub.start()
    hub.latest()
    time.sleep(0.5)
    seconds[0] = 0.4  # longer than between two readings
    clock.wait(3600)
    with ThreadPoolExecutor() as pages:
        several = list(pages.map(lambda _: hub.latest(), range(2)))
    hub.stop()

    assert [(late.floor.as_of, late.error) for late in several] == [(clock(), None)] * 2
