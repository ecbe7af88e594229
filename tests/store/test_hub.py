"""The floor is read when somebody has written: announced after the commit, heard by every hub."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from queue import Queue
from threading import Event

import pytest
from sqlalchemy import text

from ccdash.errors import StoreUnavailable
from ccdash.ingest import events as ev
from ccdash.ingest.record import record
from ccdash.live.hub import Hub, Pace, Reading, Snapshot
from ccdash.store.announce import Announcer
from ccdash.store.engine import Store, engine_for
from ccdash.store.live import FloorOfNow
from ccdash.vocabulary import Channel
from tests.store.test_record import Told, at

pytestmark = pytest.mark.any_postgres

ZONE = "Europe/Helsinki"
NEVER = 3600.0
LISTENERS = "application_name = 'ccdash-listen' AND datname = current_database()"
END_THEM = text(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {LISTENERS}")
COUNT_THEM = text(f"SELECT count(*) FROM pg_stat_activity WHERE {LISTENERS}")


@dataclass
class Heard:
    """A hub of which somebody is told, and every snapshot that came."""

    store: Store
    pace: Pace = field(default_factory=lambda: Pace(net=NEVER))
    is_away: bool = False
    came: Queue[Snapshot] = field(default_factory=Queue)
    seen: list[Snapshot] = field(default_factory=list)
    is_listening: Event = field(default_factory=Event)

    def __post_init__(self) -> None:
        floor = FloorOfNow(self._here, lambda: at(60), lambda: ZONE)
        self.hub = Hub(
            Reading(floor.whole, floor.quick),
            self._ear,
            lambda: datetime.now(UTC),
            self.pace,
        )
        self.hub.subscribe(self.came.put)
        self.hub.start()

    def until(self, is_it: Callable[[Snapshot], bool]) -> Snapshot:
        """The first snapshot of this kind among those that come from now on."""
        while True:
            self.seen.append(self.came.get(timeout=30))
            if is_it(self.seen[-1]):
                return self.seen[-1]

    def listens(self) -> Heard:
        """From now on nothing is read but for what is heard."""
        assert self.is_listening.wait(30)
        _wait_for(lambda: not self.hub._is_changed)
        time.sleep(0.3)  # the reading that follows the beginning of listening
        while not self.came.empty():
            self.seen.append(self.came.get())
        return self

    @contextmanager
    def _ear(self) -> Iterator[Callable[[float], bool]]:
        with self._here().listening() as heard:

            def also_noted(seconds: float) -> bool:
                self.is_listening.set()
                return heard(seconds)

            yield also_noted

    def _here(self) -> Store:
        if self.is_away:
            raise StoreUnavailable
        return self.store


@pytest.fixture
def hears(store) -> Iterator[Callable[..., Heard]]:
    made: list[Heard] = []

    def one(**more: object) -> Heard:
        made.append(Heard(store, **more))
        return made[-1]

    yield one
    for each in made:
        each.hub.stop()
    _wait_for(lambda: _listeners(store) == 0)  # before the database is lent to another test


def waits(number: int) -> Callable[[Snapshot], bool]:
    """So many wait."""
    return lambda one: one.floor is not None and one.floor.waiting.height == number


@contextmanager
def telling(store: Store) -> Iterator[Callable[[str], None]]:
    """One transaction in which contacts begin to wait."""
    with store.transaction() as connection:
        yield lambda key: record(connection, [queued(key)], received_at=at(0))


def queued(key: str) -> ev.Event:
    return Told()(ev.Queued, 0, id=key, contact=key, queue="q", channel=Channel.PHONE)


def test_a_commit_wakes_the_hub_that_would_look_in_an_hour(store, hears) -> None:
    heard = hears().listens()

    with telling(store) as tell:
        tell("a")

    assert heard.until(waits(1)).error is None


def test_what_was_rolled_back_is_announced_to_nobody(store, hears) -> None:
    heard = hears().listens()

    with pytest.raises(ZeroDivisionError):
        _tell_in_vain(store)
    with store.transaction() as connection:  # the same connection, and no change of the floor
        connection.execute(text("SELECT 1"))
    store.announcer.flush()
    time.sleep(0.3)

    assert heard.came.empty()


def test_a_burst_is_read_twenty_times_a_second_and_ends_right(store, hears) -> None:
    heard = hears().listens()
    before, began = heard.seen[-1].number, time.monotonic()

    for number in range(200):
        with telling(store) as tell:
            tell(f"c{number}")
    last = heard.until(waits(200))

    seconds = time.monotonic() - began
    assert 2 <= last.number - before <= 20 * seconds + 2


def test_two_hubs_of_one_store_both_wake(store, hears) -> None:
    first, second = hears(), hears()
    first.listens()
    second.listens()

    with telling(store) as tell:
        tell("a")

    assert first.until(waits(1)).floor.waiting.equals(second.until(waits(1)).floor.waiting)


def test_a_listener_that_is_cut_off_listens_again_and_hears_what_came_meanwhile(
    store, hears
) -> None:
    heard = hears().listens()
    with store.transaction() as connection:
        connection.execute(END_THEM)
    with telling(store) as tell:
        tell("a")
    heard.until(waits(1))
    _wait_for(lambda: _listeners(store) == 1)

    with telling(store) as tell:
        tell("b")

    heard.until(waits(2))


def test_a_store_that_is_away_leaves_the_last_floor_with_the_error_until_it_is_back(
    store, hears
) -> None:
    heard = hears(pace=Pace(net=0.05))
    with telling(store) as tell:
        tell("a")
    heard.until(waits(1))
    heard.is_away = True

    lost = heard.until(lambda one: one.error is not None)
    heard.is_away = False

    assert isinstance(lost.error, StoreUnavailable)
    assert lost.floor.waiting.height == 1
    assert heard.until(lambda one: one.error is None).floor.waiting.height == 1


def test_writers_that_announce_nothing_are_seen_by_the_look_of_every_second(store, hears) -> None:
    heard = hears(pace=Pace(net=0.05))
    with store.engine.begin() as connection:
        record(connection, [queued("a")], received_at=at(0))

    heard.until(waits(1))


def test_what_one_event_changed_is_announced_before_the_store_is_closed(url, hears) -> None:
    heard = hears().listens()
    own = Store(heard.store.engine, heard.store.frames)

    with telling(own) as tell:
        tell("a")
    own.announcer.flush()

    assert own.announcer._thread is None
    heard.until(waits(1))


def test_announcing_to_a_store_that_is_gone_neither_raises_nor_hangs() -> None:
    announcer = Announcer(engine_for("postgresql://nobody@127.0.0.1:1/nothing"))
    announcer.tell()
    announcer.flush()

    assert announcer._thread is None


def test_a_hub_stops_at_once(store, hears) -> None:
    heard = hears().listens()

    heard.hub.stop()  # waits for a second at most

    assert not any(one.is_alive() for one in heard.hub._threads)
    assert heard.hub.latest().floor is not None


def _tell_in_vain(store: Store) -> None:
    with telling(store) as tell:
        tell("a")
        raise ZeroDivisionError


def _listeners(store: Store) -> int:
    with store.engine.connect() as connection:
        return int(connection.execute(COUNT_THEM).scalar_one())


def _wait_for(is_so: Callable[[], bool]) -> None:
    for _ in range(300):
        if is_so():
            return
        time.sleep(0.02)
    raise AssertionError("it did not become so")
