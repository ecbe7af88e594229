"""The floor at one instant: who waits, who is served, what everybody does.

Now and any instant of the past are read by the same statements: what happened after the instant
is not known yet. Cost follows what is open, never the length of the history.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property

import polars as pl
from sqlalchemy import (
    ColumnElement,
    FromClause,
    Text,
    and_,
    cast,
    exists,
    func,
    literal,
    not_,
    null,
    or_,
    select,
    true,
)
from sqlalchemy import case as when

from ccdash.measures import MEASURES
from ccdash.metrics import METRICS
from ccdash.metrics.figures import figures
from ccdash.query import Dimension, Period, bucket_start
from ccdash.schema import (
    agent,
    agent_state,
    contact,
    followed_file,
    import_batch,
    queue,
    raw_event,
    segment,
    simulation,
    source,
    team,
)
from ccdash.settings import zone
from ccdash.store.conditions import named
from ccdash.store.engine import Store
from ccdash.store.frames import Rows
from ccdash.store.then import Then
from ccdash.vocabulary import Grain, Intent, Load, SegmentKind

_BESIDE = import_batch.alias()
WITH_CUSTOMER = (SegmentKind.TALK, SegmentKind.HOLD, SegmentKind.CONSULT)

TODAY = (
    "offered", "answered", "abandoned", "abandonment_rate", "service_level", "asa", "handled",
    "aht", "still_waiting", "arrived",
)  # fmt: skip


@dataclass(frozen=True)
class Floor:
    """What was known at `as_of`. Seconds are whole; instants are UTC.

    queues: queue, channel, waiting, longest_wait_seconds, in_progress, target_seconds.
    waiting: position (in its queue), queue, channel, contact, customer_id, language, subject,
    queued_at, wait_seconds, target_seconds. in_progress: queue, channel, contact, customer_id,
    agent, answered_at, seconds, target_seconds. people: agent_id, agent, team, intent, reason,
    load, contacts, channel, since, seconds, handled_today. day: the sums since the local midnight
    by queue, channel and team. data_through: the newest event of each source. imported: the
    sources that came as finished files, of which nobody expects more."""

    as_of: datetime
    day_start: datetime
    data_through: Mapping[str, datetime]
    queues: pl.DataFrame
    waiting: pl.DataFrame
    in_progress: pl.DataFrame
    people: pl.DataFrame
    day: pl.DataFrame
    imported: frozenset[str] = frozenset()

    @cached_property
    def today(self) -> Mapping[str, float | None]:
        """The metrics since the local midnight, and the n of each as n_NAME."""
        return figures(self.day, [METRICS[name] for name in TODAY])


def floor(store: Store, at: datetime, timezone: str, *, is_now: bool = False) -> Floor:
    """The floor at an instant. `is_now` reads by the small indexes of what is open; without it
    the contacts of the last month are looked through. Raises StoreUnavailable."""
    then = Then(at, is_now)
    day_start = bucket_start(at, Grain.DAY, zone(timezone))
    waiting = store.frame(_waiting(then)).with_columns(
        pl.int_range(1, pl.len() + 1).over("queue", "channel").alias("position")
    )
    in_progress = store.frame(_in_progress(then))
    return Floor(
        as_of=at,
        day_start=day_start,
        data_through=_data_through(store, at),
        queues=_queues(waiting, in_progress),
        waiting=waiting,
        in_progress=in_progress,
        people=store.frame(_people(then, day_start)),
        day=_today(store, then, day_start),
        imported=_imported(store),
    )


def _open_contacts(then: Then) -> ColumnElement[bool]:
    """With a customer who has not left; the work after the conversation is the agent's alone."""
    return and_(
        then.running(contact.c.arrived_at, contact.c.done_at),
        not_(then.happened(contact.c.ended_at)),
        not_(contact.c.is_void),
    )


def _waiting(then: Then) -> Rows:
    return (
        select(
            func.coalesce(queue.c.name, "").label("queue"),
            contact.c.channel,
            contact.c.key.label("contact"),
            cast(contact.c.customer_id, Text).label("customer_id"),
            contact.c.language,
            contact.c.subject,
            contact.c.queued_at,
            then.seconds_since(contact.c.queued_at).label("wait_seconds"),
            contact.c.target_seconds,
        )
        .join_from(contact, queue, queue.c.queue_id == contact.c.queue_id, isouter=True)
        .where(
            _open_contacts(then),
            then.happened(contact.c.queued_at),
            not_(then.happened(contact.c.answered_at)),
        )
        .order_by(contact.c.queued_at, contact.c.contact_id)
    )


