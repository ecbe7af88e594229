"""The SEELab call log, on rows made for each behaviour."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccdash.errors import BadInput
from ccdash.ingest.events import Identity, Recorded, Stretch, decode, encode
from ccdash.ingest.sources import LineParser
from ccdash.ingest.sources.seelab import Seelab
from ccdash.vocabulary import Channel, IdentityKind, Outcome, SegmentKind

ANSWERED = {
    "vru+line": "ZZ0301",
    "call_id": "500",
    "customer_id": "4711",
    "priority": "2",
    "type": "PS",
    "date": "990315",
    "vru_entry": "9:00:00",
    "vru_exit": "9:00:08",
    "vru_time": "8",
    "q_start": "9:00:08",
    "q_exit": "9:01:00",
    "q_time": "52",
    "outcome": "AGENT",
    "ser_start": "9:00:59",
    "ser_exit": "9:03:00",
    "ser_time": "121",
    "server": "NORA",
}
NOT_SERVED = {
    "outcome": "HANG",
    "ser_start": "0:00:00",
    "ser_exit": "0:00:00",
    "ser_time": "0",
    "server": "NO_SERVER",
}
NOT_QUEUED = {"q_start": "0:00:00", "q_exit": "0:00:00", "q_time": "0"}
HEADER = "\t".join(ANSWERED)


def line(**cells: str) -> str:
    return "\t".join((ANSWERED | cells).values())


def parsed(text: str, parser: LineParser | None = None) -> Recorded:
    event = (parser or Seelab()).parse(text)
    assert isinstance(event, Recorded)
    return event


def utc(day: int, hour: int, minute: int = 0, second: int = 0) -> datetime:
    return datetime(1999, 3, day, hour, minute, second, tzinfo=UTC)


def test_an_answered_call_becomes_one_finished_contact_in_utc() -> None:
    assert parsed(line()) == Recorded(
        source="seelab",
        id="990315/ZZ0301/500",
        contact="990315/ZZ0301/500",
        at=utc(15, 7),
        end=utc(15, 7, 3),
        channel=Channel.PHONE,
        outcome=Outcome.HANDLED,
        queue="PS",
        queued_at=utc(15, 7, 0, 8),
        answered_at=utc(15, 7, 0, 59),
        agent="NORA",
        wait_seconds=52,
        talk_seconds=121,
        contact_point="ZZ0301",
        customer=(Identity(IdentityKind.CUSTOMER_NUMBER, "4711"),),
        segments=(
            Stretch(SegmentKind.MENU, utc(15, 7), utc(15, 7, 0, 8)),
            Stretch(SegmentKind.QUEUE, utc(15, 7, 0, 8), utc(15, 7, 1)),
            Stretch(SegmentKind.TALK, utc(15, 7, 0, 59), utc(15, 7, 3), "NORA"),
        ),
    )


def test_a_caller_who_hangs_up_in_the_queue_abandoned() -> None:
    event = parsed(line(**NOT_SERVED))
    assert (event.outcome, event.wait_seconds) == (Outcome.ABANDONED, 52)
    assert event.queued_at == utc(15, 7, 0, 8)
    assert (event.answered_at, event.agent, event.talk_seconds) == (None, None, None)


def test_a_caller_who_hangs_up_in_the_menu_abandoned_without_a_queue_time_or_a_wait() -> None:
    event = parsed(line(**NOT_SERVED, **NOT_QUEUED))
    assert (event.outcome, event.queued_at, event.wait_seconds) == (Outcome.ABANDONED, None, None)
    assert (event.queue, event.end) == ("PS", utc(15, 7, 0, 8))


def test_a_caller_who_is_answered_at_once_waited_zero_seconds() -> None:
    event = parsed(line(**NOT_QUEUED))
    assert (event.outcome, event.queued_at, event.wait_seconds) == (Outcome.HANDLED, None, 0)


def test_a_hang_up_with_service_times_stays_not_answered_and_waits_no_longer() -> None:
    event = parsed(line(outcome="HANG"))
    assert (event.outcome, event.answered_at, event.agent) == (Outcome.ABANDONED, None, None)
    assert event.end == utc(15, 7, 1)
    assert [s.kind for s in event.segments] == [SegmentKind.MENU, SegmentKind.QUEUE]


def test_a_phantom_call_is_a_test() -> None:
    event = parsed(line(outcome="PHANTOM", server="NO_SERVER"))
    assert (event.is_test, event.outcome, event.answered_at) == (True, Outcome.VOID, None)


def test_an_answered_call_without_service_times_has_no_answer_time() -> None:
    event = parsed(line(**{**NOT_SERVED, "outcome": "AGENT", "server": "NORA"}))
    assert (event.outcome, event.answered_at) == (Outcome.HANDLED, None)
    assert (event.agent, event.talk_seconds) == ("NORA", 0)


def test_customer_0_and_no_server_are_nobody() -> None:
    event = parsed(line(customer_id="0", server="NO_SERVER"))
    assert (event.customer, event.agent) == ((), None)


def test_a_customer_number_that_a_spreadsheet_rounded_is_kept_as_it_was_written() -> None:
    event = parsed(line(customer_id="6.02E+11"))
    assert event.customer == (Identity(IdentityKind.CUSTOMER_NUMBER, "6.02E+11"),)


def test_an_undocumented_type_is_kept_as_it_is() -> None:
    assert parsed(line(type="AA")).queue == "AA"


def test_a_call_goes_on_over_midnight_with_its_date_given_once() -> None:
    late = {"vru_entry": "23:59:20", "vru_exit": "23:59:30", "vru_time": "10"}
    queue = {"q_start": "23:59:30", "q_exit": "0:00:03", "q_time": "33"}
    service = {"ser_start": "0:00:02", "ser_exit": "0:04:02", "ser_time": "240"}
    event = parsed(line(**late, **queue, **service))
    assert event.queued_at == utc(15, 21, 59, 30)
    assert event.answered_at == utc(15, 22, 0, 2)
    assert event.end == utc(15, 22, 4, 2)


def test_clocks_that_disagree_by_a_second_at_midnight_do_not_become_a_day() -> None:
    late = {"vru_entry": "23:59:20", "vru_exit": "23:59:30", "vru_time": "10"}
    queue = {"q_start": "23:59:30", "q_exit": "0:00:00", "q_time": "30"}
    service = {"ser_start": "23:59:59", "ser_exit": "0:00:09", "ser_time": "10"}
    event = parsed(line(**late, **queue, **service))
    assert event.answered_at == utc(15, 21, 59, 59)
    assert event.end == utc(15, 22, 0, 9)


def test_a_menu_that_ends_before_it_starts_is_no_segment_and_no_day() -> None:
    menu = {"vru_exit": "8:59:15", "vru_time": "-45"}
    queue = {"q_start": "8:59:15", "q_exit": "9:01:00", "q_time": "105"}
    event = parsed(line(**menu, **queue))
    assert [s.kind for s in event.segments] == [SegmentKind.QUEUE, SegmentKind.TALK]
    assert (event.at, event.queued_at, event.end) == (utc(15, 7), utc(15, 6, 59, 15), utc(15, 7, 3))


def test_a_wait_of_more_than_half_a_day_is_believed_when_its_seconds_say_so() -> None:
    queue = {"q_start": "9:00:08", "q_exit": "22:00:08", "q_time": str(13 * 3600)}
    event = parsed(line(**NOT_SERVED, **queue))
    assert event.end == utc(15, 20, 0, 8)


def test_the_zone_and_the_source_are_the_callers() -> None:
    parser = Seelab(source="bank", zone=ZoneInfo("Europe/Helsinki"))
    event = parsed(line(date="990715"), parser)
    assert (event.source, event.at) == ("bank", datetime(1999, 7, 15, 6, tzinfo=UTC))


@pytest.mark.parametrize(
    ("date", "entry", "expected"),
    [
        ("990328", "2:59:59", "1999-03-28T00:59:59"),
        ("990328", "3:30:00", "1999-03-28T01:30:00"),  # never was: read as by a clock left alone
        ("990328", "4:00:00", "1999-03-28T01:00:00"),
        ("991031", "2:59:59", "1999-10-30T23:59:59"),
        ("991031", "3:30:00", "1999-10-31T00:30:00"),  # was twice: the first of the two
        ("991031", "4:00:00", "1999-10-31T02:00:00"),
    ],
)
def test_times_around_a_clock_change(date: str, entry: str, expected: str) -> None:
    parser = Seelab(zone=ZoneInfo("Europe/Helsinki"))
    only_entry = {"vru_entry": entry, "vru_exit": entry, "vru_time": "0"}
    event = parsed(line(date=date, **only_entry, **NOT_SERVED, **NOT_QUEUED), parser)
    assert event.at == datetime.fromisoformat(expected).replace(tzinfo=UTC)


def test_the_header_is_no_call() -> None:
    assert Seelab().parse(HEADER) is None


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (HEADER.replace("\tserver", ""), "the header names other columns"),
        (line().replace("\t500\t", " 500\t"), "16 columns instead of 17"),
        (line() + "\t", "18 columns instead of 17"),
        ("", "1 columns instead of 17"),
        (line(call_id="5OO"), "call_id: '5OO' cannot be read"),
        (line(date="990230"), "date: '990230' is no day of the calendar"),
        (line(vru_entry="24:00:00"), "vru_entry: '24:00:00'"),
        (line(q_exit="9:60:00"), "q_exit: '9:60:00'"),
        (line(q_time="-3"), "q_time: '-3'"),
        (line(outcome="LOST"), "outcome: 'LOST'"),
        (line(server=""), "server: ''"),
        (line(type="P S"), "type: 'P S'"),
        (line(server="NORA\r"), r"server: 'NORA\r'"),
        (line(call_id="٥"), "call_id: '٥'"),
    ],
)
def test_a_line_that_is_not_as_it_must_be_is_refused_with_the_place(text: str, reason: str) -> None:
    with pytest.raises(BadInput) as refusal:
        Seelab().parse(text)
    assert reason in str(refusal.value)


clock = st.tuples(st.integers(0, 23), st.integers(0, 59), st.integers(0, 59)).map(
    lambda t: f"{t[0]}:{t[1]:02}:{t[2]:02}"
)
times = ("vru_entry", "vru_exit", "q_start", "q_exit", "ser_start", "ser_exit")
rows = st.fixed_dictionaries(
    dict.fromkeys(times, clock)
    | {name: st.integers(0, 99_999).map(str) for name in ("vru_time", "q_time", "ser_time")}
    | {
        "outcome": st.sampled_from(["AGENT", "HANG", "PHANTOM"]),
        "date": st.dates(date(1900, 1, 2), date(1999, 12, 30)).map(
            lambda day: day.strftime("%y%m%d")
        ),
    }
)


@given(rows, st.sampled_from(["Asia/Jerusalem", "Europe/Helsinki", "UTC", "America/New_York"]))
def test_whatever_the_clocks_say_the_event_can_be_told_through_the_door(
    cells: dict[str, str], zone: str
) -> None:
    event = parsed(line(**cells), Seelab(zone=ZoneInfo(zone)))
    assert decode(encode(event)) == event
    assert timedelta(0) <= event.end - event.at < timedelta(days=5)
