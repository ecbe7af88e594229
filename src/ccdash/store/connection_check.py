"""What is found behind a database URL that somebody typed: whether it answers, whether it is a
store of ccdash, what one may do there and what it holds. Nothing is written, and the URL is in no
message."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from psycopg.errors import QueryCanceled
from sqlalchemy import Connection, Engine, NullPool, and_, create_engine, func, inspect, select
from sqlalchemy.exc import DBAPIError, OperationalError

from ccdash.errors import BadSettings
from ccdash.schema import contact, dated_setting, raw_event, source
from ccdash.store import schema_version
from ccdash.store.engine import psycopg_url

REVISION = "alembic_version"
ROWS = (contact.name, raw_event.name, source.name)
SECONDS = 5
POLICY = (
    f"-c statement_timeout={SECONDS}s -c default_transaction_read_only=on -c TimeZone=UTC "
    "-c application_name=ccdash-connection-check"
)


class Verdict(StrEnum):
    """What a person has to know first."""

    READY = "ready"
    READS_ONLY = "reads only"
    NO_RIGHTS = "no rights"
    NOT_A_URL = "not a url"
    NO_HOST = "no host"
    NO_SERVER = "no server"
    NO_ANSWER = "no answer"
    SLOW = "slow"
    WRONG_PASSWORD = "wrong password"  # noqa: S105 - a verdict, not a secret
    NO_ROLE = "no role"
    NO_DATABASE = "no database"
    REFUSED = "refused"
    OLD_POSTGRES = "old postgres"
    EMPTY = "empty"
    FOREIGN = "foreign"
    TOO_OLD = "too old"
    TOO_NEW = "too new"


SAID: tuple[tuple[str, Verdict], ...] = (
    ("password", Verdict.WRONG_PASSWORD),
    ("translate host name", Verdict.NO_HOST),
    ("resolve host", Verdict.NO_HOST),
    ("statement timeout", Verdict.SLOW),
    ("timeout", Verdict.NO_ANSWER),
    ("timed out", Verdict.NO_ANSWER),
    ("connection refused", Verdict.NO_SERVER),
    ("no such file", Verdict.NO_SERVER),
    ("no route", Verdict.NO_SERVER),
    ("unreachable", Verdict.NO_SERVER),
    ('role "', Verdict.NO_ROLE),
    ('database "', Verdict.NO_DATABASE),
)
"""A failed connection has no code, only the words of libpq and of the server."""


@dataclass(frozen=True)
class Found:
    """`postgres` is the major version; the rest is told of a store that can be read. `contacts` is
    None where there are too many to be counted in a few seconds."""

    verdict: Verdict
    postgres: int | None = None
    contacts: int | None = 0
    first_at: datetime | None = None
    last_at: datetime | None = None
    newest_event_at: datetime | None = None
    sources: tuple[str, ...] = ()


def found_at(url: str) -> Found:
    """Look, for a few seconds at most. Never raises for what is behind the URL."""
    try:
        address = psycopg_url(url.strip()).update_query_dict({"connect_timeout": str(SECONDS)})
    except BadSettings:
        return Found(Verdict.NOT_A_URL)
    engine = create_engine(
        address, poolclass=NullPool, hide_parameters=True, connect_args={"options": POLICY}
    )
    try:
        return _looked(engine)
    finally:
        engine.dispose()


def _looked(engine: Engine) -> Found:
    try:
        with engine.connect() as connection:
            return _behind(connection)
    except OperationalError as error:
        return Found(_verdict(str(error.orig)))
    except DBAPIError:
        return Found(Verdict.REFUSED)


def _verdict(said: str) -> Verdict:
    words = said.casefold()
    return next((verdict for part, verdict in SAID if part in words), Verdict.REFUSED)


def _behind(connection: Connection) -> Found:
    major = int(connection.execute(schema_version.VERSION).scalar_one()) // 10000
    if major < schema_version.OLDEST_POSTGRES:
        return Found(Verdict.OLD_POSTGRES, major)
    is_schema = _schema(connection)
    if is_schema is not None:
        return Found(is_schema, major)
    if not _may(connection, "SELECT", ROWS):
        return Found(Verdict.NO_RIGHTS, major)
    writes = all(_may(connection, right, ROWS) for right in ("INSERT", "UPDATE", "DELETE"))
    return _held(connection, Verdict.READY if writes else Verdict.READS_ONLY, major)


def _schema(connection: Connection) -> Verdict | None:
    """What is wrong with the tables, if anything."""
    if not _is_there(connection, REVISION):
        return Verdict.FOREIGN if _has_tables(connection) else Verdict.EMPTY
    if not all(_is_there(connection, table.name) for table in (raw_event, dated_setting)):
        return Verdict.FOREIGN
    if not _may(connection, "SELECT", (REVISION,)):
        return Verdict.NO_RIGHTS
    revision = schema_version.revision_of(connection)
    if schema_version.is_current(revision):
        return None
    return Verdict.TOO_OLD if schema_version.is_known(revision) else Verdict.TOO_NEW


def _is_there(connection: Connection, table: str) -> bool:
    return connection.execute(select(func.to_regclass(table))).scalar_one() is not None


def _has_tables(connection: Connection) -> bool:
    return bool(inspect(connection).get_table_names())


def _may(connection: Connection, right: str, tables: Collection[str]) -> bool:
    rights = (func.has_table_privilege(one, right) for one in tables)
    return bool(connection.execute(select(and_(*rights))).scalar_one())


def _held(connection: Connection, verdict: Verdict, major: int) -> Found:
    """What it holds."""
    ends = select(func.min(contact.c.arrived_at), func.max(contact.c.arrived_at))
    names = connection.execute(select(source.c.source).order_by(source.c.source)).scalars().all()
    newest = [
        connection.execute(
            select(func.max(raw_event.c.occurred_at)).where(raw_event.c.source == name)
        ).scalar_one()
        for name in names
    ]  # one by one, as the index has them
    first, last = connection.execute(ends).one()
    last_told = max((at for at in newest if at is not None), default=None)
    return Found(verdict, major, _counted(connection), first, last, last_told, tuple(names))


def _counted(connection: Connection) -> int | None:
    """How many contacts there are: the one question that takes longer the more there are. The
    last, as nothing can be asked after one that was cut off."""
    try:
        return connection.execute(select(func.count()).select_from(contact)).scalar_one()
    except OperationalError as error:
        if isinstance(error.orig, QueryCanceled):
            return None
        raise
