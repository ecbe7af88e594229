"""A whole simulated day, told as it happens: at every moment the floor is the centre as it stands,
and in the evening the store holds what a finished record of the day would have given."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime, time, timedelta

import pytest
from sqlalchemy import select

from ccdash.ingest import events as ev
from ccdash.ingest.record import record
from ccdash.live.worker import refresh
from ccdash.schema import contact, survey
from ccdash.settings import PROJECT
from ccdash.simulate.beginning import Wish, begin
from ccdash.simulate.calendar import instant
from ccdash.simulate.centre import SOURCE, load
from ccdash.simulate.feed import Feed, Life
from ccdash.simulate.from_folder import demo_of
from ccdash.simulate.telling import recorded
from ccdash.simulate.week import simulate
from ccdash.store import live
from ccdash.store.check import differences
from ccdash.store.engine import Store, engine_for
from ccdash.store.frames import FramePool
from ccdash.vocabulary import Load
from tests.conftest import fresh_database

pytestmark = pytest.mark.parametrize("server", ["18"], indirect=True, scope="session")
"""Of the simulation, not of what it is kept in: one version of Postgres is enough."""


DATA, SEED = PROJECT / "data", 7
MONDAY = date(2026, 11, 9)
SPEED = 1440.0  # twelve minutes a step
LOOKS = [time(hour, minute) for hour in (8, 9, 10, 11, 13, 15, 17, 20) for minute in (7, 41)]


class Day:
    """The clock of one day, and the floor of the simulator itself."""

    def __init__(self) -> None:
        self.centre = load(DATA)
        self.week = simulate(self.centre, SEED, MONDAY)
        self.names = {one.key: one.name for one in self.centre.agents}
        self.stays = [
            (visit.key, stay) for visit in self.week.conversations for stay in visit.stays
        ]
        self.now = instant(self.week.starts)
        self.ends = instant(self.week.starts) + timedelta(days=1)
        zone = self.centre.zone
        self.looks = [datetime.combine(MONDAY, one, zone) for one in LOOKS]

    def life(self) -> Life:
        return Life(lambda: self.now, SPEED, lambda: self.now, self.sleep)

    def sleep(self, seconds: float) -> None:
        """To the next look at most."""
        self.now += timedelta(seconds=seconds * SPEED)
        if self.looks:
            self.now = min(self.now, self.looks[0])

    def queue_of(self, stay) -> str:
        return stay.queue.name if stay.queue else ""

    def waiting(self, at: int) -> dict[tuple[str, str], int]:
        return {
            (key, self.queue_of(stay)): at - stay.queued
            for key, stay in self.stays
            if stay.queued is not None and stay.queued <= at < (stay.answered or stay.ended)
        }

    def served(self, at: int) -> dict[str, tuple[str, str]]:
        return {
            key: (self.queue_of(stay), self.names[stay.agent])
            for key, stay in self.stays
            if stay.answered is not None and stay.answered <= at < stay.ended
        }

    def intents(self, at: int) -> dict[str, tuple[str, str | None]]:
        told = sorted(one for one in self.week.declared if one.at <= at)
        return {self.names[one.agent]: (one.intent, one.reason) for one in told}

    def loads(self, at: int) -> dict[str, Load]:
        wrapping = {
            self.names[one.agent]: Load.WRAP_UP
            for _, one in self.stays
            if one.agent and one.ended <= at < one.done
        }
        return wrapping | {name: Load.ON_CONTACT for _, name in self.served(at).values()}


@pytest.fixture(scope="module")
def day() -> Day:
    return Day()


@pytest.fixture(scope="module")
def lived(server, day):
    """A store that was told the day as it happened, and the floors that were looked at."""
    with fresh_database(server) as url:
        store = Store(engine_for(url), FramePool(url))
        demo = demo_of(DATA, SEED)
        day.__init__()
        begin(store, demo, Wish(0, SPEED, day.now), day.now)
        feed, floors = Feed(store, demo, day.life()), []
        while day.now < day.ends:
            day.sleep(feed.step() or 1 / SPEED)
            if day.looks and day.now == day.looks[0]:
                feed.step()
                day.looks.pop(0)
                floors.append(live.floor(store, day.now, day.centre.timezone, is_now=True))
                refresh(store)
        feed.step()
        refresh(store)
        yield store, floors
        store.close()


def test_it_was_a_day_worth_looking_at(lived, day):
    _, floors = lived
    assert len(floors) == len(LOOKS)
    assert max(floor.waiting.height for floor in floors) > 20
    assert max(floor.in_progress.height for floor in floors) > 20
    assert max(len(day.intents(int(floor.as_of.timestamp()))) for floor in floors) > 30


def test_who_waits_in_which_queue_and_how_long_is_the_simulators_own_truth(lived, day):
    for floor in lived[1]:
        truth = day.waiting(int(floor.as_of.timestamp()))
        rows = floor.waiting.select("contact", "queue", "wait_seconds").iter_rows()
        assert {(key, queue): wait for key, queue, wait in rows} == truth, floor.as_of
        told = floor.queues.filter(floor.queues["waiting"] > 0).select("queue", "waiting")
        assert dict(told.iter_rows()) == Counter(queue for _, queue in truth)


def test_who_is_served_by_whom_is_the_simulators_own_truth(lived, day):
    for floor in lived[1]:
        rows = floor.in_progress.select("contact", "queue", "agent").iter_rows()
        served = {key: (queue, agent) for key, queue, agent in rows}
        assert served == day.served(int(floor.as_of.timestamp())), floor.as_of


def test_what_everybody_does_is_the_simulators_own_truth(lived, day):
    for floor in lived[1]:
        at = int(floor.as_of.timestamp())
        rows = floor.people.select("agent", "intent", "reason", "load").iter_rows()
        people = {agent: rest for agent, *rest in rows}
        truth = day.intents(at)
        assert {name: tuple(one[:2]) for name, one in people.items()} == truth
        loads = {name: one[2] for name, one in people.items() if one[2] != Load.IDLE}
        assert loads == day.loads(at)


def test_in_the_evening_every_sum_is_what_its_rows_give(lived):
    found, compared = differences(lived[0], lambda _: None)
    assert found == []
    assert compared > 1000


def test_in_the_evening_the_contacts_are_those_of_a_finished_record(lived, day, server):
    ends = int(day.ends.timestamp())
    over = {one.key for one in day.week.conversations if _last(one) < ends}
    events = [one for one in recorded(day.week) if getattr(one, "contact", None) in over]
    told_first = demo_of(DATA, SEED).described(day.now)
    described = [one for one in told_first if isinstance(one, ev.QueueDescribed)]
    with fresh_database(server) as url:
        store = Store(engine_for(url), FramePool(url))
        begin(store, demo_of(DATA, SEED), Wish(0, 1.0, day.now), day.now)
        with store.transaction() as connection:
            told = [*described, *events]
            record(connection, told, received_at=day.now, region=day.centre.country)
        for table in (contact, survey):
            assert _rows(lived[0], table, over) == _rows(store, table, over)
        store.close()


def _last(visit) -> int:
    """When the last word of the conversation is told."""
    asked = [at for one in visit.asked for at in (one.asked, one.answered) if at is not None]
    return max([*(stay.done for stay in visit.stays), *asked])


def _rows(store, table, keys):
    mine = select(contact.c.contact_id).where(contact.c.key.in_(keys), contact.c.source == SOURCE)
    statement = select(table).where(table.c.contact_id.in_(mine))
    return store.frame(statement.order_by(*table.primary_key.columns)).rows()
