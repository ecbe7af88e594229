"""What is counted of contacts by themselves: calls, chats, mails, and what became of them."""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    ColumnElement,
    and_,
    cast,
    column,
    func,
    not_,
    or_,
    table,
)

from ccdash.measure import Columns, Condition, Fact, Kind, Measure
from ccdash.schema import contact
from ccdash.vocabulary import LIVE_CHANNELS, WRITTEN_CHANNELS, Channel, Direction, Outcome

LARGEST = 2**31 - 1
"""In seconds, what a column of whole numbers holds."""


def real(of: Columns) -> ColumnElement[bool]:
    """Test calls are in no figure."""
    return not_(of.is_void)


def _known(of: Columns) -> ColumnElement[bool]:
    """It is known who came: a person, by whatever detail; a shared detail is of nobody known."""
    return and_(real(of), of.is_known)


def asked(of: Columns) -> ColumnElement[bool]:
    """The customer came to the centre."""
    return and_(real(of), of.direction == Direction.INBOUND)


def answered(of: Columns) -> ColumnElement[bool]:
    """By a person."""
    return and_(asked(of), of.answered_at.is_not(None))


def responded(of: Columns) -> ColumnElement[bool]:
    """A person answered what the customer wrote first: the start of a written conversation."""
    is_first = and_(of.channel.in_(WRITTEN_CHANNELS), of.root_id == of.contact_id)
    return and_(answered(of), is_first)


def whole_seconds(start: ColumnElement[Any], end: ColumnElement[Any]) -> ColumnElement[int]:
    """Never negative, though clocks may disagree, and no more than a column holds."""
    length = func.floor(func.extract("epoch", end - start))
    return cast(func.least(func.greatest(length, 0), LARGEST), BigInteger)


def response_seconds(of: Columns) -> ColumnElement[int]:
    """From arrival to a person's answer."""
    return whole_seconds(of.arrived_at, of.answered_at)


def _waited_in_vain(of: Columns) -> ColumnElement[bool]:
    return and_(asked(of), of.queued_at.is_not(None), of.answered_at.is_(None))


def _ended_as(*outcomes: Outcome) -> Condition:
    return lambda of: and_(_waited_in_vain(of), of.outcome.in_(outcomes))


_OTHER_EXITS = (
    Outcome.VOICEMAIL,
    Outcome.CALLBACK_BOOKED,
    Outcome.REFUSED,
    Outcome.FAILED,
    Outcome.SELF_SERVED,
)
abandoned = _ended_as(Outcome.ABANDONED)
_timed_out = _ended_as(Outcome.TIMED_OUT)
_left_otherwise = _ended_as(*_OTHER_EXITS)
_left = _ended_as(Outcome.ABANDONED, Outcome.TIMED_OUT, *_OTHER_EXITS)


def _offered(of: Columns) -> ColumnElement[bool]:
    return or_(answered(of), _left(of))


def handled(of: Columns) -> ColumnElement[bool]:
    """A person dealt with it to the end."""
    return and_(real(of), of.outcome == Outcome.HANDLED)


def timed(of: Columns) -> ColumnElement[bool]:
    """Handled, and it is known how long the talk was."""
    return and_(handled(of), of.talk_seconds.is_not(None))


def _written_about(of: Columns) -> ColumnElement[bool]:
    """Handled, and a person answered in it what the customer wrote."""
    return and_(handled(of), of.rounds > 0)


def _answered_again(of: Columns) -> ColumnElement[bool]:
    """The customer wrote again after the first answer, and a person answered that."""
    return and_(real(of), of.next_responses > 0)


def _agent_said(of: Columns) -> ColumnElement[bool]:
    return and_(of.agent_resolved.is_not(None), handled(of))


def in_self_service(of: Columns) -> ColumnElement[bool]:
    """A session: the customer came to a machine, or was done with one."""
    is_session = or_(of.channel == Channel.SELF_SERVICE, of.outcome == Outcome.SELF_SERVED)
    return and_(is_session, asked(of))


def _in_target(condition: Condition) -> Condition:
    return lambda of: and_(condition(of), of.wait_seconds <= of.target_seconds)


def _count(name: str, where: Condition) -> Measure:
    return Measure(name, Fact.CONTACT, where)


def _sum(name: str, column: str, where: Condition) -> Measure:
    return Measure(name, Fact.CONTACT, where, lambda of: of[column], Kind.SUM)


def _scored(column: str, *, low: int, high: int) -> Condition:
    return lambda of: and_(real(of), of[column].between(low, high))


