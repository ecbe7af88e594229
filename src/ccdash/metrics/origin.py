"""Where a metric comes from: its formula over measures, the table and the columns it reads."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from ccdash.measures import BOUNCED, CAME, FOLLOWED, PRECEDED, Columns, Fact, Measure
from ccdash.metrics import METRICS, Metric, Sum
from ccdash.schema import case
from ccdash.sums import agent_interval

ROWS: Mapping[Fact, tuple[str, Columns]] = {
    Fact.CONTACT: ("contact", CAME),
    Fact.REPEAT: ("contact", FOLLOWED),
    Fact.FAILURE: ("contact", PRECEDED),
    Fact.CASE: ("case", case.c),
    Fact.BOUNCE: ("contact", BOUNCED),
    Fact.AGENT: ("agent_interval", agent_interval.c),
}
"""The table whose rows a fact's measures count."""


def formula(metric: Metric) -> str:
    """The formula in the names of measures."""
    top, bottom = _added(metric.numerator), _added(metric.denominator)
    return f"{_grouped(top)} / {_grouped(bottom)}" if bottom else top


@cache
def columns(name: str) -> tuple[str, ...]:
    """The columns that a metric reads, in the order of its table ROWS[fact]."""
    measures = METRICS[name].measures
    table = ROWS[measures[0].fact][1]
    used = {column for measure in measures for column in _columns(measure, table)}
    return tuple(column.name for column in table if column.name in used)


@cache
def read_by(measure: Measure) -> frozenset[str]:
    """The names of the columns that a measure reads."""
    return frozenset(_columns(measure, ROWS[measure.fact][1]))


def _columns(measure: Measure, table: Columns) -> Iterator[str]:
    value = [] if measure.value is None else [measure.value(table)]
    for expression in [measure.where(table), *value]:
        yield from _named_in(expression)


def _named_in(expression: Any) -> Iterator[str]:
    """The names of the columns in an expression of SQL."""
    if expression.__visit_name__ == "column":
        yield expression.name
    for part in expression.get_children():
        yield from _named_in(part)


def _grouped(text: str) -> str:
    return f"({text})" if " " in text else text


def _added(names: Sum) -> str:
    return " ".join(_terms(names)).removeprefix("+ ")


def _terms(names: Sum) -> Iterator[str]:
    for name, times in names.items():
        yield "-" if times < 0 else "+"
        yield name if abs(times) == 1 else f"{abs(times)} {name}"
