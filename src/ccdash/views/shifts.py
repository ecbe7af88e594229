"""Stretches of time against the usual days, and whether one of them is a change.

Of a line stretches of 15 minutes to 8 hours until now are laid beside the same time of the usual
days. The stretch that a mean of its own explains best (the largest log-likelihood ratio) is the one
with which a change would have begun.

Arrivals have changed when so many would come by chance less than once in ten thousand times even on
a day at the upper quartile of the usual days (so few: at the lower one), when they are a quarter
more or fewer than the median, at least LEAST, and when the last half hour does not speak against
it. The quartiles and not the median, because days differ by more than chance.

A service level has changed when one so low would come by chance less than once in a thousand times
even if the worst usual day were the rule, and it is 15 points below the median: contacts of one
hour share their luck, so chance alone says too little.

What was a change in the last two hours stays one under weaker conditions, judged at every step in
between, so that a sentence does not come and go. All of it follows from what is given alone: every
process, and a look back, say the same.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median, quantiles

from ccdash.views import chance
from ccdash.views.lines import Line
from ccdash.views.usual import LEAST_DAYS

LEAST, LEVELED = 10, 20
"""Of how many arrivals a change must be, and of how many contacts a service level."""
STRETCHES = (3, 6, 9, 12, 18, 24, 36, 48, 72, 96)
LEVEL_STRETCHES = (6, 12, 24, 48)
REMEMBERED, LATELY = 24, 6
"""In steps: how long a change is remembered, and what speaks against it."""
LITTLE = 0.5
"""What is taken as the mean where nobody usually comes."""


@dataclass(frozen=True, slots=True)
class Shift:
    """A stretch of time against usual. `gain` says how clearly it stands out, `size` how far."""

    first: int
    value: float
    usual: float
    size: float
    gain: float
    is_clear: bool
    is_still: bool


Judge = Callable[[int, int], Shift | None]
"""A stretch of steps [first, last) against usual; None where it cannot be judged."""


def inflow(line: Line, first: int, last: int) -> Shift | None:
    """Arrivals of a stretch against the usual days."""
    count, days = line.count(first, last), line.each(first, last)
    usual = median(days)
    mean = max(usual, LITTLE)
    size = count / mean - 1
    if max(count, usual) < LEAST or not size:
        return None
    likely = _likely(count, days, is_more=size > 0)
    lately = _lately(line, max(first, last - LATELY), last, 1 + size)
    is_clear = likely <= 1e-4 and abs(size) >= 0.25 and lately >= 1e-2
    is_still = likely <= 1e-2 and abs(size) >= 0.15 and lately >= 1e-3
    return Shift(first, count, usual, size, chance.gain(count, mean), is_clear, is_still)


def _likely(count: float, days: Sequence[float], *, is_more: bool) -> float:
    lower, _, upper = quantiles(days, n=4, method="inclusive")
    if is_more:
        return chance.at_least(count, max(upper, LITTLE))
    return chance.at_most(count, max(lower, LITTLE))


def _lately(line: Line, first: int, last: int, times: float) -> float:
    """The chance of what came lately if it went on at the same strength."""
    mean = max(median(line.each(first, last)), LITTLE) * times
    if not mean:  # nobody came in all of the stretch
        return 1.0
    against = chance.at_most if times > 1 else chance.at_least
    return against(line.count(first, last), mean)


def level(hits: Line, of: Line, first: int, last: int) -> Shift | None:
    """The service level of a stretch against the usual days, where it is worse."""
    number, good = of.count(first, last), hits.count(first, last)
    pairs = zip(hits.each(first, last), of.each(first, last), strict=True)
    shares = [day_s / all_ for day_s, all_ in pairs if all_]
    if number < LEVELED or len(shares) < LEAST_DAYS:
        return None
    usual, worst = median(shares), _possible(min(shares))
    size = good / number - usual
    likely = chance.share_at_most(good, number, worst)
    if size >= 0:
        return None
    gain = chance.share_gain(good, number, _possible(usual))
    is_clear, is_still = likely <= 1e-3 and size <= -0.15, likely <= 0.05 and size <= -0.08
    return Shift(first, good / number, usual, size, gain, is_clear, is_still)


def _possible(share: float) -> float:
    """A share of none or all leaves nothing to chance."""
    return min(0.99, max(0.01, share))


def standing(judge: Judge, stretches: Sequence[int], steps: int) -> Shift | None:
    """The change that stands at the last step: clear now, or clear a while ago and never gone
    since. Its beginning is then looked for step by step."""
    now = _best(judge, _firsts(stretches, steps), steps)
    for last in range(steps, max(0, steps - REMEMBERED), -1):
        then = now if last == steps else _best(judge, _firsts(stretches, last), last)
        if now is None or then is None or not then.is_still or is_up(then) is not is_up(now):
            return None
        if then.is_clear:
            closer = _best(judge, range(steps - stretches[0], -1, -1), steps)
            return closer if closer is not None and closer.is_still else now
    return None


def is_up(one: Shift) -> bool:
    """Whether there is more than usual."""
    return one.size > 0


def _firsts(stretches: Sequence[int], last: int) -> list[int]:
    return [last - length for length in stretches if length <= last]


def _best(judge: Judge, firsts: Sequence[int], last: int) -> Shift | None:
    """The stretch that stands out most, of several that do alike the shortest."""
    found = [shift for first in firsts if (shift := judge(first, last)) is not None]
    return max(found, key=lambda shift: shift.gain, default=None)
