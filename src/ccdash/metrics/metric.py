"""A metric: a named formula over measures. Ratio of sums, never a mean of ratios."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

import polars as pl

from ccdash.measures import MEASURES, Columns, Fact, Measure, Number, Truth, is_counted, weight
from ccdash.metrics.register import Purpose
from ccdash.vocabulary import Better, Unit

Sum = Mapping[str, int]
"""Measures and how often each is added: {"answered": 1, "abandoned": 1}."""


OF_WORK = ("handle", "talk", "wrap_up")
"""The distributions of what people spend on a contact."""


class Needs(StrEnum):
    """What a source must be able to tell for the metric to be measured at all."""

    AGENT_STATES = "agent_states"
    CSAT = "csat"
    NPS = "nps"
    CES = "ces"
    FCR = "fcr"
    AGENT_RESOLVED = "agent_resolved"
    CASES = "cases"
    CUSTOMERS = "customers"
    MESSAGES = "messages"


@dataclass(frozen=True)
class Metric:
    """One figure: numerator / denominator, or the numerator alone. Without a denominator in the
    data it has no value, which is not zero. `is_not` is what it is most easily taken for. `rows`
    says of how many rows a median or a number of different customers speaks, which its formula
    does not, nor that of a mean of which a row has several."""

    name: str
    label: str
    definition: str
    is_not: str
    unit: Unit
    better: Better
    purpose: Purpose
    numerator: Sum
    denominator: Sum = field(default_factory=dict)
    needs: Needs | None = None
    rows: Sum = field(default_factory=dict)
    least: int = 0
    """What any row adds that is as good as can be; one that adds more counts against a figure which
    should be low."""
    window_days: int | None = None
    """Within how many days a customer who comes back was not helped."""
    in_open_hours: str = ""
    """The metric that says the same in opening hours instead of by the clock."""
    spread: str = ""
    """The distribution of the durations that it speaks of (measures.SPREADS)."""

    @property
    def measures(self) -> tuple[Measure, ...]:
        """Every measure in the formula."""
        names = dict.fromkeys((*self.numerator, *self.denominator, *self.rows))
        return tuple(MEASURES[name] for name in names)

    @property
    def fact(self) -> Fact:
        """The fact that all its measures are of."""
        return self.measures[0].fact

    @property
    def days_until_known(self) -> int | None:
        """How many days must pass after a contact until the figure can tell of it; None for one
        that looks back, or at nothing but the contact."""
        return self.window_days if self.fact is Fact.REPEAT else None

    @property
    def sample(self) -> Sum:
        """What `n` is: the rows that the figure speaks of."""
        return self.rows or self.denominator or self.numerator

    @property
    def is_of_counts(self) -> bool:
        """Whether each row adds one to the numerator, or nothing."""
        return all(MEASURES[name].value is None for name in self.numerator)

    @property
    def has_against(self) -> bool:
        """Whether rows can count against it, as they can against a share."""
        return self.unit is not Unit.SECONDS and bool(self.denominator)

    @property
    def has_own_means(self) -> bool:
        """Whether a row may have several of what it speaks of, and so has a mean of its own."""
        return any(MEASURES[name].value is not None for name in self.denominator)

    @property
    def is_of_work(self) -> bool:
        """Whether its rows are the worse the longer they took, and not the longer they waited."""
        return self.spread in OF_WORK

    def expression(self) -> pl.Expr:
        """The formula over columns named like the measures; null without a denominator."""
        top = _added(self.numerator)
        if not self.denominator:
            return top.alias(self.name)
        bottom = _added(self.denominator)
        return pl.when(bottom > 0).then(top / bottom).otherwise(None).alias(self.name)

    def sample_expression(self) -> pl.Expr:
        """How many rows the figure speaks of; of agents' time, how many seconds."""
        return _added(self.sample)

    def rows_behind(self, of: Columns) -> Truth:
        """Whether a row is behind the figure: it is in the denominator, or, in a plain count, in
        the numerator. So the list behind a number is as long as its n."""
        return is_counted(self.sample, of)

    def weight(self, of: Columns) -> Number:
        """How much the row adds to the numerator; the order of the list follows it."""
        return weight(self.numerator, of)


def _added(names: Sum) -> pl.Expr:
    return pl.sum_horizontal(
        *(pl.col(name) * times if times != 1 else pl.col(name) for name, times in names.items()),
        ignore_nulls=False,
    )
