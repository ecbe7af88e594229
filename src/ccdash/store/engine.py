"""The store's one door: an engine for writes and a pool of Arrow connections for reads."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TypeVar

import polars as pl
import psycopg
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, OperationalError

from ccdash.errors import (
    BadSettings,
    CcdashError,
    DiskFull,
    NoRights,
    StoreBusy,
    StoreUnavailable,
)
from ccdash.settings import Settings
from ccdash.store import announce, schema_version
from ccdash.store.announce import Announcer
from ccdash.store.embedded import EmbeddedPostgres
from ccdash.store.frames import FramePool, Question, Rows
from ccdash.store.pieces import pieces
from ccdash.store.together import together

T = TypeVar("T")

PATIENCE = {
    "connect_timeout": "5",
    "tcp_user_timeout": "10000",
    "keepalives_idle": "10",
    "keepalives_interval": "5",
    "keepalives_count": "2",
}
"""Seconds and milliseconds: a network that is cut is an error soon, and not after a quarter of an
hour."""

SESSION = {
    "TimeZone": "UTC",
    "lock_timeout": "30s",
    "idle_in_transaction_session_timeout": "10min",
}


@dataclass(frozen=True)
class Store:
    """A contact store that answers and has the schema of this ccdash."""

    engine: Engine
    frames: FramePool
    embedded: EmbeddedPostgres | None = None
    announcer: Announcer = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "announcer", Announcer(self.engine))

    def frame(self, statement: Rows | Question) -> pl.DataFrame:
        """The rows of a SELECT. Raises StoreUnavailable; an embedded store is started again."""
        return self._answered(lambda: self.frames.read(statement))

    def together(self, asked: Mapping[str, Question]) -> dict[str, pl.DataFrame]:
        """The answers of a few small questions, at once. Raises as `frame`."""
        return self._answered(lambda: self._asked(asked))

    def pieces(self, statement: Rows) -> Iterator[pl.DataFrame]:
        """The rows of a SELECT, however many, a frame at a time. Raises StoreUnavailable,
        StoreBusy."""
        return pieces(self.frames, statement)

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """A transaction whose errors are in our words. Nothing of a failed one remains. What it
        changed of the floor is announced when it is committed (store/announce.py)."""
        with translated(), self.engine.begin() as connection:
            announce.unmarked(connection)  # of one before that failed: the pool keeps marks
            yield connection
            is_changed = announce.unmarked(connection)
        if is_changed:
            self.announcer.tell()

    @contextmanager
    def listening(self) -> Iterator[Callable[[float], bool]]:
        """A function that waits for a change of the floor, so many seconds at most, and says
        whether there was one. Raises StoreUnavailable, also when the connection is lost later."""
        with translated(), announce.listening(self.engine) as heard:
            yield heard

    def _asked(self, asked: Mapping[str, Question]) -> dict[str, pl.DataFrame]:
        with translated():
            return together(self.engine, asked)

    def _answered(self, read: Callable[[], T]) -> T:
        try:
            return read()
        except StoreUnavailable:
            if self.embedded is None:
                raise
            self.embedded.ensure()
            return read()

    def close(self) -> None:
        """Let go of every connection; the last user of an embedded store stops it."""
        self.announcer.flush()
        self.frames.close()
        self.engine.dispose()
        if self.embedded is not None:
            self.embedded.close()


def open_store(settings: Settings, *, migrate: bool = False) -> Store:
    """The store of these settings, checked. The embedded one, or any with `migrate`, is brought to
    this version's schema. Raises StoreUnavailable, StoreTooOld, StoreTooNew, BadSettings."""
    if settings.database_url is not None:
        return _opened(settings.database_url.get_secret_value(), None, migrate=migrate)
    embedded = EmbeddedPostgres.open(settings.home)
    try:
        return _opened(embedded.url, embedded, migrate=True)
    except BaseException:
        embedded.close()
        raise


def engine_for(url: str) -> Engine:
    """A SQLAlchemy engine for a libpq URL. It does not connect yet."""
    engine = create_engine(
        psycopg_url(url), pool_pre_ping=True, pool_size=5, max_overflow=15, hide_parameters=True
    )
    event.listen(engine, "connect", _set_session)
    return engine


def psycopg_url(url: str) -> URL:
    """The URL as SQLAlchemy wants it. Raises BadSettings for one that is none."""
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError) as cause:
        raise BadSettings(
            "CCDASH_DATABASE_URL is no database URL; it looks like "
            "postgresql://user:password@host:5432/database."
        ) from cause
    if parsed.get_backend_name() != "postgresql":
        raise BadSettings("CCDASH_DATABASE_URL must begin with postgresql://.")
    parsed = parsed.set(drivername="postgresql+psycopg")
    given = {name: value for name, value in PATIENCE.items() if name not in parsed.query}
    return parsed.update_query_dict(given)


@contextmanager
def translated() -> Iterator[None]:
    """Turn the driver's errors into ours, with the cause chained."""
    try:
        yield
    except DBAPIError as error:
        raise _in_our_words(error.orig or error) from error
    except psycopg.Error as error:
        raise _in_our_words(error) from error


def _in_our_words(error: BaseException) -> BaseException:
    if isinstance(error, psycopg.errors.DiskFull):
        return DiskFull()
    if isinstance(error, (psycopg.errors.LockNotAvailable, psycopg.errors.DeadlockDetected)):
        return StoreBusy()
    lost = (psycopg.OperationalError, psycopg.InterfaceError, OperationalError)
    first_line = str(error).strip().splitlines()[0] if str(error).strip() else "no answer"
    if isinstance(error, lost):
        return StoreUnavailable(f"{StoreUnavailable()} ({first_line})")
    if isinstance(error, (psycopg.errors.InsufficientPrivilege, psycopg.errors.InvalidSchemaName)):
        return NoRights(f"{NoRights()} ({first_line})")
    return CcdashError(f"The store refused the work: {first_line}")


def _opened(url: str, embedded: EmbeddedPostgres | None, *, migrate: bool) -> Store:
    engine = engine_for(url)
    try:
        with translated():
            if migrate:
                schema_version.upgrade(engine)
            schema_version.check(engine)
    except BaseException:
        engine.dispose()
        raise
    libpq = psycopg_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    return Store(engine, FramePool(libpq), embedded)


def _set_session(connection: psycopg.Connection[object], _record: object) -> None:
    autocommit, connection.autocommit = connection.autocommit, True
    for name, value in SESSION.items():
        connection.execute("SELECT set_config(%s, %s, false)", (name, value))
    connection.autocommit = autocommit
