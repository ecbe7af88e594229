"""The contacts behind a number, shaped for a list. Frames are those of store/contacts.py."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl

from ccdash.measures import Fact
from ccdash.metrics import Metric
from ccdash.query import Dimension
from ccdash.views.identities import DOTS, masked, parted
from ccdash.vocabulary import UNSERVED, Outcome, SegmentKind, Unit

PER_PAGE = 50
LONGEST_TRAIL = 20
"""How many pages back `previous` goes at once; the address must stay short."""
MOST_PARTS = 3


class Reason(StrEnum):
    """What puts a contact where it stands in the list; also the name of the fact that shows it."""

    WAIT = "wait"
    HANDLING = "handling"
    OUTCOME = "outcome"
    SCORE = "score"


_OF_SCORES = {
    "csat": "csat_score",
    "nps": "nps_score",
    "ces": "ces_score",
    "fcr_customer": "fcr_score",
    "fcr_agent": "agent_resolved",
    "rounds": "rounds",
    "next_response_time": "next_response",
    "bounce_index": "bounces",
    "contacts_per_matter": "times",
    "third_contact_rate": "times",
}
_OF_OUTCOMES = frozenset({
    "transfer_rate", "known_customer_rate", "csat_response_rate", "fcr_customer_response_rate",
    "containment", "containment_gross", "containment_unknown",
})  # fmt: skip


def ordered_by(figure: Metric) -> Reason:
    """By what the list behind a figure is worst first; among equals by the wait."""
    if figure.name in _OF_SCORES:
        return Reason.SCORE
    is_short = figure.name == "short_handled_rate"
    return Reason.HANDLING if figure.is_of_work or is_short else Reason.WAIT


def score_of(figure: Metric) -> str:
    """What the list shows of how it went: what the figure is of, else the satisfaction."""
    return _OF_SCORES.get(figure.name, "csat_score")


def reason(figure: Metric, row: Mapping[str, Any]) -> tuple[Reason, bool]:
    """Which fact of a row of `rows` explains its place, and whether it is a bad one."""
    usual = ordered_by(figure)
    if row["is_against"] and usual is Reason.WAIT:
        is_of_wait = figure.fact is Fact.CONTACT and row["outcome"] not in UNSERVED
        has_waited = is_of_wait and figure.name.partition("@")[0] not in _OF_OUTCOMES
        return (Reason.WAIT if has_waited else Reason.OUTCOME), True
    if usual is Reason.WAIT and figure.unit is not Unit.RATIO:
        return usual, bool(row["is_late"])
    return usual, bool(row["is_against"])


def rows(frame: pl.DataFrame, where: ZoneInfo, now: datetime | None = None) -> pl.DataFrame:
    """With `arrived` (local wall clock), `handling_seconds` (null when nobody took the contact),
    `is_late` (waited longer than the target), `who`, the masked contact detail, `next_response`
    (the mean of the contact's own), and `is_known` (there is a customer to go to). At `now`,
    `is_waiting` says who still waits, and their `wait_seconds` go on until then."""
    frame = _lasting(frame, now)
    parts = [pl.col(name) for name in ("talk_seconds", "hold_seconds", "wrap_up_seconds")]
    is_taken = pl.col("talk_seconds").is_not_null()
    return frame.with_columns(
        pl.col("arrived_at")
        .cast(pl.Datetime("us", "UTC"))
        .dt.convert_time_zone(where.key)
        .dt.replace_time_zone(None)
        .alias("arrived"),
        pl.when(is_taken).then(pl.sum_horizontal(parts)).cast(pl.Int64).alias("handling_seconds"),
        pl.col("customer").map_elements(masked_detail, return_dtype=pl.String).alias("who"),
        (pl.col("wait_seconds") > pl.col("target_seconds")).fill_null(value=False).alias("is_late"),
        (pl.col("next_response_seconds") // pl.col("next_responses")).alias("next_response"),
        (~pl.col("customer_id").str.starts_with("-")).alias("is_known"),
    )


def _lasting(frame: pl.DataFrame, now: datetime | None) -> pl.DataFrame:
    if now is None:
        return frame.with_columns(pl.lit(value=False).alias("is_waiting"))
    is_open = pl.col("outcome") == Outcome.OPEN
    waits = is_open & pl.col("queued_at").is_not_null() & pl.col("answered_at").is_null()
    so_far = (pl.lit(now) - pl.col("queued_at")).dt.total_seconds().clip(lower_bound=0)
    lasting = pl.when(waits).then(so_far).otherwise("wait_seconds").alias("wait_seconds")
    return frame.with_columns(lasting, waits.alias("is_waiting"))


def with_masked(frame: pl.DataFrame) -> pl.DataFrame:
    """The same rows with `customer`, a contact detail, as somebody sees it who need not know it."""
    masked = pl.col("customer").map_elements(masked_detail, return_dtype=pl.String)
    return frame.with_columns(masked)


def masked_detail(detail: str) -> str:
    """Of `kind:value`."""
    found = parted(detail)
    return masked(*found) if found else DOTS


@dataclass(frozen=True, slots=True)
class Totals:
    """The whole list in figures: how many, how many of them count against the figure, the longest
    wait in seconds."""

    n: int
    against: int
    longest_seconds: int | None


@dataclass(frozen=True, slots=True)
class Part:
    """How much of the list has this value; None is where nothing is known."""

    value: str | None
    n: int
    against: int


@dataclass(frozen=True, slots=True)
class Parts:
    """The largest parts of the list by one dimension, and in how many values the rest of it is."""

    dimension: Dimension
    parts: tuple[Part, ...]
    others: int
    largest: int


def totals(breakdown: pl.DataFrame) -> Totals:
    """Of a frame of store.contacts.breakdown."""
    longest = breakdown["longest_seconds"].max()
    against = int(breakdown["against"].sum())
    return Totals(int(breakdown["n"].sum()), against, longest if isinstance(longest, int) else None)


def split(breakdown: pl.DataFrame, most: int = MOST_PARTS) -> list[Parts]:
    """By every dimension of the frame in which the list differs: those that count most against the
    figure first, then the largest."""
    found = []
    dimensions = (
        Dimension.OUTCOME, Dimension.CHANNEL, Dimension.QUEUE, Dimension.CONTACT_POINT,
    )  # fmt: skip
    for name in (one for one in dimensions if one in breakdown.columns):
        by = (
            breakdown.group_by(name)
            .agg(pl.col("n", "against").sum())
            .sort("against", "n", name, descending=[True, True, False], nulls_last=True)
        )
        if by.height > 1:
            parts = tuple(Part(*row) for row in by.head(most).iter_rows())
            largest = max(by["n"].to_list())
            found.append(Parts(name, parts, by.height - len(parts), largest))
    return found


@dataclass(frozen=True, slots=True)
class Stretch:
    """One stretch of a contact, of local wall clock; without a length while it goes on."""

    kind: SegmentKind
    started: datetime
    seconds: int | None
    queue: str | None
    agent: str | None


def stretches(segments: pl.DataFrame, where: ZoneInfo) -> dict[str, list[Stretch]]:
    """By contact_id, in order; frames are those of store.contacts.segments."""
    found: dict[str, list[Stretch]] = {}
    for contact, kind, queue, agent, start, end in segments.iter_rows():
        seconds = None if end is None else round((end - start).total_seconds())
        local = start.astimezone(where).replace(tzinfo=None)
        one = Stretch(SegmentKind(kind), local, seconds, queue, agent)
        found.setdefault(contact, []).append(one)
    return found


@dataclass(frozen=True, slots=True)
class Place:
    """Where a reader is in a long list: the page, from 1, and the rows after which the pages up to
    it began. It is kept in the URL."""

    page: int = 1
    trail: tuple[str, ...] = ()

    @classmethod
    def read(cls, page: str, after: str) -> Place:
        """Of the URL; anything else is the first page."""
        trail = tuple(one for one in after.split(",") if one)
        if not trail or not page.isdecimal() or not 2 <= int(page) <= 1_000_000:
            return cls()
        return cls(int(page), trail)

    @property
    def after(self) -> str | None:
        """The row that the page follows."""
        return self.trail[-1] if self.trail else None

    def following(self, last: str) -> Place:
        """The page behind the last row of this one."""
        return Place(self.page + 1, (*self.trail, last)[-LONGEST_TRAIL:])

    def preceding(self) -> Place:
        """The page before; the first one where the way back is not known."""
        if self.page <= 2 or len(self.trail) < 2:
            return Place()
        return replace(self, page=self.page - 1, trail=self.trail[:-1])

    def to_params(self) -> dict[str, str]:
        """As URL parameters."""
        return {} if self.page == 1 else {"page": str(self.page), "after": ",".join(self.trail)}

    def span(self, shown: int) -> tuple[int, int]:
        """The numbers of the first and the last row on the page, from 1."""
        first = (self.page - 1) * PER_PAGE + 1
        return first, first + shown - 1
