"""The quiet mark of a store whose clock is not the wall's."""

from __future__ import annotations

from datetime import UTC, datetime
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest

from ccdash.i18n import translator
from ccdash.store.simulation import NO_SEED, PATIENCE, Simulation
from ccdash.ui import demo_mark
from ccdash.ui.viewer import Viewer

SHOWN = datetime(1999, 1, 10, 14, 40, tzinfo=UTC)
WALL = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.mark.parametrize(("seed", "name"), [(NO_SEED, "Replay"), (1, "Demo centre")])
def test_it_says_what_the_store_is_and_what_its_clock_shows(seed: int, name: str) -> None:
    standing = Simulation(seed, SHOWN, WALL, 60.0, 0, 0, WALL - PATIENCE)
    who = Viewer(translator("en"), ZoneInfo("Asia/Jerusalem"))
    for mark in (demo_mark._mark(standing, who), demo_mark._short(standing, who)):
        assert name in mark.text
        assert 'datetime="1999-01-10T16:40+02:00"' in mark.text


def test_screens_of_weeks_say_that_more_weeks_are_coming_until_all_are_there(monkeypatch) -> None:
    def said(made: int) -> str | None:
        standing = Simulation(1, SHOWN, WALL, 60.0, made, 26, WALL - PATIENCE)
        of = SimpleNamespace(simulation=lambda: standing)
        monkeypatch.setattr(demo_mark, "source", lambda: of)
        status = demo_mark.growing(translator("en"))
        return status and status.text

    assert said(3) == "Making history: 3 of 26 weeks"
    assert said(26) is None
