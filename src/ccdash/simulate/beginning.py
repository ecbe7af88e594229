"""The start of a demo, and its return after a rest: the store is looked through, the clock set."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from ccdash.errors import BadQuery, CcdashError
from ccdash.ingest.record import record
from ccdash.simulate import clock, history
from ccdash.simulate.centre import SOURCE
from ccdash.simulate.demo import Demo
from ccdash.simulate.noted import noted
from ccdash.store import calendars, dated_settings, simulation
from ccdash.store.annotations import add_new
from ccdash.store.coverage import coverage
from ccdash.store.engine import Store
from ccdash.store.simulation import Simulation

WEEK = timedelta(days=7)


@dataclass(frozen=True)
class Wish:
    """What somebody asked for: weeks of history, how fast time runs, and at which instant it
    begins; None: when the centre is at work."""

    weeks: int
    speed: float = 1.0
    at: datetime | None = None


def begin(store: Store, demo: Demo, wish: Wish, wall: datetime) -> Simulation:
    """Set the clock, and in an empty store say who and what the centre is. Raises CcdashError for
    a store that holds anything else than this simulation, BadQuery for an instant that is gone."""
    simulation.refuse_foreign(store, SOURCE)
    demo.refuse_another(store)
    is_new = simulation.standing(store) is None
    now = _clock_at(store, demo, wish, wall)
    left = missing(store, demo, now, wish.weeks)
    wanted = max(wish.weeks, len(left))  # what was begun is made to its end, wanted or not
    made = wanted - len(left)
    standing = Simulation(demo.seed, now, wall, wish.speed, made, wanted, wall)
    with store.transaction() as connection:
        simulation.begin(connection, standing)
        first = clock.start_of(clock.monday_of(now, demo.zone) - wanted * WEEK, demo.zone)
        add_new(connection, noted((first, now), demo.zone))
        if is_new:
            record(connection, demo.described(first), received_at=now, region=demo.region)
            for target in demo.targets:
                dated_settings.put(connection, target, now)
            calendars.put_of_queues(connection, demo.calendars, now)
    return standing


def emptied(store: Store, demo: Demo, wall: datetime) -> bool:
    """Empty a demo store that holds another centre, so that this one can begin there; gives whether
    it was one. Raises CcdashError when there is anything in it that was not simulated, and while
    somebody simulates there."""
    if not demo.is_another(store):
        return False
    simulation.refuse_foreign(store, SOURCE)
    standing = simulation.standing(store)
    if standing is not None and standing.is_running(wall):
        raise CcdashError(
            "The files in data/ have changed, and another ccdash still runs the demo by what they "
            "were: stop it, then start this one again."
        )
    simulation.empty(store)
    return True


def missing(store: Store, demo: Demo, now: datetime, weeks: int) -> list[date]:
    """The weeks of history that are still to be made, by their Mondays, the newest first."""
    return history.missing(clock.monday_of(now, demo.zone), weeks, demo.told(store))


def _clock_at(store: Store, demo: Demo, wish: Wish, wall: datetime) -> datetime:
    newest = coverage(store).through.get(SOURCE)
    if wish.at is not None and newest is not None and wish.at < newest:
        raise BadQuery(
            f"The demo has come to {newest.astimezone(demo.zone):%Y-%m-%d %H:%M} already."
        )
    if wish.at is not None:
        return wish.at
    if newest is None:
        return clock.beginning(wall, demo.zone, demo.is_working_day)
    before = simulation.standing(store)
    reached = max(newest, before.now(wall)) if before else newest
    return clock.going_on(wall, reached, demo.zone, demo.is_working_day)
