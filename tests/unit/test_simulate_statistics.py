"""The simulation follows its settings. Seeds are fixed, so a tolerance is never missed by chance;
each says how many cases it is measured by."""

from __future__ import annotations

from bisect import bisect_right
from datetime import timedelta
from math import exp, log, sqrt
from statistics import NormalDist

import pytest
from tests.unit.simulated import CENTRE, ORDINARY, SEED, made, stays

from ccdash.simulate import calendar
from ccdash.simulate.matters import clock_of, expected, planned
from ccdash.vocabulary import Channel, Outcome, SurveyKind

CHI_SQUARE_99_9 = {9: 27.9, 11: 31.3, 23: 49.7}
"""By degrees of freedom: exceeded once in a thousand where the shape is right."""


def days():
    """Working days of the weeks of these tests."""
    found = [monday + timedelta(days=n) for monday in ORDINARY for n in range(5)]
    return [day for day in found if calendar.is_working_day(CENTRE, day)]


def begun(queue):
    """(day, seconds after midnight) of the matters that began in the queue on working days."""
    return [
        (day, one.at - calendar.midnight(CENTRE, day))
        for day in days()
        for one in planned(CENTRE, SEED, day)
        if one.number == 1 and one.queue.key == queue.key
    ]


@pytest.mark.parametrize("key", ["phone-invoices", "phone-faults", "chat-fi", "email-fi"])
def test_arrivals_by_hour_have_the_shape_of_the_settings(key):
    queue = CENTRE.queue[key]
    span = queue.hours.week[0]
    clock = clock_of(CENTRE, queue, span)
    counts = [0] * len(clock.hours)
    arrived = begun(queue)
    for _, seconds in arrived:
        counts[bisect_right(clock.hours, seconds) - 1] += 1
    weights = [b - a for a, b in zip((0, *clock.cumulated), clock.cumulated, strict=False)]
    meant = [len(arrived) * weight / sum(weights) for weight in weights]
    assert len(arrived) > 700
    distance = sum((count - mean) ** 2 / mean for count, mean in zip(counts, meant, strict=True))
    assert distance < CHI_SQUARE_99_9[len(counts) - 1]


def test_as_many_matters_begin_as_the_settings_say():
    """n = about 12 000, so that three standard errors are 2.7 %."""
    queues = [one for one in CENTRE.queues if one.channel is not Channel.SELF_SERVICE]
    meant = sum(expected(CENTRE, queue, day) for queue in queues for day in days())
    came = sum(len(begun(queue)) for queue in queues)
    assert came > 10_000
    assert came == pytest.approx(meant, rel=0.027)


def test_mondays_are_busier_than_fridays_as_the_settings_say():
    """n = about 2 000 a weekday; three standard errors of the ratio are 9 %."""
    queue_days = [
        (queue, day) for queue in CENTRE.queues for day in days() if day.weekday() in (0, 4)
    ]
    counts = {0: 0, 4: 0}
    meant = {0: 0.0, 4: 0.0}
    for queue, day in queue_days:
        meant[day.weekday()] += expected(CENTRE, queue, day)
        counts[day.weekday()] += sum(when == day for when, _ in begun(queue))
    assert counts[0] / counts[4] == pytest.approx(meant[0] / meant[4], rel=0.09)


@pytest.mark.parametrize("channel", [Channel.PHONE, Channel.CHAT])
def test_patience_follows_its_distribution(channel):
    """The Kaplan-Meier estimate of who would have given up by then: answered customers are only
    known to have been patient until the answer. At each age at most three standard errors (by
    Greenwood's formula) and half a per cent off."""
    waits = [(stay.waited, stay.outcome is Outcome.ABANDONED) for _, stay in stays(*ORDINARY)
             if stay.queue and stay.queue.channel is channel]  # fmt: skip
    habits = CENTRE.habits[channel]
    normal = NormalDist(log(habits.patience), habits.patience_spread)
    survivors = kaplan_meier(waits)
    for age in (5, 20, 60, 120):
        hasty = habits.hasty * min(age / 5, 1)
        meant = 1 - hasty - (1 - habits.hasty) * normal.cdf(log(age))
        left, error = survivors(age)
        assert left == pytest.approx(meant, abs=3 * error + 0.005)
        assert error < 0.03


def kaplan_meier(waits):
    """The share that has not given up by an age, and its standard error, from (wait, gave up)."""
    at_risk, share, variance, steps = len(waits), 1.0, 0.0, [(0, 1.0, 0.0)]
    for waited, gave_up in sorted(waits, key=lambda one: (one[0], not one[1])):
        if gave_up and at_risk > 1:
            share *= 1 - 1 / at_risk
            variance += 1 / (at_risk * (at_risk - 1))
            steps.append((waited, share, share * sqrt(variance)))
        at_risk -= 1
    return lambda age: next(
        (left, error) for waited, left, error in reversed(steps) if waited <= age
    )


@pytest.mark.parametrize("key", ["phone-invoices", "phone-support", "email-fi", "email-invoices"])
def test_talks_are_as_long_as_the_settings_say(key):
    """n = more than 1 000 with a coefficient of variation of 0.7: three standard errors are 6 %."""
    queue, paces = CENTRE.queue[key], {one.key: one.pace for one in CENTRE.agents}
    found = [stay for _, stay in stays(*ORDINARY) if stay.queue is queue and stay.answered]
    found = [stay for stay in found if stay.moves_to is None]
    mean = queue.talk * exp(CENTRE.habits[queue.channel].spread ** 2 / 2)
    assert len(found) > 1_000
    assert sum(stay.talked / paces[stay.agent] for stay in found) / len(found) == pytest.approx(
        mean, rel=0.06
    )


