from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from collections import Counter
from datetime import date, timedelta
from functools import cache
from itertools import pairwise

import pytest
from tests.unit.simulated import CENTRE, DATA, ORDINARY, SEED, folded, made, stays

from ccdash.ingest import agent_fold, case_fold
from ccdash.ingest import events as ev
from ccdash.simulate import calendar, centre, telling, week
from ccdash.simulate.matters import HURRY
from ccdash.simulate.planted import Plot, on
from ccdash.vocabulary import Channel, Intent, Outcome

LOOP = date(2025, 11, 10)
SUMMER_TIME_BEGINS = date(2026, 3, 23)
CHRISTMAS = date(2025, 12, 22)
TOLD = (ORDINARY[0], LOOP, SUMMER_TIME_BEGINS, CHRISTMAS)

FINGERPRINT = """
import hashlib, pathlib, sys
from datetime import date
from ccdash.ingest.events import encode
from ccdash.simulate import centre, telling, week
one = week.simulate(centre.load(pathlib.Path(sys.argv[1])), int(sys.argv[2]),
                    date.fromisoformat(sys.argv[3]))
told = [*telling.recorded(one), *telling.as_it_happened(one)]
print(hashlib.sha256(b"".join(map(encode, told))).hexdigest())
"""


@cache
def finished(monday):
    """The rows of the week as it is told when it is over."""
    return folded(telling.recorded(made(monday)))


def fingerprint(one):
    told = [*telling.recorded(one), *telling.as_it_happened(one)]
    return hashlib.sha256(b"".join(map(ev.encode, told))).hexdigest()


def elsewhere(monday, hash_seed):
    asked = [sys.executable, "-c", FINGERPRINT, str(DATA), str(SEED), str(monday)]
    around = {**os.environ, "PYTHONHASHSEED": hash_seed}
    return subprocess.run(asked, env=around, capture_output=True, text=True, check=True).stdout


@pytest.mark.parametrize("hash_seed", ["1", "2"])
def test_the_same_seed_and_week_are_the_same_bytes_in_another_process(hash_seed):
    assert elsewhere(LOOP, hash_seed).strip() == fingerprint(made(LOOP))


def test_weeks_do_not_depend_on_which_were_made_before():
    another = centre.load(DATA)  # nothing is remembered of it
    backwards = [week.simulate(another, SEED, LOOP + timedelta(days=7 * n)) for n in (1, 0)]
    assert fingerprint(backwards[1]) == fingerprint(made(LOOP))


def test_another_seed_is_another_week():
    assert fingerprint(made(LOOP, SEED + 1)) != fingerprint(made(LOOP))


def test_a_week_begins_on_a_monday():
    with pytest.raises(ValueError, match="no Monday"):
        week.simulate(CENTRE, SEED, date(2026, 3, 3))


@pytest.mark.parametrize("monday", TOLD)
def test_both_tellings_make_the_same_rows(monday):
    in_one_piece, step_by_step = finished(monday), folded(telling.as_it_happened(made(monday)))
    assert in_one_piece.keys() == step_by_step.keys()
    assert [key for key, rows in in_one_piece.items() if rows != step_by_step[key]] == []


@pytest.mark.parametrize("monday", TOLD)
@pytest.mark.parametrize("told", [telling.recorded, telling.as_it_happened])
def test_every_event_passes_the_door_and_lies_in_its_week(monday, told):
    one = made(monday)
    events = told(one)
    assert [event for event in events if ev.decode(ev.encode(event)) != event] == []
    assert one.starts <= min(event.at.timestamp() for event in events)
    assert max(event.at.timestamp() for event in events) < one.ends
    assert events == sorted(events, key=lambda event: (event.at, event.sequence, event.id))


@pytest.mark.parametrize("told", [telling.recorded, telling.as_it_happened])
def test_no_event_of_two_weeks_has_the_same_id(told):
    weeks = [made(ORDINARY[0]), made(ORDINARY[1])]
    events = [event for one in weeks for event in told(one)]
    assert len({event.id for event in events}) == len(events)


