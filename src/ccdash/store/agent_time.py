"""Agents' time: what they declared and what they did, as seconds of any span of time.

Busy is wall clock: an agent with two chats is busy once, and the second chat shows in the contact
seconds. Busy time counts while the agent is signed in, so that busy + available + the declared
absences are the time signed in. An instant counts from its whole second, which makes the seconds of
any spans add up exactly. What is open lasts until the newest event of its source, never until
"now": a log of last year does not grow.

It is one sweep over the instants at which something begins or ends: between two of them, how many
of each kind go on is known from all that came before. Spans of an agent that follow each other are
one stretch, whose states and segments are looked up once.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    CTE,
    BigInteger,
    ColumnElement,
    DateTime,
    FromClause,
    Function,
    Integer,
    Interval,
    cast,
    exists,
    func,
    literal,
    literal_column,
    not_,
    null,
    or_,
    select,
    true,
    union_all,
)
from sqlalchemy import case as when

from ccdash.schema import agent, agent_state, raw_event, segment
from ccdash.store.buckets import after_interval
from ccdash.store.frames import Rows
from ccdash.vocabulary import NOT_HERE, Intent, SegmentKind

SHORT = timedelta(hours=1)
"""Segments up to this length are found by when they began; the few longer ones have an index of
their own (ix_segment_long). So a span is read at the same cost however long the history is."""

LONG: ColumnElement[timedelta] = literal_column("'01:00:00'::interval")
"""The same, as the index has it."""

WITH_CUSTOMER = (SegmentKind.TALK, SegmentKind.HOLD, SegmentKind.CONSULT)
BUSY = (*WITH_CUSTOMER, SegmentKind.WRAP_UP)
KINDS = ("signed_in", "available", "on_break", "busy", "with_customer")
"""What may go on, several times at once."""


def of_intervals(wanted: FromClause) -> Rows:
    """The sums of 15-minute intervals: `wanted` has (start, of_id), of_id being an agent."""
    spans = select(
        wanted.c.of_id.label("agent_id"),
        wanted.c.start.label("span_start"),
        after_interval(wanted.c.start).label("span_end"),
    )
    return of_spans(spans)


def of_spans(spans: Rows) -> Rows:
    """The seconds of each span: interval_start, agent_id and one for each measure of agents' time.

    `spans` gives agent_id, span_start and span_end; those of an agent do not overlap. A span in
    which nobody was known to be signed in gives no row."""
    swept = _swept(_points(_numbered(spans))).subquery("swept")
    seconds = swept.c.seconds
    is_busy, is_with = swept.c.busy > 0, swept.c.with_customer > 0
    of_each = cast(seconds * swept.c.with_customer, Integer)
    return (
        select(
            swept.c.span_start.label("interval_start"),
            swept.c.agent_id,
            func.sum(seconds).label("signed_in_seconds"),
            _total(seconds, swept.c.available > 0, not_(is_busy)).label("available_seconds"),
            _total(seconds, is_busy).label("busy_seconds"),
            _total(of_each, is_with).label("contact_seconds"),
            _total(seconds, is_with).label("on_contact_seconds"),
            _total(seconds, swept.c.on_break > 0).label("break_seconds"),
        )
        .where(swept.c.seconds > 0, swept.c.signed_in > 0)
        .group_by(swept.c.agent_id, swept.c.span_start)
    )


def _total(seconds: ColumnElement[int], *where: ColumnElement[bool]) -> ColumnElement[int]:
    return func.coalesce(func.sum(seconds).filter(*where), 0)


def _numbered(spans: Rows) -> CTE:
    """The spans with the number of their stretch: of an agent's spans without a gap."""
    span = spans.subquery("span")
    of, start = span.c.agent_id, span.c.span_start
    before = func.lag(span.c.span_end).over(partition_by=of, order_by=start)
    follows = select(*span.c, when((before == start, 0), else_=1).label("is_first")).subquery()
    number = func.sum(follows.c.is_first).over(order_by=(follows.c.agent_id, follows.c.span_start))
    columns = [follows.c[name] for name in ("agent_id", "span_start", "span_end")]
    return select(*columns, number.label("stretch")).cte("numbered")


def _pieces(numbered: CTE) -> CTE:
    """What goes on in each stretch, cut at its borders: from second to second."""
    through = _through(numbered)
    stretch = (
        select(
            numbered.c.stretch,
            numbered.c.agent_id,
            func.min(numbered.c.span_start).label("start"),
            func.max(numbered.c.span_end).label("end"),
            through.c.at.label("through"),
        )
        .join_from(numbered, through, through.c.agent_id == numbered.c.agent_id)
        .group_by(numbered.c.stretch, numbered.c.agent_id, through.c.at)
        .subquery("stretch")
    )
    piece = union_all(_states(stretch), *_work(stretch)).lateral("piece")
    start = func.greatest(_second(piece.c.started_at), _second(stretch.c.start))
    last = _second(func.coalesce(piece.c.ended_at, stretch.c.through))
    end = func.least(last, _second(stretch.c.end))
    return (
        select(
            stretch.c.stretch,
            stretch.c.agent_id,
            start.label("start"),
            end.label("end"),
            *(piece.c[kind] for kind in KINDS),
        )
        .select_from(stretch.join(piece, true()))
        .where(start < end)
        .cte("pieces")
    )


