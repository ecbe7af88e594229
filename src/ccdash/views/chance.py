"""How likely a count is by chance alone, and how much better a change explains it.

Counts of arrivals are taken as Poisson, shares of contacts as binomial. Sums begin at the count and
go outwards, so that a large one costs as little as a small one.
"""

from __future__ import annotations

from collections.abc import Callable
from math import exp, lgamma, log

ENOUGH = 1e-12


def at_least(count: float, mean: float) -> float:
    """The chance of so many or more; `mean` is above 0."""
    if count <= mean:
        return 1 - at_most(count - 1, mean) if count >= 1 else 1.0
    return _summed(_poisson(count, mean), lambda step: mean / (count + step))


def at_most(count: float, mean: float) -> float:
    """The chance of so many or fewer; `mean` is above 0."""
    if count < 0:
        return 0.0
    if count > mean:
        return 1 - at_least(count + 1, mean)
    return _summed(_poisson(count, mean), lambda step: max(0.0, count - step + 1) / mean)


def share_at_most(hits: float, of: float, share: float) -> float:
    """The chance of so few hits or fewer, 0 < share < 1; 1 where there are more than expected."""
    if hits >= of * share:
        return 1.0
    odds = (1 - share) / share
    ways = lgamma(of + 1) - lgamma(hits + 1) - lgamma(of - hits + 1)
    first = exp(ways + hits * log(share) + (of - hits) * log(1 - share))
    return _summed(first, lambda step: max(0.0, hits - step + 1) / (of - hits + step) * odds)


def gain(count: float, mean: float) -> float:
    """By how much a mean of its own explains a count better than this mean: a log-likelihood
    ratio, 0 where they are the same."""
    return count * log(count / mean) - count + mean if count else mean


def share_gain(hits: float, of: float, share: float) -> float:
    """The same of a share."""
    parts = ((hits, share), (of - hits, 1 - share))
    return sum(number * log(number / of / part) for number, part in parts if number)


def _poisson(count: float, mean: float) -> float:
    return exp(count * log(mean) - mean - lgamma(count + 1))


def _summed(term: float, ratio: Callable[[int], float]) -> float:
    """A term and those after it, each so many times the one before."""
    total, step = term, 0
    while term > ENOUGH * total and term:
        step += 1
        term *= ratio(step)
        total += term
    return min(total, 1.0)
