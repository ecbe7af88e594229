"""How far a figure of answers may be from what all customers would say: 95 % intervals.

Pure arithmetic over counts. Nobody who was asked is every customer, so a share of answers is an
estimate; its interval is told beside it.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import sqrt
from typing import NamedTuple

from ccdash.metrics.metric import Metric

Z = 1.959963984540054
"""The standard normal quantile of 97.5 %: 95 % lie within it on both sides."""


class Interval(NamedTuple):
    """The lower and the upper border, in the unit of the figure."""

    low: float
    high: float


def wilson(successes: float, n: float) -> Interval:
    """Of a share of `n` > 0 answers, within 0 to 1; it stays honest near 0, near 1 and for few.

    The score interval of Wilson, E. B. (1927), "Probable inference, the law of succession, and
    statistical inference", Journal of the American Statistical Association 22(158), 209-212.
    """
    share, square = successes / n, Z * Z
    centre = share + square / (2 * n)
    spread = Z * sqrt(share * (1 - share) / n + square / (4 * n * n))
    low, high = ((centre + side) / (1 + square / n) for side in (-spread, spread))
    # rounding may put a border a hair beyond the share that it holds
    return Interval(max(0.0, min(low, share)), min(1.0, max(high, share)))


def net_share(plus: float, minus: float, n: float) -> Interval:
    """Of the mean of `n` > 0 answers that are +1, -1 or 0, within -1 to 1.

    The variance of such an answer is P(+1) + P(-1) - mean². Three answers are added, 3/4 of them +1
    and 3/4 -1, so that unanimous answers have an interval too: the adjusted Wald interval of
    Rocks, B. (2016), "Interval estimation for the Net Promoter Score", The American Statistician
    70(4), 365-372.
    """
    told, up, down = n + 3, (plus + 0.75) / (n + 3), (minus + 0.75) / (n + 3)
    mean = up - down
    spread = Z * sqrt((up + down - mean * mean) / told)
    return Interval(max(-1.0, mean - spread), min(1.0, mean + spread))


def interval(metric: Metric, sums: Mapping[str, float | None]) -> Interval | None:
    """Of a metric that is a share of answers, or a share minus another: from its measures by name.
    Its numerator's measures count different answers. None where nobody answered or was told of."""
    n = sum(times * (sums.get(name) or 0) for name, times in metric.denominator.items())
    if n <= 0:
        return None
    scale = max(map(abs, metric.numerator.values()))
    plus, minus = (
        sum((sums.get(name) or 0) for name, times in metric.numerator.items() if times * sign > 0)
        for sign in (1, -1)
    )
    is_net = min(metric.numerator.values()) < 0
    found = net_share(plus, minus, n) if is_net else wilson(plus, n)
    return Interval(found.low * scale, found.high * scale)
