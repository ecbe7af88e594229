"""What is exported: a table that comes a frame at a time, and what it says of itself."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import chain
from zoneinfo import ZoneInfo

import polars as pl

from ccdash.errors import BadQuery
from ccdash.export.about import About, Content, about, about_answer
from ccdash.export.json_rows import Rows, rows_of
from ccdash.query import Query
from ccdash.store import contacts, history
from ccdash.store.earlier import read_earlier
from ccdash.store.engine import Store
from ccdash.store.history import Answer
from ccdash.views.beside import BY_THE_CLOCK, counterparts
from ccdash.views.contacts import rows
from ccdash.views.periods import known_before

PIECE = 10_000
CONTACT_COLUMNS = (
    "arrived_at", "channel", "direction", "queue", "contact_point", "team", "agent", "customer",
    "language", "subject", "outcome", "is_against", "wait_seconds", "wait_open_seconds",
    "response_open_seconds", "target_seconds", "talk_seconds", "hold_seconds", "wrap_up_seconds",
    "handling_seconds", "rounds", "next_responses", "next_response_seconds", "is_transferred",
    "csat_score", "nps_score", "ces_score", "fcr_score", "agent_resolved", "oddity", "source",
    "key", "contact_id", "customer_id", "person_id",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Table:
    """Frames with the same columns, one at least; each is read when it is asked for."""

    about: About
    frames: Iterator[pl.DataFrame]


def table(store: Store, content: Content, query: Query, now: datetime) -> Table:
    """The answer to a question. What can go wrong with the question goes wrong here, before the
    first byte of a file. Raises BadQuery, StoreBusy, StoreUnavailable."""
    made = _figures if content is Content.FIGURES else _contacts
    return made(store, query, now)


def _figures(store: Store, query: Query, now: datetime) -> Table:
    if not query.metrics:
        raise BadQuery("Say which metrics are asked for.")
    answer = history.read(store, query)
    before = earlier(store, answer)
    frame = figures(answer, before)
    pieces = frame.iter_slices(PIECE) if frame.height else iter((frame,))
    return Table(about_answer(store, answer, now, before), pieces)


def _contacts(store: Store, query: Query, now: datetime) -> Table:
    if len(query.metrics) != 1:
        raise BadQuery("Contacts are behind one metric: name one.")
    told = about(store, Content.CONTACTS, query, now)
    pieces = contacts.every(store, query)
    shaped = (listed(one, query.period.zone) for one in chain([next(pieces)], pieces))
    return Table(told, shaped)


def earlier(store: Store, answer: Answer) -> Answer | None:
    """The figures of the period beside which a question puts its own; None where it names none.
    Raises BadQuery, StoreUnavailable."""
    query = answer.query
    if query.before is None:
        return None
    asked = replace(query, period=query.before, before=None)
    return read_earlier(store, asked, known_before(query, answer.known_until))


def figures(answer: Answer, before: Answer | None = None) -> pl.DataFrame:
    """`bucket` (a date of the question's zone, or an instant where buckets go by the clock), the
    break-downs, the metrics, and of how many rows each speaks, as n_NAME. With a time before the
    same of it, bucket beside bucket and part beside part, under names that begin with before_.
    What only one of the times has is null in the other; its bucket only where that has no such."""
    query = answer.query
    buckets = _buckets(query)
    own = _told(answer, buckets)
    if before is None:
        return own.drop("place")
    keys, many = ["place", *query.by], buckets.height
    found = counterparts(query.period, before.query.period, query.grain)
    places = [many + n if place is None else place for n, place in enumerate(found)]
    then = _told(before, _buckets(before.query).with_columns(pl.Series("place", places)))
    other = {name: f"before_{name}" for name in then.columns if name not in keys}
    both = own.drop("bucket").join(
        then.rename(other), on=keys, how="full", coalesce=True, nulls_equal=True
    )
    return (
        both.join(buckets, on="place", how="left")
        .sort(keys)
        .select(*(name for name in own.columns if name != "place"), *other.values())
    )


def _buckets(query: Query) -> pl.DataFrame:
    """`start` of every bucket, `place` (its number), and `bucket` as it is shown."""
    starts = query.period.starts(query.grain)
    start = pl.Series("start", starts).cast(pl.Datetime("us", "UTC"))
    local = pl.col("start").dt.convert_time_zone(query.period.timezone)
    return pl.DataFrame({"start": start, "place": range(len(starts))}).select(
        "start",
        "place",
        (local if query.grain in BY_THE_CLOCK else local.dt.date()).alias("bucket"),
    )


def _told(answer: Answer, buckets: pl.DataFrame) -> pl.DataFrame:
    """Its columns, and `place`."""
    query = answer.query
    samples = (f"n_{name}" for name in query.metrics)
    found = answer.frame.rename({"bucket": "start"})
    return found.join(buckets, on="start", how="left", maintain_order="left").select(
        "place", "bucket", *query.by, *query.metrics, *samples
    )


def columns_of(query: Query) -> list[str]:
    """The keys of a row of figures."""
    again = ["bucket", *query.metrics] if query.before is not None else []
    return ["bucket", *query.by, *query.metrics, *(f"before_{name}" for name in again)]


def figure_rows(answer: Answer, before: Answer | None = None) -> Rows:
    """The figures as JSON has them, unrounded, with the keys `columns_of`."""
    frame = figures(answer, before).select(columns_of(answer.query))
    return rows_of(frame, answer.query.period.zone)


def listed(frame: pl.DataFrame, where: ZoneInfo) -> pl.DataFrame:
    """The rows of store.contacts, as somebody may take them along: CONTACT_COLUMNS. Customers have
    their name or a masked contact detail, as on the screen; who was not recognised has no
    customer_id, and whose detail is shared no person_id. Numbers of contacts, customers and persons
    are text: a spreadsheet would round them."""
    known = pl.when("is_known").then("customer_id")
    return (
        rows(frame, where)
        .with_columns(
            pl.col("arrived_at").dt.convert_time_zone(where.key),
            pl.coalesce("name", "who").alias("customer"),
            known.alias("customer_id"),
        )
        .select(CONTACT_COLUMNS)
    )
