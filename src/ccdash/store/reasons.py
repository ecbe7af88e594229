"""For which reasons people were away of late, as their sources call them."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import literal, select

from ccdash.schema import agent_state
from ccdash.store.engine import Store
from ccdash.vocabulary import AWAY

LATELY, MOST = timedelta(days=28), 100


def reasons(store: Store, at: datetime) -> list[str]:
    """By name; one that is written in two ways is there once. Raises StoreUnavailable."""
    state = agent_state.c
    statement = (
        select(state.reason)
        .where(
            state.started_at > literal(at - LATELY),
            state.started_at <= literal(at),
            state.intent.in_(AWAY),
            state.reason.is_not(None),
        )
        .distinct()
        .order_by(state.reason)
        .limit(MOST)
    )
    told = store.frame(statement)["reason"].to_list()
    return sorted({one.casefold(): one for one in told if one}.values(), key=str.casefold)
