"""How fresh the screens of now say they are."""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import polars as pl

from ccdash.i18n import translator
from ccdash.store.live import Floor
from ccdash.thresholds import Thresholds
from ccdash.ui.look import Look
from ccdash.ui.markup import Html
from ccdash.ui.now_head import freshness, silent_since

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
LOOK = Look(translator("en"), ZoneInfo("UTC"), Thresholds())


def floor(imported: Collection[str] = (), **minutes: int) -> Floor:
    """Of sources whose newest event is so many minutes old."""
    through = {name: NOW - timedelta(minutes=age) for name, age in minutes.items()}
    nothing = pl.DataFrame()
    return Floor(
        NOW, NOW, through, nothing, nothing, nothing, nothing, nothing, frozenset(imported)
    )


def test_a_source_that_was_only_imported_is_not_late() -> None:
    status = freshness(floor({"log"}, log=516), NOW, LOOK)

    assert status.kind == "still"
    assert isinstance(status.text, Html)
    assert status.text.text.startswith("Imported")


def test_beside_a_live_source_an_imported_one_is_not_spoken_of() -> None:
    assert freshness(floor({"log"}, log=516, pbx=0), NOW, LOOK).kind == "live"


def test_a_source_that_should_tell_and_does_not_is_late() -> None:
    assert freshness(floor(pbx=516), NOW, LOOK).kind == "late"


def test_a_floor_is_silent_when_all_its_sources_are_for_more_than_an_hour() -> None:
    assert silent_since(floor(log=516, pbx=61)) == NOW - timedelta(minutes=61)
    assert silent_since(floor(log=516, pbx=60)) is None
    assert silent_since(floor()) is None
