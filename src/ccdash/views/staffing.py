"""Who waits, who gives up and who is answered in time, in a queue of people.

Erlang-A, written M/M/n+M: contacts come at random, n people each handle one at a time, and who
waits gives up after a while of their own. C. Palm, Research on telephone traffic carried by full
availability groups, Tele 1 (1957); O. Garnett, A. Mandelbaum, M. Reiman, Designing a call center
with impatient customers, Manufacturing & Service Operations Management 4 (2002) 208-227. Its limit,
in which nobody ever gives up, is Erlang C: A. K. Erlang (1917).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from math import exp, expm1, inf, isinf, lgamma, log

SMALLEST = 1e-12
"""What is left of a sum when no more is added, as a share of it."""
NEVER = 1e-200
"""A chance so small that its reciprocal must not be made."""


@dataclass(frozen=True, slots=True)
class Demand:
    """What comes to a queue: contacts a second, the mean seconds of work that each of them is, and
    the mean seconds after which one who waits gives up; `inf` where nobody does."""

    arrivals: float
    handling: float
    patience: float = inf

    @property
    def load(self) -> float:
        """How many people it keeps busy on average, in Erlang."""
        return self.arrivals * self.handling


@dataclass(frozen=True, slots=True)
class Prediction:
    """Of all who come, in the long run: the share that has to wait, that gives up, and that is
    answered within the target; and the mean wait of all of them in seconds."""

    waits: float
    abandons: float
    in_target: float
    wait_seconds: float


NOBODY_COMES = Prediction(0.0, 0.0, 1.0, 0.0)


@lru_cache(maxsize=8192)
def erlang_a(demand: Demand, servers: int, target_seconds: float) -> Prediction:
    """What becomes of the demand with so many people. `in_target` is of answered and abandoned, as
    the service level is. Never worse with more people, never better with more demand."""
    if demand.load <= 0:
        return NOBODY_COMES
    if isinf(demand.patience):
        return erlang_c(demand, servers, target_seconds)
    if servers <= 0:
        return Prediction(1.0, 1.0, 0.0, demand.patience)
    blocked = erlang_b(demand.load, servers)
    if blocked < NEVER:
        return NOBODY_COMES
    highest, log_highest = _peak(demand, servers)
    fewer = (1 / blocked - 1) * exp(-log_highest)
    full = queueing = in_target = 0.0
    late = _late(demand, servers, target_seconds)
    for ahead, weight, ratio in _lengths(demand, servers, log_highest):
        full += weight
        queueing += ahead * weight
        in_target += weight * _stays(demand, servers, ahead) * (1 - next(late))
        if ahead > highest and weight * ratio < SMALLEST * (1 - ratio) * (full + fewer):
            break
    every = fewer + full
    wait = queueing / every / demand.arrivals
    return Prediction(full / every, wait / demand.patience, (fewer + in_target) / every, wait)


def erlang_c(demand: Demand, servers: int, target_seconds: float) -> Prediction:
    """The same where nobody gives up. With less people than work the queue grows for ever."""
    load = demand.load
    if load <= 0:
        return NOBODY_COMES
    if load >= servers:
        return Prediction(1.0, 0.0, 0.0, inf)
    blocked, use = erlang_b(load, servers), load / servers
    waits = blocked / (1 - use * (1 - blocked))
    spare = (servers - load) / demand.handling
    return Prediction(waits, 0.0, 1 - waits * exp(-spare * target_seconds), waits / spare)


def erlang_b(load: float, servers: int) -> float:
    """The share that finds everybody busy where nobody waits (Erlang 1917), by the recursion that
    stays within 0 and 1 for any number of people."""
    blocked = 1.0
    for number in range(1, servers + 1):
        blocked = load * blocked / (number + load * blocked)
    return blocked


def _peak(demand: Demand, servers: int) -> tuple[int, float]:
    """The most likely length of the queue, and the logarithm of how much likelier it is than a
    queue of none with everybody busy: all is measured by it, so that no number is too big."""
    busy, leaving = servers / demand.handling, 1 / demand.patience
    highest = max(0, int((demand.arrivals - busy) / leaving))
    if not highest:
        return 0, 0.0
    first = busy / leaving + 1
    grown = highest * log(demand.arrivals / leaving)
    return highest, grown + lgamma(first) - lgamma(first + highest)


def _lengths(
    demand: Demand, servers: int, log_highest: float
) -> Iterator[tuple[int, float, float]]:
    """Everybody busy and so many in the queue: how likely that is, by the likeliest, and the ratio
    of the next length to this one."""
    busy, leaving, ahead = servers / demand.handling, 1 / demand.patience, 0
    log_weight = -log_highest
    while True:
        ratio = demand.arrivals / (busy + (ahead + 1) * leaving)
        yield ahead, exp(log_weight), ratio
        log_weight += log(ratio)
        ahead += 1


def _stays(demand: Demand, servers: int, ahead: int) -> float:
    """The chance that one with so many ahead is answered, however late. Each step to the front
    takes its turn, at the rate at which people finish and others give up."""
    busy, leaving = servers / demand.handling, 1 / demand.patience
    return busy / (busy + (ahead + 1) * leaving)


def _late(demand: Demand, servers: int, target_seconds: float) -> Iterator[float]:
    """Of those who are answered with 0, 1, 2 ... ahead of them, the share that waited longer than
    the target. Steps at rates b+t, b+2t ... add up to -log(X)/t with X of a beta distribution, so
    it is an incomplete beta function, which for a whole number of steps is a sum of positive parts:
    each is found from the one before."""
    busy, leaving = servers / demand.handling, 1 / demand.patience
    growth = -expm1(-target_seconds * leaving) / leaving
    log_part, step, total = -target_seconds * (busy + leaving), 0, 0.0
    while True:
        total = min(1.0, total + exp(log_part))
        yield total
        step += 1
        if growth > 0:
            log_part += log((busy + step * leaving) * growth / step)
        else:
            log_part = -inf
