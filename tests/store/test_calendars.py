"""Calendars in the store: which one holds, and what is measured anew when they change."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from alembic import command
from sqlalchemy import select, text

from ccdash.calendars import Calendar, SpecialDay, Week
from ccdash.errors import BadQuery
from ccdash.ingest import events as ev
from ccdash.ingest.rebuild import rebuild
from ccdash.ingest.record import record
from ccdash.metrics import METRICS
from ccdash.query import Period, Query
from ccdash.schema import case, contact
from ccdash.store import calendars, contacts, history
from ccdash.store.calendars import Assigned
from ccdash.store.dated_settings import BEGINNING
from ccdash.store.engine import Store, engine_for
from ccdash.store.frames import FramePool
from ccdash.store.open_buckets import open_buckets
from ccdash.store.rollup import refresh
from ccdash.store.schema_version import alembic_config
from ccdash.sums import dirty_interval
from ccdash.vocabulary import Channel, Grain, Outcome
from tests.conftest import fresh_database

pytestmark = pytest.mark.any_postgres

FRIDAY = datetime(2026, 3, 6, 15, tzinfo=UTC)
"""17:00 in Helsinki; the office closes at 18:00 and opens on Monday at 8:00."""
HELSINKI = ZoneInfo("Europe/Helsinki")
WEEKEND = timedelta(days=3)
OPEN = 3600 + 9 * 3600
SPLIT, NIGHT = ((480, 720), (780, 1020)), ((1320, 1560),)
NOW = FRIDAY + timedelta(days=30)
OFFICE = Calendar(
    "office", "Europe/Helsinki", "FI",
    weeks=(Week(calendars.SINCE_EVER, (((480, 1080),),) * 5 + ((),) * 3),),
    special_days=(SpecialDay(date(2026, 3, 20), "Summer party", ((480, 720),)),),
)  # fmt: skip
ASKED = ("first_response_time", "first_response_time_open", "asa", "asa_open",
         "first_response_median", "first_response_open_median")  # fmt: skip
SUMS = (
    "contact_interval", "contact_hour", "contact_channel_hour", "case_interval", "case_hour",
)  # fmt: skip
OF_CASES = ("resolution_time", "resolution_time_open", "resolution_open_p90")


def written(key: str, at: datetime, queue: str = "inbox") -> ev.Recorded:
    answered = at + WEEKEND
    return ev.Recorded(
        source="s", id=key, contact=key, at=at, queued_at=at, channel=Channel.EMAIL, queue=queue,
        outcome=Outcome.HANDLED, answered_at=answered, end=answered + timedelta(minutes=5),
        agent="a",
    )  # fmt: skip


def matter(at: datetime) -> list[ev.Event]:
    of = {"source": "s", "case": "c"}
    return [
        ev.CaseOpened(id="c1", at=at, queue="inbox", **of),
        ev.CaseResolved(id="c2", at=at + timedelta(hours=2), **of),
        ev.CaseReopened(id="c3", at=at + timedelta(days=1), **of),
        ev.CaseResolved(id="c4", at=at + WEEKEND, **of),
    ]


def assigned(name: str = "office", queue: str = "", since: datetime = BEGINNING) -> Assigned:
    return Assigned(name, "", queue, since)


@pytest.fixture
def told(store):
    """A message and a case over a weekend, in a store that keeps office hours."""
    with store.transaction() as connection:
        record(connection, [written("w", FRIDAY), *matter(FRIDAY)], received_at=NOW)
        calendars.put(connection, OFFICE, NOW)
        calendars.assign(connection, assigned(), NOW)
        refresh(connection)
    return store


def stamps(store) -> list[int]:
    rows = store.frame(
        select(contact.c.wait_open_seconds, contact.c.response_open_seconds).order_by(contact.c.key)
    ).rows()
    cases = store.frame(select(case.c.resolved_open_seconds)).rows()
    return [value for row in (*rows, *cases) for value in row]


def figures(store, names: tuple[str, ...], *, raw: bool = False) -> dict[str, float]:
    frame = history.read(store, asked(names), raw=raw).frame
    return {name: frame[name][0] for name in names}


def asked(names: tuple[str, ...]) -> Query:
    return Query(names, Period(FRIDAY - timedelta(days=1), FRIDAY + timedelta(days=1), "UTC"))


def test_a_weekend_is_left_out_of_what_is_told_before_and_after_the_calendar(told):
    assert stamps(told) == [OPEN, OPEN, OPEN]
    with told.transaction() as connection:
        record(connection, [written("x", FRIDAY)], received_at=NOW)
    assert stamps(told) == [OPEN] * 5


def test_figures_by_the_clock_and_in_opening_hours_stand_side_by_side(told):
    clock = WEEKEND.total_seconds()
    for raw in (False, True):
        found = figures(told, ASKED, raw=raw)
        assert found["first_response_time"] == found["asa"] == clock
        assert found["first_response_time_open"] == found["asa_open"] == OPEN
        assert found["first_response_median"] == pytest.approx(clock, rel=0.03)
        assert found["first_response_open_median"] == pytest.approx(OPEN, rel=0.03)
        listed = contacts.behind(told, asked(("first_response_time_open",)))
        assert listed["wait_seconds"].to_list() == [clock]
        cases = figures(told, OF_CASES, raw=raw)
        assert (cases["resolution_time"], cases["resolution_time_open"]) == (clock, OPEN)
        assert cases["resolution_open_p90"] == pytest.approx(OPEN, rel=0.03)


def test_a_changed_week_or_day_measures_anew_what_it_touches_and_marks_its_sums(told):
    closed = replace(OFFICE, weeks=(), special_days=(SpecialDay(date(2026, 3, 9), "Move"),))
    with told.transaction() as connection:
        record(connection, [written("early", FRIDAY - timedelta(days=7))], received_at=NOW)
        refresh(connection)
        assert calendars.put(connection, closed, NOW) == 2
        marks = connection.execute(select(dirty_interval.c.fact).distinct()).scalars()
        assert sorted(marks) == ["case", "contact"]
    assert stamps(told) == [OPEN, OPEN, 3600, 3600, 3600]
    for raw in (False, True):
        assert figures(told, ("asa_open",), raw=raw) == {"asa_open": 3600}


def test_what_arrived_before_an_assignment_keeps_what_held_then(told):
    longer = replace(
        OFFICE, name="longer", weeks=(Week(calendars.SINCE_EVER, (((0, 1440),),) * 8),)
    )
    with told.transaction() as connection:
        record(connection, [written("later", FRIDAY + timedelta(days=7))], received_at=NOW)
        calendars.put(connection, longer, NOW)
        since = FRIDAY + timedelta(days=1)
        assert calendars.assign(connection, assigned("longer", "inbox", since), NOW) == 1
    assert stamps(told) == [3 * 86_400, 3 * 86_400, OPEN, OPEN, OPEN]


def test_always_gives_a_queue_the_clock_back_and_no_other_one(told):
    with told.transaction() as connection:
        record(connection, [written("other", FRIDAY, "post")], received_at=NOW)
        calendars.assign(connection, assigned("always", "inbox"), NOW)
    assert stamps(told) == [OPEN, OPEN, 3 * 86_400, 3 * 86_400, 3 * 86_400]


def test_open_hours_are_those_of_the_channels_that_came_day_by_day(store):
    whole = replace(OFFICE, name="whole", weeks=(Week(calendars.SINCE_EVER, (((0, 1440),),) * 8),))
    days = ((BEGINNING, "office"), (date(2026, 3, 4), "whole"), (date(2026, 3, 5), "office"))
    with store.transaction() as connection:
        record(connection, [written("w", FRIDAY)], received_at=NOW)
        for one in (OFFICE, whole):
            calendars.put(connection, one, NOW)
        for day, name in days:
            since = datetime(day.year, day.month, day.day, tzinfo=HELSINKI)
            calendars.assign(connection, Assigned(name, Channel.EMAIL, "", since), NOW)
    week = Period.parse("2026-03-03", "2026-03-07", "Europe/Helsinki")
    found = open_buckets(store, Query(("offered",), week, Grain.HOUR))
    assert [sum(found[day : day + 24]) for day in range(0, 96, 24)] == [10, 24, 10, 10]


def test_what_comes_without_a_queue_is_open_when_its_channel_is(store):
    direct = ev.Answered(
        source="s", id="d", contact="d", at=FRIDAY, channel=Channel.PHONE, agent="anna"
    )
    with store.transaction() as connection:
        record(connection, [written("w", FRIDAY), direct], received_at=NOW)
        calendars.put(connection, OFFICE, NOW)
        calendars.assign(connection, Assigned("office", Channel.EMAIL, "", BEGINNING), NOW)
    day = Period.parse("2026-03-06", "2026-03-07", "Europe/Helsinki")
    found = open_buckets(store, Query(("offered",), day, Grain.HOUR))
    assert sum(found) == 24


def test_a_rebuild_gives_the_same_seconds(told):
    with told.transaction() as connection:
        rebuild(connection, NOW)
    assert stamps(told) == [OPEN, OPEN, OPEN]


def test_a_calendar_is_read_as_it_was_set(told):
    with told.transaction() as connection:
        night = replace(
            OFFICE, name="night", subdivision="", country="",
            weeks=(Week(date(2026, 1, 1), (SPLIT, NIGHT, *((),) * 6)),),
        )  # fmt: skip
        calendars.put(connection, night, NOW)
        assert calendars.listed(connection) == [night, OFFICE]
        with pytest.raises(BadQuery, match="there is night, office"):
            calendars.assign(connection, assigned("offce"), NOW)


def test_a_store_of_before_calendars_has_the_clock_s_seconds(server):
    with fresh_database(server) as url:
        engine = engine_for(url)
        config = alembic_config()
        with engine.connect() as connection:
            record(connection, [written("w", FRIDAY), *matter(FRIDAY)], received_at=NOW)
            refresh(connection)
            kept = {
                table: connection.execute(text(f'SELECT * FROM "{table}"')).mappings().all()
                for table in ("contact", "case", *SUMS)
            }
            connection.execute(text("DROP SCHEMA public CASCADE"))
            connection.execute(text("CREATE SCHEMA public"))
            connection.commit()
            config.attributes["connection"] = connection
            command.upgrade(config, "0007")
            for table, rows in kept.items():
                _put_what_fits(connection, table, rows)
            connection.commit()
            command.upgrade(config, "head")
        store = Store(engine, FramePool(url))
        assert stamps(store) == [3 * 86_400] * 3
        sums = figures(store, ASKED) | figures(store, OF_CASES)
        for name in sums:
            wanted = 3 * 86_400
            assert sums[name] == pytest.approx(wanted, rel=0.03), METRICS[name].name
        store.close()


def _put_what_fits(connection, table, rows) -> None:
    names = connection.execute(
        text("SELECT column_name FROM information_schema.columns WHERE table_name = :table"),
        {"table": table},
    ).scalars()
    there = [name for name in names if name in rows[0]]
    marks = ", ".join(f":{name}" for name in there)
    statement = text(f'INSERT INTO "{table}" ({", ".join(there)}) VALUES ({marks})')
    connection.execute(statement, [{name: row[name] for name in there} for row in rows])
