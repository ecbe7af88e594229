"""What a measure is: a predicate over the rows of a fact, a value, and how rows become one number.

The package measures has all of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, and_, cast, distinct, func, literal
from sqlalchemy.sql.base import ReadOnlyColumnCollection

Columns = ReadOnlyColumnCollection[str, Any]
"""The columns of a fact: of its table, or of any selection that has the same names."""

Condition = Callable[[Columns], ColumnElement[bool]]
Value = Callable[[Columns], ColumnElement[Any]]


class Fact(StrEnum):
    """Of what rows a measure is a count or a sum."""

    CONTACT = "contact"
    REPEAT = "repeat"
    FAILURE = "failure"
    CASE = "case"
    BOUNCE = "bounce"
    AGENT = "agent"


OF_CONTACTS = frozenset({Fact.CONTACT, Fact.REPEAT, Fact.FAILURE, Fact.BOUNCE})
"""The facts whose rows are contacts, so that a figure has a list of them."""


class Kind(StrEnum):
    """How rows become one number. Only counts and sums are additive, and so in a rollup."""

    COUNT = "count"
    SUM = "sum"
    DISTINCT = "distinct"
    MEDIAN = "median"
    P90 = "p90"
    KNOWN = "known"


QUANTILES = {Kind.MEDIAN: 0.5, Kind.P90: 0.9}
OF_SPREADS = (*QUANTILES, Kind.KNOWN)
"""What a distribution tells, which is kept apart from the sums."""


@dataclass(frozen=True, eq=False)
class Measure:
    """One number over rows of a fact. Seconds are whole seconds."""

    name: str
    fact: Fact
    where: Condition
    value: Value | None = None
    kind: Kind = Kind.COUNT
    spread: str = ""
    """The distribution that it is read from."""

    @property
    def is_additive(self) -> bool:
        """Whether parts of it may be added up, as a rollup does."""
        return self.kind in (Kind.COUNT, Kind.SUM)

    def aggregate(self, of: Columns) -> ColumnElement[Any]:
        """Over raw rows. Counts and sums are 0 over none, quantiles NULL."""
        where = self.where(of)
        if self.value is None:
            return func.count().filter(where)
        value = self.value(of)
        if self.kind is Kind.DISTINCT:
            return func.count(distinct(value)).filter(where)
        if self.kind in QUANTILES:
            at = literal(QUANTILES[self.kind])
            return func.percentile_cont(at).within_group(value).filter(where)
        return cast(func.coalesce(func.sum(value).filter(where), 0), BigInteger)


@dataclass(frozen=True, eq=False)
class Spread:
    """How a duration is distributed over the rows that have one, in whole seconds. Each has three
    measures: NAME_median, NAME_p90 and NAME_known, of how many rows they speak."""

    name: str
    fact: Fact
    of: Condition
    value: Value

    def where(self, of: Columns) -> ColumnElement[bool]:
        """The rows that have one."""
        return and_(self.of(of), self.value(of).is_not(None))

    def measures(self) -> Iterator[Measure]:
        """The three."""
        for kind in OF_SPREADS:
            value = self.value if kind in QUANTILES else None
            yield Measure(f"{self.name}_{kind}", self.fact, self.where, value, kind, self.name)
