"""What is counted: every measure, once.

A measure is a count or a sum over the rows of one fact, written as a predicate and, for a sum, a
value. From it come the aggregate over raw rows, the column of the rollup, and the rows behind the
number; there is no other place that says what counts. A measure of contacts counts a contact in
the interval of its arrival, so that numerator and denominator speak of the same contacts.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Interval,
    and_,
    cast,
    column,
    func,
    literal,
    not_,
    or_,
    table,
)
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
from ccdash.schema import Instant, case, contact
from ccdash.sums import AGENT_SUMS, MOST_DAYS
from ccdash.vocabulary import LIVE_CHANNELS, WRITTEN_CHANNELS, Channel, Direction, Outcome

__all__ = [
    "FOLLOWED", "LARGEST", "MEASURES", "OF_CONTACTS", "OF_SPREADS", "QUANTILES", "SPREADS", "TIME",
    "Columns", "Condition", "Fact", "Kind", "Measure", "Number", "Spread", "Truth", "Value",
    "additive", "is_counted", "weight",
]  # fmt: skip

LARGEST = 2**31 - 1
"""In seconds, what a column of whole numbers holds."""


# Contacts -----------------------------------------------------------------------------------------


def _real(of: Columns) -> ColumnElement[bool]:
    """Test calls are in no figure."""
    return not_(of.is_void)


def _asked(of: Columns) -> ColumnElement[bool]:
    """The customer came to the centre."""
    return and_(_real(of), of.direction == Direction.INBOUND)


def _answered(of: Columns) -> ColumnElement[bool]:
    return and_(_asked(of), of.answered_at.is_not(None))


def _responded(of: Columns) -> ColumnElement[bool]:
    """A person answered what the customer wrote first: the start of a written conversation."""
    is_first = and_(of.channel.in_(WRITTEN_CHANNELS), of.root_id == of.contact_id)
    return and_(_answered(of), is_first)


def _whole_seconds(start: ColumnElement[Any], end: ColumnElement[Any]) -> ColumnElement[int]:
    """Never negative, though clocks may disagree, and no more than a column holds."""
    length = func.floor(func.extract("epoch", end - start))
    return cast(func.least(func.greatest(length, 0), LARGEST), BigInteger)


def _response_seconds(of: Columns) -> ColumnElement[int]:
    return _whole_seconds(of.arrived_at, of.answered_at)


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


def _agent_said(of: Columns) -> ColumnElement[bool]:
    return and_(of.agent_resolved.is_not(None), _handled(of))


def _in_self_service(of: Columns) -> ColumnElement[bool]:
    """A session: the customer came to a machine, or was done with one."""
    is_session = or_(of.channel == Channel.SELF_SERVICE, of.outcome == Outcome.SELF_SERVED)
    return and_(is_session, _asked(of))


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
    _sum("wait_open_seconds", "wait_open_seconds", _offered),
    _sum("wait_open_seconds_answered", "wait_open_seconds", _answered),
    _count("responded", _responded),
    Measure("response_seconds", Fact.CONTACT, _responded, _response_seconds, Kind.SUM),
    _sum("response_open_seconds", "response_open_seconds", _responded),
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
    _count("agent_resolved_said", _agent_said),
    _count("agent_resolved_yes", lambda of: and_(_agent_said(of), of.agent_resolved)),
    _count("fcr_asked", lambda of: and_(_real(of), of.fcr_asked)),
    _count("fcr_responses", _scored("fcr_score", low=0, high=1)),
    _count("fcr_solved", _scored("fcr_score", low=1, high=1)),
    _count("self_service", _in_self_service),
    _count("self_service_unknown", lambda of: and_(_in_self_service(of), of.customer_id < 0)),
    _count("self_served", lambda of: and_(of.outcome == Outcome.SELF_SERVED, _asked(of))),
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
)

# Contacts with the customer's next one (store/repeats.py) -----------------------------------------


def _resolvable(of: Columns) -> ColumnElement[bool]:
    """Handled, and it would be seen if the customer came back: the start of a conversation."""
    return and_(_asked(of), _handled(of), of.customer_id > 0, of.root_id == of.contact_id)


def _repeated(column: str, days: int) -> Condition:
    """Within so many days of 24 hours."""
    window = cast(literal(f"{days * 24} hours"), Interval)
    return lambda of: and_(
        of[column].is_not(None), _resolvable(of), of[column] < of.arrived_at + window
    )


def _contained(days: int) -> Condition:
    """Nothing but self service within so many days of 24 hours."""
    window = cast(literal(f"{days * 24} hours"), Interval)
    return lambda of: and_(
        of.outcome == Outcome.SELF_SERVED,
        _asked(of),
        of.customer_id > 0,
        or_(of.next_human_at.is_(None), of.next_human_at >= of.arrived_at + window),
    )


_REPEATS = (
    Measure("resolvable", Fact.REPEAT, _resolvable),
    *(
        Measure(f"{name}_{days}", Fact.REPEAT, _repeated(column, days))
        for name, column in (("repeated", "next_at"), ("repeated_same", "next_same_at"))
        for days in range(1, MOST_DAYS + 1)
    ),
    Measure(
        "self_service_known",
        Fact.REPEAT,
        lambda of: and_(_in_self_service(of), of.customer_id > 0),
    ),
    *(
        Measure(f"contained_{days}", Fact.REPEAT, _contained(days))
        for days in range(1, MOST_DAYS + 1)
    ),
)

# Cases --------------------------------------------------------------------------------------------


def _resolved(of: Columns) -> ColumnElement[bool]:
    is_resolved: ColumnElement[bool] = of.resolved_at.is_not(None)
    return is_resolved


def _resolution_seconds(of: Columns) -> ColumnElement[int]:
    return _whole_seconds(of.opened_at, of.resolved_at)


_CASES = (
    Measure("cases_opened", Fact.CASE, lambda of: of.opened_at.is_not(None)),
    Measure("cases_resolved", Fact.CASE, _resolved),
    Measure("cases_reopened", Fact.CASE, lambda of: of.reopened_count > 0),
    Measure("resolution_seconds", Fact.CASE, _resolved, _resolution_seconds, Kind.SUM),
    Measure(
        "resolution_open_seconds",
        Fact.CASE,
        _resolved,
        lambda of: of.resolved_open_seconds,
        Kind.SUM,
    ),
)

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
        Spread("wait", Fact.CONTACT, _answered, lambda of: of.wait_seconds),
        Spread("abandoned_wait", Fact.CONTACT, _abandoned, lambda of: of.wait_seconds),
        Spread("handle", Fact.CONTACT, _timed, _spent),
        Spread("talk", Fact.CONTACT, _handled, lambda of: of.talk_seconds),
        Spread("wrap_up", Fact.CONTACT, _handled, lambda of: of.wrap_up_seconds),
        Spread("first_response", Fact.CONTACT, _responded, _response_seconds),
        Spread(
            "first_response_open", Fact.CONTACT, _responded, lambda of: of.response_open_seconds
        ),
        Spread("resolution", Fact.CASE, _resolved, _resolution_seconds),
        Spread("resolution_open", Fact.CASE, _resolved, lambda of: of.resolved_open_seconds),
    )
}
"""Of contacts or of cases. A new one is a line here: who next makes sums makes all its days."""

_OF_SPREADS = tuple(measure for one in SPREADS.values() for measure in one.measures())

FOLLOWED = table(
    "contact",
    *(column(one.name, one.type) for one in contact.c),
    column("next_at", Instant),
    column("next_same_at", Instant),
    column("next_human_at", Instant),
).c
"""The columns of Fact.REPEAT: a contact's, and when its customer came next."""

MEASURES: Mapping[str, Measure] = {
    one.name: one for one in (*_CONTACTS, *_OF_SPREADS, *_REPEATS, *_CASES, *_AGENTS)
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
