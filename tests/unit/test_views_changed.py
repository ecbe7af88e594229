"""What changed on the floor: what is told, what is not, and where it comes from."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import pairwise
from math import exp
from random import Random
from zoneinfo import ZoneInfo

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from ccdash.views import chance
from ccdash.views.changed import Change, Kind, Known, changes
from ccdash.views.lines import STEP, Axis, Beside, Line
from ccdash.views.shifts import STRETCHES, inflow, standing
from ccdash.vocabulary import Channel

ZONE = ZoneInfo("Europe/Helsinki")
START = datetime(2026, 3, 3, 6, tzinfo=UTC)  # a Tuesday, 8:00
STEPS, WEEKS = 48, tuple(range(1, 9))
AXIS = Axis(START, START + STEPS * STEP, ZONE)
SUMS = ("offered", "still_waiting", "answered", "abandoned", "answered_in_target")
NONE: dict[tuple[str, str, str], float] = {}
MAIL, CALLS = ("email", "orders", "orders@"), ("phone", "sales", "0800")
USUAL = {MAIL: 4.0, ("email", "claims", "claims@"): 4.0, CALLS: 6.0, ("phone", "care", "0801"): 6.0}
"""Arrivals in five minutes by channel, queue and contact point."""

Rate = Callable[[tuple[str, str, str], int], float]
"""Of a step."""


def poisson(random: Random, mean: float) -> int:
    limit, product, count = exp(-mean), random.random(), 0
    while product > limit:
        product *= random.random()
        count += 1
    return count


def told(rate: Rate, seed: int = 1, weeks: tuple[int, ...] = WEEKS, **levels: float) -> Known:
    """A morning with this rate beside usual ones; of ten that came `answered` in time."""
    random = Random(seed)
    steps, quarters, points = [], [], []
    for part, usual in USUAL.items():
        channel, queue, point = part
        for step in range(STEPS):
            count = poisson(random, rate(part, step))
            good = round(count * levels.get("level", 0.9))
            steps.append((queue, channel, point, START + step * STEP, count, 0, count, 0, good))
        for week in weeks:
            for step in range(0, STEPS, 3):
                count = poisson(random, 3 * usual)
                good, minute = round(count * 0.9), 8 * 60 + 5 * step
                quarters.append((week, minute, queue, channel, count, 0, count, 0, good))
                thirds = (minute, minute + 5, minute + 10)
                points += [(week, one, queue, channel, point, count / 3) for one in thirds]
    beside = Beside(
        frame(steps, ("queue", "channel", "contact_point", "at", *SUMS)),
        frame(quarters, ("weeks_ago", "minute", "queue", "channel", *SUMS)),
        weeks,
        frame(points, ("weeks_ago", "minute", "queue", "channel", "contact_point", "arrived")),
    )
    return Known(beside, waits(), AXIS)


def frame(rows: list[tuple], names: tuple[str, ...]) -> pl.DataFrame:
    kinds = {"at": pl.Datetime("us", "UTC"), "arrived": pl.Float64}
    text = dict.fromkeys(("queue", "channel", "contact_point"), pl.String)
    schema = {name: (kinds | text).get(name, pl.Int64) for name in names}
    return pl.DataFrame(rows, schema=schema, orient="row")


def waits(*rows: tuple[str, datetime, datetime | None, int]) -> pl.DataFrame:
    """(channel, queued_at, answered_at, target_seconds)"""
    instant = pl.Datetime("us", "UTC")
    schema = {"channel": pl.String, "queued_at": instant, "answered_at": instant,
              "target_seconds": pl.Int64}  # fmt: skip
    made = pl.DataFrame(list(rows), schema=schema, orient="row")
    return made.with_columns(pl.lit(None, instant).alias("ended_at"), pl.lit("q").alias("queue"))


def raised(times: float, since: int, until: int = STEPS) -> Rate:
    """So many times as many e-mails of orders in these steps."""
    return lambda part, step: USUAL[part] * (times if part == MAIL and since <= step < until else 1)


def usually(part: tuple[str, str, str], step: int) -> float:
    return USUAL[part]


# Arrivals -----------------------------------------------------------------------------------------


def test_a_rise_is_told_with_its_queue_its_contact_point_and_when_it_began() -> None:
    known = told(raised(3, since=20))

    (found,) = changes(known)

    assert (found.kind, found.channel, found.queue) == (Kind.INFLOW, Channel.EMAIL, None)
    assert (found.mostly, found.point) == ("orders", "orders@")
    assert abs(found.since - (START + 20 * STEP)) <= 3 * STEP
    is_it = (pl.col("channel") == "email") & (pl.col("at") >= found.since)
    assert found.value == known.beside.steps.filter(is_it)["offered"].sum()
    assert 1.6 < found.value / found.usual < 2.4


def test_a_rise_of_one_queue_beside_the_fall_of_another_is_told_of_both() -> None:
    def moved(part: tuple[str, str, str], step: int) -> float:
        times = {"orders": 2.0, "claims": 0.0}.get(part[1], 1.0)
        return USUAL[part] * (times if step >= 20 else 1)

    found = changes(told(moved))

    assert {(one.queue, one.value > one.usual) for one in found} == {
        ("orders", True), ("claims", False),
    }  # fmt: skip


def test_a_rise_that_is_over_for_half_an_hour_is_not_told_any_more() -> None:
    over = [changes(told(raised(4, since=20, until=STEPS - 7), seed)) for seed in range(10)]

    assert sum(map(bool, over)) <= 1


def test_nobody_says_that_fewer_come_while_a_source_is_late() -> None:
    known = told(raised(0, since=24))

    assert [one.mostly for one in changes(known)] == ["orders"]
    assert changes(replace(known, is_whole=False)) == ()


def test_with_three_known_days_nobody_can_say_what_is_usual() -> None:
    assert changes(told(raised(5, since=20), weeks=(1, 2, 3))) is None


def test_a_change_once_told_stays_as_long_as_it_lasts() -> None:
    """As the morning goes on, of twenty mornings: told at most twice anew in all."""
    began_again = 0
    for seed in range(20):
        line = noise(Random(seed), 8, lambda step: 1.7 if step >= 30 else 1, steps=96)
        judge = partial(inflow, line)
        is_told = [standing(judge, STRETCHES, last) is not None for last in range(36, 96)]
        assert is_told[-1]
        starts = sum(b and not a for a, b in pairwise(is_told))
        began_again += max(0, starts - 1)

    assert began_again <= 2


def test_of_a_thousand_ordinary_shifts_at_most_ten_see_a_change() -> None:
    """Looked at every quarter of an hour, with 1 to 20 arrivals in five minutes."""
    alarms = 0
    for seed in range(250):
        line = noise(Random(seed), (0.3, 1, 5, 20)[seed % 4], lambda _: 1)
        looks = range(3, STEPS + 1, 3)
        alarms += any(standing(partial(inflow, line), STRETCHES, last) for last in looks)

    assert alarms <= 2


def noise(random: Random, mean: float, times: Callable[[int], float], steps: int = STEPS) -> Line:
    def cumulated(of: Callable[[int], float]) -> list[float]:
        found = [0.0]
        for step in range(steps):
            found.append(found[-1] + poisson(random, mean * of(step)))
        return found

    return Line(cumulated(times), [cumulated(lambda _: 1) for _ in WEEKS])


# Service level and waits --------------------------------------------------------------------------


def test_a_service_level_that_fell_is_told_before_what_came_in() -> None:
    found = changes(told(raised(3, since=20), level=0.5))

    assert [one.kind for one in found[:2]] == [Kind.LEVEL, Kind.INFLOW]
    assert found[0].channel is Channel.PHONE
    assert found[0].value < 0.6
    assert found[0].usual > 0.85


def test_five_who_wait_longer_than_promised_are_told_and_four_are_not() -> None:
    end, late = AXIS.end, timedelta(minutes=30)
    rows = [("chat", end - late - one * STEP / 5, None, 60) for one in range(5)]
    known = told(usually)

    (found,) = changes(replace(known, contacts=waits(*rows)))

    assert (found.kind, found.channel, found.value) == (Kind.WAITS, Channel.CHAT, 5)
    assert found.since == rows[-1][1] + timedelta(minutes=1)
    assert changes(replace(known, contacts=waits(*rows[1:]))) == ()


def test_who_waits_since_the_day_before_is_no_change_of_today() -> None:
    rows = [("email", START - timedelta(days=1), None, 3600)] * 9

    assert changes(replace(told(usually), contacts=waits(*rows))) == ()


# Whatever is told ---------------------------------------------------------------------------------

counts = st.lists(st.integers(0, 60), min_size=STEPS, max_size=STEPS)


@settings(max_examples=60)
@given(st.lists(counts, min_size=1, max_size=6), st.lists(counts, min_size=4, max_size=4))
def test_never_more_than_three_are_told_and_none_of_fewer_than_ten_contacts(today, days) -> None:
    names = [(f"q{number}", channel) for number, channel in enumerate((*Channel, *Channel))]
    steps, quarters = [], []
    for (queue, channel), counts_of in zip(names, today, strict=False):
        for step, count in enumerate(counts_of):
            steps.append((queue, channel, None, START + step * STEP, count, 0, count, 0, count))
    for week, counts_of in enumerate(days, 1):
        for step in range(0, STEPS, 3):
            row = (week, 480 + 5 * step, "q0", Channel.PHONE, counts_of[step], 0, 0, 0, 0)
            quarters.append(row)
    beside = Beside(
        frame(steps, ("queue", "channel", "contact_point", "at", *SUMS)),
        frame(quarters, ("weeks_ago", "minute", "queue", "channel", *SUMS)),
        (1, 2, 3, 4),
        frame([], ("weeks_ago", "minute", "queue", "channel", "contact_point", "arrived")),
    )

    found = changes(Known(beside, waits(), AXIS))

    assert len(found) <= 3
    assert all(max(one.value, one.usual or 0) >= 10 for one in found if is_inflow(one))
    assert len({one.key for one in found}) == len(found)


def test_a_channel_and_its_queue_without_a_name_are_two_changes() -> None:
    whole = Change(Kind.INFLOW, Channel.PHONE, None, START, AXIS.end, 40, 20)

    assert whole.key != replace(whole, queue="").key


def is_inflow(one: Change) -> bool:
    return one.kind is Kind.INFLOW


@settings(max_examples=100)
@given(st.integers(0, 300), st.floats(0.5, 300))
def test_the_chances_of_a_count_are_those_of_the_poisson_distribution(count, mean) -> None:
    term, below = exp(-mean), 0.0
    for number in range(count):
        below += term
        term *= mean / (number + 1)

    assert abs(chance.at_least(count, mean) - (1 - below)) < 1e-9
    assert abs(chance.at_most(count, mean) - (below + term)) < 1e-9
