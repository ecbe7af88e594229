"""What changed, in words and an arrow."""

from __future__ import annotations

import pytest

from ccdash.ui.deltas import Scale, delta
from ccdash.ui.format import NOT_MEASURED
from ccdash.vocabulary import Better, Unit


@pytest.mark.parametrize(
    ("now", "before", "scale", "text", "turn"),
    [
        (0.826, 0.845, Scale(Unit.RATIO, Better.HIGHER), "↓ 1.9 points, worse", "worse"),
        (41, 60, Scale(Unit.SECONDS, Better.LOWER), "↓ 0:19, better", "better"),
        (1200, 1000, Scale(Unit.COUNT, Better.NEITHER), "↑ 200", "neutral"),
        (0.8, 0.80004, Scale(Unit.RATIO, Better.HIGHER), "unchanged", "same"),
        (None, 1, Scale(Unit.COUNT, Better.LOWER), "–", "unknown"),
        (1, NOT_MEASURED, Scale(Unit.COUNT, Better.LOWER), "–", "unknown"),
    ],
)
def test_the_figures_give_the_arrow_and_better_gives_the_verdict(
    now: float, before: float, scale: Scale, text: str, turn: str
) -> None:
    change = delta(now, before, scale, "en")
    assert (change.text.replace("\N{NO-BREAK SPACE}", " "), change.turn) == (text, turn)


def test_the_words_follow_the_language() -> None:
    change = delta(0.5, 0.4, Scale(Unit.RATIO, Better.HIGHER), "fi")
    assert change.text.replace("\N{NO-BREAK SPACE}", " ") == "↑ 10,0 %-yks., parempi"
