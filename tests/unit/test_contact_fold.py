"""One conversation's events become rows: what logs do that a well-behaved platform does not."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st
from tests.unit.test_events import events_of

from ccdash.calendars import CALENDAR, Calendar, Calendars, Week
from ccdash.ingest import events as ev
from ccdash.ingest import recorded
from ccdash.ingest.contact_fold import fold
from ccdash.ingest.contact_rows import Surroundings
from ccdash.ingest.rows import ContactRow
from ccdash.thresholds import DatedValue, Threshold, Thresholds
from ccdash.vocabulary import Channel, Outcome, SurveyKind

START = datetime(2026, 3, 2, 8, tzinfo=UTC)
MORNINGS = Calendar("m", "UTC", weeks=(Week(START.date(), (((480, 720),),) * 8),))


def at(seconds: int) -> datetime:
    return START + timedelta(seconds=seconds)


def told(*steps: tuple[type[ev.ContactEvent], int, dict[str, object]]) -> list[ev.ContactEvent]:
    common = {"source": "s", "contact": "c"}
    return [
        kind(**{**common, "id": f"{number}", "at": at(after), **more})
        for number, (kind, after, more) in enumerate(steps)
    ]


def contacts(events: list[ev.ContactEvent], *restarts: int) -> list[ContactRow]:
    return fold("s", "c", events, Surroundings(restarts=[at(one) for one in restarts])).contacts


QUEUED = (ev.Queued, 0, {"queue": "q", "channel": Channel.PHONE})
ANSWERED = (ev.Answered, 10, {"agent": "a"})
RECORDED = (
    ev.Recorded, 0,
    {"channel": Channel.PHONE, "outcome": Outcome.HANDLED, "end": at(70), "queue": "q",
     "queued_at": at(0), "answered_at": at(10)},
)  # fmt: skip


def test_a_wait_over_night_has_the_seconds_in_which_it_was_open():
    held = DatedValue(CALENDAR, "", "q", START, 1)
    around = Surroundings(calendars=Calendars(Thresholds([held]), {1: MORNINGS}))
    answered = (ev.Answered, 86_400 + 60, {"agent": "a"})
    [row] = fold("s", "c", told(QUEUED, answered), around).contacts
    assert (row.wait_seconds, row.wait_open_seconds) == (86_460, 4 * 3600 + 60)
    assert row.response_open_seconds == row.wait_open_seconds


def test_a_survey_or_a_note_after_a_restart_does_not_keep_the_call_going():
    survey = (ev.SurveyAnswered, 900, {"kind": SurveyKind.CSAT, "score": 5})
    note = (ev.Described, 901, {"subject": "invoice"})
    [row] = contacts(told(QUEUED, ANSWERED, survey, note), 600)
    assert (row.outcome, row.ended_at) == ("failed", at(600))


def test_a_call_of_which_more_is_heard_after_a_restart_was_not_cut():
    [row] = contacts(told(QUEUED, ANSWERED, (ev.Ended, 900, {})), 600)
    assert (row.outcome, row.ended_at) == ("handled", at(900))


def test_an_answered_call_that_enters_another_queue_has_ended_in_the_first():
    first, second = contacts(told(QUEUED, ANSWERED, (ev.Queued, 60, {"queue": "q2"})))
    assert (first.outcome, first.ended_at, first.is_transferred) == ("handled", at(60), True)
    assert (second.outcome, second.ended_at) == ("open", None)


def test_a_call_told_step_by_step_and_as_a_record_is_one_contact():
    arrived = (ev.Arrived, 0, {"channel": Channel.PHONE, "subject": "invoice"})
    [row] = contacts(told(arrived, QUEUED, ANSWERED, RECORDED, (ev.Ended, 71, {})))
    assert (row.outcome, row.ended_at, row.subject) == ("handled", at(70), "invoice")


def test_an_end_told_as_a_test_makes_the_call_a_test():
    [row] = contacts(told(QUEUED, ANSWERED, (ev.Ended, 60, {"outcome": Outcome.VOID})))
    assert (row.is_void, row.outcome) == (True, "void")


def test_a_record_of_a_test_is_a_test_however_it_says_so():
    kind, after, more = RECORDED
    [row] = contacts(told((kind, after, more | {"outcome": Outcome.VOID})))
    assert row.is_void


def test_an_end_as_handled_without_an_answer_was_answered():
    [row] = contacts(told(QUEUED, (ev.Ended, 60, {"outcome": Outcome.HANDLED})))
    assert row.answered_at is not None
    assert row.oddity == "its answer is not in the log"


def test_a_wait_from_a_clock_that_stood_at_1900_fits_its_column():
    long_ago = {"at": datetime(1900, 1, 1, tzinfo=UTC)}
    [row] = contacts(told((ev.Queued, 0, QUEUED[2] | long_ago), ANSWERED))
    assert row.wait_seconds == ev.LARGEST


def test_surveys_in_a_record_are_the_rows_of_surveys_told_beside_it():
    kind, after, more = RECORDED
    surveys = (
        ev.Survey(SurveyKind.NPS, at(100), at(200), 9),
        ev.Survey(SurveyKind.CSAT, at(90)),
        ev.Survey(SurveyKind.FCR, at(90), at(200), 1),
    )
    beside = told(
        RECORDED,
        (ev.SurveySent, 90, {"kind": SurveyKind.CSAT}),
        (ev.SurveySent, 100, {"kind": SurveyKind.NPS}),
        (ev.SurveySent, 90, {"kind": SurveyKind.FCR}),
        (ev.SurveyAnswered, 200, {"kind": SurveyKind.NPS, "score": 9}),
        (ev.SurveyAnswered, 200, {"kind": SurveyKind.FCR, "score": 1}),
    )
    inside = told((kind, after, more | {"surveys": surveys}))
    assert fold("s", "c", inside, Surroundings()) == fold("s", "c", beside, Surroundings())
    [row] = contacts(inside)
    assert (row.csat_asked, row.csat_score, row.nps_score) == (True, None, 9)
    assert (row.fcr_asked, row.fcr_score) == (True, 1)


def test_the_last_word_of_the_agent_who_handled_it_says_whether_it_is_solved():
    ended = (ev.Ended, 60, {"is_resolved": False, "wrap_up_follows": True})
    assert [row.agent_resolved for row in contacts(told(QUEUED, ANSWERED, ended))] == [False]
    for said, last in ((None, False), (True, True)):
        wrapped = (ev.WrappedUp, 90, {"is_resolved": said})
        assert contacts(told(QUEUED, ANSWERED, ended, wrapped))[0].agent_resolved is last
    passed = (ev.Transferred, 40, {"agent": "a"})
    second = (ev.Queued, 41, {"queue": "q2"}), (ev.Answered, 50, {"agent": "b"})
    rows = contacts(told(QUEUED, ANSWERED, passed, *second, ended))
    assert [row.agent_resolved for row in rows] == [None, False]


@given(events_of(ev.Recorded), st.booleans())
def test_a_lone_record_has_the_rows_of_the_general_fold(event, is_set):
    dated = DatedValue(Threshold.TARGET_SECONDS, "", event.queue or "", START, 7)
    held = DatedValue(CALENDAR, "", event.queue or "", START, 1)
    book = Thresholds([dated, held] if is_set else [])
    around = Surroundings(
        book,
        Calendars(book, {1: MORNINGS}),
        "FI",
        agent_keys={event.agent or "": "somebody"} if is_set else {},
        roots={event.contact: "first"} if is_set else {},
        restarts=[START],
    )
    assert recorded.fold("s", event, around) == fold("s", event.contact, [event], around)
