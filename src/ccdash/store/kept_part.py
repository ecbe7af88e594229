"""The part of a question of which there are rows: what came before the border was forgotten."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from ccdash.measures import Fact
from ccdash.metrics import metric
from ccdash.query import Query
from ccdash.store.engine import Store
from ccdash.store.repeats import FARTHEST
from ccdash.store.retention import LOOK_BACK, kept_since


def rows_since(fact: Fact, border: datetime | None) -> datetime | None:
    """From when on rows tell all of a fact. An earlier failure, and whether a matter began earlier,
    is looked for in contacts that came before, and may be forgotten."""
    return border + FARTHEST if border is not None and fact in LOOK_BACK else border


def kept_part(query: Query, fact: Fact, border: datetime | None) -> Query | None:
    """The part of the question that rows can answer; None where they can answer nothing."""
    since, period = rows_since(fact, border), query.period
    if since is None or since <= period.start:
        return query
    return replace(query, period=replace(period, start=since)) if since < period.end else None


def forgotten_until(store: Store, query: Query) -> datetime | None:
    """From when on the list behind the question's first metric has rows; None where it has all of
    the period. Raises StoreUnavailable."""
    since = rows_since(metric(query.metrics[0]).fact, kept_since(store))
    return since if since is not None and since > query.period.start else None
