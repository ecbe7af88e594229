"""The 95 % intervals of answers, against published figures and by what must always hold."""

from __future__ import annotations

from math import sqrt

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from ccdash.metrics import METRICS
from ccdash.metrics.interval import Z, interval, net_share, wilson
from ccdash.views.trends import LEAST_ANSWERS, OF_ANSWERS

MOST = 100_000
HAIR = 1e-9


@st.composite
def answers(draw: st.DrawFn, least: int = 1) -> tuple[int, int]:
    """(successes, n)"""
    n = draw(st.integers(least, MOST))
    return draw(st.integers(0, n)), n


@st.composite
def scores(draw: st.DrawFn, least: int = LEAST_ANSWERS) -> tuple[int, int, int]:
    """(promoters, detractors, n)"""
    n = draw(st.integers(least, MOST))
    plus = draw(st.integers(0, n))
    return plus, draw(st.integers(0, n - plus)), n


@pytest.mark.parametrize(
    ("successes", "n", "low", "high"),
    [
        # Newcombe, R. G. (1998), Statistics in Medicine 17, 857-872, table I, method 3
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_wilson_gives_the_published_figures(successes, n, low, high) -> None:
    assert wilson(successes, n) == pytest.approx((low, high), abs=0.00005)


@given(answers())
def test_a_share_lies_within_its_interval_and_that_within_0_and_1(told) -> None:
    successes, n = told
    low, high = wilson(successes, n)
    assert 0 <= low <= successes / n <= high <= 1
    assert low < high


@given(answers())
def test_each_border_of_wilson_is_a_share_from_which_the_answers_are_z_away(told) -> None:
    successes, n = told
    for border in wilson(successes, n):
        assume(0 < border < 1)
        away = abs(successes / n - border) / sqrt(border * (1 - border) / n)
        assert away == pytest.approx(Z, rel=1e-4)


@given(answers())
def test_the_interval_of_the_others_is_its_mirror(told) -> None:
    successes, n = told
    low, high = wilson(successes, n)
    assert wilson(n - successes, n) == pytest.approx((1 - high, 1 - low), abs=HAIR)


@given(answers(), st.integers(2, 50))
def test_more_answers_of_the_same_share_make_it_narrower(told, times) -> None:
    successes, n = told
    few, many = wilson(successes, n), wilson(successes * times, n * times)
    assert many.high - many.low < few.high - few.low


@given(scores())
def test_a_net_score_lies_within_its_interval_and_that_within_both_ends(told) -> None:
    plus, minus, n = told
    low, high = net_share(plus, minus, n)
    assert -1 <= low <= (plus - minus) / n <= high <= 1
    assert low < high


@given(scores())
def test_the_interval_of_a_net_score_is_mirrored_when_the_sides_change(told) -> None:
    plus, minus, n = told
    low, high = net_share(plus, minus, n)
    assert net_share(minus, plus, n) == pytest.approx((-high, -low), abs=HAIR)


@given(scores(least=1000))
def test_of_many_answers_a_net_score_has_the_interval_of_its_plain_variance(told) -> None:
    plus, minus, n = told
    mean = (plus - minus) / n
    spread = Z * sqrt(((plus + minus) / n - mean * mean) / n)
    low, high = net_share(plus, minus, n)
    expected = (max(-1.0, mean - spread), min(1.0, mean + spread))
    assert (low, high) == pytest.approx(expected, abs=0.01)


@pytest.mark.parametrize("name", sorted(OF_ANSWERS))
def test_nobody_answered_is_no_interval(name) -> None:
    metric = METRICS[name]
    assert interval(metric, dict.fromkeys((one.name for one in metric.measures), 0)) is None
    assert interval(metric, {}) is None


def test_a_metric_has_the_interval_of_its_own_measures_in_its_own_unit() -> None:
    csat = interval(METRICS["csat"], {"csat_satisfied": 256, "csat_responses": 312})
    nps = interval(
        METRICS["nps"], {"nps_promoters": 60, "nps_detractors": 20, "nps_responses": 100}
    )

    assert csat == wilson(256, 312)
    assert nps == pytest.approx([100 * one for one in net_share(60, 20, 100)])


@pytest.mark.parametrize("name", sorted(OF_ANSWERS))
def test_a_metric_of_answers_is_a_share_of_answers_or_one_minus_another(name) -> None:
    metric = METRICS[name]
    assert [*metric.denominator.values()] == [1]
    assert len({abs(times) for times in metric.numerator.values()}) == 1
