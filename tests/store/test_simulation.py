"""A demo store: told once, however often it is cut off, and never mixed with anything else."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select, text

from ccdash.errors import BadQuery, CcdashError, StoreBusy
from ccdash.ingest.record import record
from ccdash.live.worker import refresh
from ccdash.schema import agent_state, contact, dated_setting, raw_event, segment
from ccdash.simulate import history
from ccdash.simulate.beginning import Wish, begin, emptied, missing
from ccdash.simulate.clock import monday_of
from ccdash.simulate.feed import BEAT_SECONDS, SHORTEST_SECONDS, Feed, Life
from ccdash.simulate.running import _step
from ccdash.store import live, schema_version, simulation
from ccdash.store.check import differences
from ccdash.store.engine import SESSION
from ccdash.store.simulation import Telling
from ccdash.sums import contact_interval
from tests import made_up
from tests.store.demo_weeks import CALLS_A_DAY, TARGET, ZONE, demo

pytestmark = pytest.mark.any_postgres

WEDNESDAY = datetime(2026, 11, 18, 10, 2, tzinfo=ZONE)
MONDAY = date(2026, 11, 9)
WEEK = timedelta(days=7)
DAY_CALLS = 5 * CALLS_A_DAY


class Time:
    """A wall clock that only sleep moves; the demo's clock beside it."""

    def __init__(self, at: datetime, speed: float = 1.0) -> None:
        self.began = self.wall = at
        self.speed = speed

    def life(self) -> Life:
        return Life(self.shown, self.speed, lambda: self.wall, self.sleep)

    def shown(self) -> datetime:
        return self.began + (self.wall - self.began) * self.speed

    def sleep(self, seconds: float) -> None:
        assert seconds > 0
        self.wall += timedelta(seconds=seconds)


def rows(store):
    """Everything that was folded, without when it was heard."""
    tables = (contact, segment, agent_state, contact_interval)
    return [store.frame(select(one).order_by(*one.primary_key.columns)).rows() for one in tables]


def count(store, table) -> int:
    return store.frame(select(table)).height


def begun(store, wall=WEDNESDAY, weeks=2):
    return begin(store, demo(), Wish(weeks), wall)


def caught_up(store, time):
    feed = Feed(store, demo(), time.life())
    while not feed.step():
        pass
    return feed


def made(store, wall=WEDNESDAY, weeks=2):
    standing = begun(store, wall, weeks)
    caught_up(store, Time(standing.clock_at))
    for monday in missing(store, demo(), standing.clock_at, weeks):
        history.tell_week(store, demo(), monday, standing.clock_at)
    refresh(store)
    return standing


# How it begins ------------------------------------------------------------------------------------


def test_an_empty_store_becomes_a_demo_with_its_names_targets_and_clock(store):
    assert simulation.standing(store) is None
    standing = begun(store)
    assert simulation.standing(store) == standing
    assert (standing.clock_at, standing.weeks_made, standing.weeks_wanted) == (WEDNESDAY, 0, 2)
    assert not standing.is_complete
    rows = store.frame(select(dated_setting)).rows()
    assert rows == [(TARGET.name, "phone", "", TARGET.valid_from, 30)]


def test_a_target_that_somebody_changed_stays_changed(store):
    begun(store)
    with store.transaction() as connection:
        connection.execute(text("UPDATE dated_setting SET value = 45"))
    begun(store)
    assert store.frame(select(dated_setting.c.value))["value"].to_list() == [45]


def test_a_store_with_data_of_ones_own_is_refused(store):
    made_up.fill(store, made_up.instant())
    with pytest.raises(CcdashError, match="needs a store of its own"):
        begun(store)
    assert simulation.standing(store) is None


def test_a_store_with_settings_of_ones_own_is_refused(store):
    with store.transaction() as connection:
        connection.execute(dated_setting.insert().values(vars(TARGET)))
    with pytest.raises(CcdashError, match="needs a store of its own"):
        begun(store)


def test_a_demo_to_which_something_else_was_told_is_refused(store):
    begun(store)
    with store.transaction() as connection:
        record(connection, list(made_up.days_gone(WEDNESDAY)), received_at=WEDNESDAY)
    with pytest.raises(CcdashError, match="needs a store of its own"):
        begun(store)


def test_weeks_of_two_centres_are_never_mixed(store):
    made(store)
    with pytest.raises(CcdashError, match=r"data/ or the seed"):
        begin(store, replace(demo(), digest="another"), Wish(2), WEDNESDAY)


