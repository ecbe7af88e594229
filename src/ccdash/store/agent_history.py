"""Agents' time over time, by interval or by any bucket, for history.py to add up."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    DateTime,
    FromClause,
    Interval,
    cast,
    column,
    exists,
    func,
    literal,
    not_,
    or_,
    select,
    true,
    union,
    union_all,
)

from ccdash.measures import Fact
from ccdash.query import Query
from ccdash.schema import agent, agent_state, raw_event, segment
from ccdash.store.agent_time import of_intervals, of_spans
from ccdash.store.buckets import inside, instants, interval_start
from ccdash.store.frames import Rows
from ccdash.store.retention import KEPT_SINCE, is_settled, settled_for
from ccdash.sums import agent_interval, dirty_interval
from ccdash.vocabulary import NOT_HERE, Grain


def raw(query: Query) -> FromClause:
    """Every agent's seconds in every bucket, from states and segments; in every quarter of an hour
    where only some hours of the week are asked for."""
    spans = query.period.spans(Grain.QUARTER_HOUR if query.is_of_hours else query.grain)
    bucket = (
        func.unnest(instants([start for start, _ in spans]), instants([end for _, end in spans]))
        .table_valued(
            column("start", DateTime(timezone=True)), column("end", DateTime(timezone=True))
        )
        .render_derived("bucket")
    )
    every = select(
        agent.c.agent_id,
        bucket.c.start.label("span_start"),
        bucket.c.end.label("span_end"),
    ).join_from(agent, bucket, true())
    return of_spans(every).subquery("intervals")


def sums(query: Query) -> FromClause:
    """Every agent's seconds in every interval of the period: the stored sums, and raw where a
    mark is set or something that began earlier has not ended."""
    marked, unsettled = _marked(query), _unsettled()
    at, of = agent_interval.c.interval_start, agent_interval.c.agent_id
    is_marked = exists().where(marked.c.start == at, marked.c.of_id == of)
    is_unsettled = exists().where(unsettled.c.agent_id == of, unsettled.c.since <= at)
    stored = select(*agent_interval.c).where(
        inside(at, query.period), not_(or_(is_marked, is_unsettled))
    )
    wanted = union(select(marked.c.start, marked.c.of_id), _running(query, unsettled)).cte("wanted")
    anew = of_intervals(wanted).subquery()
    return union_all(stored, select(*(anew.c[one.name] for one in agent_interval.c))).subquery(
        "intervals"
    )


def _marked(query: Query) -> FromClause:
    at = dirty_interval.c.interval_start
    return (
        select(at.label("start"), dirty_interval.c.of_id)
        .where(dirty_interval.c.fact == Fact.AGENT, inside(at, query.period))
        .where(not_(is_settled(at, Fact.AGENT)))
        .distinct()
        .cte("marked")
    )


def _unsettled() -> FromClause:
    """Since which interval each agent has something open that counts: who signed out years ago
    has no seconds since. Not before rows are kept."""
    states = select(agent_state.c.agent_id, agent_state.c.started_at).where(
        agent_state.c.ended_at.is_(None), agent_state.c.intent.not_in(NOT_HERE)
    )
    segments = select(segment.c.agent_id, segment.c.started_at).where(
        segment.c.ended_at.is_(None), segment.c.agent_id.is_not(None)
    )
    opened = union_all(states, segments).subquery()
    settled = KEPT_SINCE.scalar_subquery() + literal(settled_for(Fact.AGENT))
    since = func.greatest(func.min(interval_start(opened.c.started_at)), settled).label("since")
    return select(opened.c.agent_id, since).group_by(opened.c.agent_id).cte("unsettled")


def _running(query: Query, unsettled: FromClause) -> Rows:
    """The intervals of the period from there to the newest event of the agent's source."""
    newest = (
        select(func.max(raw_event.c.occurred_at))
        .where(raw_event.c.source == agent.c.source)
        .correlate(agent)
        .scalar_subquery()
    )
    first = func.greatest(unsettled.c.since, interval_start(literal(query.period.start)))
    last = func.least(newest, literal(query.period.end))
    step = cast(literal("15 minutes"), Interval)
    series = func.generate_series(first, last, step)
    each = series.table_valued(column("start", DateTime(timezone=True))).render_derived("each")
    of = unsettled.join(agent, agent.c.agent_id == unsettled.c.agent_id)
    return (
        select(each.c.start, cast(unsettled.c.agent_id, BigInteger).label("of_id"))
        .select_from(of.join(each, true()))
        .where(each.c.start < literal(query.period.end))
    )
