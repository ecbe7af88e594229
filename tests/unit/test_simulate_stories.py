from __future__ import annotations

import shutil
from dataclasses import fields
from datetime import date, timedelta
from functools import cache

import pytest
from tests.unit.simulated import CENTRE, DATA, SEED, folded, made

from ccdash.ingest import events as ev
from ccdash.simulate import centre, planted, stories, telling, week
from ccdash.simulate.counting import Tally
from ccdash.simulate.planted import FORM_QUEUE, LOOP, RULES, Plot, on, stories_between, stories_of
from ccdash.vocabulary import Channel, Outcome

AUTUMN = tuple(date(2025, 9, 1) + timedelta(days=7 * n) for n in range(7))
"""An overloaded Monday and a price rise, and as much before them."""
LOOP_WEEKS = tuple(date(2025, 11, 10) + timedelta(days=7 * n) for n in range(3))
FORM_WEEKS = tuple(date(2026, 4, 6) + timedelta(days=7 * n) for n in range(7))


@cache
def truths(mondays):
    return stories.truths(CENTRE, SEED, [made(monday) for monday in mondays])


def story(mondays, plot):
    return next(one for one in truths(mondays).stories if one.story.plot is plot)


def rate(part, whole):
    return part / whole


def test_every_plot_has_three_stories_a_year():
    found = [one.plot for one in stories_of(2026)]
    assert {plot: found.count(plot) for plot in Plot} == dict.fromkeys(Plot, 3)


@pytest.mark.parametrize("plot", list(Plot))
def test_every_plot_lies_in_the_last_five_months_of_any_day(plot):
    for number in range(1, 800):
        today = date(2025, 1, 1) + timedelta(days=number)
        recent = stories_between(today - timedelta(days=152), today)
        assert plot in {one.plot for one in recent}


def test_stories_begin_on_mondays_and_last_as_long_as_their_rules_say():
    lengths = {rule.plot: timedelta(days=rule.days) for rule in RULES}
    for one in stories_of(2025) + stories_of(2026):
        assert one.start.weekday() == 0
        assert one.end - one.start == lengths[one.plot]
        assert one.plot in on(one.start)
        assert one.plot not in on(one.end)


def test_a_price_rise_makes_chats_more_longer_and_worse():
    one = story(AUTUMN, Plot.PRICE_RISE)
    assert (one.scope.start, one.scope.end) == (date(2025, 10, 6), date(2025, 10, 20))
    assert one.scope.channels == (Channel.CHAT,)
    now, before = one.tally, one.before
    assert now.offered > 1.1 * before.offered
    assert rate(now.talk_seconds, now.handled) > 1.2 * rate(before.talk_seconds, before.handled)
    assert rate(now.csat_satisfied, now.csat_responses) < 0.75 * rate(
        before.csat_satisfied, before.csat_responses
    )
    assert rate(now.abandoned, now.offered) > rate(before.abandoned, before.offered)


def test_an_overloaded_monday_breaks_the_service_level():
    one = story(AUTUMN, Plot.OVERLOADED_MONDAY)
    assert one.scope.start == date(2025, 9, 8)
    now, before = one.tally, one.before
    assert now.contacts > 1.5 * before.contacts
    phone = dict(one.by_channel)[Channel.PHONE]
    assert rate(phone.answered_in_target, phone.answered + phone.abandoned) < 0.45


def test_two_queues_send_callers_to_and_fro():
    one = story(LOOP_WEEKS, Plot.TRANSFER_LOOP)
    there, back = (CENTRE.queue[key].name for key in LOOP)
    passed = {(each.queue, each.to): set(each.keys) for each in one.passed}
    assert len(passed[there, back]) > 200
    assert len(passed[there, back] & passed[back, there]) > 0.5 * len(passed[there, back])


def test_whoever_used_the_form_writes_once_more():
    one = story(FORM_WEEKS, Plot.MISSING_FIELD)
    assert one.scope.queues == (CENTRE.queue[FORM_QUEUE].name,)
    assert one.again.begun == len(one.again.pairs) > 300
    assert all(form.startswith("form-") and mail.endswith("-2") for form, mail in one.again.pairs)


def test_outside_their_days_the_stories_are_not_told():
    calm = stories.truths(CENTRE, SEED, [made(date(2025, 10, 27))])
    assert calm.stories == ()


@pytest.mark.parametrize("mondays", [AUTUMN[:2], LOOP_WEEKS])
def test_the_example_is_a_customer_whose_contacts_all_say_who_they_are(mondays):
    rows = rows_of(mondays)
    for one in truths(mondays).stories:
        known = {each.key for each in one.example.contacts}
        ids = {row.customer_id for row in rows if row.key in known}
        assert len(ids) == 1
        listed = sorted((row.arrived_at, row.key) for row in rows if row.customer_id in ids)
        assert listed == [(each.at, each.key) for each in one.example.contacts]
        assert one.example.in_scope <= len(one.example.contacts)


@cache
def rows_of(mondays):
    return [row for some in folded(telling_of(mondays)).values() for row in some.contacts]