def _points(numbered: CTE) -> FromClause:
    """The seconds at which a span begins, or something begins (one more of it) or ends."""
    pieces = _pieces(numbered)
    of = (pieces.c.stretch, pieces.c.agent_id)
    none = cast(null(), DateTime(timezone=True)).label("span_start")
    kinds = [pieces.c[kind] for kind in KINDS]
    spans = select(
        numbered.c.stretch,
        numbered.c.agent_id,
        numbered.c.span_start,
        _second(numbered.c.span_start).label("at"),
        *(literal_column("0", Integer).label(kind) for kind in KINDS),
    )
    begins = select(*of, none, pieces.c.start, *kinds)
    ends = select(*of, none, pieces.c.end, *(-one for one in kinds))
    return union_all(spans, begins, ends).subquery("points")


def _swept(points: FromClause) -> Rows:
    """From each point to the next one: in which span, how long, and how much of what goes on."""

    def so_far(function: Function[Any]) -> ColumnElement[Any]:
        return function.over(partition_by=points.c.stretch, order_by=points.c.at, rows=(None, 0))

    length = so_far(func.lead(points.c.at)) - points.c.at
    return select(
        points.c.agent_id,
        so_far(func.max(points.c.span_start)).label("span_start"),
        cast(length, Integer).label("seconds"),
        *(so_far(func.sum(points.c[kind])).label(kind) for kind in KINDS),
    )


def _through(numbered: CTE) -> CTE:
    """How far the word of each agent's source reaches, of agents who declare states."""
    newest = select(func.max(raw_event.c.occurred_at)).where(raw_event.c.source == agent.c.source)
    return (
        select(agent.c.agent_id, newest.scalar_subquery().label("at"))
        .where(
            agent.c.agent_id.in_(select(numbered.c.agent_id)),
            exists().where(agent_state.c.agent_id == agent.c.agent_id),
        )
        .cte("through")
        .prefix_with("MATERIALIZED", dialect="postgresql")
    )


def _states(stretch: FromClause) -> Rows:
    """What the agent declared: from the last state before the stretch on."""
    state, earlier = agent_state.c, agent_state.alias("earlier")
    last = (
        select(func.max(earlier.c.started_at))
        .where(earlier.c.agent_id == stretch.c.agent_id, earlier.c.started_at <= stretch.c.start)
        .correlate(stretch)
        .scalar_subquery()
    )
    return select(
        state.started_at,
        state.ended_at,
        literal_column("1", Integer).label("signed_in"),
        _is(state.intent == Intent.AVAILABLE, "available"),
        _is(state.intent == Intent.BREAK, "on_break"),
        _is(state.intent == Intent.WRAP_UP, "busy"),
        literal_column("0", Integer).label("with_customer"),
    ).where(
        state.agent_id == stretch.c.agent_id,
        state.started_at < stretch.c.end,
        state.started_at >= func.coalesce(last, stretch.c.start),
        state.intent.not_in(NOT_HERE),
    )


def _work(stretch: FromClause) -> tuple[Rows, Rows]:
    """What the agent did: the segments that began in the stretch or shortly before, and those that
    began earlier, which must be long."""
    began, ended = segment.c.started_at, segment.c.ended_at
    is_long = or_(ended.is_(None), ended - began > LONG)
    shortly_before = stretch.c.start - cast(literal(SHORT), Interval)
    none = literal_column("0", Integer)
    mine = select(
        began,
        ended,
        *(none.label(kind) for kind in KINDS[:3]),
        literal_column("1", Integer).label("busy"),
        _is(segment.c.kind.in_(WITH_CUSTOMER), "with_customer"),
    ).where(
        segment.c.agent_id == stretch.c.agent_id,
        segment.c.kind.in_(BUSY),
        not_(segment.c.is_void),
        func.coalesce(ended, stretch.c.through) > stretch.c.start,
    )
    return (
        mine.where(began >= shortly_before, began < stretch.c.end),
        mine.where(began < shortly_before, is_long),
    )


def _is(condition: ColumnElement[bool], name: str) -> ColumnElement[int]:
    return cast(condition, Integer).label(name)


def _second(at: ColumnElement[datetime]) -> ColumnElement[int]:
    """The whole second of an instant, as a number."""
    return cast(func.floor(func.date_part("epoch", at)), BigInteger)