@pytest.mark.parametrize("monday", TOLD)
def test_no_contact_is_odd_or_open_at_the_end_of_the_week(monday):
    rows = [row for some in finished(monday).values() for row in some[0]]
    assert {row.oddity for row in rows} == {None}
    assert Outcome.OPEN not in {row.outcome for row in rows}
    assert all(row.done_at is not None for row in rows)


def test_hardly_any_written_contact_is_left_without_an_answer():
    written = [stay for _, stay in stays(*ORDINARY) if stay.queue and not is_live(stay)]
    timed_out = sum(stay.outcome is Outcome.TIMED_OUT for stay in written)
    assert timed_out / len(written) < 0.005


def is_live(stay):
    return CENTRE.habits[stay.queue.channel].is_live


# People -------------------------------------------------------------------------------------------


def by_agent(one):
    found = {}
    for visit in one.conversations:
        for stay in visit.stays:
            if stay.agent:
                found.setdefault(stay.agent, []).append((stay.answered, stay.done, stay.queue))
    return {agent: sorted(of, key=lambda each: each[:2]) for agent, of in found.items()}


@pytest.mark.parametrize("monday", TOLD)
def test_an_agent_has_one_contact_at_a_time_but_for_chats(monday):
    for agent, contacts in by_agent(made(monday)).items():
        most = next(one.chats for one in CENTRE.agents if one.key == agent)
        for place, (start, _, queue) in enumerate(contacts):
            others = [of for _, end, of in contacts[:place] if end > start]
            if others:
                assert {queue.channel, *(of.channel for of in others)} == {Channel.CHAT}
                assert len(others) < most


@pytest.mark.parametrize("monday", TOLD)
def test_nobody_takes_a_contact_outside_their_shift(monday):
    one = made(monday)
    shifts = {}
    for shift in one.shifts:
        shifts.setdefault(shift.agent.key, []).append((shift.start, shift.end))
    for agent, contacts in by_agent(one).items():
        for taken, _, _ in contacts:
            assert any(start <= taken <= end for start, end in shifts[agent])


@pytest.mark.parametrize("monday", TOLD)
def test_nobody_works_in_a_break_and_nobody_breaks_off_a_contact(monday):
    one = made(monday)
    declared = {}
    for event in one.declared:
        declared.setdefault(event.agent, []).append(event)
    for agent, contacts in by_agent(one).items():
        spans = pairwise(declared[agent])
        available = [(a.at, b.at) for a, b in spans if a.intent is Intent.AVAILABLE]
        for start, end, _ in contacts:
            assert any(since <= start and end <= until for since, until in available)


def test_everybody_who_comes_goes_again():
    one = made(ORDINARY[0])
    ends = Counter(event.intent is Intent.OFFLINE for event in one.declared)
    assert ends[True] == len(one.shifts)
    assert one.declared[-1].intent is Intent.OFFLINE


def test_agents_states_fold_to_what_they_declared():
    one = made(ORDINARY[0])
    intents = [e for e in telling.recorded(one) if isinstance(e, ev.IntentDeclared)]
    agent = intents[0].agent
    told = [event for event in intents if event.agent == agent]
    assert len(agent_fold.fold(1, told)) == len(told)


def test_only_those_with_the_skill_take_a_contact_on_working_days():
    skills = {one.key: set(one.skills) for one in CENTRE.agents}
    monday = ORDINARY[0]
    saturday = calendar.start_of_day(CENTRE, monday + timedelta(days=5))
    for agent, contacts in by_agent(made(monday)).items():
        assert {queue.key for start, _, queue in contacts if start < saturday} <= skills[agent]


# Customers and matters ----------------------------------------------------------------------------


