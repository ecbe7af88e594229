"""Figures of the whole, of each channel and of each queue, at once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

import polars as pl

from ccdash.metrics import METRICS
from ccdash.remembered import remembered

Key: TypeAlias = tuple[str | None, str | None]
"""(channel, queue); None for all of them: (None, None) is the whole."""

KEYS = ("channel", "queue")
WHOLE: Key = (None, None)


def rolled(frame: pl.DataFrame) -> pl.DataFrame:
    """Rows with channel and queue three times: as they are, of the channel, of the whole."""
    none = pl.lit(None, pl.String)
    of_channel = frame.with_columns(none.alias("queue"))
    return pl.concat([frame, of_channel, of_channel.with_columns(none.alias("channel"))])


@remembered(64)
def metric_by_part(sums: pl.DataFrame, name: str) -> Mapping[Key, float | None]:
    """The metric of every part that has rows, from sums with channel and queue."""
    names = [one.name for one in METRICS[name].measures]
    totals = rolled(sums.select(*KEYS, *names)).group_by(KEYS).agg(pl.col(names).sum())
    values = totals.select(*KEYS, METRICS[name].expression())
    return {(channel, queue): value for channel, queue, value in values.iter_rows()}
