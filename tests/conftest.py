"""Real Postgres for every test that asks for a store: made by the migrations, one each."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from functools import cache
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp

import pytest
from hypothesis import HealthCheck, settings
from sqlalchemy import Engine, text

from ccdash.store import schema_version
from ccdash.store.embedded import EmbeddedPostgres
from ccdash.store.engine import Store, engine_for
from tests.databases import Lent, Shelf, admin_of, fresh_database

__all__ = ["fresh_database"]

DATA = Path(__file__).resolve().parents[2] / "shared" / "data"
SYSTEM_15 = Path("/usr/lib/postgresql/15/bin")

# How long an example takes is the machine's business, and no test asserts it. A store is shared by
# the examples of a test: each begins by emptying it. What fails is told so that it can be repeated:
# `@reproduce_failure` above the test, with the words of the report.
settings.register_profile(
    "ccdash",
    deadline=None,
    print_blob=True,
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
    told = item.callspec.params if hasattr(item, "callspec") else {}
    return told.get("server") == version or told.get("binaries") == f"postgres-{version}"


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Real logs, beside the project; a test that needs them skips where they are not."""
    if not DATA.is_dir():
        pytest.skip("the folder of real logs is not here")
    return DATA


@pytest.fixture(scope="session")
def servers() -> Iterator[Callable[[str], EmbeddedPostgres]]:
    """Gives the Postgres of a version. It is started when it is first asked for and runs to the
    end: tests of both versions take turns."""
    with ExitStack() as running:
        yield cache(lambda version: running.enter_context(_server(version)))


@contextmanager
def _server(version: str) -> Iterator[EmbeddedPostgres]:
    # pytest's own folders are closed to the unprivileged user who runs the server for root.
    home = Path(mkdtemp(prefix=f"ccdash-test-{version}-", dir="/tmp"))
    home.chmod(0o755)
    with EmbeddedPostgres.open(home, binaries=SYSTEM_15 if version == "15" else None) as postgres:
        admin = admin_of(postgres.url)
        with admin.connect() as connection:
            for setting in ("fsync", "full_page_writes", "synchronous_commit"):
                connection.execute(text(f"ALTER SYSTEM SET {setting} = off"))
            connection.execute(text("SELECT pg_reload_conf()"))
        admin.dispose()
        first = engine_for(postgres.url)
        schema_version.upgrade(first)
        first.dispose()
        yield postgres
    rmtree(home)


@pytest.fixture(scope="session", params=["18", "15"])
def server(request, servers) -> EmbeddedPostgres:
    """A Postgres 18 from the wheel, and the system's 15 where it is installed."""
    if request.param == "15" and not SYSTEM_15.is_dir():
        pytest.skip("Postgres 15 is not installed here")
    return servers(request.param)


@pytest.fixture(scope="session")
def shelf_of(servers) -> Iterator[Callable[[EmbeddedPostgres], Shelf]]:
    """Gives the idle databases of a server."""
    with ExitStack() as kept:
        yield cache(lambda server: kept.enter_context(closing(Shelf(server))))


@pytest.fixture
def lent(server, shelf_of) -> Iterator[Lent]:
    """An empty, migrated database with its connections."""
    with shelf_of(server).lent() as one:
        yield one


@pytest.fixture
def url(lent) -> str:
    """The URL of an empty, migrated database."""
    return lent.url


@pytest.fixture
def engine(lent) -> Engine:
    """An engine on an empty, migrated database."""
    return lent.engine


@pytest.fixture
def store(lent) -> Store:
    """A whole store on an empty, migrated database."""
    return lent.store
