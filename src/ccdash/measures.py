"""What is counted: every measure, once.

A measure is a count or a sum over the rows of one fact, written as a predicate and, for a sum, a
value. From it come the aggregate over raw rows, the column of the rollup, and the rows behind the
number; there is no other place that says what counts. A measure of contacts counts a contact in
the interval of its arrival, so that numerator and denominator speak of the same contacts.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Interval,
    and_,
    cast,
    column,
    distinct,
    func,
    literal,
    not_,
    or_,
    table,
)
from sqlalchemy import case as case_when
from sqlalchemy.sql.base import ReadOnlyColumnCollection

from ccdash.schema import Instant, case, contact
from ccdash.sums import AGENT_SUMS, MOST_DAYS
from ccdash.vocabulary import LIVE_CHANNELS, Direction, Outcome

Columns = ReadOnlyColumnCollection[str, Any]
"""The columns of a fact: of its table, or of any selection that has the same names."""

Condition = Callable[[Columns], ColumnElement[bool]]
Value = Callable[[Columns], ColumnElement[Any]]


class Fact(StrEnum):
    """Of what rows a measure is a count or a sum."""

    CONTACT = "contact"
    REPEAT = "repeat"
    CASE = "case"
    AGENT = "agent"


OF_CONTACTS = frozenset({Fact.CONTACT, Fact.REPEAT})
"""The facts whose rows are contacts, so that a figure has a list of them."""


class Kind(StrEnum):
    """How rows become one number. Only counts and sums are additive, and so in a rollup."""

    COUNT = "count"
    SUM = "sum"
    DISTINCT = "distinct"
    MEDIAN = "median"
    P90 = "p90"


_QUANTILE = {Kind.MEDIAN: 0.5, Kind.P90: 0.9}


@dataclass(frozen=True, eq=False)
class Measure:
    """One number over rows of a fact. Seconds are whole seconds."""

    name: str
    fact: Fact
    where: Condition
    value: Value | None = None
    kind: Kind = Kind.COUNT

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
        if self.kind in _QUANTILE:
            at = literal(_QUANTILE[self.kind])
            return func.percentile_cont(at).within_group(value).filter(where)
        return cast(func.coalesce(func.sum(value).filter(where), 0), BigInteger)


# Contacts -----------------------------------------------------------------------------------------


def _real(of: Columns) -> ColumnElement[bool]:
    """Test calls are in no figure."""
    return not_(of.is_void)


def _asked(of: Columns) -> ColumnElement[bool]:
    """The customer came to the centre."""
    return and_(_real(of), of.direction == Direction.INBOUND)


def _answered(of: Columns) -> ColumnElement[bool]:
    return and_(_asked(of), of.answered_at.is_not(None))


def _waited_in_vain(of: Columns) -> ColumnElement[bool]:
    return and_(_asked(of), of.queued_at.is_not(None), of.answered_at.is_(None))


def _ended_as(*outcomes: Outcome) -> Condition:
    return lambda of: and_(_waited_in_vain(of), of.outcome.in_(outcomes))


_OTHER_EXITS = (
    Outcome.VOICEMAIL,
    Outcome.CALLBACK_BOOKED,
    Outcome.REFUSED,
    Outcome.FAILED,
    Outcome.SELF_SERVED,
)
_abandoned = _ended_as(Outcome.ABANDONED)
_timed_out = _ended_as(Outcome.TIMED_OUT)
_left_otherwise = _ended_as(*_OTHER_EXITS)
_left = _ended_as(Outcome.ABANDONED, Outcome.TIMED_OUT, *_OTHER_EXITS)


def _offered(of: Columns) -> ColumnElement[bool]:
    return or_(_answered(of), _left(of))


def _handled(of: Columns) -> ColumnElement[bool]:
    return and_(_real(of), of.outcome == Outcome.HANDLED)


def _timed(of: Columns) -> ColumnElement[bool]:
    """Handled, and it is known how long the talk was."""
    return and_(_handled(of), of.talk_seconds.is_not(None))


def _in_target(condition: Condition) -> Condition:
    return lambda of: and_(condition(of), of.wait_seconds <= of.target_seconds)


def _count(name: str, where: Condition) -> Measure:
    return Measure(name, Fact.CONTACT, where)


def _sum(name: str, column: str, where: Condition) -> Measure:
    return Measure(name, Fact.CONTACT, where, lambda of: of[column], Kind.SUM)


def _scored(column: str, *, low: int, high: int) -> Condition:
    return lambda of: and_(_real(of), of[column].between(low, high))


_CONTACTS = (
    _count("contacts", _real),
    _count("callers", lambda of: and_(_asked(of), of.root_id == of.contact_id)),
    _count("outbound", lambda of: and_(_real(of), of.direction == Direction.OUTBOUND)),
    _count("offered", _offered),
    _count("offered_live", lambda of: and_(_offered(of), of.channel.in_(LIVE_CHANNELS))),
    _count("abandoned_live", lambda of: and_(_abandoned(of), of.channel.in_(LIVE_CHANNELS))),
    _count("queued", lambda of: and_(_asked(of), of.queued_at.is_not(None))),
    _count("answered", _answered),
    _count("answered_in_target", _in_target(_answered)),
    _count("abandoned", _abandoned),
    _count("abandoned_in_target", _in_target(_abandoned)),
    _count(
        "short_abandoned",
        lambda of: and_(_abandoned(of), of.wait_seconds <= of.short_abandon_seconds),
    ),
    _count("timed_out", _timed_out),
    _count("timed_out_in_target", _in_target(_timed_out)),
    _count("left_otherwise", _left_otherwise),
    _count(
        "left_before_queue",
        lambda of: and_(
            _asked(of),
            of.queued_at.is_(None),
            of.answered_at.is_(None),
            of.outcome == Outcome.ABANDONED,
        ),
    ),
    _count("still_waiting", _ended_as(Outcome.OPEN)),
    _count("queued_answered", lambda of: and_(_answered(of), of.queued_at.is_not(None))),
    _count("handled", _handled),
    _count("timed", _timed),
    _count("short_handled", lambda of: and_(_handled(of), of.talk_seconds < 10)),
    _count("transferred", lambda of: and_(_handled(of), of.is_transferred)),
    _count("known_customer", lambda of: and_(_real(of), of.customer_id > 0)),
    _count("recognised", lambda of: of.customer_id > 0),
    _count("with_agent", lambda of: and_(_real(of), of.agent_id.is_not(None))),
    _count("tests", lambda of: of.is_void),
    _sum("wait_seconds", "wait_seconds", _offered),
    _sum("wait_seconds_answered", "wait_seconds", _answered),
    _sum(
        "wait_seconds_queued_answered",
        "wait_seconds",
        lambda of: and_(_answered(of), of.queued_at.is_not(None)),
    ),
    _sum("wait_seconds_abandoned", "wait_seconds", _abandoned),
    _sum("talk_seconds", "talk_seconds", _handled),
    _sum("hold_seconds", "hold_seconds", _handled),
    _sum("wrap_up_seconds", "wrap_up_seconds", _handled),
    _count("csat_asked", lambda of: and_(_real(of), of.csat_asked)),
    _count("csat_responses", _scored("csat_score", low=1, high=5)),
    _count(
        "csat_satisfied",
        lambda of: and_(
            _scored("csat_score", low=1, high=5)(of), of.csat_score >= of.csat_positive_from
        ),
    ),
    _count("nps_responses", _scored("nps_score", low=0, high=10)),
    _count("nps_promoters", _scored("nps_score", low=9, high=10)),
    _count("nps_detractors", _scored("nps_score", low=0, high=6)),
    _count("ces_responses", _scored("ces_score", low=1, high=7)),
    _count("ces_easy", _scored("ces_score", low=5, high=7)),
    Measure(
        "customers",
        Fact.CONTACT,
        lambda of: and_(_real(of), of.customer_id > 0),
        lambda of: of.customer_id,
        Kind.DISTINCT,
    ),
    Measure(
        "recognised_customers",
        Fact.CONTACT,
        lambda of: of.customer_id > 0,
        lambda of: of.customer_id,
        Kind.DISTINCT,
    ),
    Measure(
        "agents",
        Fact.CONTACT,
        lambda of: and_(_real(of), of.agent_id.is_not(None)),
        lambda of: of.agent_id,
        Kind.DISTINCT,
    ),
    Measure("wait_median", Fact.CONTACT, _answered, lambda of: of.wait_seconds, Kind.MEDIAN),
    Measure("wait_p90", Fact.CONTACT, _answered, lambda of: of.wait_seconds, Kind.P90),
)

# Contacts with the customer's next one (store/repeats.py) -----------------------------------------


def _resolvable(of: Columns) -> ColumnElement[bool]:
    """Handled, and it would be seen if the customer came back: the start of a conversation."""
    return and_(_asked(of), _handled(of), of.customer_id > 0, of.root_id == of.contact_id)


def _repeated(column: str, days: int) -> Condition:
    """Within so many days of 24 hours."""
    window = cast(literal(f"{days} days"), Interval)
    return lambda of: and_(_resolvable(of), of[column] < of.arrived_at + window)


_REPEATS = (
    Measure("resolvable", Fact.REPEAT, _resolvable),
    *(
        Measure(f"{name}_{days}", Fact.REPEAT, _repeated(column, days))
        for name, column in (("repeated", "next_at"), ("repeated_same", "next_same_at"))
        for days in range(1, MOST_DAYS + 1)
    ),
)

# Cases --------------------------------------------------------------------------------------------

_CASES = (
    Measure("cases_opened", Fact.CASE, lambda of: of.opened_at.is_not(None)),
    Measure("cases_resolved", Fact.CASE, lambda of: of.resolved_at.is_not(None)),
    Measure("cases_reopened", Fact.CASE, lambda of: of.reopened_count > 0),
)

# Agents' time: sums of seconds, split at the borders of intervals (store/agent_time.py) -----------


def _seconds_of_agents(name: str) -> Measure:
    return Measure(name, Fact.AGENT, lambda of: of[name] > 0, lambda of: of[name], Kind.SUM)


_AGENTS = tuple(_seconds_of_agents(name) for name in AGENT_SUMS)

FOLLOWED = table(
    "contact",
    *(column(one.name, one.type) for one in contact.c),
    column("next_at", Instant),
    column("next_same_at", Instant),
).c
"""The columns of Fact.REPEAT: a contact's, and when its customer came next."""

MEASURES: Mapping[str, Measure] = {
    one.name: one for one in (*_CONTACTS, *_REPEATS, *_CASES, *_AGENTS)
}

TIME = {
    Fact.CONTACT: contact.c.arrived_at,
    Fact.REPEAT: contact.c.arrived_at,
    Fact.CASE: case.c.opened_at,
}
"""The one instant that places a row of the fact in an interval."""


Number = ColumnElement[int]
Truth = ColumnElement[bool]


def weight(sums: Mapping[str, int], of: Columns) -> Number:
    """How often a row counts in a sum of measures: {"answered": 1, "short_abandoned": -1}."""
    total: Number = literal(0)
    for name, times in sums.items():
        total = total + case_when((MEASURES[name].where(of), times), else_=0)
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
