"""Embedded stores of made histories: filled once, by COPY, kept between runs.

The sums are made by the product's own code. A store whose generator or schema is another one than
today's is thrown away and made anew.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter
from typing import Any

import made_centre
import made_history
import polars as pl
import psycopg
from made_history import History
from psycopg import sql
from sqlalchemy import Connection, insert, literal, select, text
from sqlalchemy.schema import AddConstraint, DropConstraint

from ccdash import settings
from ccdash.measures import TIME, Fact
from ccdash.schema import metadata
from ccdash.store import rollup
from ccdash.store.buckets import interval_start
from ccdash.store.engine import Store, open_store
from ccdash.store.schema_version import is_current, revision_of
from ccdash.store.spreads import use_zone
from ccdash.sums import dirty_interval

BIG = [
    metadata.tables[name]
    for name in ("contact", "matter", "segment", "survey", "case", "identity", "person")
]
COPY = sql.SQL("COPY {} ({}) FROM STDIN (FORMAT csv)")
OF_CUSTOMER = 12
"""How many contacts the customers have whose history is read."""


@dataclass(frozen=True)
class Made:
    """A store with a made history, and customers of whom to ask."""

    contacts: int
    store: Store
    customers: list[int]
    bytes: int


@contextmanager
def made(home: Path, contacts: int, say: Callable[[str], None]) -> Iterator[Made]:
    """The store of this size in the folder, filled when it is not there yet."""
    folder = home / f"{contacts:_}"
    here = _is_usable(folder)
    if not here and folder.exists():
        shutil.rmtree(folder)
    with opened(folder) as store:
        if not here:
            say(f"{contacts:,} contacts are made")
            _fill(store, History(contacts), say)
            _note(folder, store, contacts)
        yield Made(contacts, store, _noted(folder)["customers"], _bytes(store))


@contextmanager
def opened(folder: Path) -> Iterator[Store]:
    """The embedded store of a home."""
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o755)  # the unprivileged user who runs the server for root looks in
    store = open_store(settings.load().model_copy(update={"home": folder, "database_url": None}))
    try:
        yield store
    finally:
        store.close()


def _is_usable(folder: Path) -> bool:
    """Looked up before the store is opened, which would migrate an old one."""
    if not _marker(folder).exists():
        return False
    note = _noted(folder)
    return note["generator"] == made_history.VERSION and is_current(note["schema"])


def _marker(folder: Path) -> Path:
    return folder / "made.json"


def _noted(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(_marker(folder).read_text())
    return found


def _note(folder: Path, store: Store, contacts: int) -> None:
    with store.engine.connect() as connection:
        revision = revision_of(connection)
    customers = made_history.customers_of(History(contacts), OF_CUSTOMER, 20)
    note = {"generator": made_history.VERSION, "schema": revision, "customers": customers}
    _marker(folder).write_text(json.dumps(note))


def _bytes(store: Store) -> int:
    with store.engine.connect() as connection:
        found = connection.execute(text("SELECT pg_database_size(current_database())"))
        return int(found.scalar_one())


def _fill(store: Store, history: History, say: Callable[[str], None]) -> None:
    with _timed(say, "rows by COPY"), store.transaction() as connection:
        connection.execute(text("SET LOCAL synchronous_commit = off"))
        connection.execute(text("SET LOCAL maintenance_work_mem = '512MB'"))
        connection.execute(text("SET LOCAL idle_in_transaction_session_timeout = 0"))
        _without_indexes(connection)
        _copy(connection, made_centre.names())
        for part in history.people():
            _copy(connection, part)
        for number, part in enumerate(history.parts()):
            _copy(connection, part)
            if number % 4 == 3:
                say(f"  {(number + 1) * made_history.AT_ONCE:,}")
        _with_indexes(connection)
    _vacuum(store)
    use_zone(store, made_centre.TIMEZONE)
    make_sums(store, say)


def make_sums(store: Store, say: Callable[[str], None]) -> None:
    """Every interval is marked, then its sums are made anew by the product."""
    with _timed(say, "sums"), store.transaction() as connection:
        connection.execute(text("SET LOCAL idle_in_transaction_session_timeout = 0"))
        for fact in (Fact.CONTACT, Fact.CASE):
            _mark(connection, fact)
        rollup.refresh(connection)
    _vacuum(store)


def _copy(connection: Connection, tables: Mapping[str, pl.DataFrame]) -> None:
    driver = connection.connection.driver_connection
    assert isinstance(driver, psycopg.Connection)
    for name, frame in tables.items():
        columns = sql.SQL(", ").join(sql.Identifier(one) for one in frame.columns)
        with driver.cursor() as cursor, cursor.copy(
            COPY.format(sql.Identifier(name), columns)
        ) as copy:  # fmt: skip
            copy.write(frame.write_csv(include_header=False, quote_style="necessary"))


def _without_indexes(connection: Connection) -> None:
    for table in BIG:
        for index in table.indexes:
            index.drop(connection)
        connection.execute(DropConstraint(table.primary_key))


def _with_indexes(connection: Connection) -> None:
    for table in BIG:
        connection.execute(AddConstraint(table.primary_key))
        for index in table.indexes:
            index.create(connection)


def _mark(connection: Connection, fact: Fact) -> None:
    at = TIME[fact]
    keys = select(interval_start(at).label("start"), at.table.c.queue_id).distinct().subquery()
    now = literal(datetime.now(UTC))
    marks = select(literal(fact.value), keys.c.start, keys.c.queue_id, literal(1), now)
    names = ["fact", "interval_start", "of_id", "mark", "marked_at"]
    connection.execute(insert(dirty_interval).from_select(names, marks))


def _vacuum(store: Store) -> None:
    """What autovacuum does in time: the planner's statistics and the visibility map."""
    with store.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM (ANALYZE)"))


@contextmanager
def _timed(say: Callable[[str], None], what: str) -> Iterator[None]:
    began = perf_counter()
    yield
    say(f"  {what}: {perf_counter() - began:.1f} s")
