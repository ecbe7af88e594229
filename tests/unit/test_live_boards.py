"""By which clock a board is told."""

from __future__ import annotations

from datetime import UTC, datetime

import polars as pl

from ccdash.errors import StoreUnavailable
from ccdash.live.hub import Snapshot
from ccdash.store.live import Floor
from ccdash.ui.live_boards import clock_of
from ccdash.ui.stream import Clock

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


def test_the_clock_of_a_floor_stands_while_the_store_is_away() -> None:
    nothing = pl.DataFrame()
    floor = Floor(NOON, NOON, {}, nothing, nothing, nothing, nothing, nothing)

    assert clock_of(Snapshot(floor, NOON, StoreUnavailable())) == Clock(NOON, 0.0)
    assert clock_of(Snapshot(floor, NOON)).rate == 1.0
