"""A finished log told as it happened: every step at its time, and the record in the end."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from ccdash.ingest import events as ev
from ccdash.ingest import recorded
from ccdash.ingest.contact_fold import fold
from ccdash.ingest.contact_rows import Surroundings
from ccdash.ingest.happenings import happenings, told_at
from ccdash.vocabulary import Channel, Outcome, SegmentKind, SurveyKind

START = datetime(2026, 3, 2, 9, tzinfo=UTC)
AROUND = Surroundings()


def at(seconds: int) -> datetime:
    return START + timedelta(seconds=seconds)


def call(**more: object) -> ev.Recorded:
    told = {
        "source": "s", "id": "r", "contact": "c", "at": at(0), "end": at(300), "queue": "q",
        "channel": Channel.PHONE, "outcome": Outcome.HANDLED, "agent": "ann",
    }  # fmt: skip
    return ev.Recorded(**(told | more))


def told(event: ev.Event) -> list[tuple[str, int]]:
    """Which kinds of events are told, and when."""
    found = sorted(happenings(event), key=lambda one: one.at)
    return [(type(one.event).__name__, int((one.at - START).total_seconds())) for one in found]


def test_a_call_comes_waits_is_answered_and_is_recorded_at_its_end():
    event = call(queued_at=at(5), answered_at=at(40))
    steps = [("Arrived", 0), ("Queued", 5), ("Answered", 40), ("Recorded", 300)]
    assert told(event) == steps


def test_whoever_hung_up_is_waiting_until_then():
    event = call(queued_at=at(5), outcome=Outcome.ABANDONED, agent=None, end=at(90))
    assert told(event) == [("Arrived", 0), ("Queued", 5), ("Recorded", 90)]


def test_what_is_known_later_than_the_end_is_told_later():
    survey = ev.Survey(SurveyKind.CSAT, at(400), at(9000), 5)
    event = call(answered_at=at(1), wrap_up_seconds=20, surveys=(survey,))
    ends = [("Ended", 300), ("WrappedUp", 320), ("Recorded", 9000)]
    assert told(event)[2:] == ends


def test_an_answer_a_moment_before_the_queue_leaves_nobody_waiting():
    event = call(queued_at=at(5), answered_at=at(4))
    steps = [one.event for one in happenings(event) if one.at <= at(10)]
    (row,) = fold("s", "c", steps, AROUND).contacts
    assert (row.queued_at, row.answered_at, row.outcome) == (at(4), at(4), Outcome.OPEN)


def test_of_a_test_call_nobody_hears_before_its_end():
    assert told(call(is_test=True, queued_at=at(5))) == [("Recorded", 300)]


def test_an_event_of_one_step_is_told_when_it_was():
    event = ev.Queued(source="s", id="e", contact="c", at=at(7), queue="q")
    assert [(one.at, one.event) for one in happenings(event)] == [(at(7), event)]


seconds = st.integers(0, 400)
instants = st.none() | st.integers(-5, 305).map(at)
stretches = st.builds(
    lambda kind, start, length, agent: ev.Stretch(kind, at(start), at(start + length), agent),
    st.sampled_from(SegmentKind), seconds, seconds, st.sampled_from([None, "ann", "bob"]),
)  # fmt: skip
surveys = st.builds(
    lambda asked, score: ev.Survey(SurveyKind.NPS, at(asked), at(asked + 60), score),
    seconds, st.integers(0, 10),
)  # fmt: skip
records = st.fixed_dictionaries(
    {
        "queue": st.none() | st.just("q"),
        "queued_at": instants,
        "answered_at": instants,
        "end": seconds.map(at),
        "outcome": st.sampled_from([one for one in Outcome if one is not Outcome.OPEN]),
        "agent": st.sampled_from([None, "ann"]),
        "wait_seconds": st.none() | seconds,
        "talk_seconds": st.none() | seconds,
        "wrap_up_seconds": st.none() | seconds,
        "is_test": st.booleans(),
        "contact_point": st.none() | st.just("p"),
        "segments": st.lists(stretches, max_size=4).map(tuple),
        "surveys": st.lists(surveys, max_size=1).map(tuple),
    }
).map(lambda more: call(**more))


@given(records)
def test_whatever_is_recorded_its_steps_end_in_the_rows_of_the_record(event):
    steps = [one.event for one in happenings(event)]
    assert fold("s", "c", steps, AROUND) == recorded.fold("s", event, AROUND)


@given(records, st.integers(0, 500))
def test_at_no_instant_is_more_told_than_had_happened(event, moment):
    heard = [one.event for one in happenings(event) if one.at <= at(moment)]
    rows = fold("s", "c", heard, AROUND).contacts if heard else []
    over = told_at(event) <= at(moment)
    for row in rows if not over else ():
        known = (row.arrived_at, row.queued_at, row.answered_at, row.ended_at)
        assert all(one <= at(moment) for one in known if one is not None)