def test_live_channels_take_nobody_when_they_are_closed():
    local = [(stay, calendar.instant(stay.queued)) for _, stay in stays(LOOP, CHRISTMAS)
             if stay.queue and is_live(stay)]  # fmt: skip
    for stay, at in local:
        day = at.astimezone(CENTRE.zone).date()
        span = calendar.open_span(CENTRE, stay.queue.hours, day)
        assert span is not None
        start = calendar.midnight(CENTRE, day)
        assert start + span[0] <= stay.arrived < start + span[1] + 3600


def test_unsolved_matters_come_back_within_three_weeks_often_by_another_channel():
    visits = [visit for visit in made(ORDINARY[0]).conversations if not visit.redial]
    rounds = [visit.round for visit in visits if visit.round.number != HURRY]
    again = [one for one in rounds if one.number > 1]
    days = [begun(one.matter.key) for one in again]
    assert 0.12 < len(again) / len(rounds) < 0.3
    assert all(0 <= (ORDINARY[0] + timedelta(days=7) - day).days <= 30 for day in days)
    assert max(one.number for one in again) <= 4


def test_some_who_wrote_an_email_ask_in_another_channel_while_it_waits():
    visits = {visit.key: visit.stays[0] for visit in made(ORDINARY[0]).conversations}
    hurried = [visit for visit in made(ORDINARY[0]).conversations if visit.round.number == HURRY]
    mails = [visits[f"email-{one.round.matter.key}"] for one in hurried]
    pairs = [(mail, one.stays[0]) for mail, one in zip(mails, hurried, strict=True)]
    assert all(mail.arrived < other.arrived for mail, other in pairs)
    assert sum(other.arrived < mail.answered for mail, other in pairs) > 10


def begun(key):
    return date(2000 + int(key[:2]), int(key[2:4]), int(key[4:6]))


def test_a_customer_is_known_to_channels_by_different_identities():
    told = telling.recorded(made(ORDINARY[0]))
    records = [event for event in told if isinstance(event, ev.Recorded)]
    shown = {one.channel: set() for one in records}
    for one in records:
        shown[one.channel].add(tuple(sorted(each.kind for each in one.customer)))
    assert ("phone",) in shown[Channel.PHONE]
    assert ("customer_number", "phone") in shown[Channel.PHONE]
    assert shown[Channel.FORM] == {("customer_number", "email", "phone")}
    assert () in shown[Channel.SELF_SERVICE]
    masked = [one for one in records for each in one.customer if each.value == "anonymous"]
    assert 0.01 < len(masked) / sum(one.channel is Channel.PHONE for one in records) < 0.05


def test_cases_are_opened_resolved_and_some_reopened():
    told = telling.recorded(made(ORDINARY[0]))
    cases = {}
    for event in told:
        if isinstance(event, ev.CaseEvent):
            cases.setdefault(event.case, []).append(event)
    around = case_fold.AroundCase()
    rows = [case_fold.fold("demo", key, events, around) for key, events in cases.items()]
    assert sum(row.resolved_at is not None for row in rows) > 300
    assert sum(row.reopened_count > 0 for row in rows) > 30


def test_the_test_call_of_monday_is_void():
    for monday in ORDINARY[:2]:
        rows = [row for some in finished(monday).values() for row in some[0]]
        assert sum(row.is_void for row in rows) == 1


def test_what_is_described_are_all_queues_and_agents_of_contacts():
    at = calendar.instant(made(ORDINARY[0]).starts)
    told = telling.described(CENTRE, at)
    queues = {event.queue for event in told if isinstance(event, ev.QueueDescribed)}
    agents = {event.agent for event in told if isinstance(event, ev.AgentDescribed)}
    taken = {(stay.queue.key, stay.agent) for _, stay in stays(ORDINARY[0]) if stay.agent}
    assert {queue for queue, _ in taken} == queues
    assert {agent for _, agent in taken} <= agents
    assert len(agents) == 60


def test_ordinary_weeks_of_these_tests_have_no_story_but_the_form():
    days = [monday + timedelta(days=n) for monday in ORDINARY for n in range(7)]
    assert {plot for day in days for plot in on(day)} <= {Plot.MISSING_FIELD}
