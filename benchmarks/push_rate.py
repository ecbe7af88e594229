"""What announcing costs those who write: 16 writers, and a commit that takes 2 ms to the disk.

    .venv/bin/python benchmarks/push_rate.py [--seconds 6] [--rounds 3] [--writers 16]

Three ways in turn, in one run on a throw-away embedded Postgres (commit_delay 2 ms, fsync on):
nothing is announced; the product's way, after the commit and at most 20 times a second; and, for
bare rows, a NOTIFY in every writer's transaction. A process beside listens and reads the floor: for
what it hears, and once a second. Two roads: events through `record`, one a transaction, and bare
rows, which leave the server nothing to do but to commit. Medians of the rates, and of each round's
ratio.
"""

from __future__ import annotations

import argparse
import multiprocessing
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count
from multiprocessing.synchronize import Event as Flag
from pathlib import Path
from statistics import median
from threading import Event, Thread
from time import perf_counter, sleep
from unittest.mock import patch

from history_reads import url_of
from import_rate import fresh, now
from sqlalchemy import Connection, create_engine, text

from ccdash.ingest import events as ev
from ccdash.ingest.record import record
from ccdash.live.hub import Hub, Reading
from ccdash.store import announce
from ccdash.store.announce import Announcer
from ccdash.store.embedded import EmbeddedPostgres
from ccdash.store.engine import Store, engine_for, psycopg_url
from ccdash.store.frames import FramePool
from ccdash.store.live import FloorOfNow
from ccdash.vocabulary import Channel, Outcome

SETTINGS = {"commit_delay": "2000", "commit_siblings": "0", "fsync": "on", "max_connections": "200"}
OFF, ON, INSIDE = "nothing announced", "after the commit", "inside the transaction"
Write = Callable[[Connection, int, int], None]
"""One transaction of a writer: which one, and its how manieth."""


@dataclass(frozen=True)
class Road:
    """A way in, and the ways of announcing that are tried on it."""

    name: str
    write: Write
    ways: tuple[str, ...]


@dataclass(frozen=True)
class Asked:
    """How much is to be measured."""

    seconds: float
    rounds: int
    writers: int


def event(connection: Connection, writer: int, number: int) -> None:
    """A contact that waits, and then one that has left: the floor stays small."""
    key, at = f"{writer}-{number // 2}", datetime.now(UTC)
    common = {"source": "bench", "id": f"{writer}-{number}", "at": at, "contact": key}
    told: ev.Event = (
        ev.LeftQueue(**common, outcome=Outcome.ABANDONED)
        if number % 2
        else ev.Queued(**common, queue=f"q{writer}", channel=Channel.PHONE)
    )
    record(connection, [told], received_at=at)


def bare_row(connection: Connection, writer: int, number: int) -> None:
    connection.exec_driver_sql(f"INSERT INTO bench VALUES ({writer}, {number})")
    announce.mark(connection)


def bare_row_with_notify(connection: Connection, writer: int, number: int) -> None:
    connection.exec_driver_sql(f"INSERT INTO bench VALUES ({writer}, {number})")
    connection.exec_driver_sql(f"NOTIFY {announce.CHANNEL}")


ROADS = (
    Road("events through record", event, (OFF, ON)),
    Road("bare rows", bare_row, (OFF, ON, INSIDE)),
)


def rate(url: str, road: Road, way: str, asked: Asked) -> float:
    """Commits a second."""
    silent = nullcontext() if way == ON else patch.object(Announcer, "tell")
    with fresh(url) as engine, silent:
        there = url_of(engine)
        with engine.begin() as connection:
            connection.execute(text("CREATE TABLE bench (writer int, number int)"))
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("CHECKPOINT"))  # of the new database, not in the first way
        write = bare_row_with_notify if way == INSIDE else road.write
        with hub(there):
            return _written(there, write, asked)


def _written(url: str, write: Write, asked: Asked) -> float:
    store, stop, done = Store(engine_for(url), FramePool(url)), Event(), [0] * asked.writers

    def writes(writer: int) -> None:
        for number in count():
            if stop.is_set():
                return
            with store.transaction() as connection:
                write(connection, writer, number)
            done[writer] += 1

    threads = [Thread(target=writes, args=(one,)) for one in range(asked.writers)]
    for one in threads:
        one.start()
    sleep(1)  # connections are made, statements known
    before, began = sum(done), perf_counter()
    sleep(asked.seconds)
    found = (sum(done) - before) / (perf_counter() - began)
    stop.set()
    for one in threads:
        one.join()
    store.close()
    return found


@contextmanager
def hub(url: str) -> Iterator[None]:
    """Another process, which listens and reads the floor."""
    context = multiprocessing.get_context("spawn")
    ready, over = context.Event(), context.Event()
    reader = context.Process(target=_read, args=(url, ready, over))
    reader.start()
    ready.wait(60)
    try:
        yield
    finally:
        over.set()
        reader.join(20)


def _read(url: str, ready: Flag, over: Flag) -> None:
    store = Store(engine_for(url), FramePool(url))
    floor = FloorOfNow(lambda: store, now, lambda: "UTC")
    one = Hub(Reading(floor.whole, floor.quick), store.listening, now)
    numbers: list[int] = []
    one.subscribe(lambda snapshot: numbers.append(snapshot.number))
    one.start()
    one.latest()
    ready.set()
    began = perf_counter()
    over.wait(600)
    print(f"    the floor was read {len(numbers) / (perf_counter() - began):.1f} times a second")
    one.stop()
    store.close()


@contextmanager
def server() -> Iterator[str]:
    with tempfile.TemporaryDirectory(dir="/tmp") as home:
        Path(home).chmod(0o755)  # the unprivileged user who runs the server for root looks in
        with EmbeddedPostgres.open(Path(home)) as postgres:
            admin = create_engine(psycopg_url(postgres.url), isolation_level="AUTOCOMMIT")
            with admin.connect() as connection:
                for name, value in SETTINGS.items():
                    connection.execute(text(f"ALTER SYSTEM SET {name} = '{value}'"))
                connection.execute(text("SELECT pg_reload_conf()"))
            admin.dispose()
            yield postgres.url


def compared(url: str, road: Road, asked: Asked) -> None:
    found: dict[str, list[float]] = {way: [] for way in road.ways}
    for number in range(asked.rounds):
        for way in road.ways if number % 2 == 0 else reversed(road.ways):
            found[way].append(rate(url, road, way, asked))
    for way, rates in found.items():  # round by round, as other work on the machine comes and goes
        ratio = median(one / off for one, off in zip(rates, found[OFF], strict=True))
        print(f"{road.name:22} {way:24} {median(rates):8,.0f}/s {ratio:7.1%}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--seconds", type=float, default=6, help="of each way in each round")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--writers", type=int, default=16)
    asked = parser.parse_args()
    with server() as url:
        for road in ROADS:
            compared(url, road, Asked(asked.seconds, asked.rounds, asked.writers))


if __name__ == "__main__":
    main()
