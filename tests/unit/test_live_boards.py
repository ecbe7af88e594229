"""By which clock a board is told, and what a ticket names."""

from __future__ import annotations

from datetime import UTC, datetime

import polars as pl

from ccdash.errors import StoreUnavailable
from ccdash.live.comparisons import Comparisons
from ccdash.live.hub import Snapshot
from ccdash.store.comparison import Comparison
from ccdash.store.engine import Store
from ccdash.store.live import Floor
from ccdash.ui.live_boards import TICKETS, Variant, clock_of
from ccdash.ui.stream import Clock
from ccdash.views.scope import Scope

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


def test_the_clock_of_a_floor_stands_while_the_store_is_away() -> None:
    nothing = pl.DataFrame()
    floor = Floor(NOON, NOON, {}, nothing, nothing, nothing, nothing, nothing)

    assert clock_of(Snapshot(floor, NOON, StoreUnavailable())) == Clock(NOON, 0.0)
    assert clock_of(Snapshot(floor, NOON)).rate == 1.0


def test_until_all_is_read_anew_a_board_is_held_against_what_was_before() -> None:
    nothing = pl.DataFrame()
    before = Comparison(nothing, None, nothing, nothing, None)

    def away() -> Store:
        raise StoreUnavailable

    assert Comparisons(away, lambda: "UTC", lambda: NOON, before).latest() is before
    assert Comparisons(away, lambda: "UTC", lambda: NOON).latest() is None


def test_who_asks_for_the_same_part_has_the_same_board_whatever_else_an_address_says() -> None:
    plain = {"team": "North", "queue": "Sales · <FI>", "skill": "language:sv"}
    more = {"lang": "sv", "dance": "yes"} | plain
    one, two = (Variant.of("now", Scope.from_params(of).to_params(), "en") for of in (plain, more))

    assert TICKETS.issue(one) == TICKETS.issue(two)
    assert TICKETS.read(TICKETS.issue(two)) == one
