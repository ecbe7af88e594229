"""What it costs to keep the sums current while events come in, beside the same without sums.

    .venv/bin/python benchmarks/sums_cost.py [--weeks 1] [--contacts 40000] [--rounds 3]

Two roads, 500 events or rows a transaction: events of the demo centre through `record`, and bare
rows of contacts by COPY. Each with sums (marks in the same transaction, and the product's worker,
which makes marked sums anew every two seconds; the clock stops when all of them are made) and
without (no marks, no worker). In turn, in fresh databases of one server; medians.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from statistics import median
from time import perf_counter
from typing import Any
from unittest.mock import patch

import polars as pl
from history_reads import url_of
from import_rate import fresh, now, server, told
from made_history import History
from sqlalchemy import Connection, Engine

from ccdash.ingest import writing
from ccdash.ingest.events import decode
from ccdash.ingest.record import record
from ccdash.ingest.work import interval_start
from ccdash.live.worker import SumsWorker, refresh
from ccdash.measures import Fact
from ccdash.schema import contact
from ccdash.store.engine import Store
from ccdash.store.frames import FramePool

AT_ONCE = 500
DENSE = 1_000_000
"""The rows are the first ones of a history of so many contacts in three years."""


@dataclass(frozen=True)
class Road:
    """A way in: what is told, and how a part of it is told in one transaction."""

    name: str
    told: Sequence[Any]
    tell: Callable[[Connection, Sequence[Any]], object]


@dataclass(frozen=True)
class Took:
    """Seconds until everything was told, and until its sums were made too."""

    told: float
    whole: float


def described(road: Road, with_sums: Took, without: Took) -> str:
    seconds = (without.told, with_sums.told, with_sums.whole)
    bare, told_rate, whole = (len(road.told) / one for one in seconds)
    return (
        f"{road.name}: {bare:,.0f}/s without sums; "
        f"{told_rate:,.0f}/s ({told_rate / bare:.0%}) while the worker makes them; "
        f"{whole:,.0f}/s ({whole / bare:.0%}) until all of them are made"
    )


def through_record(weeks: int) -> Road:
    events = [decode(line) for line in told(weeks)]
    return Road("events through record", events, lambda c, part: record(c, part, received_at=now()))


def bare_rows(contacts: int) -> Road:
    frame = next(History(DENSE).parts())["contact"].head(contacts)
    names = [column.name for column in contact.columns]
    missing = [
        pl.lit(None if one.nullable else False).alias(one.name)
        for one in contact.columns
        if one.name not in frame.columns
    ]
    instants = pl.selectors.datetime().dt.replace_time_zone("UTC")
    rows = frame.with_columns(instants, *missing).select(names).rows()
    return Road("rows of contacts by COPY", rows, _put)


def _put(connection: Connection, rows: Sequence[tuple[Any, ...]]) -> None:
    at, queue = (list(contact.columns.keys()).index(name) for name in ("arrived_at", "queue_id"))
    writing.put_new(connection, contact, rows)
    keys = {(interval_start(row[at]), row[queue]) for row in rows}
    writing.mark_dirty(connection, Fact.CONTACT, keys, now())


@contextmanager
def no_marks() -> Iterator[None]:
    """Nothing is marked, whoever asks for it."""
    name = writing.mark_dirty.__name__
    modules = [one for key, one in sys.modules.items() if key.startswith("ccdash.ingest")]
    with ExitStack() as stack:
        for module in modules:
            if hasattr(module, name):
                stack.enter_context(patch.object(module, name, lambda *_: None))
        yield


def took(url: str, road: Road, *, sums: bool) -> Took:
    with fresh(url) as engine, ExitStack() as stack:
        if not sums:
            stack.enter_context(no_marks())
            told = _told(engine, road)
            return Took(told, told)
        store = Store(engine, FramePool(url_of(engine)))
        stack.callback(store.frames.close)
        worker = SumsWorker(lambda: store)
        worker.start()
        began = perf_counter()
        told = _told(engine, road)
        worker.stop(timeout_seconds=600)
        refresh(store)
        return Took(told, perf_counter() - began)


def _told(engine: Engine, road: Road) -> float:
    began = perf_counter()
    for first in range(0, len(road.told), AT_ONCE):
        with engine.begin() as connection:
            road.tell(connection, road.told[first : first + AT_ONCE])
    return perf_counter() - began


def middle(rounds: Sequence[Took]) -> Took:
    return Took(median(one.told for one in rounds), median(one.whole for one in rounds))


def compared(url: str, road: Road, rounds: int) -> str:
    found: dict[bool, list[Took]] = {True: [], False: []}
    for number in range(rounds):
        for sums in (True, False) if number % 2 else (False, True):
            found[sums].append(took(url, road, sums=sums))
    return described(road, middle(found[True]), middle(found[False]))


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--weeks", type=int, default=1, help="of the demo centre")
    parser.add_argument("--contacts", type=int, default=40_000, help="bare rows")
    parser.add_argument("--rounds", type=int, default=3)
    asked = parser.parse_args()
    with server() as url:
        for road in (through_record(asked.weeks), bare_rows(asked.contacts)):
            print(compared(url, road, asked.rounds), flush=True)


if __name__ == "__main__":
    main()
