"""Sums of hours answer for long periods, and give what the rows give."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from alembic import command
from sqlalchemy import select, text, update

from ccdash.ingest.writing import mark_dirty
from ccdash.measures import Fact
from ccdash.metrics import METRICS
from ccdash.query import Dimension, Period, Query
from ccdash.store import history
from ccdash.store.engine import Store, engine_for
from ccdash.store.frames import FramePool
from ccdash.store.rollup import refresh
from ccdash.store.schema_version import alembic_config
from ccdash.sums import contact_hour, contact_interval
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


def asked(zone: str, grain: Grain, *, days: int = 10, more: timedelta = timedelta()) -> Query:
    """The days to now, in a zone; `more` moves the end."""
    end = made_up.instant().replace(hour=0, minute=0, second=0, microsecond=0)
    start, end = (
        Period.parse(at.date().isoformat(), "2100-01-01", zone).start
        for at in (end - timedelta(days=days), end + timedelta(days=1))
    )
    return Query(ADDITIVE, Period(start, end + more, zone), grain, (Dimension.CHANNEL,))


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("grain", [Grain.HOUR, Grain.DAY, Grain.TOTAL])
def test_in_any_zone_the_figures_are_those_of_the_rows(filled, zone, grain):
    query = asked(zone, grain)
    sums, rows = (history.read(filled, query, raw=raw).frame for raw in (False, True))
    assert sums.equals(rows)
    assert sums["contacts"].sum() > 0


@pytest.mark.parametrize("minutes", [-15, -45, 15])
def test_a_period_that_ends_within_an_hour_has_its_quarters(filled, minutes):
    query = asked("Europe/Helsinki", Grain.DAY, more=timedelta(hours=-10, minutes=minutes))
    sums, rows = (history.read(filled, query, raw=raw).frame for raw in (False, True))
    assert sums.equals(rows)


def test_hours_are_made_of_their_quarters(filled):
    hours, quarters = (
        filled.frame(select(table.c.offered, table.c.wait_seconds)).sum().row(0)
        for table in (contact_hour, contact_interval)
    )
    assert hours == quarters


def test_whole_days_are_read_from_hours_and_quarters_of_an_hour_are_not(store):
    made_up.fill(store, made_up.instant())
    with store.transaction() as connection:
        refresh(connection)
        connection.execute(update(contact_hour).values(contacts=contact_hour.c.contacts + 1))
    offs = {}
    for grain in (Grain.DAY, Grain.QUARTER_HOUR):
        query = asked("UTC", grain, days=3)
        sums, rows = (history.read(store, query, raw=raw).frame for raw in (False, True))
        offs[grain] = sums["contacts"].sum() - rows["contacts"].sum()
    assert offs[Grain.DAY] > 0
    assert offs[Grain.QUARTER_HOUR] == 0


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
        hour_is_marked = text(
            "EXISTS (SELECT FROM dirty_interval d WHERE d.fact = 'contact' AND d.of_id ="
            " contact_hour.queue_id AND date_trunc('hour', d.interval_start) ="
            " contact_hour.interval_start)"
        )
        changed = connection.execute(
            update(contact_hour).values(contacts=contact_hour.c.contacts + 1).where(hour_is_marked)
        )
        assert changed.rowcount
    query = asked("Europe/Helsinki", Grain.DAY)
    sums, rows = (history.read(store, query, raw=raw).frame for raw in (False, True))
    assert sums.equals(rows)


def test_a_store_with_sums_gets_its_hours_when_it_is_migrated(server):
    names = [one.name for one in contact_interval.columns][3:]
    with fresh_database(server) as url:
        engine = engine_for(url)
        with engine.connect() as connection:
            connection.execute(text("DROP SCHEMA public CASCADE"))
            connection.execute(text("CREATE SCHEMA public"))
            connection.commit()
            migrated(connection, "0002")
            for minute in (0, 45):
                keys = {"interval_start": datetime(2026, 3, 1, 10, minute, tzinfo=UTC)}
                of = {"queue_id": 1, "channel": "phone"}
                connection.execute(
                    contact_interval.insert().values(keys | of | dict.fromkeys(names, 2))
                )
            connection.commit()
            migrated(connection, "head")
            rows = connection.execute(select(contact_hour.c.interval_start, contact_hour.c.offered))
            assert [(at.hour, offered) for at, offered in rows] == [(10, 4)]
        engine.dispose()


def migrated(connection, revision: str) -> None:
    config = alembic_config()
    config.attributes["connection"] = connection
    command.upgrade(config, revision)
