"""What a look behind a database URL finds, on a real Postgres."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from ccdash.store import connection_check
from ccdash.store.connection_check import Verdict, found_at
from ccdash.store.engine import psycopg_url
from tests import made_up

ROLES = ("ccdash_looks", "ccdash_may_not", "ccdash_may_nothing")


def test_a_store_is_told_with_what_it_holds(store, url) -> None:
    made_up.fill(store, made_up.instant())

    found = found_at(url)

    assert found.verdict is Verdict.READY
    assert found.contacts > made_up.CALLS
    assert found.postgres >= 15
    assert found.sources
    assert found.first_at < found.last_at <= found.newest_event_at


@pytest.mark.parametrize(
    ("address", "verdict"),
    [
        ("hello", Verdict.NOT_A_URL),
        ("mysql://a:b@127.0.0.1/c", Verdict.NOT_A_URL),
        ("postgresql://a:b@127.0.0.1:1/c", Verdict.NO_SERVER),
        ("postgresql://a:b@nowhere.invalid/c", Verdict.NO_HOST),
    ],
)
def test_an_address_without_a_server_is_told_by_what_is_wrong_with_it(address, verdict) -> None:
    assert found_at(address).verdict is verdict


def test_a_wrong_database_and_a_wrong_role_are_told_apart(url) -> None:
    name = psycopg_url(url).database

    assert found_at(url.replace(f"/{name}", "/not_there")).verdict is Verdict.NO_DATABASE
    wrong = psycopg_url(url).set(drivername="postgresql", username="not_there")
    found = found_at(wrong.render_as_string(hide_password=False)).verdict
    assert found in (Verdict.NO_ROLE, Verdict.WRONG_PASSWORD, Verdict.REFUSED)


@pytest.mark.parametrize(
    ("statement", "verdict"),
    [
        ("DROP SCHEMA public CASCADE; CREATE SCHEMA public", Verdict.EMPTY),
        (
            "DROP SCHEMA public CASCADE; CREATE SCHEMA public; CREATE TABLE shoe (size int)",
            Verdict.FOREIGN,
        ),
        ("DROP TABLE alembic_version", Verdict.FOREIGN),
        ("UPDATE alembic_version SET version_num = '0001'", Verdict.TOO_OLD),
        ("UPDATE alembic_version SET version_num = '9999'", Verdict.TOO_NEW),
    ],
)
def test_a_database_that_is_no_ready_store_says_what_it_is(engine, url, statement, verdict) -> None:
    with engine.begin() as connection:
        connection.execute(text(statement))
    engine.dispose()

    assert found_at(url).verdict is verdict


def test_a_role_that_may_only_read_and_one_that_may_not_are_told(engine, url) -> None:
    with engine.begin() as connection:
        for role in ROLES:
            connection.execute(text(f"DROP ROLE IF EXISTS {role}"))
            connection.execute(text(f"CREATE ROLE {role} LOGIN"))
        connection.execute(text(f"GRANT SELECT ON ALL TABLES IN SCHEMA public TO {ROLES[0]}"))
        connection.execute(text(f"GRANT SELECT ON alembic_version TO {ROLES[1]}"))
    plain = psycopg_url(url).set(drivername="postgresql")

    verdicts = [
        found_at(plain.set(username=role).render_as_string(hide_password=False)).verdict
        for role in ROLES
    ]

    with engine.begin() as connection:
        for role in ROLES:
            connection.execute(text(f"DROP OWNED BY {role}"))
            connection.execute(text(f"DROP ROLE {role}"))
    assert verdicts == [Verdict.READS_ONLY, Verdict.NO_RIGHTS, Verdict.NO_RIGHTS]


SLOWLY = (
    "ALTER TABLE contact RENAME TO far_away;"
    "CREATE FUNCTION arrives() RETURNS boolean LANGUAGE plpgsql COST 1000000 AS"
    " 'BEGIN PERFORM pg_sleep(0.1); RETURN true; END';"
    "CREATE VIEW contact AS SELECT * FROM far_away WHERE arrives()"
)


def test_a_store_with_too_many_contacts_to_count_is_told_all_the_same(
    store, url, monkeypatch
) -> None:
    made_up.fill(store, made_up.instant())
    with store.transaction() as connection:
        connection.execute(text(SLOWLY))
    policy = connection_check.POLICY.replace("timeout=5s", "timeout=2s")
    monkeypatch.setattr(connection_check, "POLICY", policy)

    found = found_at(url)

    assert (found.verdict, found.contacts) == (Verdict.READY, None)
    assert found.first_at < found.last_at


def test_a_database_at_other_work_is_not_one_that_does_not_answer(store, url, monkeypatch) -> None:
    policy = connection_check.POLICY.replace("timeout=5s", "timeout=300ms")
    monkeypatch.setattr(connection_check, "POLICY", policy)

    with store.transaction() as connection:
        connection.execute(text("LOCK TABLE alembic_version"))
        found = found_at(url)

    assert found.verdict is Verdict.SLOW


def test_a_look_writes_nothing_and_a_password_is_in_no_answer(url) -> None:
    secret = "postgresql://a:very-secret@127.0.0.1:1/c"

    assert "very-secret" not in repr(found_at(secret))
    assert found_at(url).contacts == 0