def test_a_demo_of_another_centre_is_emptied_and_begins_anew(store):
    made(store)
    other, later = replace(demo(), digest="another"), WEDNESDAY + timedelta(hours=1)
    assert not emptied(store, demo(), later)
    assert count(store, contact) > 0
    assert emptied(store, other, later)
    schema_version.check(store.engine)
    assert simulation.standing(store) is None
    assert count(store, contact) == count(store, raw_event) == count(store, contact_interval) == 0
    begin(store, other, Wish(2), later)


def test_a_demo_of_another_centre_is_not_emptied_while_somebody_runs_it(store):
    standing = made(store)
    with pytest.raises(CcdashError, match="stop it"):
        emptied(store, replace(demo(), digest="another"), standing.beat_at)
    assert count(store, contact) > 0


def test_a_store_with_data_of_ones_own_is_never_emptied(store):
    made(store)
    with store.transaction() as connection:
        record(connection, list(made_up.days_gone(WEDNESDAY)), received_at=WEDNESDAY)
    with pytest.raises(CcdashError, match="needs a store of its own"):
        emptied(store, replace(demo(), digest="another"), WEDNESDAY + WEEK)
    assert count(store, contact) > 0


def test_a_clock_is_not_set_back_before_what_was_told(store):
    made(store)
    with pytest.raises(BadQuery, match="has come to 2026-11-18 10:00"):
        begin(store, demo(), Wish(2, at=WEDNESDAY - WEEK), WEDNESDAY)


# History ------------------------------------------------------------------------------------------


def test_history_is_all_weeks_before_the_running_one_newest_first(store):
    begun(store)
    assert missing(store, demo(), WEDNESDAY, 3) == [
        date(2026, 11, 9), date(2026, 11, 2), date(2026, 10, 26)
    ]  # fmt: skip


def test_each_week_that_is_made_is_counted(store):
    standing = made(store)
    assert simulation.standing(store) == replace(
        standing, weeks_made=2, beat_at=simulation.standing(store).beat_at
    )
    assert missing(store, demo(), WEDNESDAY, 2) == []
    assert begun(store).is_complete


@pytest.mark.parametrize("weeks", [0, 1])
def test_a_week_that_was_begun_is_made_to_its_end_however_little_is_wanted_later(store, weeks):
    begun(store)
    demo().begin_week(store, MONDAY - WEEK, Telling.RECORDED, WEDNESDAY)
    assert missing(store, demo(), WEDNESDAY, 0) == [MONDAY - WEEK]
    standing = made(store, weeks=weeks)
    assert missing(store, demo(), WEDNESDAY, 0) == []
    assert simulation.standing(store).is_complete
    assert standing.weeks_wanted - standing.weeks_made == weeks + 1


@pytest.mark.parametrize("cut_at", ["begin_week", "advance_week", "finish_week", "count_week"])
def test_a_week_that_was_cut_off_anywhere_is_made_to_the_same_rows(store, monkeypatch, cut_at):
    begun(store)
    with monkeypatch.context() as cut:
        cut.setattr(simulation, cut_at, _cut_off)
        with pytest.raises(KeyboardInterrupt):
            history.tell_week(store, demo(), MONDAY, WEDNESDAY)
    assert MONDAY in missing(store, demo(), WEDNESDAY, 1)
    history.tell_week(store, demo(), MONDAY, WEDNESDAY)
    refresh(store)
    assert missing(store, demo(), WEDNESDAY, 1) == []
    assert count(store, contact) == DAY_CALLS
    assert simulation.standing(store).weeks_made == 1
    once = rows(store)
    history.tell_week(store, demo(), MONDAY, WEDNESDAY)
    refresh(store)
    assert rows(store) == once


def _cut_off(*_):
    raise KeyboardInterrupt


# The running week ---------------------------------------------------------------------------------


def test_the_running_week_is_told_up_to_the_clock_and_today_first(store):
    standing = begun(store)
    feed = Feed(store, demo(), Time(standing.clock_at).life())
    feed.step()
    told = store.frame(select(raw_event.c.occurred_at).where(raw_event.c.batch_id.is_not(None)))
    assert told["occurred_at"].min() > WEDNESDAY - timedelta(hours=3)
    floor = live.floor(store, WEDNESDAY, ZONE.key, is_now=True)
    assert floor.in_progress["contact"].to_list() == ["2026-11-18-1"]
    while not feed.step():
        pass
    assert count(store, contact) == 2 * CALLS_A_DAY + 2


