"""Where an axis has its ticks, and what they say: round in the unit, written by language."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from math import ceil, floor, log10

from babel import Locale

from ccdash.i18n import LOCALES
from ccdash.ui import format as fmt
from ccdash.vocabulary import Grain, Unit

SECOND_STEPS = (
    1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 21600, 43200,
    86400, 172800, 432000, 864000,
)  # fmt: skip
"""Steps of a clock, not of ten: 0:30, 1:00, 1:30."""

LABEL_ROOM = 96
"""The characters that have room along an axis of a wide card."""

MOST_TICKS = 12
SMALLEST = 1e-9


@dataclass(frozen=True, slots=True)
class Axis:
    """The range of an axis and its ticks with their texts."""

    low: float
    high: float
    ticks: tuple[float, ...]
    texts: tuple[str, ...]


def value_axis(values: Sequence[float], unit: Unit, language: str) -> Axis:
    """About five ticks around the values; from zero unless they lie far from it in a narrow band.

    A share never runs past 0 and 100 per cent, and a count never has half a tick.
    """
    low, high = (min(values), max(values)) if values else (0.0, 1.0)
    if low >= 0 and (unit in (Unit.COUNT, Unit.SECONDS) or low < 0.5 * high):
        low = 0.0
    step = _step((high - low) or abs(high) or 1.0, unit)
    bottom, top = floor(low / step + 1e-9) * step, ceil(high / step - 1e-9) * step
    if top <= bottom:
        top = bottom + step
    if unit is Unit.RATIO and low >= 0 and high <= 1:
        bottom, top = max(bottom, 0.0), min(top, 1.0)
    count = round((top - bottom) / step)
    ticks = tuple(bottom + step * position for position in range(count + 1))
    return Axis(bottom, top, ticks, tuple(_tick(tick, step, unit, language) for tick in ticks))


def bucket_ticks(
    buckets: Sequence[datetime], grain: Grain, language: str
) -> tuple[list[int], list[str]]:
    """The places of some buckets and their labels: where an hour, day, week or month begins, and
    few enough for the label's length."""
    places, written = _rhythm(buckets, grain, language)
    if len(places) < 2:
        places, written = list(range(len(buckets))), grain
    labels = [fmt.bucket(buckets[at], written, language, dated=False) for at in places]
    if written is Grain.TOTAL:  # days of which every hour is a point
        labels = [fmt.day(buckets[at], language) for at in places]
    longest = max(map(len, labels), default=0)
    every = max(1, ceil(len(places) / min(MOST_TICKS, max(2, LABEL_ROOM // (longest + 2)))))
    return places[::every], labels[::every]


def _rhythm(buckets: Sequence[datetime], grain: Grain, language: str) -> tuple[list[int], Grain]:
    """Where ticks fall by nature, and as what they are written."""
    at = list(enumerate(buckets))
    if grain in (Grain.QUARTER_HOUR, Grain.HOUR):
        if buckets and buckets[0].date() != buckets[-1].date():
            return [place for place, one in at if _begins_day(buckets, place)], Grain.TOTAL
        hours = [place for place, one in at if one.minute == 0]
        step = next((n for n in (1, 2, 3, 4) if len(hours) / n <= MOST_TICKS), 6)
        return [place for place in hours if buckets[place].hour % step == 0], Grain.HOUR
    if grain is Grain.DAY and len(buckets) > 80:
        return [place for place, one in at if one.day == 1], Grain.MONTH
    if grain is Grain.DAY and len(buckets) > MOST_TICKS:
        first = Locale.parse(LOCALES[language]).first_week_day
        return [place for place, one in at if one.weekday() == first], Grain.DAY
    return [place for place, _ in at], grain


def _begins_day(buckets: Sequence[datetime], place: int) -> bool:
    """Whether it is the first of its day that is there: a night may be left out."""
    if place == 0:
        return (buckets[0].hour, buckets[0].minute) == (0, 0) or _has_gaps(buckets)
    return buckets[place].date() != buckets[place - 1].date()


def _has_gaps(buckets: Sequence[datetime]) -> bool:
    """Whether they do not follow one another."""
    steps = [later - one for one, later in pairwise(buckets)]
    return bool(steps) and max(steps) > timedelta(hours=2)


def _step(span: float, unit: Unit) -> float:
    rough = max(span / 5, SMALLEST)
    if unit is Unit.SECONDS:
        longest = 10.0 ** ceil(log10(rough))
        return float(next((step for step in SECOND_STEPS if step >= rough), longest))
    power = 10.0 ** floor(log10(rough))
    step = next(factor * power for factor in (1, 2, 2.5, 5, 10) if factor * power >= rough * 0.999)
    return max(1.0, float(ceil(step))) if unit is Unit.COUNT else step


def _tick(tick: float, step: float, unit: Unit, language: str) -> str:
    if unit is Unit.RATIO:
        return fmt.percent(tick, language, decimals=0 if step >= 0.00999 else 1)
    return fmt.value(tick, unit, language)
