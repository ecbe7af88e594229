"""What is asked of a history, each through the product's own functions, and the naive way of one.

A read that ccdash cannot do yet stays in the list and says so.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from multiprocessing import get_context
from pathlib import Path
from time import perf_counter

import pandas as pd
import polars as pl
import psycopg
from made_centre import queue_name
from made_history import DAY, QUARTER, WEEK, YEAR
from made_store import Made
from sqlalchemy import Engine, select

from ccdash.metrics import METRICS
from ccdash.query import Dimension, Filters, Period, Query
from ccdash.schema import contact
from ccdash.store import contacts, customers, history
from ccdash.store.engine import engine_for
from ccdash.store.frames import POLICY, FramePool, Rows, compiled
from ccdash.vocabulary import Grain

CHANNEL = (Dimension.CHANNEL,)
ONE_QUEUE: Filters = ((Dimension.QUEUE, (queue_name(0),)),)
CHAT: Filters = ((Dimension.CHANNEL, ("chat",)),)
TREND = ("offered", "service_level", "abandonment_rate", "asa", "aht", "csat")
NAIVE_BYTES = 3_000
"""Of memory that a row of the naive way takes at most, frame and driver's rows together."""


class NotYetError(Exception):
    """ccdash has no such figure yet."""


@dataclass(frozen=True)
class Read:
    """A question; `ask` is told the round, so that customers change."""

    name: str
    ask: Callable[[Made, int], object]


# Reads of a year ---------------------------------------------------------------------------------


def trend(made: Made, _: int = 0) -> pl.DataFrame:
    return history.read(made.store, Query(TREND, YEAR, Grain.DAY, CHANNEL)).frame


def heat_map(made: Made, _: int) -> pl.DataFrame:
    asked = Query(("offered", "service_level"), YEAR, Grain.HOUR)
    frame = history.read(made.store, asked).frame
    local = pl.col("bucket").dt.convert_time_zone(YEAR.timezone)
    sums = ("answered_in_target", "answered", "abandoned", "offered")
    return frame.group_by(local.dt.weekday().alias("day"), local.dt.hour().alias("hour")).agg(
        pl.col(*sums).sum()
    )


def percentiles(made: Made, _: int) -> pl.DataFrame:
    asked = Query(("wait_median", "wait_p90"), YEAR, by=CHANNEL)
    return history.read(made.store, asked).frame


def first_contact_resolution(made: Made, _: int) -> pl.DataFrame:
    names = tuple(name for name in METRICS if name.startswith(("fcr", "first_contact")))
    if not names:
        raise NotYetError
    return history.read(made.store, Query(names, YEAR, Grain.WEEK, CHANNEL)).frame


# Reads of rows -----------------------------------------------------------------------------------


def behind(metric: str, period: Period, filters: Filters = ()) -> Callable[[Made, int], object]:
    asked = Query((metric,), period, filters=filters)
    return lambda made, _: contacts.behind(made.store, asked)


def searched(text: str, period: Period) -> Callable[[Made, int], object]:
    """The whole page of the screen: the rows, and how many there are."""
    asked = Query(("offered",), period, search=text)
    return lambda made, _: contacts.page(made.store, asked, 50)


def next_page(made: Made, _: int) -> pl.DataFrame:
    asked = Query(("abandoned",), YEAR, filters=ONE_QUEUE)
    last = contacts.behind(made.store, asked)["id"][-1]
    return contacts.behind(made.store, asked, after=last)


def counted(metric: str, period: Period) -> Callable[[Made, int], object]:
    return lambda made, _: contacts.count(made.store, Query((metric,), period))


def breakdown(made: Made, _: int) -> pl.DataFrame:
    return contacts.breakdown(made.store, Query(("abandoned",), YEAR))


def of_customer(made: Made, number: int) -> pl.DataFrame:
    return customers.history(made.store, made.customers[number % len(made.customers)])


READS = (
    Read("a year by day and channel, six metrics", trend),
    Read("a year's heat map, weekday by hour", heat_map),
    Read("a year's p50 and p90 of wait by channel", percentiles),
    Read("first contact resolution of a year", first_contact_resolution),
    Read("first page: abandoned, one queue, a day", behind("abandoned", DAY, ONE_QUEUE)),
    Read("first page: abandoned, one queue, a year", behind("abandoned", YEAR, ONE_QUEUE)),
    Read("first page: abandoned, all, a day", behind("abandoned", DAY)),
    Read("first page: abandoned, all, a year", behind("abandoned", YEAR)),
    Read("first page: service level, all, a day", behind("service_level", DAY)),
    Read("first page: service level, all, a year", behind("service_level", YEAR)),
    Read("first page: service level, all, a quarter", behind("service_level", QUARTER)),
    Read("first page: CSAT, chat, a week", behind("csat", WEEK, CHAT)),
    Read("first page: CSAT, chat, a quarter", behind("csat", QUARTER, CHAT)),
    Read("first page: CSAT, all, a year", behind("csat", YEAR)),
    Read("first page: handling time, all, a quarter", behind("aht", QUARTER)),
    Read("first page: FCR, all, a week", behind("fcr", WEEK)),
    Read("search: a telephone number, a quarter", searched("040 0000 1234", QUARTER)),
    Read("search: an agent and a subject, a week", searched('"agent 12" billing', WEEK)),
    Read("search: a word that nothing has, a quarter", searched("nothing-has-this", QUARTER)),
    Read("first and second page: abandoned, one queue, a year", next_page),
    Read("how many: abandoned, all, a year", counted("abandoned", YEAR)),
    Read("how they ended: abandoned, all, a year", breakdown),
    Read("one customer's history, 12 contacts", of_customer),
)


