"""Write a new migration from what the tables became: python -m ccdash.migrations 0002 "add it"."""

from __future__ import annotations

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from alembic import command

from ccdash.store.embedded import EmbeddedPostgres
from ccdash.store.engine import engine_for
from ccdash.store.schema_version import alembic_config, upgrade


def write(number: str, deed: str) -> None:
    """Compare the tables with a throw-away store that has all migrations, and write the rest."""
    with TemporaryDirectory() as home, EmbeddedPostgres.open(Path(home)) as embedded:
        engine = engine_for(embedded.url)
        upgrade(engine)
        config = alembic_config()
        with engine.connect() as connection:
            config.attributes["connection"] = connection
            command.revision(config, deed, autogenerate=True, rev_id=number)
        engine.dispose()


if __name__ == "__main__":
    write(*sys.argv[1:3])
