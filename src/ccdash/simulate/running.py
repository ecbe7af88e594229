"""A demo from its first moment on: the running week here, the history beside, the sums behind."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from ccdash.errors import CcdashError, StoreBusy
from ccdash.live.worker import SumsWorker, refresh
from ccdash.simulate import history
from ccdash.simulate.beginning import Wish, begin, missing
from ccdash.simulate.feed import SHORTEST_SECONDS, Feed, Life
from ccdash.simulate.history import Order
from ccdash.store import simulation
from ccdash.store.engine import Store
from ccdash.store.simulation import Simulation


@dataclass(frozen=True)
class Watch:
    """Who runs it: the wall's clock, how to wait, when to stop, whether to live on when the
    history is made, and whom to show how far it is."""

    wall: Callable[[], datetime]
    sleep: Callable[[float], None]
    should_stop: Callable[[], bool]
    lives_on: bool
    show: Callable[[Simulation], None]


def run(store: Store, order: Order, wish: Wish, watch: Watch) -> None:
    """Begin or go on, and live until somebody says stop. What the screens need first comes first:
    today, then the days before it and the newest weeks. Raises CcdashError."""
    demo = order.demo()
    standing = begin(store, demo, wish, watch.wall())
    clock = _clock(standing, watch)
    life = Life(clock, wish.speed, watch.wall, watch.sleep)
    feed = Feed(store, demo, life)
    feed.step()
    mondays = missing(store, demo, standing.clock_at, wish.weeks)
    workers = history.start(order, mondays, standing.clock_at)
    sums = SumsWorker(lambda: store)
    sums.start()
    try:
        is_making = True
        while not watch.should_stop() and (is_making or watch.lives_on):
            seconds = _step(feed)
            is_making = history.is_going_on(workers) or not seconds
            watch.show(simulation.standing(store) or standing)
            if seconds:
                watch.sleep(min(seconds, 1.0) if is_making else seconds)
    finally:
        history.stop(workers)
        sums.stop()
        with suppress(CcdashError):
            _stand_still(store, clock(), watch.wall())
    if not watch.should_stop():
        refresh(store)


def _clock(standing: Simulation, watch: Watch) -> Callable[[], datetime]:
    """One that runs; or, for a centre that does not live on, one that stands at its beginning."""
    return lambda: standing.shown(watch.wall()) if watch.lives_on else standing.clock_at


def _step(feed: Feed) -> float:
    """A step of the feed; what must wait too long for the history is told a moment later, and the
    clock goes on meanwhile."""
    with suppress(StoreBusy):
        return feed.step()
    with suppress(StoreBusy):
        feed.beat()
    return SHORTEST_SECONDS


def _stand_still(store: Store, clock: datetime, wall: datetime) -> None:
    with store.transaction() as connection:
        simulation.stop(connection, clock, wall)