CONTACTS = (
    _count("contacts", real),
    _count("callers", lambda of: and_(asked(of), of.root_id == of.contact_id)),
    _count("outbound", lambda of: and_(real(of), of.direction == Direction.OUTBOUND)),
    _count("offered", _offered),
    _count("offered_live", lambda of: and_(_offered(of), of.channel.in_(LIVE_CHANNELS))),
    _count("abandoned_live", lambda of: and_(abandoned(of), of.channel.in_(LIVE_CHANNELS))),
    _count("queued", lambda of: and_(asked(of), of.queued_at.is_not(None))),
    _count("answered", answered),
    _count("answered_in_target", _in_target(answered)),
    _count("abandoned", abandoned),
    _count("abandoned_in_target", _in_target(abandoned)),
    _count(
        "short_abandoned",
        lambda of: and_(abandoned(of), of.wait_seconds <= of.short_abandon_seconds),
    ),
    _count("timed_out", _timed_out),
    _count("timed_out_in_target", _in_target(_timed_out)),
    _count("left_otherwise", _left_otherwise),
    _count(
        "left_before_queue",
        lambda of: and_(
            asked(of),
            of.queued_at.is_(None),
            of.answered_at.is_(None),
            of.outcome == Outcome.ABANDONED,
        ),
    ),
    _count("still_waiting", _ended_as(Outcome.OPEN)),
    _count("queued_answered", lambda of: and_(answered(of), of.queued_at.is_not(None))),
    _count("handled", handled),
    _count("timed", timed),
    _count("short_handled", lambda of: and_(handled(of), of.talk_seconds < 10)),
    _count("transferred", lambda of: and_(handled(of), of.is_transferred)),
    _count("known_customer", _known),
    _count("recognised", lambda of: of.is_known),
    _count("with_agent", lambda of: and_(real(of), of.agent_id.is_not(None))),
    _count("tests", lambda of: of.is_void),
    _sum("wait_seconds", "wait_seconds", _offered),
    _sum("wait_seconds_answered", "wait_seconds", answered),
    _sum(
        "wait_seconds_queued_answered",
        "wait_seconds",
        lambda of: and_(answered(of), of.queued_at.is_not(None)),
    ),
    _sum("wait_seconds_abandoned", "wait_seconds", abandoned),
    _sum("wait_open_seconds", "wait_open_seconds", _offered),
    _sum("wait_open_seconds_answered", "wait_open_seconds", answered),
    _count("responded", responded),
    Measure("response_seconds", Fact.CONTACT, responded, response_seconds, Kind.SUM),
    _sum("response_open_seconds", "response_open_seconds", responded),
    _count("written_about", _written_about),
    _sum("answered_rounds", "rounds", _written_about),
    _count("answered_again", _answered_again),
    _sum("next_responses", "next_responses", _answered_again),
    _sum("next_response_seconds", "next_response_seconds", _answered_again),
    _sum("talk_seconds", "talk_seconds", timed),
    _sum("hold_seconds", "hold_seconds", timed),
    _sum("wrap_up_seconds", "wrap_up_seconds", timed),
    _count("csat_asked", lambda of: and_(real(of), of.csat_asked)),
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
    _count("fcr_asked", lambda of: and_(real(of), of.fcr_asked)),
    _count("fcr_responses", _scored("fcr_score", low=0, high=1)),
    _count("fcr_solved", _scored("fcr_score", low=1, high=1)),
    _count("self_service", in_self_service),
    _count("self_service_unknown", lambda of: and_(in_self_service(of), not_(of.is_known))),
    _count("self_served", lambda of: and_(of.outcome == Outcome.SELF_SERVED, asked(of))),
    Measure("customers", Fact.CONTACT, _known, lambda of: of.person_id, Kind.DISTINCT),
    Measure(
        "recognised_customers",
        Fact.CONTACT,
        lambda of: of.is_known,
        lambda of: of.person_id,
        Kind.DISTINCT,
    ),
    Measure(
        "agents",
        Fact.CONTACT,
        lambda of: and_(real(of), of.agent_id.is_not(None)),
        lambda of: of.agent_id,
        Kind.DISTINCT,
    ),
)

CAME = table(
    "contact",
    *(column(one.name, one.type) for one in contact.c),
    column("person_id", BigInteger),
    column("is_known", Boolean),
).c
"""The columns of Fact.CONTACT: a contact's, which person came, and whether that is known
(store/came.py)."""
