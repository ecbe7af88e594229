"""Sums of hours answer for long periods, and give what the rows give."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from alembic import command
from sqlalchemy import Table, inspect, select, text, update

from ccdash.ingest.writing import mark_dirty
from ccdash.measures import Fact
from ccdash.metrics import METRICS
from ccdash.query import Dimension, Period, Query
from ccdash.store import check, history, rollup
from ccdash.store.engine import Store, engine_for
from ccdash.store.frames import FramePool
from ccdash.store.rollup import refresh
from ccdash.store.schema_version import alembic_config
from ccdash.sums import LEVELS, contact_channel_hour, contact_hour, contact_interval
from ccdash.vocabulary import Grain
from tests import made_up
from tests.conftest import fresh_database

ADDITIVE = tuple(
    one.name
    for one in METRICS.values()
    if one.fact is Fact.CONTACT and all(measure.is_additive for measure in one.measures)
)
ZONES = ("UTC", "Europe/Helsinki", "Asia/Kolkata", "Asia/Kathmandu", "America/St_Johns")


@pytest.fixture(scope="module")
def filled(server):
    with fresh_database(server) as url:
        store = Store(engine_for(url), FramePool(url))
        made_up.fill(store, made_up.instant())
        with store.transaction() as connection:
            refresh(connection)
        yield store
        store.close()


CHANNELS, QUEUES = (Dimension.CHANNEL,), (Dimension.QUEUE, Dimension.CHANNEL)


def asked(
    zone: str, grain: Grain, *, days: int = 10, more: timedelta = timedelta(), by=CHANNELS
) -> Query:
    """The days to now, in a zone; `more` moves the end."""
    end = made_up.instant().replace(hour=0, minute=0, second=0, microsecond=0)
    start, end = (
        Period.parse(at.date().isoformat(), "2100-01-01", zone).start
        for at in (end - timedelta(days=days), end + timedelta(days=1))
    )
    return Query(ADDITIVE, Period(start, end + more, zone), grain, by)


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("grain", [Grain.HOUR, Grain.DAY, Grain.TOTAL])
def test_in_any_zone_the_figures_are_those_of_the_rows(filled, zone, grain):
    for by in (CHANNELS, QUEUES):
        sums = compared(filled, asked(zone, grain, by=by))
        assert sums["contacts"].sum() > 0


def compared(store: Store, query: Query):
    """The figures, which are those of the rows."""
    sums, rows = (history.read(store, query, raw=raw).frame for raw in (False, True))
    assert sums.equals(rows)
    return sums


@pytest.mark.parametrize("minutes", [-15, -45, 15])
def test_a_period_that_ends_within_an_hour_has_its_quarters(filled, minutes):
    for by in (CHANNELS, QUEUES):
        end = timedelta(hours=-10, minutes=minutes)
        compared(filled, asked("Europe/Helsinki", Grain.DAY, more=end, by=by))


def test_every_level_holds_the_same(filled):
    for fact, tables in LEVELS.items():
        totals = {
            filled.frame(select(*(one for one in table.c if not one.primary_key))).sum().row(0)
            for table in tables
        }
        assert len(totals) == 1, fact


def test_many_intervals_in_parts_become_what_each_becomes_alone(filled, monkeypatch):
    tables = [table for tables in LEVELS.values() for table in tables]
    one_by_one = [rows_of(filled, table) for table in tables]
    for name, value in {"AT_ONCE": 50, "MANY": 0, "DENSE_A_DAY": 0}.items():
        monkeypatch.setattr(rollup, name, value)
    with filled.transaction() as connection:
        for fact, (finest, *_) in LEVELS.items():
            keys = connection.execute(select(*list(finest.primary_key)[:2])).all()
            mark_dirty(connection, fact, set(map(tuple, keys)), made_up.instant())
        for table in tables:
            connection.execute(table.delete())
        refresh(connection)
    assert [rows_of(filled, table) for table in tables] == one_by_one
    assert any(one_by_one)


def test_an_hour_keeps_its_later_quarters_when_many_earlier_ones_are_made_anew(filled, monkeypatch):
    tables = [table for tables in LEVELS.values() for table in tables]
    before = [rows_of(filled, table) for table in tables]
    monkeypatch.setattr(rollup, "MANY", 0)
    monkeypatch.setattr(rollup, "DENSE_A_DAY", 0)
    quarters = sorted({start for start, *_ in rows_of(filled, contact_interval)})
    last = max(at for at in quarters if at + timedelta(minutes=15) in quarters and at.minute < 45)
    with filled.transaction() as connection:
        queues = {of for _, of, *_ in rows_of(filled, contact_interval)}
        mark_dirty(connection, Fact.CONTACT, {(last, of) for of in queues}, made_up.instant())
        refresh(connection)
    assert [rows_of(filled, table) for table in tables] == before


def rows_of(store: Store, table: Table) -> list[tuple]:
    return sorted(store.frame(select(table)).rows())


def test_the_coarsest_level_that_can_answer_is_read_and_check_compares_each(store):
    made_up.fill(store, made_up.instant())
    with store.transaction() as connection:
        refresh(connection)
    read = {
        (Grain.QUARTER_HOUR, QUEUES): contact_interval,
        (Grain.DAY, QUEUES): contact_hour,
        (Grain.DAY, CHANNELS): contact_channel_hour,
    }
    for table in read.values():
        with store.transaction() as connection:
            connection.execute(update(table).values(contacts=table.c.contacts + 1))
        for (grain, by), its in read.items():
            query = asked("UTC", grain, days=3, by=by)
            sums, rows = (history.read(store, query, raw=raw).frame for raw in (False, True))
            assert (sums["contacts"].sum() > rows["contacts"].sum()) is (table is its)
        found, _ = check.differences(store, lambda _: None)
        assert {one.measure for one in found} == {"contacts"}
        check.repair(store, found, made_up.instant())
    assert check.differences(store, lambda _: None)[0] == []


def test_an_hour_with_a_mark_is_read_from_its_quarters_and_from_the_rows(store):
    made_up.fill(store, made_up.instant())
    with store.transaction() as connection:
        refresh(connection)
        keys = connection.execute(
            select(contact_interval.c.interval_start, contact_interval.c.queue_id)
        ).all()
        mark_dirty(connection, Fact.CONTACT, set(map(tuple, keys[::3])), made_up.instant())
        wrong = {one.name: one + 1 for one in contact_interval.c if one.name == "contacts"}
        is_marked = text(
            "EXISTS (SELECT FROM dirty_interval d WHERE d.fact = 'contact' AND d.of_id ="
            " contact_interval.queue_id AND d.interval_start = contact_interval.interval_start)"
        )
        connection.execute(update(contact_interval).values(wrong).where(is_marked))
        for table in (contact_hour, contact_channel_hour):
            same = " AND d.of_id = contact_hour.queue_id" if table is contact_hour else ""
            hour_is_marked = text(
                f"EXISTS (SELECT FROM dirty_interval d WHERE d.fact = 'contact'{same}"
                f" AND date_trunc('hour', d.interval_start) = {table.name}.interval_start)"
            )
            off = update(table).values(contacts=table.c.contacts + 1).where(hour_is_marked)
            assert connection.execute(off).rowcount
    for by in (CHANNELS, QUEUES):
        compared(store, asked("Europe/Helsinki", Grain.DAY, by=by))


def test_a_store_with_sums_gets_its_hours_when_it_is_migrated(server):
    with fresh_database(server) as url:
        engine = engine_for(url)
        with engine.connect() as connection:
            connection.execute(text("DROP SCHEMA public CASCADE"))
            connection.execute(text("CREATE SCHEMA public"))
            connection.commit()
            migrated(connection, "0002")
            names = [one["name"] for one in inspect(connection).get_columns("contact_interval")][3:]
            for minute in (0, 45):
                keys = {"interval_start": datetime(2026, 3, 1, 10, minute, tzinfo=UTC)}
                of = {"queue_id": 1, "channel": "phone"}
                connection.execute(
                    contact_interval.insert().values(keys | of | dict.fromkeys(names, 2))
                )
            connection.commit()
            migrated(connection, "head")
            for table in (contact_hour, contact_channel_hour):
                rows = connection.execute(select(table.c.interval_start, table.c.offered))
                assert [(at.hour, offered) for at, offered in rows] == [(10, 4)]
        engine.dispose()


def migrated(connection, revision: str) -> None:
    config = alembic_config()
    config.attributes["connection"] = connection
    command.upgrade(config, revision)