@pytest.mark.parametrize("speed", [1.0, 60.0, 3000.0])
def test_it_lives_over_the_border_of_a_week_at_any_speed(store, speed):
    standing = begun(store, WEDNESDAY + timedelta(days=2, hours=5), weeks=0)
    time = Time(standing.clock_at, speed)
    feed = Feed(store, demo(), time.life())
    until = datetime(2026, 11, 23, 9, 2, tzinfo=ZONE)
    if speed == 1.0:  # the weekend in one sleep, not in beats
        feed.step()
        time.wall += until - timedelta(minutes=4) - time.shown()
    feed.run(lambda: time.shown() >= until)
    feed.step()
    assert count(store, contact) == DAY_CALLS + 1
    weeks = demo().told(store)
    assert [week.is_finished for _, week in sorted(weeks.items())] == [True, False]
    assert {week.telling for week in weeks.values()} == {Telling.AS_IT_HAPPENED}


def test_it_beats_while_nothing_happens(store):
    begun(store)
    time = Time(WEDNESDAY.replace(hour=20))
    caught_up(store, time)
    beats = []
    for _ in range(4):
        beats.append(simulation.standing(store).beat_at)
        feed = caught_up(store, time)
        time.sleep(feed.step())
    assert beats == sorted(beats)
    assert beats[-1] - beats[0] == timedelta(seconds=10)


def test_it_beats_while_history_is_in_the_way(store, monkeypatch):
    begun(store)
    time = Time(WEDNESDAY)
    feed = Feed(store, demo(), time.life())
    monkeypatch.setattr(simulation, "advance_week", _busy)
    time.sleep(40)
    assert _step(feed) == SHORTEST_SECONDS
    assert simulation.standing(store).beat_at == time.wall


def _busy(*_):
    raise StoreBusy


def test_one_wait_for_a_lock_does_not_stop_the_clock():
    longest = timedelta(seconds=BEAT_SECONDS + float(SESSION["lock_timeout"].removesuffix("s")))
    assert longest < simulation.PATIENCE


def test_killed_and_started_again_tells_nothing_twice(store):
    made(store)
    told = count(store, raw_event)
    before = rows(store)
    standing = made(store, WEDNESDAY + timedelta(minutes=1))
    assert standing.is_complete
    assert (count(store, raw_event), rows(store)) == (told, before)


def test_after_days_of_rest_everything_between_is_told(store):
    made(store)
    later = WEDNESDAY + 2 * WEEK
    standing = made(store, later, weeks=4)
    assert standing.clock_at == later
    told = demo().told(store)
    ways = {monday: (week.telling, week.is_finished) for monday, week in told.items()}
    running = monday_of(later, ZONE)
    assert ways == {
        running: (Telling.AS_IT_HAPPENED, False),
        running - WEEK: (Telling.RECORDED, True),
        running - 2 * WEEK: (Telling.AS_IT_HAPPENED, True),
        running - 3 * WEEK: (Telling.RECORDED, True),
        running - 4 * WEEK: (Telling.RECORDED, True),
    }
    assert count(store, contact) == 4 * DAY_CALLS + 2 * CALLS_A_DAY + 2
    assert differences(store, lambda _: None)[0] == []


def test_over_a_weekend_the_week_before_is_told_to_its_end(store):
    made(store)
    made(store, WEDNESDAY + timedelta(days=5))
    assert count(store, contact) == 3 * DAY_CALLS + 2
    assert demo().told(store)[monday_of(WEDNESDAY, ZONE)].is_finished


def test_what_describes_the_centre_is_told_at_the_first_monday_of_its_history(store):
    begun(store)
    first = store.frame(select(raw_event.c.occurred_at).order_by(raw_event.c.occurred_at))

    assert first["occurred_at"][0].astimezone(ZONE).isoformat() == "2026-11-02T00:00:00+02:00"


def test_a_demo_is_opening_until_its_first_day_is_told(store):
    begun(store)
    assert simulation.standing(store).is_opening(WEDNESDAY)

    caught_up(store, Time(WEDNESDAY + timedelta(seconds=3)))

    assert not simulation.standing(store).is_opening(WEDNESDAY)


def test_a_demo_that_died_while_it_opened_is_opening_no_more(store):
    begun(store)
    assert not simulation.standing(store).is_opening(WEDNESDAY + timedelta(minutes=2))
