"""Agents' time: what they declared and what they did, as seconds of any span of time.

Busy is wall clock: an agent with two chats is busy once, and the second chat shows in the contact
seconds. Busy time counts while the agent is signed in, so that busy + available + the declared
absences are the time signed in. An instant counts from its whole second, which makes the seconds of
any spans add up exactly. What is open lasts until the newest event of its source, never until
"now": a log of last year does not grow.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    CompoundSelect,
    FromClause,
    Interval,
    cast,
    column,
    func,
    literal,
    literal_column,
    not_,
    or_,
    select,
    true,
    union_all,
)
from sqlalchemy.dialects.postgresql import TSTZMULTIRANGE, TSTZRANGE

from ccdash.schema import agent, agent_state, raw_event, segment
from ccdash.store.buckets import after_interval
from ccdash.store.frames import Rows
from ccdash.vocabulary import Intent, SegmentKind

SHORT = timedelta(hours=1)
"""Segments up to this length are found by when they began; the few longer ones have an index of
their own (ix_segment_long). So a span is read at the same cost however long the history is."""

Instants = ColumnElement[datetime]
Ranges = ColumnElement[Any]

AWAY = (Intent.OFFLINE, Intent.UNKNOWN)
_WITH_CUSTOMER = (SegmentKind.TALK, SegmentKind.HOLD, SegmentKind.CONSULT)


def of_intervals(wanted: FromClause) -> Rows:
    """The sums of 15-minute intervals: `wanted` has (start, of_id), of_id being an agent."""
    spans = select(
        wanted.c.start.label("interval_start"),
        wanted.c.of_id.label("agent_id"),
        wanted.c.start.label("span_start"),
        after_interval(wanted.c.start).label("span_end"),
    )
    return of_spans(spans)


def of_spans(spans: Rows) -> Rows:
    """The seconds of each span: its own columns and one for each measure of agents' time.

    `spans` gives agent_id, span_start, span_end and whatever else. Spans without a declared
    state give no row: their agent's time is not known."""
    declared = select(agent_state.c.agent_id)
    agents = spans.selected_columns["agent_id"]
    span = spans.where(agents.in_(declared)).subquery("span")
    through = (
        select(agent.c.agent_id, _newest(agent.c.source).label("at"))
        .where(agent.c.agent_id.in_(select(span.c.agent_id)))
        .cte("through")
        .prefix_with("MATERIALIZED", dialect="postgresql")
    )
    states = _states(span, through).lateral("states")
    work = _work(span, through, states.c.signed_in).lateral("work")
    bounded = span.join(through, through.c.agent_id == span.c.agent_id)
    known = select(
        *span.c, states.c.signed_in, states.c.available, states.c.on_break,
        work.c.busy.op("+")(states.c.wrapping).op("*")(states.c.signed_in).label("busy"),
        work.c.with_customer.op("*")(states.c.signed_in).label("with_customer"),
        work.c.contact_seconds,
    ).select_from(bounded.join(states, true()).join(work, true()))  # fmt: skip
    part = known.where(not_(func.isempty(states.c.signed_in))).subquery("part")
    return select(
        *(part.c[one.name] for one in span.c),
        _seconds(part.c.signed_in).label("signed_in_seconds"),
        _seconds(part.c.available.op("-")(part.c.busy)).label("available_seconds"),
        _seconds(part.c.busy).label("busy_seconds"),
        cast(part.c.contact_seconds, BigInteger).label("contact_seconds"),
        _seconds(part.c.with_customer).label("on_contact_seconds"),
        _seconds(part.c.on_break).label("break_seconds"),
    )


def _newest(source: ColumnElement[str]) -> ColumnElement[datetime]:
    """How far the source's word reaches."""
    newest = select(func.max(raw_event.c.occurred_at)).where(raw_event.c.source == source)
    return func.date_trunc("second", newest.scalar_subquery())


def _states(span: FromClause, through: FromClause) -> Rows:
    """What the agent declared during the span, as sets of time."""
    state = agent_state
    earlier = agent_state.alias("earlier")
    last = (
        select(func.max(earlier.c.started_at))
        .where(earlier.c.agent_id == span.c.agent_id, earlier.c.started_at <= span.c.span_start)
        .correlate(span)
        .scalar_subquery()
    )
    time = _clipped(state, span, through)
    return select(
        _union(time, not_(state.c.intent.in_(AWAY))).label("signed_in"),
        _union(time, state.c.intent == Intent.AVAILABLE).label("available"),
        _union(time, state.c.intent == Intent.WRAP_UP).label("wrapping"),
        _union(time, state.c.intent == Intent.BREAK).label("on_break"),
    ).where(
        state.c.agent_id == span.c.agent_id,
        state.c.started_at < span.c.span_end,
        state.c.started_at >= func.coalesce(last, span.c.span_start),
    )


def _work(span: FromClause, through: FromClause, signed_in: Ranges) -> Rows:
    """What the agent did during the span; seconds of contacts are of each contact."""
    overlapping = _overlapping(span, through).lateral("overlapping")
    time = _clipped(overlapping, span, through)
    with_customer = overlapping.c.kind.in_(_WITH_CUSTOMER)
    busy = overlapping.c.kind.in_((*_WITH_CUSTOMER, SegmentKind.WRAP_UP))
    length = _seconds(func.tstzmultirange(time).op("*")(signed_in))
    return select(
        _union(time, busy).label("busy"),
        _union(time, with_customer).label("with_customer"),
        func.coalesce(func.sum(length).filter(with_customer), 0).label("contact_seconds"),
    )


def _overlapping(span: FromClause, through: FromClause) -> CompoundSelect[*tuple[Any, ...]]:
    """The agent's segments that touch the span: those that began in it or shortly before, and
    those that began earlier, which must be long."""
    began, ended = segment.c.started_at, segment.c.ended_at
    is_long = or_(ended.is_(None), ended - began > literal_column("'01:00:00'::interval"))
    shortly_before = span.c.span_start - cast(literal(SHORT), Interval)
    mine = (
        select(segment.c.kind, began, ended)
        .where(
            segment.c.agent_id == span.c.agent_id,
            not_(segment.c.is_void),
            func.coalesce(ended, through.c.at) > span.c.span_start,
        )
        .correlate(span, through)
    )
    return union_all(
        mine.where(began >= shortly_before, began < span.c.span_end),
        mine.where(began < shortly_before, is_long),
    )


def _clipped(rows: FromClause, span: FromClause, through: FromClause) -> Ranges:
    """The part of a row's time that lies in the span, in whole seconds; empty if there is none."""
    end = func.date_trunc("second", func.coalesce(rows.c.ended_at, through.c.at))
    start = func.greatest(func.date_trunc("second", rows.c.started_at), span.c.span_start)
    return func.tstzrange(
        start, func.greatest(start, func.least(end, span.c.span_end)), type_=TSTZRANGE()
    )


def _union(time: Ranges, where: ColumnElement[bool]) -> Ranges:
    """All that time, overlaps once."""
    nothing = cast(literal("{}"), TSTZMULTIRANGE())
    return func.coalesce(func.range_agg(time).filter(where), nothing)


def _seconds(ranges: Ranges) -> ColumnElement[int]:
    """The length of a set of time."""
    part = func.unnest(ranges).table_valued(column("time", TSTZRANGE())).render_derived()
    length = func.sum(func.extract("epoch", func.upper(part.c.time) - func.lower(part.c.time)))
    total = select(func.coalesce(length, 0)).scalar_subquery()
    return cast(total, BigInteger)
