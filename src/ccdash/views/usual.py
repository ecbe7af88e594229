"""What is usual for a weekday and time of day, of the whole centre and of each part of it.

Usual is defined in store/usual.py: the median over the last same weekdays, at least four of them.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

import polars as pl

from ccdash.metrics import METRICS
from ccdash.remembered import remembered
from ccdash.views.parts import KEYS, Key, rolled

LEAST_DAYS = 4


def usual(
    quarters: pl.DataFrame, weeks_ago: Collection[int], metric: str, minutes: range
) -> dict[Key, float]:
    """The median of the metric between two minutes of the local day, by part. A day on which
    nothing came to the part alone counts as none for it; a part of which fewer than four days have
    a value has no usual."""
    if len(weeks_ago) < LEAST_DAYS or not len(minutes):
        return {}
    names = sorted(one.name for one in METRICS[metric].measures)
    inside = pl.col("minute").is_between(minutes.start, minutes.stop, closed="left")
    parts = rolled(quarters.select(*KEYS, "weeks_ago", "minute", *names))
    sums = parts.filter(inside).group_by(*KEYS, "weeks_ago").agg(pl.col(names).sum())
    days = pl.DataFrame({"weeks_ago": list(weeks_ago)}, schema={"weeks_ago": pl.Int64})
    every = parts.select(KEYS).unique().join(days, how="cross")
    by = [*KEYS, "weeks_ago"]
    of_days = every.join(sums, on=by, how="left", nulls_equal=True)
    values = of_days.with_columns(pl.col(names).fill_null(0)).with_columns(
        METRICS[metric].expression().cast(pl.Float64)
    )
    medians = values.group_by(KEYS).agg(
        pl.col(metric).median().alias("median"), pl.col(metric).count().alias("days")
    )
    known = medians.filter(pl.col("days") >= LEAST_DAYS).select(*KEYS, "median")
    return {(channel, queue): value for channel, queue, value in known.iter_rows()}


@remembered(8)
def usually_out(weeks: pl.DataFrame) -> Mapping[str | None, float]:
    """How many people are away on such a weekday at this time: by team, and under None of all. A
    day on which nobody of the team was here does not count. The frame is that of
    store/usual_out.py."""
    whole = weeks.group_by("weeks_ago").agg(pl.col("here", "out").sum())
    parts = [weeks, whole.with_columns(pl.lit(None, pl.String).alias("team"))]
    days = pl.concat(parts, how="diagonal").filter(pl.col("here") > 0).group_by("team")
    medians = days.agg(pl.col("out").median(), pl.len().alias("days"))
    known = medians.filter(pl.col("days") >= LEAST_DAYS).select("team", "out")
    return dict(known.iter_rows())
