"""What each source has told, and what of it could not be read."""

from __future__ import annotations

import polars as pl
from sqlalchemy import func, select

from ccdash.schema import raw_event, rejected_line, source
from ccdash.store.engine import Store


def heard(store: Store) -> pl.DataFrame:
    """Per source: source, first_at and newest_at of its events, events (how many)."""
    at = raw_event.c.occurred_at
    facts = {"first_at": func.min(at), "newest_at": func.max(at), "events": func.count()}
    of_source = (
        select(fact)
        .where(raw_event.c.source == source.c.source)
        .correlate(source)
        .scalar_subquery()
        .label(name)
        for name, fact in facts.items()
    )
    return store.frame(select(source.c.source, *of_source).order_by(source.c.source))


def rejected(store: Store) -> int:
    """How many lines could not be read."""
    return int(store.frame(select(func.count().label("n")).select_from(rejected_line))["n"][0])
