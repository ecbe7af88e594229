"""The last hour as small lines: one point every five minutes."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import polars as pl

from ccdash.metrics import METRICS
from ccdash.vocabulary import Channel

STEP, POINTS = timedelta(minutes=5), 12
WINDOW = timedelta(minutes=15)
SUMS = ("abandoned", "answered", "answered_in_target", "offered", "still_waiting")

COUNTS = pl.exclude("group", "mark")
ADDED = pl.exclude("group", "mark", "channel", "longest")

Line = tuple[float | None, ...]


@dataclass(frozen=True, slots=True)
class Hour:
    """Points five minutes apart, the newest last. `waiting`, `longest` (seconds) and `in_progress`
    are of those instants; `arrived` and `abandoned` count the five minutes before each;
    `service_level` is of those who arrived in the quarter of an hour before."""

    waiting: Line
    longest: Line
    in_progress: Line
    arrived: Line
    abandoned: Line
    service_level: Line


def lines(
    contacts: pl.DataFrame, start: datetime, groups: Mapping[str, Collection[Channel]]
) -> dict[str, Hour]:
    """The lines of each group of channels; the contacts are those of store/recent.py."""
    marks = pl.DataFrame(
        {"mark": [start + STEP * number for number in range(1, POINTS + 1)]},
        schema={"mark": pl.Datetime("us", "UTC")},
    )
    members = pl.DataFrame(
        [(name, str(one)) for name, several in groups.items() for one in several],
        schema={"group": pl.String, "channel": pl.String},
        orient="row",
    )
    by = ["group", "mark"]
    known = members.join(pl.concat(_by_channel(contacts, at) for at in marks["mark"]), on="channel")
    sums = known.group_by(by).agg(ADDED.sum(), pl.col("longest").max())
    every = members.select("group").unique().join(marks, how="cross")
    total = every.join(sums, on=by, how="left").with_columns(COUNTS.fill_null(0)).sort(by)
    return _hours(total)


def _by_channel(contacts: pl.DataFrame, at: datetime) -> pl.DataFrame:
    """What was so at a mark, and what came before it: one mark at a time, or a busy hour would be
    in memory twelve times."""
    mark = pl.lit(at, pl.Datetime("us", "UTC"))
    gone = pl.min_horizontal("answered_at", "ended_at")
    waits = (pl.col("queued_at") <= mark) & (gone.is_null() | (gone > mark))
    is_served = (pl.col("answered_at") <= mark) & ~(pl.col("ended_at") <= mark).fill_null(False)
    came = (pl.col("arrived_at") < mark) & (pl.col("arrived_at") >= mark - STEP)
    window = (pl.col("arrived_at") < mark) & (pl.col("arrived_at") >= mark - WINDOW)
    length = (mark - pl.col("queued_at")).dt.total_seconds()
    return (
        contacts.group_by("channel")
        .agg(
            waits.sum().cast(pl.Int64).alias("waiting"),
            pl.when(waits).then(length).max().alias("longest"),
            is_served.sum().cast(pl.Int64).alias("in_progress"),
            *(pl.col(one).filter(came).sum().alias(one) for one in SUMS),
            *(pl.col(one).filter(window).sum().alias(f"{one}_window") for one in SUMS),
        )
        .with_columns(mark.alias("mark"))
    )


def _hours(total: pl.DataFrame) -> dict[str, Hour]:
    window = total.select(pl.col(f"{one}_window").alias(one) for one in SUMS)
    figures = total.select(
        "group", "waiting", "longest", "in_progress",
        METRICS["arrived"].expression(),
        METRICS["abandoned"].expression(),
        service_level=window.select(METRICS["service_level"].expression()).to_series(),
    )  # fmt: skip
    found: dict[str, list[Sequence[float | None]]] = {}
    for name, *values in figures.iter_rows():
        found.setdefault(name, []).append(values)
    return {name: Hour(*zip(*rows, strict=True)) for name, rows in found.items()}


def arrived(contacts: pl.DataFrame, start: datetime, end: datetime) -> pl.DataFrame:
    """The sums of those who came in [start, end), by queue and channel."""
    inside = (pl.col("arrived_at") >= start) & (pl.col("arrived_at") < end)
    return contacts.filter(inside).group_by("queue", "channel").agg(pl.col(SUMS).sum())
