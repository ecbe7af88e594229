"""How long the demo's history takes, with its sums, beside a bare COPY of the same rows.

    .venv/bin/python benchmarks/demo_history.py [--weeks 104] [--seed 1]

Two processes simulate and tell, as the demo does it; then the sums are made. The server is that of
CCDASH_DATABASE_URL (in databases of its own, dropped in the end), or a throw-away embedded one.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from functools import partial
from resource import RUSAGE_CHILDREN, getrusage
from time import sleep

from import_rate import copied_out, copy_in, fresh, refresh, server, timed
from pydantic import SecretStr
from sqlalchemy import Engine, func, select

from ccdash import settings
from ccdash.schema import contact, raw_event
from ccdash.settings import PROJECT
from ccdash.simulate import beginning, history
from ccdash.simulate.demo import Demo
from ccdash.simulate.from_folder import demo_of
from ccdash.store.engine import open_store

AT = datetime(2026, 11, 20, 10, tzinfo=UTC)
MONDAY = date(2026, 11, 16)


def told(order: history.Order, mondays: list[date]) -> None:
    workers = history.start(order, mondays, AT)
    while history.is_going_on(workers):
        sleep(0.05)


def processor_seconds() -> float:
    """What the processes that were started and have ended took; of the server this says nothing."""
    used = getrusage(RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def counted(engine: Engine) -> tuple[int, int]:
    """How many events and contacts are there."""
    with engine.connect() as connection:
        events, contacts = (
            connection.execute(select(func.count()).select_from(table)).scalar_one()
            for table in (raw_event, contact)
        )
    return events, contacts


def measured(url: str, weeks: int, demo: Callable[[], Demo]) -> None:
    with fresh(url) as engine:
        there = engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
        of_store = settings.load().model_copy(update={"database_url": SecretStr(there)})
        store = open_store(of_store)
        beginning.begin(store, demo(), beginning.Wish(weeks, at=AT), AT)
        mondays = [MONDAY - timedelta(weeks=one) for one in range(1, weeks + 1)]
        before = processor_seconds()
        seconds = timed(lambda: told(history.Order(of_store, demo), mondays))
        processor = processor_seconds() - before
        sums = timed(lambda: refresh(engine))
        events, contacts = counted(engine)
        tables = copied_out(engine)
        store.close()
    rows = sum(lines.count(b"\n") for lines in tables.values())
    with fresh(url) as engine:
        bare = timed(lambda: copy_in(engine, tables))
    print(f"{weeks} weeks: {events:,} events, {contacts:,} contacts, {rows:,} rows")
    print(
        f"simulated and told by two processes {seconds:7.1f} s {events / seconds:>10,.0f} events/s"
    )
    print(
        f"processor time of these processes  {processor:7.1f} s {processor / weeks:>10.2f} s a week"
    )
    print(f"sums of it made                     {sums:7.1f} s {events / sums:>10,.0f} events/s")
    print(f"rows of it, bare COPY               {bare:7.1f} s {rows / bare:>10,.0f} rows/s")
    print(f"\nsimulated and told / bare COPY of its rows: {seconds / bare:.1f} x the time")


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--weeks", type=int, default=104)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    with server() as url:
        measured(url, asked.weeks, partial(demo_of, PROJECT / "data", asked.seed))


if __name__ == "__main__":
    main()
