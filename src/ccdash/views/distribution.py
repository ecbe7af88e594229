"""How durations are distributed, in as many columns as people can take in at a glance."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import polars as pl

from ccdash.spreads import ROUND

MOST_COLUMNS = 12
COMMON = 0.98
"""So much of all lies below the last border, unless durations are spread over more columns."""


@dataclass(frozen=True)
class Column:
    """The durations of [from_seconds, to_seconds), the last one without an end."""

    from_seconds: int
    to_seconds: int | None
    n: int
    share: float


def columns(classes: pl.DataFrame) -> list[Column]:
    """From classes (store.spreads.distribution), whose borders hold those of every column; none
    for no classes. The shares add up to 1."""
    total = int(classes["n"].sum())
    if not total:
        return []
    starts = [0, *_borders(classes, total)]
    n = [_inside(classes, *span) for span in pairwise([*starts, None])]
    ends: list[int | None] = [*starts[1:], None]
    return [
        Column(start, end, count, count / total)
        for start, end, count in zip(starts, ends, n, strict=True)
    ]


def place(seconds: float, of: Sequence[Column]) -> float:
    """How far along all columns, which are equally wide, a duration stands: 0 to 1. Within its
    column it stands in proportion, in the last one in the middle."""
    number = bisect_right([one.from_seconds for one in of], seconds) - 1
    column = of[number]
    if column.to_seconds is None:
        return (number + 0.5) / len(of)
    part = (seconds - column.from_seconds) / (column.to_seconds - column.from_seconds)
    return (number + part) / len(of)


def _borders(classes: pl.DataFrame, total: int) -> list[int]:
    """Round ones between the shortest durations and nearly the longest; the fewer the wider."""
    below = classes["n"].cum_sum() / total
    low = int(classes.filter(below > 1 - COMMON)["from_seconds"][0])
    high = int(classes.filter(below >= COMMON)["to_seconds"][0])
    first, last = bisect_right(ROUND, low), bisect_left(ROUND, high)
    found = ROUND[max(0, first - 1) : last + 1] or ROUND[:1]
    step = -(-len(found) // (MOST_COLUMNS - 1))
    return [int(one) for one in found[::-1][::step][::-1]]


def _inside(classes: pl.DataFrame, start: int | None, end: int | None) -> int:
    lower = pl.col("from_seconds")
    is_inside = lower >= start if end is None else lower.is_between(start, end - 1)
    return int(classes.filter(is_inside)["n"].sum())
