"""How fast the bulk import is, beside a bare COPY of the same rows and beside one event at a time.

    .venv/bin/python benchmarks/import_rate.py [--weeks 2] [--one-by-one 1500]

All in one run on one server: the one of CCDASH_DATABASE_URL (in databases of its own, dropped in
the end), or a throw-away embedded one. Each figure is the best of its rounds.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from time import perf_counter
from uuid import uuid4

import psycopg
from psycopg import sql
from sqlalchemy import Engine, create_engine, text

from ccdash import settings
from ccdash.ingest.events import decode, encode
from ccdash.ingest.files import import_file
from ccdash.ingest.record import record
from ccdash.ingest.sources.jsonl import EventLines
from ccdash.schema import metadata
from ccdash.settings import PROJECT
from ccdash.simulate import centre, telling, week
from ccdash.store import rollup, schema_version
from ccdash.store.embedded import EmbeddedPostgres
from ccdash.store.engine import engine_for, psycopg_url

MONDAY, SEED = date(2025, 11, 3), 1
OUT, IN = sql.SQL("COPY (SELECT * FROM {}) TO STDOUT"), sql.SQL("COPY {} FROM STDIN")


@dataclass(frozen=True)
class Figure:
    """What was done, to how many of what, in how many seconds."""

    what: str
    number: int
    unit: str
    seconds: float

    @property
    def rate(self) -> float:
        return self.number / self.seconds


def now() -> datetime:
    return datetime.now(UTC)


def timed(work: Callable[[], object]) -> float:
    began = perf_counter()
    work()
    return perf_counter() - began


@contextmanager
def server() -> Iterator[str]:
    """The URL of a server on which databases may be made."""
    given = settings.load().database_url
    if given is not None:
        yield given.get_secret_value()
        return
    with tempfile.TemporaryDirectory(dir="/tmp") as home:
        Path(home).chmod(0o755)  # the unprivileged user who runs the server for root looks in
        with EmbeddedPostgres.open(Path(home)) as postgres:
            yield postgres.url


@contextmanager
def fresh(url: str) -> Iterator[Engine]:
    """A migrated database of its own, dropped in the end."""
    name = f"bench_{uuid4().hex[:12]}"
    admin = create_engine(psycopg_url(url), isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    there = psycopg_url(url).set(drivername="postgresql", database=name)
    engine = engine_for(there.render_as_string(hide_password=False))
    try:
        schema_version.upgrade(engine)
        yield engine
    finally:
        engine.dispose()
        with admin.connect() as connection:
            connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
        admin.dispose()


@contextmanager
def driver(engine: Engine) -> Iterator[psycopg.Connection[tuple[object, ...]]]:
    with engine.begin() as connection:
        found = connection.connection.driver_connection
        assert isinstance(found, psycopg.Connection)
        yield found


def copied_out(engine: Engine) -> dict[str, bytes]:
    """Every row of every table, as COPY writes it; tables in the order in which they refer."""
    found = {}
    with driver(engine) as connection, connection.cursor() as cursor:
        for table in metadata.sorted_tables:
            with cursor.copy(OUT.format(sql.Identifier(table.name))) as copy:
                found[table.name] = b"".join(copy)
    return {name: rows for name, rows in found.items() if rows}


def copy_in(engine: Engine, tables: dict[str, bytes]) -> None:
    with driver(engine) as connection, connection.cursor() as cursor:
        for name, rows in tables.items():
            with cursor.copy(IN.format(sql.Identifier(name))) as copy:
                copy.write(rows)


def refresh(engine: Engine) -> None:
    with engine.begin() as connection:
        rollup.refresh(connection)


def one_by_one(engine: Engine, lines: list[bytes]) -> None:
    for line in lines:
        with engine.begin() as connection:
            record(connection, [decode(line)], received_at=now())


def round_of(url: str, file: Path, few: list[bytes]) -> list[Figure]:
    """Every way once, each in a fresh database."""
    events = file.read_bytes().count(b"\n")
    with fresh(url) as engine:
        bulk = timed(lambda: import_file(engine, file, EventLines, now=now))
        tables = copied_out(engine)
        sums = timed(lambda: refresh(engine))
    rows = sum(lines.count(b"\n") for lines in tables.values())
    with fresh(url) as engine:
        bare = timed(lambda: copy_in(engine, tables))
    with fresh(url) as engine:
        single = timed(lambda: one_by_one(engine, few))
    return [
        Figure("bulk import", events, "events", bulk),
        Figure("sums of it made", events, "events", sums),
        Figure("rows of it, bare COPY", rows, "rows", bare),
        Figure("one by one, a commit each", len(few), "events", single),
    ]


def report(figures: list[Figure]) -> None:
    for one in figures:
        print(
            f"{one.what:26} {one.number:>8,} {one.unit:6} {one.seconds:7.2f} s {one.rate:>10,.0f}/s"
        )
    bulk, sums, bare, single = figures
    both = bulk.seconds + sums.seconds
    print(f"\nbulk import / bare COPY of its rows: {bulk.seconds / bare.seconds:.1f} x the time")
    print(f"with its sums / bare COPY: {both / bare.seconds:.1f} x the time")
    print(f"bulk import / one by one: {bulk.rate / single.rate:.1f} x the rate")


def told(weeks: int) -> list[bytes]:
    """The demo centre's events, a line each; always the same."""
    of = centre.load(PROJECT / "data")
    mondays = [MONDAY + timedelta(weeks=one) for one in range(weeks)]
    events = [one for day in mondays for one in telling.recorded(week.simulate(of, SEED, day))]
    return [encode(one) for one in [*telling.described(of, centre.ALWAYS), *events]]


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--weeks", type=int, default=2, help="of the demo centre")
    parser.add_argument("--one-by-one", type=int, default=1500, help="events told singly")
    parser.add_argument("--rounds", type=int, default=2)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, server() as url:
        file = Path(folder) / "sample.jsonl"
        lines = told(asked.weeks)
        file.write_bytes(b"\n".join(lines))
        few = lines[: asked.one_by_one]
        rounds = [round_of(url, file, few) for _ in range(asked.rounds)]
    best = [min(ways, key=lambda one: one.seconds) for ways in zip(*rounds, strict=True)]
    report(best)


if __name__ == "__main__":
    main()
