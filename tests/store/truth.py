"""What is true of rows, found by walking over them: it knows nothing of how ccdash counts.

A row is anything with an instant `at`. Of a question only its words are used.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from statistics import fmean
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl
import pytest

from ccdash.query import Dimension, Query
from ccdash.vocabulary import Grain

ERROR = 0.025
"""How far an estimated quantile may be from that of the rows, as a share of it, as is promised."""
BY_THE_CLOCK = (Grain.HOUR, Grain.QUARTER_HOUR)
QUARTER = timedelta(minutes=15)


@dataclass(frozen=True)
class Truth:
    """Of which rows a figure speaks, and what it says of them."""

    behind: Callable[[Any], bool]
    value: Callable[[list[Any]], float | None]

    def of(self, rows: list[Any]) -> tuple[float | None, int]:
        """The figure, and of how many rows it speaks."""
        counted = [one for one in rows if self.behind(one)]
        return self.value(counted), len(counted)


def count(behind: Callable[[Any], bool]) -> Truth:
    return Truth(behind, len)


def mean(adds: Callable[[Any], float], behind: Callable[[Any], bool]) -> Truth:
    """Also a share: what is true adds one."""
    return Truth(behind, lambda rows: fmean(map(adds, rows)) if rows else None)


def different(what: Callable[[Any], object], behind: Callable[[Any], bool]) -> Truth:
    return Truth(behind, lambda rows: len({what(one) for one in rows}))


def quantile(share: float, what: Callable[[Any], int], behind: Callable[[Any], bool]) -> Truth:
    """Between two neighbours in proportion."""

    def value(rows: list[Any]) -> float | None:
        if not rows:
            return None
        ordered = sorted(what(one) for one in rows)
        place = share * (len(ordered) - 1)
        low, high = ordered[int(place)], ordered[min(int(place) + 1, len(ordered) - 1)]
        return low + (high - low) * (place - int(place))

    return Truth(behind, value)


def both_quantiles(
    name: str, what: Callable[[Any], int], behind: Callable[[Any], bool]
) -> dict[str, Truth]:
    """As they are called."""
    shares = (("median", 0.5), ("p90", 0.9))
    return {f"{name}_{word}": quantile(share, what, behind) for word, share in shares}


# Of a question ------------------------------------------------------------------------------------

Parts = Callable[[Any, Dimension], str | None]
"""The name of a row in a dimension."""
Place = tuple[object, ...]
"""A bucket and names."""
Figures = Mapping[str, tuple[float | None, int]]
"""Each metric and its n."""
NOBODY = "–"
"""How a filter names rows that have nothing in a dimension."""


@dataclass(frozen=True)
class Walk:
    """A question put to rows, each of which has a name in the dimensions that are asked for."""

    query: Query
    rows: Sequence[Any]
    truths: Mapping[str, Truth]
    part: Parts

    @cached_property
    def asked(self) -> list[Any]:
        """The rows of its period, filters and hours of the week."""
        return [one for one in self.rows if self._is_asked(one)]

    @cached_property
    def figures(self) -> Mapping[Place, Figures]:
        """Of places that have a row."""
        found: dict[Place, list[Any]] = defaultdict(list)
        for one in self.asked:
            names = (self.part(one, name) for name in self.query.by)
            found[bucket(one.at, self.query), *names].append(one)
        return {place: self._figures(some) for place, some in found.items()}

    def compare(self, frame: pl.DataFrame, estimated: Collection[str] = ()) -> None:
        """Every figure of the frame, whose buckets are instants or days."""
        nothing, found = self._figures([]), set()
        for row in frame.iter_rows(named=True):
            place = _place(row["bucket"], self.query), *(row[name] for name in self.query.by)
            found.add(place)
            for name, (value, n) in self.figures.get(place, nothing).items():
                near = value and pytest.approx(value, rel=ERROR if name in estimated else 1e-9)
                assert (row[name], row[f"n_{name}"]) == (near, n), (place, name)
        assert set(self.figures) <= found
        assert len(found) == frame.height

    def _figures(self, rows: list[Any]) -> Figures:
        return {name: self.truths[name].of(rows) for name in self.query.metrics}

    def _is_asked(self, one: Any) -> bool:
        query, local = self.query, one.at.astimezone(self.query.period.zone)
        return (
            query.period.start <= one.at < query.period.end
            and all((self.part(one, name) or NOBODY) in words for name, words in query.filters)
            and query.weekday in (None, local.isoweekday())
            and query.hour in (None, local.hour)
        )


def bucket(at: datetime, query: Query) -> date | datetime | None:
    """Where it begins: a day of the zone, and the first one of the period at the earliest; or an
    instant (UTC)."""
    zone = query.period.zone
    day, first = (one.astimezone(zone).date() for one in (at, query.period.start))
    match query.grain:
        case Grain.TOTAL:
            return None
        case Grain.QUARTER_HOUR:
            return _quarter(at)
        case Grain.HOUR:
            return _hour(at, zone)
        case Grain.WEEK:
            return max(day - timedelta(days=day.weekday()), first)
        case Grain.MONTH:
            return max(day.replace(day=1), first)
        case _:
            return day


def _quarter(at: datetime) -> datetime:
    """Everybody's clocks differ by whole quarters."""
    at = at.astimezone(UTC)
    return at - timedelta(minutes=at.minute % 15, seconds=at.second, microseconds=at.microsecond)


def _hour(at: datetime, zone: ZoneInfo) -> datetime:
    """Back to where the local clock shows a full hour, or was set."""
    start = _quarter(at)
    while True:
        local, before = start.astimezone(zone), (start - QUARTER).astimezone(zone)
        if local.minute == 0 or local.utcoffset() != before.utcoffset():
            return start
        start -= QUARTER


def _place(start: date | datetime, query: Query) -> date | datetime | None:
    """Instants in UTC: in an hour that a clock shows twice, Python holds no two instants of
    different zones for equal."""
    if query.grain is Grain.TOTAL:
        return None
    if not isinstance(start, datetime):
        return start
    if query.grain in BY_THE_CLOCK:
        return start.astimezone(UTC)
    return start.astimezone(query.period.zone).date()
