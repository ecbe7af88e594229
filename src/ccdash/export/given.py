"""Rows of customers that somebody takes along: before they go, the access log has who is in them.

A frame is written before it is handed on, so the log names exactly those whose rows went, also
where a download was broken off.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from itertools import chain

import polars as pl

from ccdash.export.about import Content, filter_text
from ccdash.export.tables import Table
from ccdash.query import Query
from ccdash.store import access_log
from ccdash.store.access_log import Reader
from ccdash.store.engine import Store
from ccdash.views.periods import days_of


def given(store: Store, made: Table, who: str, at: datetime) -> Table:
    """The same table for this reader, its first frame written already. Raises NotLogged."""
    told = made.about
    if told.content is not Content.CONTACTS:
        return made
    by = Reader(who, why(told.query))
    frames = _written(made.frames, lambda numbers: _write(store, by, numbers, at))
    return replace(made, frames=chain([next(frames)], frames))


def logged(store: Store, frame: pl.DataFrame, by: Reader, at: datetime) -> pl.DataFrame:
    """One frame of rows, once the log has the customers in it. Raises NotLogged."""
    _write(store, by, _customers(frame), at)
    return frame


def _written(
    frames: Iterator[pl.DataFrame], write: Callable[[pl.Series], None]
) -> Iterator[pl.DataFrame]:
    """Each customer once, when they are met first; of those who were, the numbers are kept."""
    met = pl.Series(dtype=pl.Int64)
    for frame in frames:
        numbers = _customers(frame)
        new = numbers.filter(~numbers.is_in(met.implode()))
        write(new)
        met = pl.concat([met, new])
        yield frame


def _customers(frame: pl.DataFrame) -> pl.Series:
    """Their numbers, which are text in a list; null or negative where nobody was recognised."""
    return frame["customer_id"].drop_nulls().cast(pl.Int64).unique()


def _write(store: Store, by: Reader, numbers: pl.Series, at: datetime) -> None:
    if not numbers.is_empty():
        access_log.write_each(store, by, numbers.to_list(), at)


def why(query: Query) -> str:
    """What was asked for, as the access log keeps it. What was searched is no part of it: that may
    be a contact detail."""
    first, last = days_of(query.period)
    parts = (
        f"list of {query.metrics[0]}, {first} to {last}",
        "of one customer" if query.customer is not None else "",
        "narrowed by a search" if query.search else "",
        filter_text(query),  # last: a line has its length
    )
    return "; ".join(filter(None, parts))
