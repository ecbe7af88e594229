from __future__ import annotations

import subprocess
from shutil import which

import polars as pl
import pytest
from sqlalchemy import func, literal, select, text

from ccdash.errors import (
    BadSettings,
    CcdashError,
    DiskFull,
    StoreTooNew,
    StoreTooOld,
    StoreUnavailable,
)
from ccdash.schema import contact
from ccdash.settings import Settings
from ccdash.store.engine import open_store
from ccdash.store.frames import FramePool

NOBODY_HOME = "postgresql://ccdash@127.0.0.1:1/ccdash"


def opened(url: str, **more: bool):
    return open_store(Settings(database_url=url), **more)


def test_a_store_that_is_down_is_told_in_one_sentence():
    with pytest.raises(StoreUnavailable, match="The store does not answer: check that"):
        opened(NOBODY_HOME)


@pytest.mark.parametrize(
    "url", ["nonsense", "mysql://host/db", "http://example.org", "postgresql://host:port/db"]
)
def test_a_wrong_url_names_the_setting(url):
    with pytest.raises(BadSettings, match="CCDASH_DATABASE_URL"):
        opened(url)


def test_a_password_is_in_no_message():
    with pytest.raises(StoreUnavailable) as caught:
        opened("postgresql://ccdash:sesame@127.0.0.1:1/ccdash")
    assert "sesame" not in str(caught.value)


def test_an_empty_database_is_too_old_until_it_is_migrated(url, engine):
    with engine.begin() as connection:
        connection.execute(text("DROP SCHEMA public CASCADE"))
        connection.execute(text("CREATE SCHEMA public"))
    with pytest.raises(StoreTooOld, match="ccdash migrate"):
        opened(url)
    opened(url, migrate=True).close()
    opened(url).close()


def test_a_store_of_a_newer_version_is_refused_and_left_alone(url, engine):
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    for migrate in (False, True):
        with pytest.raises(StoreTooNew, match="newer ccdash"):
            opened(url, migrate=migrate)


def test_a_full_disk_is_told_and_nothing_is_lost(store):
    with pytest.raises(DiskFull, match="make room"), store.transaction() as connection:
        connection.execute(
            text("DO $$ BEGIN RAISE EXCEPTION USING errcode = '53100', message = 'no room'; END $$")
        )


def test_reads_cannot_write(store):
    with pytest.raises(CcdashError, match="read-only"):
        store.frame(select(func.nextval("import_batch_batch_id_seq")))


def test_an_empty_result_keeps_its_types(store):
    frame = store.frame(select(contact.c.arrived_at, contact.c.wait_seconds, contact.c.channel))
    assert frame.schema == {
        "arrived_at": pl.Datetime("us", "UTC"),
        "wait_seconds": pl.Int32,
        "channel": pl.String,
    }


def test_a_lost_connection_is_replaced(store, engine):
    assert store.frame(select(literal(1).label("one")))["one"].to_list() == [1]
    with engine.connect() as connection:
        connection.execute(
            text(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE application_name = 'ccdash-read' AND datname = current_database()"
            )
        )
    assert store.frame(select(literal(2).label("two")))["two"].to_list() == [2]


def test_a_connection_at_work_while_the_pool_is_closed_is_closed_when_it_comes_back(url):
    pool = FramePool(url)
    with pool._connection() as connection:
        pool.close()
    assert connection._closed


def test_values_are_bound_never_spliced(store):
    evil = "'; DROP TABLE contact; --"
    assert store.frame(select(literal(evil).label("text")))["text"][0] == evil


@pytest.mark.skipif(which("pg_dump") is None, reason="pg_dump is not installed")
def test_the_connection_url_works_for_other_programs_of_postgres(server):
    if server.binaries.major > 15:
        pytest.skip("the installed pg_dump is older than this server")
    told = subprocess.run(
        ["pg_dump", "--schema-only", server.url], capture_output=True, text=True, check=True
    )
    assert "CREATE TABLE public.contact" in told.stdout