def _in_progress(then: Then) -> Rows:
    return (
        select(
            func.coalesce(queue.c.name, "").label("queue"),
            contact.c.channel,
            contact.c.key.label("contact"),
            cast(contact.c.customer_id, Text).label("customer_id"),
            agent.c.name.label("agent"),
            contact.c.answered_at,
            then.seconds_since(contact.c.answered_at).label("seconds"),
            contact.c.target_seconds,
        )
        .select_from(
            contact.outerjoin(queue, queue.c.queue_id == contact.c.queue_id).outerjoin(
                agent, agent.c.agent_id == func.coalesce(_who_has_it(then), contact.c.agent_id)
            )
        )
        .where(
            _open_contacts(then),
            then.happened(contact.c.answered_at),
        )
        .order_by(contact.c.answered_at, contact.c.contact_id)
    )


def _who_has_it(then: Then) -> ColumnElement[int]:
    """The agent who has the contact at the instant; `agent_id` is the one who answered it."""
    return (
        select(segment.c.agent_id)
        .where(
            segment.c.customer_id == contact.c.customer_id,
            segment.c.contact_id == contact.c.contact_id,
            segment.c.arrived_at == contact.c.arrived_at,
            segment.c.kind.in_(WITH_CUSTOMER),
            then.running(segment.c.started_at, segment.c.ended_at),
        )
        .order_by(segment.c.started_at.desc(), segment.c.position.desc())
        .limit(1)
        .correlate(contact)
        .scalar_subquery()
    )


def _queues(waiting: pl.DataFrame, in_progress: pl.DataFrame) -> pl.DataFrame:
    """Every queue with somebody in it, the longest wait first."""
    keys = ["queue", "channel"]
    waits = waiting.group_by(keys).agg(
        pl.len().cast(pl.Int64).alias("waiting"),
        pl.col("wait_seconds").max().alias("longest_wait_seconds"),
        pl.col("target_seconds").min(),
    )
    served = in_progress.group_by(keys).agg(
        pl.len().cast(pl.Int64).alias("in_progress"),
        pl.col("target_seconds").min().alias("target_served"),
    )
    both = waits.join(served, on=keys, how="full", coalesce=True)
    counts = both.with_columns(
        pl.col("waiting", "in_progress").fill_null(0),
        pl.coalesce("target_seconds", "target_served").alias("target_seconds"),
    ).drop("target_served")
    return counts.sort(
        "longest_wait_seconds", *keys, descending=[True, False, False], nulls_last=True
    )


def _people(then: Then, day_start: datetime) -> Rows:
    """Everybody who is signed in, has a contact, or signed out today, by name."""
    state, work = _state(then), _work(then)
    load = when(
        (func.coalesce(work.c.talking, 0) > 0, Load.ON_CONTACT),
        (func.coalesce(work.c.wrapping, 0) > 0, Load.WRAP_UP),
        else_=Load.IDLE,
    )
    is_free = and_(work.c.agent_id.is_(None), state.c.intent == Intent.AVAILABLE)
    freed_at = when((is_free, _freed_at(then, day_start)), else_=null())
    since = func.greatest(state.c.started_at, work.c.since, freed_at)
    is_here = or_(state.c.intent != Intent.OFFLINE, state.c.started_at >= literal(day_start))
    return (
        select(
            cast(agent.c.agent_id, Text).label("agent_id"),
            agent.c.name.label("agent"),
            team.c.name.label("team"),
            func.coalesce(state.c.intent, "unknown").label("intent"),
            state.c.reason,
            load.label("load"),
            func.coalesce(work.c.talking, 0).label("contacts"),
            work.c.channel,
            since.label("since"),
            then.seconds_since(since).label("seconds"),
            func.coalesce(_handled_since(then, day_start), 0).label("handled_today"),
        )
        .select_from(
            agent.outerjoin(state, true())
            .outerjoin(work, work.c.agent_id == agent.c.agent_id)
            .outerjoin(team, team.c.team_id == agent.c.team_id)
        )
        .where(or_(work.c.agent_id.is_not(None), is_here))
        .order_by(agent.c.name, agent.c.agent_id)
    )


def _freed_at(then: Then, day_start: datetime) -> ColumnElement[datetime]:
    """When the agent's last work of the day ended: who is free has been so since then."""
    return (
        select(func.max(segment.c.ended_at))
        .where(
            segment.c.agent_id == agent.c.agent_id,
            segment.c.started_at >= literal(day_start),
            then.happened(segment.c.ended_at),
            segment.c.kind.in_((*WITH_CUSTOMER, SegmentKind.WRAP_UP)),
            not_(segment.c.is_void),
        )
        .correlate(agent)
        .scalar_subquery()
    )


