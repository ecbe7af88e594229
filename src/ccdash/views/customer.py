"""One customer's history, shaped for a page. Frames are those of store/customers.py."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl

from ccdash.vocabulary import Channel, Direction, Outcome


@dataclass(frozen=True, slots=True)
class Summary:
    """A history in a few facts; test calls are in none of them."""

    contacts: int
    first_at: datetime | None
    last_at: datetime | None
    channels: tuple[tuple[Channel, int], ...]
    open: int
    scores: tuple[int, ...]
    tests: int
    people: int


@dataclass(frozen=True, slots=True)
class Visit:
    """One contact; times are the local wall clock, seconds are null where nothing is known."""

    arrived: datetime
    channel: Channel
    outcome: Outcome
    is_outbound: bool
    is_test: bool
    is_transferred: bool
    continues_another: bool
    wait_seconds: int | None
    talk_seconds: int | None
    agent: str | None
    queue: str | None
    contact_point: str | None
    subject: str | None
    case: str | None
    csat_score: int | None
    oddity: str | None


def summary(history: pl.DataFrame, where: ZoneInfo) -> Summary:
    """Of all contacts in the frame."""
    real = history.filter(~pl.col("is_void"))
    arrivals = [_local(at, where) for at in real["arrived_at"].to_list()]
    counted = Counter(Channel(word) for word in real["channel"].to_list())
    return Summary(
        contacts=real.height,
        first_at=min(arrivals, default=None),
        last_at=max(arrivals, default=None),
        channels=tuple(counted.most_common()),
        open=real.filter(pl.col("outcome") == Outcome.OPEN).height,
        scores=tuple(real["csat_score"].drop_nulls().to_list()),
        tests=history.height - real.height,
        people=real["agent"].drop_nulls().n_unique(),
    )


def visits(history: pl.DataFrame, where: ZoneInfo) -> list[Visit]:
    """In the order of the frame, newest first."""
    return [_visit(row, where) for row in history.iter_rows(named=True)]


def _visit(row: Mapping[str, Any], where: ZoneInfo) -> Visit:
    same = (
        "is_transferred", "continues_another", "wait_seconds", "talk_seconds", "agent", "queue",
        "contact_point", "case", "csat_score", "oddity",
    )  # fmt: skip
    return Visit(
        arrived=_local(row["arrived_at"], where),
        channel=Channel(row["channel"]),
        outcome=Outcome(row["outcome"]),
        is_outbound=row["direction"] == Direction.OUTBOUND,
        is_test=row["is_void"],
        subject=row["subject"] or row["case_subject"],
        **{name: row[name] for name in same},
    )


def _local(at: datetime, where: ZoneInfo) -> datetime:
    return at.astimezone(where).replace(tzinfo=None)
