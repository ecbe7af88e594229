"""Alembic's entry point: one transaction a migration, one migrating process at a time."""

from __future__ import annotations

from alembic import context
from sqlalchemy import Connection, text

from ccdash.sums import metadata  # importing it declares every table

LOCK = 4_812_301_771  # any number that other users of the database do not lock


def run(connection: Connection) -> None:
    """Apply the migrations that are missing."""
    connection.execute(text("SELECT pg_advisory_lock(:lock)"), {"lock": LOCK})
    connection.execute(text("SELECT set_config('lock_timeout', '5s', false)"))
    connection.commit()
    try:
        context.configure(
            connection=connection,
            target_metadata=metadata,
            transaction_per_migration=True,
            compare_server_default=True,
        )
        with context.begin_transaction():
            context.run_migrations()
    finally:
        connection.rollback()
        connection.execute(text("SELECT pg_advisory_unlock(:lock)"), {"lock": LOCK})
        connection.commit()


def own_connection() -> None:
    """For `alembic` used by hand while writing a migration: the store of the settings."""
    from ccdash.settings import load
    from ccdash.store.embedded import EmbeddedPostgres
    from ccdash.store.engine import engine_for

    settings = load()
    if settings.database_url is not None:
        with engine_for(settings.database_url.get_secret_value()).connect() as connection:
            run(connection)
        return
    with EmbeddedPostgres.open(settings.home) as embedded:
        with engine_for(embedded.url).connect() as connection:
            run(connection)


given: Connection | None = context.config.attributes.get("connection")
if given is not None:
    run(given)
else:
    own_connection()