@cache
def telling_of(mondays):
    return [event for monday in mondays for event in telling.recorded(made(monday))]


@pytest.mark.parametrize("mondays", [AUTUMN[:2], LOOP_WEEKS])
def test_the_simulators_counts_are_what_the_rows_say(mondays):
    """By the definitions of docs/metrics.md, on the rows that the events make."""
    rows = rows_of(mondays)
    assert counted(rows) == truths(mondays).total
    by_channel = dict(truths(mondays).by_channel)
    for channel in Channel:
        assert counted([row for row in rows if row.channel is channel]) == by_channel[channel]


def counted(rows):
    real = [row for row in rows if not row.is_void]
    answered = [row for row in real if row.answered_at]
    left = [row for row in real if row.queued_at and not row.answered_at]
    abandoned = [row for row in left if row.outcome is Outcome.ABANDONED]
    timed_out = [row for row in left if row.outcome is Outcome.TIMED_OUT]
    scores = [row for row in real if row.csat_score]
    return Tally(
        contacts=len(real),
        callers=sum(row.root_id == row.contact_id for row in real),
        offered=len(answered) + len(abandoned) + len(timed_out),
        answered=len(answered),
        answered_in_target=sum(row.wait_seconds <= row.target_seconds for row in answered),
        abandoned=len(abandoned),
        short_abandoned=sum(row.wait_seconds <= row.short_abandon_seconds for row in abandoned),
        timed_out=len(timed_out),
        left_before_queue=sum(
            row.outcome is Outcome.ABANDONED and not row.queued_at and not row.answered_at
            for row in real
        ),
        handled=sum(row.outcome is Outcome.HANDLED for row in real),
        transferred=sum(row.outcome is Outcome.HANDLED and row.is_transferred for row in real),
        tests=len(rows) - len(real),
        wait_seconds_answered=sum(row.wait_seconds for row in answered),
        talk_seconds=sum(row.talk_seconds or 0 for row in answered),
        hold_seconds=sum(row.hold_seconds or 0 for row in answered),
        wrap_up_seconds=sum(row.wrap_up_seconds or 0 for row in answered),
        csat_asked=sum(row.csat_asked for row in real),
        csat_responses=len(scores),
        csat_satisfied=sum(row.csat_score >= row.csat_positive_from for row in scores),
        agent_resolved_said=sum(row.agent_resolved is not None for row in real),
        agent_resolved_yes=sum(row.agent_resolved is True for row in real),
        fcr_asked=sum(row.fcr_asked for row in real),
        fcr_responses=sum(row.fcr_score is not None for row in real),
        fcr_solved=sum(row.fcr_score == 1 for row in real),
    )


def test_the_four_views_of_resolution_differ_as_planted():
    """Agents are hopeful, customers less so, and who changes the channel is not seen on one."""
    one = truths(AUTUMN).resolved
    solved = rate(one.solved, one.handled)
    verified, same = (1 - rate(came, one.handled) for came in (one.came_back, one.came_back_same))
    agents = rate(one.agents_said_yes, one.agents_said)
    customers = rate(one.customers_said_yes, one.customers_said)
    hope, doubt = (1 - solved) * planted.CUSTOMERS_HOPE, solved * planted.CUSTOMERS_DOUBT
    assert verified == pytest.approx(solved, abs=0.03)
    assert agents == pytest.approx(solved + (1 - solved) * planted.AGENTS_HOPE, abs=0.01)
    assert customers == pytest.approx(solved + hope - doubt, abs=0.03)
    assert verified < same < agents
    assert verified < customers < agents


def test_totals_are_the_sums_of_the_channels():
    found = truths(AUTUMN)
    for field in fields(Tally):
        parts = [getattr(tally, field.name) for _, tally in found.by_channel]
        assert sum(parts) == getattr(found.total, field.name)


def test_a_centre_without_the_queues_of_a_story_does_not_tell_it(tmp_path):
    folder = shutil.copytree(DATA, tmp_path / "data")
    for name in ("queues.csv", "agents.csv", "contact_points.csv", "targets.csv"):
        text = (folder / name).read_text()
        (folder / name).write_text(text.replace(LOOP[1], "phone-moving"))
    another = centre.load(folder)
    weeks = [week.simulate(another, SEED, monday) for monday in LOOP_WEEKS]
    assert stories.truths(another, SEED, weeks).stories == ()


def test_truths_of_a_gap_or_of_another_seed_are_refused():
    weeks = [made(AUTUMN[0]), made(AUTUMN[2])]
    with pytest.raises(ValueError, match="do not follow"):
        stories.truths(CENTRE, SEED, weeks)
    with pytest.raises(ValueError, match="one seed"):
        stories.truths(CENTRE, SEED + 1, weeks[:1])


def test_every_event_of_a_story_is_told_by_the_demo():
    assert {event.source for event in telling_of(LOOP_WEEKS)} == {"demo"}
    assert any(isinstance(event, ev.Transferred) for event in telling_of(LOOP_WEEKS))