def _state(then: Then) -> FromClause:
    """What the agent had declared last; states follow each other without a gap."""
    return (
        select(agent_state.c.intent, agent_state.c.reason, agent_state.c.started_at)
        .where(
            agent_state.c.agent_id == agent.c.agent_id,
            agent_state.c.started_at <= literal(then.at),
        )
        .order_by(agent_state.c.started_at.desc())
        .limit(1)
        .lateral("state")
    )


def _work(then: Then) -> FromClause:
    """What each agent is in the middle of: contacts with a customer, and wrap-up."""
    talking = segment.c.kind.in_(WITH_CUSTOMER)
    wrapping = segment.c.kind == SegmentKind.WRAP_UP
    mine = and_(
        contact.c.customer_id == segment.c.customer_id,
        contact.c.contact_id == segment.c.contact_id,
        contact.c.arrived_at == segment.c.arrived_at,
    )
    return (
        select(
            segment.c.agent_id,
            func.count().filter(talking).label("talking"),
            func.count().filter(wrapping).label("wrapping"),
            func.max(contact.c.channel).label("channel"),
            func.min(segment.c.started_at).label("since"),
        )
        .join_from(segment, contact, mine)
        .where(
            then.running(segment.c.started_at, segment.c.ended_at),
            segment.c.agent_id.is_not(None),
            not_(segment.c.is_void),
            or_(talking, wrapping),
        )
        .group_by(segment.c.agent_id)
        .subquery("work")
    )


def _handled_since(then: Then, day_start: datetime) -> ColumnElement[int]:
    return (
        select(func.count())
        .where(
            contact.c.agent_id == agent.c.agent_id,
            contact.c.arrived_at >= literal(day_start),
            then.happened(contact.c.ended_at),
            MEASURES["handled"].where(contact.c),
        )
        .correlate(agent)
        .scalar_subquery()
    )


def _today(store: Store, then: Then, day_start: datetime) -> pl.DataFrame:
    """The day's sums of each queue, channel and team, by the same measures as everywhere, over the
    contacts as they were."""
    measures = {one.name: one for name in TODAY for one in METRICS[name].measures}
    rows = then.contacts(day_start)
    named_rows = named(rows, (Dimension.QUEUE, Dimension.TEAM))
    keys = [
        func.coalesce(named_rows.names[Dimension.QUEUE], "").label("queue"),
        rows.c.channel,
        named_rows.names[Dimension.TEAM].label("team"),
    ]
    sums = [one.aggregate(rows.c).label(name) for name, one in measures.items()]
    by = [rows.c.channel, *(named_rows.names[one] for one in (Dimension.QUEUE, Dimension.TEAM))]
    return store.frame(select(*keys, *sums).select_from(named_rows.of).group_by(*by).order_by(*by))


def _data_through(store: Store, at: datetime) -> dict[str, datetime]:
    """The newest event of each source."""
    newest = (
        select(func.max(raw_event.c.occurred_at))
        .where(raw_event.c.source == source.c.source, raw_event.c.occurred_at <= literal(at))
        .correlate(source)
        .scalar_subquery()
    )
    rows = store.frame(select(source.c.source, newest.label("at")).order_by(source.c.source))
    return {name: at for name, at in rows.iter_rows() if at is not None}


def _imported(store: Store) -> frozenset[str]:
    """The sources whose newest event came with a file that was imported to its end, and that are
    neither followed nor simulated."""
    batch = import_batch.c
    newest = (
        select(raw_event.c.batch_id)
        .where(raw_event.c.source == batch.source)
        .order_by(raw_event.c.occurred_at.desc())
        .limit(1)
        .correlate(import_batch)
        .scalar_subquery()
    )
    is_followed = exists().where(followed_file.c.source == batch.source)
    is_open = exists().where(_BESIDE.c.source == batch.source, _BESIDE.c.finished_at.is_(None))
    statement = select(batch.source).where(
        newest.is_not(None), ~is_followed, ~is_open, ~exists(simulation.select())
    )
    return frozenset(store.frame(statement.distinct().order_by(batch.source))["source"])


def period_of_day(floor: Floor, timezone: str) -> Period:
    """From the local midnight to the instant: what `today` speaks of."""
    return Period(floor.day_start, floor.as_of + timedelta(microseconds=1), timezone)