def test_wrap_up_is_as_long_as_the_settings_say():
    """n = about 7 000 with a coefficient of variation of 0.53: three standard errors are 2 %."""
    paces = {one.key: one.pace for one in CENTRE.agents}
    calls = [stay for _, stay in stays(*ORDINARY) if stay.answered and not stay.moves_to]
    calls = [stay for stay in calls if stay.queue.channel is Channel.PHONE]
    ratios = [(stay.done - stay.ended) / stay.queue.wrap_up / paces[stay.agent] for stay in calls]
    assert sum(ratios) / len(ratios) == pytest.approx(exp(0.5**2 / 2), rel=0.03)


def test_holds_and_transfers_are_as_frequent_as_the_settings_say():
    calls = [stay for _, stay in stays(*ORDINARY) if stay.answered]
    calls = [stay for stay in calls if stay.queue.channel is Channel.PHONE]
    habits = CENTRE.habits[Channel.PHONE]
    held = sum(stay.held is not None for stay in calls) / len(calls)
    assert held == pytest.approx(habits.held, abs=0.015)
    moved = sum(stay.moves_to is not None for stay in calls) / len(calls)
    assert 0.5 * habits.transferred < moved < 1.1 * habits.transferred


def test_surveys_are_asked_and_answered_as_the_settings_say():
    ended = [visit for visit, stay in stays(*ORDINARY) if stay is visit.stays[-1]]
    served = [one for one in ended if one.stays[-1].answered or not one.stays[-1].queue]
    asked = [one.asked[0] for one in served if one.asked]
    answered = [one for one in asked if one.score is not None]
    assert len(asked) / len(served) == pytest.approx(CENTRE.asking.asked, abs=0.02)
    assert len(answered) / len(asked) == pytest.approx(CENTRE.asking.answered, abs=0.02)


def scores(kept):
    found = [visit for visit, stay in stays(*ORDINARY) if stay is visit.stays[-1] and kept(visit)]
    told = [one.score for visit in found for one in visit.asked if one.kind is SurveyKind.CSAT]
    return [score for score in told if score is not None]


def mean(values):
    return sum(values) / len(values)


def test_satisfaction_depends_on_what_happened():
    every = mean(scores(lambda _: True))
    assert 3.8 < every < 4.3
    solved = scores(lambda visit: visit.round.solves)
    unsolved = scores(lambda visit: not visit.round.solves)
    assert mean(solved) - mean(unsolved) > 0.7
    passed_on = scores(lambda visit: len(visit.stays) > 1)
    assert len(passed_on) >= 10
    assert mean(passed_on) < every
    waited = scores(lambda visit: is_phone(visit) and (visit.stays[0].waited or 0) > 120)
    at_once = scores(lambda visit: is_phone(visit) and visit.stays[0].waited == 0)
    assert mean(waited) < mean(at_once)


def is_phone(visit):
    return visit.round.queue.channel is Channel.PHONE


# What follows from all of them together -----------------------------------------------------------


def live(channel):
    return [stay for _, stay in stays(*ORDINARY) if stay.queue and stay.queue.channel is channel]


@pytest.mark.parametrize(
    ("channel", "target", "least", "most"),
    [(Channel.PHONE, 20, 0.68, 0.88), (Channel.CHAT, 60, 0.75, 0.95)],
)
def test_the_service_level_is_that_of_a_real_centre(channel, target, least, most):
    found = live(channel)
    in_target = sum(stay.answered is not None and stay.waited <= target for stay in found)
    abandoned = sum(stay.outcome is Outcome.ABANDONED for stay in found)
    assert least < in_target / len(found) < most
    assert 0.02 < abandoned / len(found) < 0.09


def test_most_mail_is_answered_within_eight_hours():
    waits = sorted(stay.waited for stay in live(Channel.EMAIL))
    assert 1800 < waits[len(waits) // 2] < 6 * 3600
    assert sum(waited <= 8 * 3600 for waited in waits) / len(waits) > 0.6


def test_people_are_busy_for_most_of_the_time():
    """Time with a contact, of that and the time available, on working days."""
    busy = available = 0
    for monday in ORDINARY:
        one = made(monday)
        ends = calendar.start_of_day(CENTRE, monday + timedelta(days=5))
        spans = available_spans(one, ends)
        available += sum(end - start for of in spans.values() for start, end in of)
        busy += sum(covered(one, agent, ends) for agent in spans)
    assert 0.6 < busy / available < 0.85


def available_spans(one, ends):
    found, since = {}, {}
    for event in one.declared:
        if event.at < ends and event.agent in since:
            found.setdefault(event.agent, []).append((since.pop(event.agent), event.at))
        if event.intent == "available":
            since[event.agent] = event.at
    return found


def covered(one, agent, ends):
    taken = sorted(
        (stay.answered, stay.done)
        for visit in one.conversations
        for stay in visit.stays
        if stay.agent == agent and stay.answered < ends
    )
    seconds = until = 0
    for start, end in taken:
        seconds += max(0, end - max(start, until))
        until = max(until, end)
    return seconds


def test_there_are_about_half_a_million_contacts_in_two_years():
    counts = [len(made(monday).conversations) for monday in ORDINARY]
    assert 4_200 < mean(counts) < 5_800
