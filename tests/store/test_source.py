"""The process's store and time: in a demo, every screen goes by the simulation's clock."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from ccdash.cli.opening import now_of
from ccdash.store import simulation
from ccdash.store.simulation import PATIENCE, Simulation
from ccdash.ui import source as module
from ccdash.ui.source import Source, wall

pytestmark = pytest.mark.any_postgres

LONG_AGO = datetime(2020, 2, 3, 10, tzinfo=UTC)
MOMENT = timedelta(seconds=20)


@pytest.fixture
def source(url, monkeypatch):
    monkeypatch.setenv("CCDASH_DATABASE_URL", url)
    monkeypatch.setattr(module, "SIMULATION_SECONDS", 0.0)
    made = Source()
    yield made
    made.close()


def lives(store, *, speed: float = 1.0, beat_ago: timedelta = timedelta()) -> None:
    at = wall() - beat_ago
    with store.transaction() as connection:
        simulation.begin(connection, Simulation(1, LONG_AGO, at, speed, 3, 104, at))


def test_a_store_of_ones_own_has_the_time_of_the_wall(source):
    assert source.store
    assert source.simulation() is None
    assert abs(source.now() - wall()) < MOMENT


def test_a_demo_has_the_time_of_its_clock(source):
    lives(source.store)
    assert timedelta() <= source.now() - LONG_AGO < MOMENT
    assert timedelta() <= now_of(source.store) - LONG_AGO < MOMENT
    assert source.simulation().weeks_made == 3


def test_a_demo_that_nobody_turns_stands_still(source):
    lives(source.store, beat_ago=timedelta(hours=2))
    assert source.now() == LONG_AGO + PATIENCE
    with source.store.transaction() as connection:
        simulation.stop(connection, LONG_AGO + timedelta(minutes=7), wall())
    assert source.now() == LONG_AGO + timedelta(minutes=7)


def test_the_floor_is_read_at_the_demos_instant_and_ages_by_the_walls(source):
    lives(source.store)
    snapshot = source.hub.latest()
    assert timedelta() <= snapshot.floor.as_of - LONG_AGO < MOMENT
    assert abs(snapshot.read_at - wall()) < MOMENT


def test_without_a_store_the_time_is_the_walls_and_nothing_is_opened(monkeypatch):
    monkeypatch.setenv("CCDASH_DATABASE_URL", "postgresql://nobody@127.0.0.1:1/nothing")
    monkeypatch.setattr(module, "open_store", None)
    assert abs(Source().now() - wall()) < MOMENT


def test_a_store_that_does_not_answer_is_no_demo_and_no_error(monkeypatch):
    monkeypatch.setenv("CCDASH_DATABASE_URL", "postgresql://nobody@127.0.0.1:1/nothing")
    assert Source().simulation() is None


def test_a_demo_that_is_lost_keeps_its_time(source):
    lives(source.store)
    assert source.simulation()
    source.close()
    assert timedelta() <= source.now() - LONG_AGO < MOMENT


def test_the_simulation_is_read_every_two_seconds_at_most(source, monkeypatch):
    monkeypatch.setattr(module, "SIMULATION_SECONDS", 2.0)
    lives(source.store)
    first = source.simulation()
    lives(source.store, speed=9)
    assert source.simulation() is first


def test_what_a_floor_is_held_against_is_read_anew_while_history_comes_in(source):
    at = wall()
    held = []
    source.comparisons.last = shown = object()
    for made in (0, 0, 1, 2, 30, 31, 104):
        with source.store.transaction() as connection:
            simulation.begin(connection, Simulation(1, LONG_AGO, at, 1.0, made, 104, at))
        source.simulation()
        held.append(source.comparisons)
    anew = [one is not before for before, one in pairwise(held)]
    assert anew == [False, True, True, False, False, True]
    assert source.comparisons.last is shown  # boards are drawn of it meanwhile


def test_what_a_floor_is_held_against_is_read_anew_when_the_first_day_was_told(source):
    at = wall()
    held = []
    for beat_at in (at, at, at + timedelta(seconds=1), at + timedelta(seconds=2)):
        with source.store.transaction() as connection:
            simulation.begin(connection, Simulation(1, LONG_AGO, at, 1.0, 0, 104, beat_at))
        source.simulation()
        held.append(source.comparisons)
    anew = [one is not before for before, one in pairwise(held)]
    assert anew == [False, True, False]
