"""The command line as a process of its own: killed, stopped, piped, served, without its store."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from urllib.request import urlopen

import pytest
from sqlalchemy import Engine, create_engine, select, text

from ccdash.schema import contact, import_batch, metadata, segment
from ccdash.store.engine import psycopg_url
from ccdash.sums import contact_interval
from tests.store.test_kills import IN_SHORT_CHUNKS

pytestmark = pytest.mark.any_postgres

Start = Callable[..., subprocess.Popen[str]]


@pytest.fixture
def start(url, tmp_path) -> Iterator[Start]:
    """Starts a command; what still runs in the end is killed."""
    running: list[subprocess.Popen[str]] = []
    kept = {name: value for name, value in os.environ.items() if not name.startswith("CCDASH_")}
    told = {"CCDASH_HOME": str(tmp_path), "CCDASH_TIMEZONE": "UTC", "CI": "1"}

    def started(*words: object, url: str = url, program: str = "") -> subprocess.Popen[str]:
        how = ["-c", program] if program else ["-m", "ccdash.cli"]
        process = subprocess.Popen(
            [sys.executable, *how, *(str(word) for word in words)],
            env=kept | told | {"CCDASH_DATABASE_URL": url},
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip
        running.append(process)
        return process

    yield started
    for process in running:
        process.kill()
        process.communicate()


def ran(process: subprocess.Popen[str]) -> tuple[int, str, str]:
    out, err = process.communicate(timeout=60)
    return process.returncode, out, err


def wait_until(is_so: Callable[[], bool], seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < end, "it did not come to pass"
        time.sleep(0.05)


def number(engine: Engine, sql: str) -> int:
    with engine.connect() as connection:
        return int(connection.scalar(text(sql)) or 0)


def rows(engine: Engine) -> list[list[tuple[object, ...]]]:
    """Everything that figures are made of."""
    tables = (contact, segment, contact_interval)
    with engine.connect() as connection:
        return [
            sorted((tuple(row) for row in connection.execute(select(table))), key=repr)
            for table in tables
        ]


def queue_log(calls: int) -> list[str]:
    """A log of answered calls, one every ten seconds, four lines each."""
    lines = []
    for call in range(calls):
        at, key = 1_772_500_000 + 10 * call, f"17.{call}"
        lines += [
            f"{at}|{key}|sales|NONE|ENTERQUEUE||+35840{call:07d}|1",
            f"{at + 5}|{key}|sales|Agent/{call % 5}|CONNECT|5|18.{call}|3",
            f"{at + 9}|{key}|sales|Agent/{call % 5}|COMPLETECALLER|5|4|1",
            f"{at + 9}|NONE|NONE|Agent/{call % 5}|PAUSEALL|tea",
        ]
    return [f"{line}\n" for line in lines]


# Killed, and stopped ------------------------------------------------------------------------------


def test_a_log_followed_by_a_process_killed_twice_ends_in_the_same_rows(start, engine, tmp_path):
    log, lines = tmp_path / "queue_log", queue_log(300)
    for first, last in ((0, 300), (300, 800)):
        follower = start("follow", "asterisk", log)
        with log.open("a") as file:
            for place, line in enumerate(lines[first:last]):
                file.write(line)
                if place % 50 == 7:  # in the middle of a call
                    file.flush()
                    time.sleep(0.1)
        wait_until(lambda: number(engine, "SELECT count(*) FROM raw_event") > first)  # noqa: B023
        follower.send_signal(signal.SIGKILL)
        follower.wait()
    with log.open("a") as file:
        file.writelines(lines[800:])
    follower = start("follow", "asterisk", log)
    wait_until(lambda: number(engine, "SELECT sum(read) FROM import_batch") == len(lines))
    follower.send_signal(signal.SIGTERM)
    assert ran(follower)[0] == 0
    assert number(engine, "SELECT count(*) FROM dirty_interval") == 0
    followed = rows(engine)
    with engine.begin() as connection:
        for table in metadata.tables:
            connection.execute(text(f'TRUNCATE "{table}"'))
    assert ran(start("import", "asterisk", log))[0] == 0
    assert rows(engine) == followed


def test_an_import_that_was_killed_is_finished_by_the_same_command(start, engine, tmp_path):
    log = tmp_path / "queue_log"
    log.write_text("".join(queue_log(3_000)))
    first = start("import", "asterisk", log, program=IN_SHORT_CHUNKS)
    wait_until(lambda: number(engine, "SELECT sum(read) FROM import_batch") > 0)
    first.send_signal(signal.SIGKILL)
    first.wait()
    code, out, _ = ran(start("import", "asterisk", log))
    assert code == 0
    assert "read 12,000 = kept 12,000 + duplicate 0 + rejected 0" in out
    assert "gone on from where it was cut off" in out
    assert number(engine, "SELECT sum(offered) FROM contact_interval") == 3_000
    with engine.connect() as connection:
        assert connection.scalar(select(import_batch.c.read)) == 12_000


def test_following_stops_with_0_and_says_what_it_read(start, engine, tmp_path):
    log = tmp_path / "queue_log"
    log.write_text("".join(queue_log(2)) + "broken\n")
    follower = start("follow", "asterisk", log)
    wait_until(lambda: number(engine, "SELECT sum(read) FROM import_batch") == 9)
    follower.send_signal(signal.SIGINT)
    code, out, err = ran(follower)
    assert (code, out) == (0, "")
    assert err.endswith("Stopped. 9 lines read, 1 of them rejected.\n")


def test_a_store_that_goes_away_and_comes_back_is_told_once_and_nothing_is_lost(
    start, engine, tmp_path, url, server
):
    log, lines = tmp_path / "queue_log", queue_log(40)
    log.write_text("".join(lines[:80]))
    follower = start("follow", "asterisk", log)
    wait_until(lambda: number(engine, "SELECT sum(read) FROM import_batch") == 80)
    name = engine.url.database
    engine.dispose()
    admin = create_engine(
        psycopg_url(server.url.replace("/ccdash?", "/postgres?")), isolation_level="AUTOCOMMIT"
    )
    with admin.connect() as connection:
        connection.execute(text(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false"))
        gone = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = :name"
        connection.execute(text(gone), {"name": name})
        with log.open("a") as file:
            file.writelines(lines[80:])
        time.sleep(4.5)  # it tries every two seconds
        connection.execute(text(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true"))
    admin.dispose()
    wait_until(lambda: number(engine, "SELECT sum(read) FROM import_batch") == 160)
    follower.send_signal(signal.SIGTERM)
    code, _, err = ran(follower)
    assert code == 0
    assert err.count("Trying again.") == 1
    assert err.count("The store is back") == 1
    assert number(engine, "SELECT sum(offered) FROM contact_interval") == 40


# Without its store --------------------------------------------------------------------------------


def test_an_old_store_is_refused_until_it_is_migrated(start, engine):
    with engine.begin() as connection:
        connection.execute(text("DROP SCHEMA public CASCADE"))
        connection.execute(text("CREATE SCHEMA public"))
    code, _, err = ran(start("settings"))
    assert code == 1
    assert "run `ccdash migrate`" in err
    assert ran(start("migrate"))[0] == 0
    assert ran(start("settings"))[0] == 0


def test_a_store_that_is_too_new_is_refused(start, engine):
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    code, _, err = ran(start("live"))
    assert code == 1
    assert "made by a newer ccdash" in err


@pytest.mark.parametrize("bad", ["postgresql://me@127.0.0.1:9/none", "mysql://here", "nonsense"])
def test_a_store_that_is_down_or_none_is_one_sentence(start, bad):
    code, out, err = ran(start("live", url=bad))
    assert (code, out) == (1, "")
    assert err.startswith("ccdash: ")
    assert err.count("\n") == 1


# Piped, and served --------------------------------------------------------------------------------


def test_a_reader_that_goes_away_is_no_traceback(start):
    process = start("metrics", "--format", "json")
    assert process.stdout is not None
    process.stdout.close()
    assert process.stderr is not None
    assert process.stderr.read() == ""


def free_port() -> int:
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        return int(door.getsockname()[1])


@pytest.fixture
def served(start, tmp_path) -> Start:
    """`ccdash serve` of a program of one sentence."""
    (tmp_path / "app.py").write_text(
        "from starlette.applications import Starlette\n"
        "from starlette.responses import PlainTextResponse\n"
        "from starlette.routing import Route\n"
        "app = Starlette(routes=[Route('/', lambda _: PlainTextResponse('the screens'))])\n"
    )
    program = (
        "import pathlib, ccdash.settings\n"
        f"ccdash.settings.PROJECT = pathlib.Path({str(tmp_path)!r})\n"
        "from ccdash.cli import main\n"
        "main()\n"
    )

    def serve(*words: object, **how: str) -> subprocess.Popen[str]:
        return start("serve", *words, program=program, **how)

    return serve


def line_with(process: subprocess.Popen[str], words: str) -> str:
    assert process.stderr is not None
    seen = ""
    for line in process.stderr:
        if words in line:
            return line
        seen += line
    raise AssertionError(seen)


@pytest.mark.parametrize("number_of_signal", [signal.SIGTERM, signal.SIGINT])
def test_serving_says_where_it_is_and_stops_with_0(served, number_of_signal):
    port = free_port()
    process = served("--port", port)
    assert f"http://127.0.0.1:{port} " in line_with(process, "ccdash is at")
    with urlopen(f"http://127.0.0.1:{port}/", timeout=10) as answer:
        assert answer.read() == b"the screens"
    process.send_signal(number_of_signal)
    assert process.wait(timeout=20) == 0


def test_a_taken_port_is_one_sentence_with_a_free_one(served):
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        door.listen()
        port = door.getsockname()[1]
        code, _, err = ran(served("--port", port))
    assert code == 1
    assert err.startswith(f"ccdash: Port {port} is taken")
    assert "ccdash serve --port" in err
    assert err.count("\n") == 1


def test_serving_a_store_whose_url_is_none_ends_with_one_sentence(served):
    code, _, err = ran(served("--port", free_port(), url="postgres"))
    assert code == 1
    assert err.startswith("ccdash: CCDASH_DATABASE_URL is no database URL")
    assert err.count("\n") == 1


def test_serving_others_says_so_and_a_store_that_is_down_does_not_stop_it(served):
    port = free_port()
    process = served(
        "--port", port, "--host", "0.0.0.0", url="postgresql://me@127.0.0.1:9/none"
    )  # fmt: skip
    assert f"port {port} of this machine: there is no login" in line_with(process, "Open to")
    assert "The store does not answer" in line_with(process, "ccdash: ")
    line_with(process, "ccdash is at")
    process.send_signal(signal.SIGTERM)
    assert process.wait(timeout=20) == 0
