"""The queueing formulas, against a simulation of the same queue and against what is known."""

from __future__ import annotations

from heapq import heappop, heappush
from itertools import count
from math import exp, inf, isclose
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccdash.views.staffing import Demand, Prediction, erlang_a, erlang_b, erlang_c

SIMULATED = 150_000
"""Contacts of one simulation."""
TOLERANCE, OF_THE_WAIT = 0.015, 0.1
"""How far a simulated share of so many may be from the formula, and by what part a mean wait. Any
of six seeds stays within it; the mean of the six within a sixth of it."""


def simulated(demand: Demand, servers: int, target: float, seed: int = 1) -> Prediction:
    """Contacts one by one: each takes a free server, waits, or goes when its patience ends."""
    random, number = Random(seed), count()
    ahead: list[tuple[float, int, str, int]] = [(0.0, next(number), "comes", 0)]
    queue: dict[int, float] = {}
    free, waited, gave_up, in_time, total = servers, 0, 0, 0, 0.0
    come = 0
    while ahead:
        now, _, what, who = heappop(ahead)
        if what == "comes":
            come += 1
            if come < SIMULATED:
                later = now + random.expovariate(demand.arrivals)
                heappush(ahead, (later, next(number), "comes", come))
            if free:
                free, in_time = free - 1, in_time + 1
                done = now + random.expovariate(1 / demand.handling)
                heappush(ahead, (done, next(number), "done", who))
            else:
                waited, queue[who] = waited + 1, now
                if demand.patience < inf:
                    ends = now + random.expovariate(1 / demand.patience)
                    heappush(ahead, (ends, next(number), "gives up", who))
        elif what == "gives up" and who in queue:
            total += now - queue.pop(who)
            gave_up += 1
        elif what == "done" and not queue:
            free += 1
        elif what == "done":
            first = next(iter(queue))
            wait = now - queue.pop(first)
            total, in_time = total + wait, in_time + (wait <= target)
            later = now + random.expovariate(1 / demand.handling)
            heappush(ahead, (later, next(number), "done", first))
    every = SIMULATED
    return Prediction(waited / every, gave_up / every, in_time / every, total / every)


@pytest.mark.parametrize(
    ("demand", "servers", "target"),
    [
        (Demand(0.010, 400, 300), 3, 20),  # a small team with more work than it can do
        (Demand(0.010, 400, 300), 5, 20),
        (Demand(0.055, 180, 90), 10, 20),  # impatient, just as much work as people
        (Demand(0.055, 180, 1200), 12, 60),
        (Demand(0.25, 300, 240), 70, 20),  # more work than people, who give up keep it going
        (Demand(0.02, 240, inf), 7, 30),  # nobody gives up
    ],
)
def test_the_formula_says_what_a_simulation_of_the_queue_finds(demand, servers, target) -> None:
    told, found = erlang_a(demand, servers, target), simulated(demand, servers, target)

    assert told.waits == pytest.approx(found.waits, abs=TOLERANCE)
    assert told.abandons == pytest.approx(found.abandons, abs=TOLERANCE)
    assert told.in_target == pytest.approx(found.in_target, abs=TOLERANCE)
    assert told.wait_seconds == pytest.approx(found.wait_seconds, rel=OF_THE_WAIT)


def test_the_chance_to_wait_is_that_of_the_printed_tables_of_erlang() -> None:
    assert erlang_b(10, 10) == pytest.approx(0.2146, abs=5e-5)
    assert erlang_b(2, 5) == pytest.approx(0.0367, abs=5e-5)
    assert erlang_c(Demand(1, 1), 2, 0).waits == pytest.approx(1 / 3)
    assert erlang_c(Demand(2, 1), 3, 0).waits == pytest.approx(4 / 9)
    # 100 calls in half an hour of 180 s and 14 people: 10 Erlang
    call = erlang_c(Demand(100 / 1800, 180), 14, 20)
    assert call.waits == pytest.approx(0.1741, abs=5e-5)
    assert call.in_target == pytest.approx(1 - 0.1741 * exp(-4 / 180 * 20), abs=5e-5)
    assert call.wait_seconds == pytest.approx(7.8, abs=0.05)


@given(
    st.integers(1, 60), st.floats(0.05, 0.95), st.floats(20, 2000), st.floats(0, 600)
)  # fmt: skip
def test_of_endless_patience_the_formula_is_that_of_erlang_c(servers, use, handling, target):
    demand = Demand(use * servers / handling, handling, 1e7 * handling)

    patient, never = erlang_a(demand, servers, target), erlang_c(demand, servers, target)

    assert patient.waits == pytest.approx(never.waits, abs=1e-4)
    assert patient.in_target == pytest.approx(never.in_target, abs=1e-4)
    assert patient.wait_seconds == pytest.approx(never.wait_seconds, rel=1e-3, abs=1e-6)


demands = st.builds(
    Demand, st.floats(1e-4, 0.5), st.floats(20, 2000), st.floats(5, 7200) | st.just(inf)
)


@given(demands, st.integers(0, 80), st.floats(0, 900))
def test_one_more_never_makes_it_worse_and_more_work_never_better(demand, servers, target) -> None:
    now, with_more = erlang_a(demand, servers, target), erlang_a(demand, servers + 1, target)
    pressed = Demand(demand.arrivals * 1.1, demand.handling, demand.patience)
    busier = erlang_a(pressed, servers, target)

    for worse, better in ((now, with_more), (busier, now)):
        assert better.in_target >= worse.in_target - 1e-9
        assert better.waits <= worse.waits + 1e-9
        assert better.abandons <= worse.abandons + 1e-9
        assert better.wait_seconds <= worse.wait_seconds * (1 + 1e-9) + 1e-9


@given(demands, st.integers(0, 80), st.floats(0, 900))
def test_shares_are_shares_and_who_is_answered_in_time_has_not_given_up(demand, servers, target):
    told = erlang_a(demand, servers, target)

    assert 0 <= told.abandons <= told.waits <= 1 + 1e-12
    assert 1 - told.waits - 1e-9 <= told.in_target <= 1 - told.abandons + 1e-9


def test_it_holds_for_a_thousand_people_and_for_a_thousand_times_too_few() -> None:
    fit = erlang_a(Demand(1000 / 300, 300, 300), 1000, 20)
    assert 0.4 < fit.waits < 0.6
    assert fit.abandons == pytest.approx(0.4 / 1000**0.5, rel=0.05)  # a balanced large queue

    short = erlang_a(Demand(1000 / 300, 300, 300), 1, 20)
    assert short.abandons == pytest.approx(0.999, abs=1e-6)
    idle = erlang_a(Demand(1e-6, 300, 300), 1000, 20)
    assert idle == Prediction(0.0, 0.0, 1.0, 0.0)


def test_without_contacts_everything_is_in_target_and_without_people_nothing() -> None:
    assert erlang_a(Demand(0, 300, 300), 0, 20).in_target == 1
    assert erlang_a(Demand(0.01, 300, 300), 0, 20) == Prediction(1, 1, 0, 300)
    assert erlang_a(Demand(0.01, 300), 3, 20) == Prediction(1, 0, 0, inf)
    assert isclose(erlang_a(Demand(0.01, 300, 100), 3, 0).in_target,
                   1 - erlang_a(Demand(0.01, 300, 100), 3, 0).waits)  # fmt: skip