# What the server did -----------------------------------------------------------------------------


class Noting(FramePool):
    """Reads as the product does, and keeps the statements."""

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self.statements: list[Rows] = []

    def read(self, statement: Rows) -> pl.DataFrame:
        self.statements.append(statement)
        return super().read(statement)


@dataclass(frozen=True)
class Work:
    """What one statement cost: pages of 8 kB touched in memory, pages written to disk for a while,
    and the plan."""

    buffers: int
    spilled: int
    plan: str


def explained(made: Made, read: Read) -> Iterator[Work]:
    """Of each statement of a read, once it has been answered."""
    url = url_of(made.store.engine)
    frames = Noting(url)
    read.ask(replace(made, store=replace(made.store, frames=frames)), 0)
    frames.close()
    with psycopg.connect(url, options=POLICY, cursor_factory=psycopg.RawCursor) as connection:
        for statement in frames.statements:
            sql, values = compiled(statement)
            rows = connection.execute(f"EXPLAIN (ANALYZE, BUFFERS) {sql}".encode(), values)
            yield _work("\n".join(str(line) for (line,) in rows))


def _work(plan: str) -> Work:
    """The first line of buffers is the whole statement's: a node's counts hold its children's."""
    top = re.search(r"Buffers: (.*)", plan)
    found = dict(_numbers(top[1] if top else ""))
    touched = found.get("shared hit", 0) + found.get("shared read", 0)
    return Work(touched, found.get("temp written", 0), plan)


def _numbers(line: str) -> Iterator[tuple[str, int]]:
    for part in line.split(", "):
        kind, *counts = part.split(" ")
        for count in counts:
            name, _, number = count.partition("=")
            yield f"{kind} {name}", int(number)


def url_of(engine: Engine) -> str:
    """For libpq."""
    url = engine.url.set(drivername="postgresql")
    return url.render_as_string(hide_password=False)


# The naive way -----------------------------------------------------------------------------------

COLUMNS = (
    "arrived_at", "channel", "direction", "outcome", "is_void", "queued_at", "answered_at",
    "wait_seconds", "target_seconds", "talk_seconds", "hold_seconds", "wrap_up_seconds",
    "csat_score", "csat_positive_from",
)  # fmt: skip


@dataclass(frozen=True)
class Naive:
    """How long the rows of the year took as a pandas frame, grouped; and what they said in all."""

    seconds: float
    offered: int
    satisfied: int


def naive(made: Made) -> Naive | None:
    """In a process of its own, whose memory ends with it; None where there is not enough."""
    asked = Query(("contacts",), YEAR)
    rows = int(history.read(made.store, asked).frame["contacts"][0])
    if rows * NAIVE_BYTES > _free_bytes():
        return None
    with get_context("spawn").Pool(1) as one:
        return one.apply(_naive, (url_of(made.store.engine),))


def _free_bytes() -> int:
    lines = Path("/proc/meminfo").read_text().splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("MemAvailable"))


def _naive(url: str) -> Naive:
    engine = engine_for(url)
    at = contact.c.arrived_at
    asked = select(*(contact.c[name] for name in COLUMNS)).where(at >= YEAR.start, at < YEAR.end)
    with engine.connect() as connection:
        connection.execute(select(1))
        began = perf_counter()
        figures = _grouped(pd.read_sql(asked, connection))
        seconds = perf_counter() - began
    return Naive(seconds, int(figures["offered"].sum()), int(figures["csat_satisfied"].sum()))


def _grouped(rows: pd.DataFrame) -> pd.DataFrame:
    """The same six metrics of each day and channel."""
    rows["day"] = rows["arrived_at"].dt.tz_convert(YEAR.timezone).dt.floor("D", ambiguous=True)
    real, inbound = ~rows["is_void"], rows["direction"] == "inbound"
    answered = real & inbound & rows["answered_at"].notna()
    left = real & inbound & rows["queued_at"].notna() & rows["answered_at"].isna()
    live = rows["channel"].isin(("phone", "chat"))
    abandoned, handled = (
        left & (rows["outcome"] == "abandoned"),
        real & (rows["outcome"] == "handled"),
    )
    worked = rows["talk_seconds"] + rows["hold_seconds"] + rows["wrap_up_seconds"]
    scored = real & rows["csat_score"].between(1, 5)
    found = rows.assign(
        offered=answered | (left & (rows["outcome"] != "open")),
        answered=answered,
        abandoned=abandoned,
        in_target=answered & (rows["wait_seconds"] <= rows["target_seconds"]),
        offered_live=(answered | left) & live,
        abandoned_live=abandoned & live,
        waited=rows["wait_seconds"].where(answered, 0),
        handled=handled,
        worked=worked.where(handled, 0),
        csat_responses=scored,
        csat_satisfied=scored & (rows["csat_score"] >= rows["csat_positive_from"]),
    )
    sums = found.groupby(["day", "channel"])[list(found.columns[len(COLUMNS) + 1 :])].sum()
    return sums.assign(
        service_level=sums["in_target"] / (sums["answered"] + sums["abandoned"]),
        abandonment_rate=sums["abandoned_live"] / sums["offered_live"],
        asa=sums["waited"] / sums["answered"],
        aht=sums["worked"] / sums["handled"],
        csat=sums["csat_satisfied"] / sums["csat_responses"],
    )
