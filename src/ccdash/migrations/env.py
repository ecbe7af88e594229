"""Alembic's entry point: one transaction a migration, one migrating process at a time.

The connection is given by who migrates: `ccdash migrate`, the start of an embedded store, a test,
or `python -m ccdash.migrations`, which writes a new migration.
"""

from __future__ import annotations

from alembic import context
from sqlalchemy import Connection, text

from ccdash import access, spreads, sums

TABLES = (access.api_token, spreads.spread_zone, sums.contact_interval)
"""With their modules every table is declared."""
LOCK = 4_812_301_771  # any number that other users of the database do not lock


def run(connection: Connection) -> None:
    """Apply the migrations that are missing."""
    connection.execute(text("SELECT pg_advisory_lock(:lock)"), {"lock": LOCK})
    connection.execute(text("SELECT set_config('lock_timeout', '5s', false)"))
    connection.commit()
    try:
        context.configure(
            connection=connection,
            target_metadata=TABLES[0].metadata,
            transaction_per_migration=True,
            compare_server_default=True,
        )
        with context.begin_transaction():
            context.run_migrations()
    finally:
        connection.rollback()
        connection.execute(text("SELECT pg_advisory_unlock(:lock)"), {"lock": LOCK})
        connection.commit()


run(context.config.attributes["connection"])
