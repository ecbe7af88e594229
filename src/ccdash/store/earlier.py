"""The figures of the time that a question puts beside its own."""

from __future__ import annotations

from dataclasses import replace

import polars as pl

from ccdash.metrics import METRICS
from ccdash.query import Period, Query
from ccdash.store.engine import Store
from ccdash.store.history import Answer, read


def read_earlier(store: Store, query: Query, known: Period | None) -> Answer:
    """The answer of the earlier time; metrics with a window of the shorter time `known`, which
    begins with it: half a period that is known is never compared with a whole one. What is cut
    (rows were forgotten) is null. Raises BadQuery, StoreUnavailable."""
    whole = read_uncut(store, query)
    if known is None:
        return whole
    young = tuple(one for one in query.metrics if METRICS[one].days_until_known)
    own = read_uncut(store, replace(query, metrics=young, period=known)).frame
    keys = ["bucket", *query.by]
    rest = whole.frame.drop([name for name in own.columns if name not in keys])
    frame = rest.join(own, on=keys, how="full", coalesce=True, nulls_equal=True)
    return replace(whole, frame=frame.sort(keys))


def read_uncut(store: Store, query: Query) -> Answer:
    """The answer without the metrics that are cut: half a period is compared with nothing."""
    found = read(store, query)
    nothing = [pl.lit(None).alias(name) for one in found.cut for name in (one, f"n_{one}")]
    missing = found.not_measured | found.cut
    return replace(found, frame=found.frame.with_columns(nothing), not_measured=missing)
