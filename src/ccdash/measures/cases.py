"""What is counted of cases, by themselves and with the contacts about them."""

from __future__ import annotations

from sqlalchemy import BigInteger, ColumnElement, column, table

from ccdash.measure import Columns, Fact, Kind, Measure
from ccdash.measures.contacts import whole_seconds
from ccdash.schema import case


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

# Cases with their contacts (store/bounces.py) -----------------------------------------------------


def _has_contacts(of: Columns) -> ColumnElement[bool]:
    is_known: ColumnElement[bool] = of.contacts > 0
    return is_known


BOUNCES = (
    Measure("cases_with_contacts", Fact.BOUNCE, _has_contacts),
    Measure("bounces", Fact.BOUNCE, _has_contacts, lambda of: of.bounces, Kind.SUM),
)

BOUNCED = table(
    "case",
    *(column(one.name, one.type) for one in case.c),
    column("contacts", BigInteger),
    column("bounces", BigInteger),
).c
"""The columns of Fact.BOUNCE: a case's, its number of contacts, and how often it changed hands."""
