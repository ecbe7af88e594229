"""Killed in the middle: the next start comes back by itself, and the import ends as it should."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from shutil import rmtree
from tempfile import mkdtemp

import psycopg
import pytest
from sqlalchemy import select
from tenacity import Retrying, retry_if_result, stop_after_delay, wait_fixed

from ccdash.ingest import events as ev
from ccdash.ingest.events import encode
from ccdash.schema import import_batch
from ccdash.store.embedded import EmbeddedPostgres
from ccdash.store.engine import engine_for
from ccdash.vocabulary import Channel, Intent, Outcome
from tests.store.rows import all_rows

LINES = 12_000
IN_SHORT_CHUNKS = """
from ccdash.cli import importing, main
importing.CHUNK_LINES = dict.fromkeys((True, False), 1_000)
main()
"""
NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)
COUNTERS = ("read", "kept", "duplicate", "rejected", "position_bytes", "position_line")


def lines() -> Iterator[bytes]:
    """Calls in two queues and agents' pauses, some repeated, some broken, in a dozen chunks."""
    random = Random(11)
    for number in range(LINES // 3):
        start = NOON + timedelta(seconds=7 * number)
        about = {"source": "pbx", "contact": f"c{number}"}
        agent = f"a{random.randrange(9)}"
        waited = random.randrange(90)
        later = start + timedelta(seconds=waited)
        yield encode(
            ev.Queued(**about, id=f"q{number}", at=start, queue="q", channel=Channel.PHONE)
        )
        if waited > 60:
            yield encode(
                ev.LeftQueue(**about, id=f"l{number}", at=later, outcome=Outcome.ABANDONED)
            )
        else:
            yield encode(ev.Answered(**about, id=f"a{number}", at=later, agent=agent))
        if number % 50 == 0:
            yield b'{"type": "contact.queued", "source": "pbx"}'
        elif number % 20 == 0:
            intent = random.choice([Intent.BREAK, Intent.AVAILABLE])
            yield encode(
                ev.IntentDeclared(
                    source="pbx", id=f"i{number}", at=start, agent=agent, intent=intent
                )
            )
        else:
            end = later + timedelta(seconds=200)
            yield encode(ev.Ended(**about, id=f"e{number}", at=end, agent=agent))


@pytest.fixture(scope="module")
def log() -> Iterator[Path]:
    """A file of them."""
    folder = Path(mkdtemp(prefix="ccdash-log-", dir="/tmp"))
    path = folder / "events.jsonl"
    path.write_bytes(b"\n".join(lines()) + b"\n")
    yield path
    rmtree(folder)


@pytest.fixture
def home() -> Iterator[Path]:
    """A home for an embedded store that the server's own user can reach."""
    made = Path(mkdtemp(prefix="ccdash-home-", dir="/tmp"))
    made.chmod(0o755)
    yield made
    rmtree(made)


def importing(log: Path, home: Path) -> subprocess.Popen[bytes]:
    environment = {name: word for name, word in os.environ.items() if name[:7] != "CCDASH_"}
    return subprocess.Popen(
        [sys.executable, "-c", IN_SHORT_CHUNKS, "import", "events", str(log)],
        env=environment | {"CCDASH_HOME": str(home)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


def finished(log: Path, home: Path) -> None:
    process = importing(log, home)
    _, told = process.communicate()
    assert process.returncode == 0, told.decode()


def rows_of(home: Path) -> dict[str, object]:
    """Every derived row, and the counters of the import."""
    with EmbeddedPostgres.open(home) as embedded:
        engine = engine_for(embedded.url)
        counters = select(*(import_batch.c[name] for name in COUNTERS))
        with engine.connect() as connection:
            batches = [tuple(row) for row in connection.execute(counters)]
        rows: dict[str, object] = {**all_rows(engine), "import_batch": batches}
        engine.dispose()
    return rows


@pytest.fixture(scope="module")
def undisturbed(log) -> dict[str, object]:
    """The rows of an import that nothing disturbed."""
    made = Path(mkdtemp(prefix="ccdash-home-", dir="/tmp"))
    made.chmod(0o755)
    finished(log, made)
    rows = rows_of(made)
    rmtree(made)
    return rows


def wait_for_a_chunk(url: str) -> None:
    def kept() -> int:
        with psycopg.connect(url, autocommit=True) as connection:
            if connection.execute("SELECT to_regclass('import_batch')").fetchone() == (None,):
                return 0
            row = connection.execute("SELECT coalesce(max(kept), 0) FROM import_batch").fetchone()
            return int(row[0]) if row else 0

    Retrying(
        retry=retry_if_result(lambda count: count == 0),
        stop=stop_after_delay(60),
        wait=wait_fixed(0.02),
    )(kept)


def postmaster(embedded: EmbeddedPostgres) -> int:
    pid = next(embedded.folder.glob("*/postmaster.pid"))
    return int(pid.read_text().splitlines()[0])


@pytest.mark.parametrize("victims", ["the app", "postgres", "both"])
def test_an_import_killed_in_the_middle_is_finished_by_running_it_again(
    log, home, undisturbed, victims
):
    with EmbeddedPostgres.open(home) as embedded:
        process = importing(log, home)
        wait_for_a_chunk(embedded.url)
        assert process.poll() is None, "the import was over before it could be killed"
        if victims != "the app":
            os.kill(postmaster(embedded), signal.SIGKILL)
        if victims != "postgres":
            process.kill()
        _, told = process.communicate()
        assert process.returncode != 0
        assert b"Traceback" not in told
    finished(log, home)
    assert rows_of(home) == undisturbed


def test_the_undisturbed_import_adds_up(undisturbed):
    ((read, kept, duplicate, rejected, _, last_line),) = undisturbed["import_batch"]
    assert read == kept + duplicate + rejected == last_line
    assert rejected == LINES // 3 // 50
