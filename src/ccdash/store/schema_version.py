"""Which schema the store has, and bringing it to this version's."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, func, select

from ccdash.errors import StoreTooNew, StoreTooOld, StoreUnavailable

MIGRATIONS = Path(__file__).resolve().parents[1] / "migrations"
OLDEST_POSTGRES = 15
VERSION = select(func.current_setting("server_version_num"))


def upgrade(engine: Engine) -> None:
    """Bring the store to this version's schema; one process at a time, others wait.
    Raises StoreTooNew before anything is touched."""
    refuse_old_postgres(engine)
    if _revision(engine) not in _known():
        raise StoreTooNew
    config = alembic_config()
    with engine.connect() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def check(engine: Engine) -> None:
    """Raises StoreTooOld or StoreTooNew unless the store has exactly this version's schema."""
    refuse_old_postgres(engine)
    revision = _revision(engine)
    if revision == _head():
        return
    raise StoreTooOld() if revision in _known() else StoreTooNew()


def refuse_old_postgres(engine: Engine) -> None:
    """Raises StoreUnavailable for a Postgres before 15."""
    with engine.connect() as connection:
        major = int(connection.execute(VERSION).scalar_one()) // 10000
    if major < OLDEST_POSTGRES:
        raise StoreUnavailable(
            f"The store runs Postgres {major}; ccdash needs {OLDEST_POSTGRES} or later: "
            "upgrade the server."
        )


def alembic_config() -> Config:
    """Alembic's configuration; there is no alembic.ini."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("path_separator", "os")
    return config


def revision_of(connection: Connection) -> str | None:
    """Which revision of the schema this database has."""
    return MigrationContext.configure(connection).get_current_revision()


def is_current(revision: str | None) -> bool:
    """Whether it is the one of this ccdash."""
    return revision == _head()


def is_known(revision: str | None) -> bool:
    """Whether this ccdash has heard of it: a later one it has not."""
    return revision in _known()


def _revision(engine: Engine) -> str | None:
    with engine.connect() as connection:
        return revision_of(connection)


@cache
def _scripts() -> ScriptDirectory:
    return ScriptDirectory.from_config(alembic_config())


def _head() -> str | None:
    return _scripts().get_current_head()


def _known() -> set[str | None]:
    return {None, *(script.revision for script in _scripts().walk_revisions())}
