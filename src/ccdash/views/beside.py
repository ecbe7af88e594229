"""Which buckets of two periods stand beside each other."""

from __future__ import annotations

from datetime import timedelta

from ccdash.query import Period, bucket_start
from ccdash.vocabulary import Grain

BY_THE_CLOCK = (Grain.HOUR, Grain.QUARTER_HOUR)
"""Grains whose buckets begin at a time, the others' at a day."""


def counterparts(period: Period, other: Period, grain: Grain) -> list[int | None]:
    """Of each bucket of the other period the number of the one of the period beside which it
    stands: days and longer ones by their number, hours and quarters by the local clock, so that
    noon meets noon where the clock was set. None where the period has no such bucket."""
    numbers = {place: number for number, place in enumerate(_places(period, grain))}
    return [numbers.get(place) for place in _places(other, grain)]


def _places(period: Period, grain: Grain) -> list[tuple[timedelta, int]]:
    """How far each bucket is from the first one; of an hour that comes twice the second has 1."""
    starts = period.starts(grain)
    if grain not in BY_THE_CLOCK:
        return [(timedelta(number), 0) for number in range(len(starts))]
    first = bucket_start(starts[0], grain, period.zone)
    local = [at.astimezone(period.zone) for at in (first, *starts[1:])]
    begin = local[0].replace(tzinfo=None)
    return [(at.replace(tzinfo=None) - begin, at.fold) for at in local]
