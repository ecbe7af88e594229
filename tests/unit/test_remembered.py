"""What follows from its arguments alone is made once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import polars as pl

from ccdash.i18n import translator
from ccdash.remembered import remembered
from ccdash.store.live import Floor
from ccdash.thresholds import Thresholds
from ccdash.ui import floor_lists
from ccdash.ui.look import Look, Shown
from ccdash.ui.markup import Html, Piece

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
LOOK = Look(translator("en"), ZoneInfo("UTC"), Thresholds())
NOTHING = pl.DataFrame()


def test_what_has_no_hash_is_known_by_which_object_it_is() -> None:
    asked: list[int] = []

    @remembered(4)
    def rows(frame: pl.DataFrame, least: int) -> int:
        asked.append(least)
        return frame.filter(pl.col("n") >= least).height

    frame = pl.DataFrame({"n": [1, 2, 3]})

    assert [rows(frame, 2), rows(frame, 2), rows(frame, 3)] == [2, 2, 1]
    assert rows(frame.clone(), 2) == 2
    assert asked == [2, 3, 2]


def floor(at: datetime) -> Floor:
    people = pl.DataFrame(
        {
            "agent_id": ["1", "2"], "agent": ["Maija", "Olli"], "team": ["a", "a"],
            "intent": ["available", "break"], "load": ["on_contact", "idle"],
            "reason": [None, "lunch"], "contacts": [1, 0], "channel": ["phone", None],
            "since": [NOON - timedelta(minutes=3), NOON - timedelta(minutes=44)],
            "seconds": [int((at - NOON).total_seconds()) + 60 * n for n in (3, 44)],
            "handled_today": [4, 5],
        }
    )  # fmt: skip
    return Floor(at, NOON, {}, NOTHING, NOTHING, NOTHING, people, NOTHING)


def rows(at: datetime) -> dict[str, Html]:
    drawn = floor_lists.people(Shown(floor(at), LOOK))
    assert drawn is not None
    return {key: html for key, html in pieces(drawn) if key.startswith("person-")}


def pieces(html: Html) -> list[tuple[str, Html]]:
    own = [one for one in html.parts if isinstance(one, Piece)]
    within = [each for one in own for each in pieces(one.html)]
    return [(one.key, one.html) for one in own] + within


def test_who_does_what_they_did_a_second_ago_is_not_drawn_again() -> None:
    before, after = rows(NOON), rows(NOON + timedelta(seconds=1))

    assert set(before) == {"person-1", "person-2"}
    assert all(before[one] is after[one] for one in before)


def test_who_passes_a_limit_is_drawn_anew() -> None:
    before, after = rows(NOON), rows(NOON + timedelta(seconds=90))

    assert before["person-1"] is after["person-1"]
    assert "over 45:00" not in before["person-2"].text
    assert "over 45:00" in after["person-2"].text
