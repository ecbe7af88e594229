"""What changed, in words and an arrow: the direction from the figures, good or bad from Better."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from ccdash.i18n import translator
from ccdash.ui import format as fmt
from ccdash.vocabulary import Better, Unit

Turn = Literal["better", "worse", "same", "neutral", "unknown"]

UP, DOWN = "↑", "↓"


@dataclass(frozen=True, slots=True)
class Delta:
    """`text` is complete by itself: "↑ 1.9 points, better"."""

    text: str
    turn: Turn


@dataclass(frozen=True, slots=True)
class Scale:
    """What a metric is measured in, and where it improves."""

    unit: Unit
    better: Better


def delta(now: fmt.Value, before: fmt.Value, scale: Scale, language: str) -> Delta:
    """The change from `before` to `now`; without both there is none to tell."""
    say = translator(language).text
    if not isinstance(now, int | float) or not isinstance(before, int | float):
        return Delta(fmt.NOTHING, "unknown")
    change = amount(abs(now - before), scale.unit, language)
    if change == amount(0.0, scale.unit, language):
        return Delta(say("unchanged"), "same")
    arrow = UP if now > before else DOWN
    turn = _turn(scale.better, rose=now > before)
    if turn == "neutral":
        return Delta(f"{arrow}{fmt.NBSP}{change}", turn)
    verdict = say("better") if turn == "better" else say("worse")
    return Delta(f"{arrow}{fmt.NBSP}{change}, {verdict}", turn)


def amount(change: float, unit: Unit, language: str) -> str:
    """The size of a change: a share changes by points, everything else in its unit."""
    if unit is not Unit.RATIO:
        return fmt.value(change, unit, language)
    points = fmt.score(round(change * 100, 1), language)
    return translator(language).text("{points} points", points=points).replace(" ", fmt.NBSP)


def _turn(better: Better, *, rose: bool) -> Turn:
    if better is Better.NEITHER:
        return "neutral"
    return "better" if rose == (better is Better.HIGHER) else "worse"
