"""What is counted of cases."""

from __future__ import annotations

from sqlalchemy import ColumnElement

from ccdash.measure import Columns, Fact, Kind, Measure
from ccdash.measures.contacts import whole_seconds


def resolved(of: Columns) -> ColumnElement[bool]:
    """Solved, as far as is known."""
    is_resolved: ColumnElement[bool] = of.resolved_at.is_not(None)
    return is_resolved


def resolution_seconds(of: Columns) -> ColumnElement[int]:
    """From opening to the last resolution."""
    return whole_seconds(of.opened_at, of.resolved_at)


CASES = (
    Measure("cases_opened", Fact.CASE, lambda of: of.opened_at.is_not(None)),
    Measure("cases_resolved", Fact.CASE, resolved),
    Measure("cases_reopened", Fact.CASE, lambda of: of.reopened_count > 0),
    Measure("resolution_seconds", Fact.CASE, resolved, resolution_seconds, Kind.SUM),
    Measure(
        "resolution_open_seconds",
        Fact.CASE,
        resolved,
        lambda of: of.resolved_open_seconds,
        Kind.SUM,
    ),
)
