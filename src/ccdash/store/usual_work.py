"""What a contact usually takes, how long customers wait before they give up, how long a break is.

The first two are figures of the last eight weeks by the same measures as everywhere, from sums. The
others are of the last weeks alone: from rows of a bounded time, whatever the length of the history.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta

import polars as pl
from sqlalchemy import BigInteger, Float, Text, cast, func, literal, not_, select, union_all

from ccdash.query import Dimension, Period, Query
from ccdash.schema import agent_state, contact
from ccdash.settings import zone
from ccdash.store import history
from ccdash.store.engine import Store
from ccdash.store.skills import LATELY
from ccdash.store.usual import WEEKS
from ccdash.store.usual_out import usual_out
from ccdash.vocabulary import AWAY, LIVE_CHANNELS, Channel

FIGURES = ("aht", "average_wait", "abandoned")
BREAKS = timedelta(days=28)


@dataclass(frozen=True, eq=False)
class UsualWork:
    """handling: queue, channel, and FIGURES of each live channel with their measures. at_once:
    agent_id, `chats`, and `n` answers after which the agent had so many chats in hand. breaks:
    intent, reason, `seconds` (the median) and `n` of breaks that are over. out: as
    store/usual_out.py has it. at: when it was read."""

    at: datetime
    handling: pl.DataFrame
    at_once: pl.DataFrame
    breaks: pl.DataFrame
    out: pl.DataFrame


def usual_work(store: Store, at: datetime, timezone: str) -> UsualWork:
    """Until the last local midnight. Raises StoreUnavailable."""
    midnight = datetime.combine(at.astimezone(zone(timezone)).date(), time(), zone(timezone))
    weeks = Period(midnight - timedelta(weeks=WEEKS), midnight, timezone)
    live = ((Dimension.CHANNEL, tuple(sorted(LIVE_CHANNELS))),)
    by = (Dimension.CHANNEL, Dimension.QUEUE)
    handling = history.read(store, Query(FIGURES, weeks, by=by, filters=live)).frame
    named = handling.with_columns(pl.col("queue").fill_null(""))
    out = usual_out(store, at, timezone)
    return UsualWork(at, named, _at_once(store, at), _breaks(store, at), out)


def _at_once(store: Store, at: datetime) -> pl.DataFrame:
    """Each answer of a chat adds one, each end of the work on it takes one away."""
    of = contact.c
    chats = (
        select(of.agent_id, of.answered_at, func.coalesce(of.done_at, literal(at)).label("done_at"))
        .where(
            of.arrived_at > literal(at - LATELY),
            of.answered_at <= literal(at),
            of.channel == Channel.CHAT,
            of.agent_id.is_not(None),
            not_(of.is_void),
        )
        .cte("chats")
    )
    more = select(chats.c.agent_id, chats.c.answered_at.label("at"), literal(1).label("change"))
    less = select(chats.c.agent_id, chats.c.done_at, literal(-1))
    changes = union_all(more, less).subquery("changes").c
    in_hand = func.sum(changes.change).over(
        partition_by=changes.agent_id, order_by=(changes.at, changes.change)
    )
    known = select(changes.agent_id, changes.change, in_hand.label("chats")).subquery("known").c
    statement = (
        select(
            cast(known.agent_id, Text).label("agent_id"),
            cast(known.chats, BigInteger).label("chats"),
            func.count().label("n"),
        )
        .where(known.change == 1)
        .group_by(known.agent_id, known.chats)
        .order_by(known.agent_id, known.chats)
    )
    return store.frame(statement)


def _breaks(store: Store, at: datetime) -> pl.DataFrame:
    state = agent_state.c
    seconds = func.extract("epoch", state.ended_at - state.started_at)
    statement = (
        select(
            state.intent,
            state.reason,
            cast(func.percentile_cont(0.5).within_group(seconds), Float).label("seconds"),
            func.count().label("n"),
        )
        .where(
            state.started_at > literal(at - BREAKS),
            state.ended_at <= literal(at),
            state.intent.in_(AWAY),
        )
        .group_by(state.intent, state.reason)
        .order_by(state.intent, state.reason)
    )
    return store.frame(statement).with_columns(pl.col("reason").fill_null(""))
