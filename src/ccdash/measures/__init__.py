"""What is counted: every measure, once.

A measure is a count or a sum over the rows of one fact, written as a predicate and, for a sum, a
value. From it come the aggregate over raw rows, the column of the rollup, and the rows behind the
number; there is no other place that says what counts. A measure of contacts counts a contact in
the interval of its arrival, so that numerator and denominator speak of the same contacts.
"""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import ColumnElement, func, literal, or_
from sqlalchemy import case as case_when

from ccdash.measure import (
    OF_CONTACTS,
    OF_SPREADS,
    QUANTILES,
    Columns,
    Condition,
    Fact,
    Kind,
    Measure,
    Spread,
    Value,
)
from ccdash.measures.cases import CASES, resolution_seconds, resolved
from ccdash.measures.contacts import (
    CAME,
    CONTACTS,
    LARGEST,
    abandoned,
    answered,
    handled,
    responded,
    response_seconds,
    timed,
)
from ccdash.measures.customers import FAILURES, FOLLOWED, PRECEDED, REPEATS
from ccdash.measures.matters import BOUNCED, MATTERS
from ccdash.schema import case, contact
from ccdash.sums import AGENT_SUMS

__all__ = [
    "BOUNCED", "CAME", "FOLLOWED", "LARGEST", "MEASURES", "OF_CONTACTS", "OF_SPREADS", "PRECEDED",
    "QUANTILES", "SPREADS", "TIME", "Columns", "Condition", "Fact", "Kind", "Measure", "Number",
    "Spread", "Truth", "Value", "additive", "is_counted", "weight",
]  # fmt: skip

# Agents' time: sums of seconds, split at the borders of intervals (store/agent_time.py) -----------


def _seconds_of_agents(name: str) -> Measure:
    return Measure(name, Fact.AGENT, lambda of: of[name] > 0, lambda of: of[name], Kind.SUM)


_AGENTS = tuple(_seconds_of_agents(name) for name in AGENT_SUMS)

# Distributions of durations (store/spreads.py) ----------------------------------------------------


def _spent(of: Columns) -> ColumnElement[int]:
    """Hold and wrap-up as far as a source tells them."""
    spent: Number = func.coalesce(of.hold_seconds, 0) + func.coalesce(of.wrap_up_seconds, 0)
    spent += of.talk_seconds
    return spent


SPREADS: Mapping[str, Spread] = {
    one.name: one
    for one in (
        Spread("wait", Fact.CONTACT, answered, lambda of: of.wait_seconds),
        Spread("abandoned_wait", Fact.CONTACT, abandoned, lambda of: of.wait_seconds),
        Spread("handle", Fact.CONTACT, timed, _spent),
        Spread("talk", Fact.CONTACT, handled, lambda of: of.talk_seconds),
        Spread("wrap_up", Fact.CONTACT, handled, lambda of: of.wrap_up_seconds),
        Spread("first_response", Fact.CONTACT, responded, response_seconds),
        Spread("first_response_open", Fact.CONTACT, responded, lambda of: of.response_open_seconds),
        Spread("resolution", Fact.CASE, resolved, resolution_seconds),
        Spread("resolution_open", Fact.CASE, resolved, lambda of: of.resolved_open_seconds),
    )
}
"""Of contacts or of cases. A new one is a line here: who next makes sums makes all its days."""

_OF_SPREADS = tuple(measure for one in SPREADS.values() for measure in one.measures())

MEASURES: Mapping[str, Measure] = {
    one.name: one
    for one in (
        *CONTACTS,
        *_OF_SPREADS,
        *REPEATS,
        *FAILURES,
        *CASES,
        *MATTERS,
        *_AGENTS,
    )
}

TIME = {
    Fact.CONTACT: contact.c.arrived_at,
    Fact.REPEAT: contact.c.arrived_at,
    Fact.FAILURE: contact.c.arrived_at,
    Fact.CASE: case.c.opened_at,
    Fact.BOUNCE: contact.c.arrived_at,
}
"""The one instant that places a row of the fact in an interval."""


Number = ColumnElement[int]
Truth = ColumnElement[bool]


def weight(sums: Mapping[str, int], of: Columns) -> Number:
    """How much a row adds to a sum of measures: {"answered": 1, "short_abandoned": -1}."""
    total: Number = literal(0)
    for name, times in sums.items():
        one = MEASURES[name]
        adds = times if one.value is None else one.value(of) * times
        total = total + case_when((one.where(of), adds), else_=0)
    return total


def is_counted(sums: Mapping[str, int], of: Columns) -> Truth:
    """Whether a row counts in a sum of measures. Where nothing is taken away it is any of their
    conditions, of which the planner knows how many rows they hold."""
    if all(times > 0 for times in sums.values()):
        return or_(*(MEASURES[name].where(of) for name in sums))
    return weight(sums, of) != 0


def additive(fact: Fact) -> tuple[Measure, ...]:
    """The measures that the rollup of the fact holds."""
    return tuple(one for one in MEASURES.values() if one.fact is fact and one.is_additive)
