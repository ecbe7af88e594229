"""What everybody declared today, for the page that everybody may look at."""

from __future__ import annotations

from datetime import datetime, timedelta

import polars as pl
from sqlalchemy import Text, cast, literal, or_, select
from sqlalchemy import case as when

from ccdash.query import bucket_start
from ccdash.schema import agent_state
from ccdash.settings import zone
from ccdash.store.engine import Store
from ccdash.vocabulary import Grain

BEFORE = timedelta(days=1)


def states_today(store: Store, at: datetime, timezone: str) -> pl.DataFrame:
    """agent_id, intent, started_at, ended_at (None: goes on) of every state that reaches into the
    local day, in the order of time. What began over a day before it and ended is left out.
    Raises StoreUnavailable."""
    state = agent_state.c
    day = bucket_start(at, Grain.DAY, zone(timezone))
    lasts = or_(state.ended_at.is_(None), state.ended_at > literal(day))
    began = or_(state.ended_at.is_(None), state.started_at > literal(day - BEFORE))
    ended = when((state.ended_at <= literal(at), state.ended_at), else_=None)
    statement = (
        select(
            cast(state.agent_id, Text).label("agent_id"),
            state.intent,
            state.started_at,
            ended.label("ended_at"),
        )
        .where(lasts, began, state.started_at <= literal(at))
        .order_by(state.agent_id, state.started_at)
    )
    return store.frame(statement)
