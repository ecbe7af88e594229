"""The columns of a distribution: round borders, every duration once."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from ccdash.spreads import BORDERS, ENDS, LONGEST, ROUND
from ccdash.views.distribution import MOST_COLUMNS, columns, place

NAMES = ("from_seconds", "to_seconds", "n")


def classes(durations: list[int]) -> pl.DataFrame:
    counts = sorted(Counter(bisect_right(BORDERS, one) - 1 for one in durations).items())
    rows = [(BORDERS[at], ENDS[at], n) for at, n in counts]
    return pl.DataFrame(rows, schema=dict.fromkeys(NAMES, pl.Int64), orient="row")


@given(st.lists(st.integers(0, 7200) | st.integers(0, LONGEST), min_size=1, max_size=60))
def test_every_duration_is_in_one_column_with_round_borders(durations):
    told = columns(classes(durations))
    assert 1 < len(told) <= MOST_COLUMNS
    assert sum(one.n for one in told) == len(durations)
    for one in told:
        assert one.from_seconds in {0, *ROUND}
        end = one.to_seconds or LONGEST + 1
        assert one.n == sum(one.from_seconds <= seconds < end for seconds in durations)


def test_a_duration_stands_in_proportion_within_its_column():
    told = columns(classes([*range(60)]))
    assert [one.from_seconds for one in told[:3]] == [0, 10, 20]
    assert place(15, told) == 1.5 / len(told)
    assert place(10_000, told) == (len(told) - 0.5) / len(told)


def test_nothing_has_no_columns():
    assert columns(classes([])) == []
