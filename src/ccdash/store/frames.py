"""The one read path: a SELECT goes in, a polars frame comes out, through Arrow.

Rows never become Python objects: a year of contacts is read in about a second, and other threads
of the server go on meanwhile. Only SELECT passes; the connections are read-only.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from queue import Empty, LifoQueue
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import adbc_driver_manager
import polars as pl
from sqlalchemy import Select
from sqlalchemy.dialects import postgresql

from ccdash.errors import CcdashError, StoreUnavailable

if TYPE_CHECKING:
    import adbc_driver_postgresql.dbapi as adbc

POLICY = (
    "-c statement_timeout=30000 -c default_transaction_read_only=on -c TimeZone=UTC "
    "-c application_name=ccdash-read -c jit=off "
    "-c work_mem=16MB -c hash_mem_multiplier=8"
)
"""Memory: a list that is filtered by ways keeps their threads in a hash. Where the planner thinks
that it has no room for it (here some three million threads), it compares each contact with all."""
DIALECT = postgresql.dialect(paramstyle="numeric_dollar")  # type: ignore[no-untyped-call]
Rows = Select[*tuple[Any, ...]]
"""A SELECT of any columns."""


@dataclass(frozen=True)
class Question:
    """A SELECT in the words of Postgres. To put a large one into words takes longer than to answer
    it, so one that is asked many times a second is made once, and asked with other values."""

    sql: str
    values: Mapping[str, object]
    """By the names of its parameters, in their order."""

    def asked(self, **values: object) -> Question:
        """The same with other values for parameters that have a name."""
        return Question(
            self.sql, {name: values.get(name, one) for name, one in self.values.items()}
        )


class FramePool:
    """Persistent connections, one per thread at a time: a connection shared by threads fails at
    random and never heals, and a failed one is thrown away."""

    def __init__(self, url: str, size: int = 8) -> None:
        self._url = url
        self._idle: LifoQueue[adbc.Connection] = LifoQueue()
        self._size = size
        self._is_closed = False

    def read(self, statement: Rows | Question) -> pl.DataFrame:
        """All rows of the statement; columns keep their types when there are none. Timestamps are
        UTC. A lost connection is replaced once. Raises StoreUnavailable, CcdashError."""
        sql, values = compiled(statement)
        try:
            return self._fetch(sql, values)
        except StoreUnavailable:
            self._forget_idle()
            return self._fetch(sql, values)

    def address(self, policy: str) -> str:
        """Where the store is, for a connection with these settings of Postgres."""
        joint = "&" if "?" in self._url else "?"
        return f"{self._url}{joint}options={quote(policy)}"

    def close(self) -> None:
        """Close every idle connection now, and one that is at work when it comes back."""
        self._is_closed = True
        self._forget_idle()

    def _fetch(self, sql: str, values: list[object]) -> pl.DataFrame:
        with self._connection() as connection, connection.cursor() as cursor:
            cursor.execute(sql, [_in_utc(one) for one in values])
            frame: pl.DataFrame = cursor.fetch_polars()
        return frame

    @contextmanager
    def _connection(self) -> Iterator[adbc.Connection]:
        try:
            connection = self._take()
        except adbc_driver_manager.Error as error:
            raise _lost(error) from error
        try:
            yield connection
        except adbc_driver_manager.Error as error:
            connection.close()
            raise in_our_words(error) from error
        except pl.exceptions.ComputeError as error:  # it was lost while the rows came
            connection.close()
            raise _lost(error) from error
        except BaseException:
            connection.close()
            raise
        self._give_back(connection)

    def _take(self) -> adbc.Connection:
        try:
            return self._idle.get_nowait()
        except Empty:
            return connected(self.address(POLICY), autocommit=True)

    def _give_back(self, connection: adbc.Connection) -> None:
        if self._idle.qsize() < self._size:
            self._idle.put(connection)
        else:
            connection.close()
        if self._is_closed:
            self._forget_idle()

    def _forget_idle(self) -> None:
        while True:
            try:
                self._idle.get_nowait().close()
            except Empty:
                return
            except adbc_driver_manager.Error:
                continue


def connected(address: str, *, autocommit: bool = False) -> adbc.Connection:
    """A connection that reads through Arrow."""
    import adbc_driver_postgresql.dbapi as adbc  # noqa: PLC0415 - brings pandas; a file needs none

    return adbc.connect(address, autocommit=autocommit)


def _in_utc(value: object) -> object:
    """The driver takes half a millisecond to look up the name of any other zone."""
    return value.astimezone(UTC) if isinstance(value, datetime) else value


def compiled(statement: Rows | Question) -> tuple[str, list[object]]:
    """The statement as text with $1 parameters, and their values in order."""
    asked = statement if isinstance(statement, Question) else question(statement)
    return asked.sql, list(asked.values.values())


def question(statement: Rows) -> Question:
    """The statement put into words, to be asked more than once."""
    sql = statement.compile(dialect=DIALECT, compile_kwargs={"render_postcompile": True})
    return Question(str(sql), {name: sql.params[name] for name in sql.positiontup or []})


def in_our_words(error: adbc_driver_manager.Error) -> Exception:
    """What the driver says, as an error of ours."""
    state = getattr(error, "sqlstate", None) or ""
    if state and not state.startswith(("08", "57P", "\0")):
        return CcdashError(f"The store refused the question: {_first_line(error)}")
    return _lost(error)


def _lost(error: Exception) -> StoreUnavailable:
    return StoreUnavailable(f"{StoreUnavailable().args[0]} ({_first_line(error)})")


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or ["no answer"])[0]
