"""Classes of durations: any number of added ones gives quantiles within the stated error."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from math import ceil, floor

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from ccdash.measures import QUANTILES
from ccdash.spreads import BORDERS, ENDS, ERROR, LONGEST, MIDDLES, ROUND
from ccdash.store.spreads import quantile

DURATIONS = st.integers(0, 60) | st.integers(0, 7200) | st.integers(0, LONGEST)


def classes(durations: list[int]) -> pl.DataFrame:
    counts = Counter(bisect_right(BORDERS, one) - 1 for one in durations)
    return pl.DataFrame(
        {"class": list(counts), "count": list(counts.values())},
        schema={"class": pl.Int64, "count": pl.Int64},
    )


def exact(durations: list[int], share: float) -> float:
    """As percentile_cont."""
    ordered, at = sorted(durations), (len(durations) - 1) * share
    low, high = ordered[floor(at)], ordered[ceil(at)]
    return low + (high - low) * (at - floor(at))


@given(st.lists(st.lists(DURATIONS, max_size=40), min_size=1, max_size=6))
def test_quantiles_of_added_classes_are_within_the_error_of_those_of_all_durations(parts):
    durations = [one for part in parts for one in part]
    if not durations:
        return
    added = pl.concat(classes(part) for part in parts).group_by("class").agg(pl.col("count").sum())
    middles = pl.Series(MIDDLES).gather(added["class"])
    counted = added.with_columns(middles.alias("middle")).sort("class")
    assert counted["count"].sum() == len(durations)
    for share in QUANTILES.values():
        found, wanted = counted.select(quantile(share)).item(), exact(durations, share)
        assert abs(found - wanted) <= ERROR * wanted * 1.000001


def test_classes_cover_every_duration_once_and_short_ones_are_exact():
    assert BORDERS[0] == 0
    assert ENDS[-1] == LONGEST + 1
    assert list(BORDERS) == sorted(set(BORDERS))
    assert list(BORDERS[:20]) == list(range(20))
    assert set(ROUND) <= set(BORDERS)
