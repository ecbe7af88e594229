"""Real Postgres for every test that asks for a store: made by the migrations, one each."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, settings
from sqlalchemy import Engine, create_engine, text

from ccdash.store import schema_version
from ccdash.store.embedded import EmbeddedPostgres
from ccdash.store.engine import Store, engine_for, psycopg_url
from ccdash.store.frames import FramePool

DATA = Path(__file__).resolve().parents[2] / "shared" / "data"
SYSTEM_15 = Path("/usr/lib/postgresql/15/bin")

# How long an example takes is the machine's business, and no test asserts it. A store is shared by
# the examples of a test: each begins by emptying it.
settings.register_profile(
    "ccdash",
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
settings.load_profile("ccdash")


def pytest_collection_modifyitems(config, items) -> None:
    """What says the same on every Postgres is tried on the newest only."""
    once = [one for one in items if one.get_closest_marker("any_postgres")]
    again = [one for one in once if is_on(one, "15")]
    config.hook.pytest_deselected(items=again)
    items[:] = [one for one in items if one not in set(again)]


def is_on(item, version: str) -> bool:
    """Whether a test is of this version of Postgres."""
    return hasattr(item, "callspec") and item.callspec.params.get("server") == version


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Real logs, beside the project; a test that needs them skips where they are not."""
    if not DATA.is_dir():
        pytest.skip("the folder of real logs is not here")
    return DATA


@pytest.fixture(scope="session", params=["18", "15"])
def server(request) -> Iterator[EmbeddedPostgres]:
    """A Postgres 18 from the wheel, and the system's 15 where it is installed."""
    binaries = SYSTEM_15 if request.param == "15" else None
    if binaries is not None and not binaries.is_dir():
        pytest.skip("Postgres 15 is not installed here")
    # pytest's own folders are closed to the unprivileged user who runs the server for root.
    home = Path(mkdtemp(prefix=f"ccdash-test-{request.param}-", dir="/tmp"))
    home.chmod(0o755)
    with EmbeddedPostgres.open(home, binaries=binaries) as postgres:
        admin = _admin(postgres.url)
        with admin.connect() as connection:
            connection.execute(text("ALTER SYSTEM SET fsync = off"))
            connection.execute(text("SELECT pg_reload_conf()"))
        first = engine_for(postgres.url)
        schema_version.upgrade(first)
        first.dispose()
        yield postgres
        admin.dispose()
    rmtree(home)


@contextmanager
def fresh_database(server: EmbeddedPostgres) -> Iterator[str]:
    """The URL of a migrated database that nobody else has."""
    name = f"test_{uuid4().hex[:12]}"
    admin = _admin(server.url)
    with admin.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name} TEMPLATE ccdash"))
    yield server.url.replace("/ccdash?", f"/{name}?")
    with admin.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    admin.dispose()


@pytest.fixture
def url(server) -> Iterator[str]:
    """The URL of a fresh, migrated database."""
    with fresh_database(server) as made:
        yield made


@pytest.fixture
def engine(url) -> Iterator[Engine]:
    """An engine on a fresh, migrated database."""
    made = engine_for(url)
    yield made
    made.dispose()


@pytest.fixture
def store(url) -> Iterator[Store]:
    """A whole store on a fresh, migrated database."""
    made = Store(engine_for(url), FramePool(url))
    yield made
    made.close()


def _admin(url: str) -> Engine:
    other = psycopg_url(url.replace("/ccdash?", "/postgres?"))
    return create_engine(other, isolation_level="AUTOCOMMIT")
