"""Databases for tests: fresh ones, and emptied ones that are lent again with their connections.

To make a database, to connect and to compile every statement anew takes longer than most tests.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from uuid import uuid4

from sqlalchemy import Connection, Engine, create_engine, text
from sqlalchemy.exc import DBAPIError

from ccdash.store.embedded import EmbeddedPostgres
from ccdash.store.engine import Store, engine_for, psycopg_url
from ccdash.store.frames import FramePool

MOST_BYTES = 40_000_000  # an emptied table keeps its pages
TABLES = """
SELECT format('%I', relname) FROM pg_class
WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition
ORDER BY oid
"""
SCHEMA = """
SELECT (SELECT xmin::text FROM pg_database WHERE datname = current_database()),
       md5(string_agg(concat(oid, ' ', xmin, ' ', relfilenode), ',' ORDER BY oid))
FROM pg_class WHERE relnamespace = 'public'::regnamespace
"""
SEQUENCES = """
SELECT setval(seqrelid, seqstart, false) FROM pg_sequence
WHERE seqrelid::regclass IN (SELECT oid FROM pg_class WHERE relnamespace = 'public'::regnamespace)
"""
OTHERS = """
SELECT count(*), pg_database_size(current_database()) FROM pg_stat_activity
WHERE datname = current_database() AND backend_type = 'client backend'
"""


@contextmanager
def fresh_database(server: EmbeddedPostgres, template: str = "ccdash") -> Iterator[str]:
    """The URL of a migrated database that nobody else has, or of a copy of another one."""
    url = created(server, template)
    yield url
    dropped(server, url)


def created(server: EmbeddedPostgres, template: str = "ccdash") -> str:
    """The URL of a new database. Files are copied: that costs less than to log every page."""
    name = f"test_{uuid4().hex[:12]}"
    words = f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY file_copy"
    _administered(server, words)
    return server.url.replace("/ccdash?", f"/{name}?")


def dropped(server: EmbeddedPostgres, url: str) -> None:
    """Whoever is still connected to it is thrown out."""
    _administered(server, f"DROP DATABASE {name_of(url)} WITH (FORCE)")


def name_of(url: str) -> str:
    """The name of the database of a URL."""
    return url.split("?", maxsplit=1)[0].rsplit("/", 1)[1]


def _administered(server: EmbeddedPostgres, words: str) -> None:
    admin = admin_of(server.url)
    with admin.connect() as connection:
        connection.execute(text(words))
    admin.dispose()


def admin_of(url: str) -> Engine:
    """An engine on the server's own database."""
    other = psycopg_url(url.replace("/ccdash?", "/postgres?"))
    return create_engine(other, isolation_level="AUTOCOMMIT")


@dataclass
class Lent:
    """A migrated database with nothing in it but what the migrations put there."""

    url: str
    engine: Engine = field(init=False)
    frames: FramePool = field(init=False)
    store: Store = field(init=False)

    def __post_init__(self) -> None:
        self.engine, self.frames = engine_for(self.url), FramePool(self.url)
        self.store = Store(self.engine, self.frames)
        with self.engine.connect() as connection:
            tables = connection.execute(text(TABLES)).scalars().all()
            self.seeded = [one for one in tables if _has_rows(connection, one)]
            self.empty = [one for one in tables if one not in self.seeded]
            self.as_made = self._state(connection)

    def close(self) -> None:
        self.store.close()

    def emptied(self) -> bool:
        """Whether it is as it was made again: it is not where a test has changed the tables, or
        somebody is still connected, who might write."""
        self.store.announcer.flush()
        if self.engine.pool.checkedout() or self.frames._is_closed:
            return False
        with suppress(DBAPIError), self.engine.begin() as connection:
            here, size = connection.execute(text(OTHERS)).one()
            if here > 1 + self.engine.pool.checkedin() + self.frames._idle.qsize():
                return False
            if size > MOST_BYTES or self._state(connection) != self.as_made:
                return False
            connection.exec_driver_sql("SET LOCAL session_replication_role = replica")
            connection.exec_driver_sql("; ".join(f"DELETE FROM {one}" for one in self.empty))
            connection.execute(text(SEQUENCES))
            return True
        return False

    def _state(self, connection: Connection) -> list[object]:
        """Of the tables, and of the rows that the migrations made."""
        rows = "SELECT md5(string_agg(one::text, ',' ORDER BY one::text)) FROM {} one"
        told = [connection.execute(text(rows.format(one))).scalar() for one in self.seeded]
        return [*connection.execute(text(SCHEMA)).one(), *told]


def _has_rows(connection: Connection, table: str) -> bool:
    return bool(connection.execute(text(f"SELECT EXISTS (SELECT FROM {table})")).scalar())


@dataclass
class Shelf:
    """The databases of one server that nobody uses at the moment."""

    server: EmbeddedPostgres
    idle: list[Lent] = field(default_factory=list)

    @contextmanager
    def lent(self) -> Iterator[Lent]:
        """A database for one test."""
        one = self.idle.pop() if self.idle else Lent(created(self.server))
        yield one
        if one.emptied():
            self.idle.append(one)
        else:
            one.close()
            dropped(self.server, one.url)

    def close(self) -> None:
        for one in self.idle:
            one.close()
