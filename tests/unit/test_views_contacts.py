"""The list behind a number, and a customer's history."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import polars as pl
import pytest

from ccdash.metrics import METRICS
from ccdash.views import contacts, customer
from ccdash.views.contacts import LONGEST_TRAIL, PER_PAGE, Place, Reason
from ccdash.views.identities import masked, parted
from ccdash.vocabulary import Channel, IdentityKind, Outcome, SegmentKind

HELSINKI = ZoneInfo("Europe/Helsinki")
AT = datetime(2026, 3, 2, 6, tzinfo=UTC)


def test_a_row_has_its_local_time_its_handling_and_a_masked_customer() -> None:
    frame = pl.DataFrame(
        {
            "arrived_at": [AT, AT],
            "talk_seconds": [100, None],
            "hold_seconds": [20, None],
            "wrap_up_seconds": [None, None],
            "customer": ["phone:+358401234567", None],
            "customer_id": ["17", "-4"],
            "wait_seconds": [31, None],
            "target_seconds": [30, 30],
            "next_responses": [2, None],
            "next_response_seconds": [121, None],
        },
        schema_overrides={"wrap_up_seconds": pl.Int64},
    )

    shown = contacts.rows(frame, HELSINKI)

    assert shown["arrived"].to_list() == [datetime.fromisoformat("2026-03-02T08:00")] * 2
    assert shown["handling_seconds"].to_list() == [120, None]
    assert shown["who"].to_list() == ["••• 567", None]
    assert shown["is_late"].to_list() == [True, False]
    assert shown["next_response"].to_list() == [60, None]
    assert shown["is_known"].to_list() == [True, False]


def test_who_still_waits_has_waited_until_now_and_who_was_answered_has_not() -> None:
    queued = [AT, AT + timedelta(seconds=70), AT, None]
    frame = pl.DataFrame(
        {
            "arrived_at": [AT] * 4,
            "queued_at": queued,
            "answered_at": [None, None, AT, None],
            "outcome": ["open", "open", "handled", "open"],
            "customer": [None] * 4,
            "customer_id": ["1"] * 4,
            "wait_seconds": [None, None, 7, None],
            "target_seconds": [30] * 4,
        }
    ).with_columns(
        pl.lit(None, pl.Int64).alias(one)
        for one in (
            "talk_seconds", "hold_seconds", "wrap_up_seconds",
            "next_responses", "next_response_seconds",
        )
    )  # fmt: skip

    shown = contacts.rows(frame, HELSINKI, AT + timedelta(seconds=90))

    assert shown["wait_seconds"].to_list() == [90, 20, 7, None]
    assert shown["is_waiting"].to_list() == [True, True, False, False]
    assert shown["is_late"].to_list() == [True, False, False, False]


@pytest.mark.parametrize(
    ("kind", "value", "shown"),
    [
        (IdentityKind.PHONE, "+358401234567", "••• 567"),
        (IdentityKind.PHONE, "1234", "••• 34"),
        (IdentityKind.EMAIL, "elina@example.fi", "e•••@example.fi"),
        (IdentityKind.EMAIL, "broken", "••• ken"),
        (IdentityKind.HANDLE, "@elina", "@e•••"),
        (IdentityKind.CUSTOMER_NUMBER, "20417", "••• 17"),
        (IdentityKind.CUSTOMER_NUMBER, "417", "••• 7"),
        (IdentityKind.CUSTOMER_NUMBER, "17", "••• 7"),
        (IdentityKind.CUSTOMER_NUMBER, "7", "•••"),
        (IdentityKind.CUSTOMER_NUMBER, "(forgotten-0123abcd)", "(forgotten-•••bcd)"),
    ],
)
def test_a_contact_detail_is_masked(kind, value, shown) -> None:
    assert masked(kind, value) == shown


def test_a_contact_detail_names_its_kind() -> None:
    assert parted("email: a@b.fi") == (IdentityKind.EMAIL, "a@b.fi")
    assert parted("no kind") is None
    assert parted("shoe: 42") is None


def test_a_place_in_a_list_survives_the_url() -> None:
    third = Place().following("a_1_1").following("b_2_2")

    again = Place.read(page=third.to_params()["page"], after=third.to_params()["after"])

    assert again == third
    assert again.after == "b_2_2"
    assert again.span(10) == (2 * PER_PAGE + 1, 2 * PER_PAGE + 10)
    assert again.preceding() == Place().following("a_1_1")
    assert again.preceding().preceding() == Place()


@pytest.mark.parametrize(
    ("page", "after"), [("", ""), ("2", ""), ("x", "a"), ("1", "a"), ("", "a")]
)
def test_a_broken_place_is_the_first_page(page, after) -> None:
    assert Place.read(page, after) == Place()


def test_the_way_back_has_an_end_so_that_addresses_stay_short() -> None:
    place = Place()
    for number in range(50):
        place = place.following(f"row_{number}")

    assert len(place.trail) == LONGEST_TRAIL
    for _ in range(LONGEST_TRAIL):
        place = place.preceding()
    assert place == Place()


def breakdown() -> pl.DataFrame:
    return pl.DataFrame(
        [
            ("handled", "phone", "Sales", None, 60, 10, 90),
            ("handled", "chat", "Web", None, 30, 0, 20),
            ("abandoned", "phone", "Sales", None, 5, 5, 200),
            ("handled", "email", None, None, 8, 8, None),
        ],
        schema=["outcome", "channel", "queue", "contact_point", "n", "against", "longest_seconds"],
        orient="row",
    )


def test_the_whole_list_is_the_sum_of_its_parts() -> None:
    assert contacts.totals(breakdown()) == contacts.Totals(103, 23, 200)
    assert contacts.totals(breakdown().clear()) == contacts.Totals(0, 0, None)


def test_a_list_divides_by_what_differs_in_it_the_worst_part_first() -> None:
    outcome, channel, queue = contacts.split(breakdown(), most=2)

    assert [one.dimension for one in (outcome, channel, queue)] == ["outcome", "channel", "queue"]
    assert channel.parts == (contacts.Part("phone", 65, 15), contacts.Part("email", 8, 8))
    assert (channel.others, channel.largest) == (1, 65)
    assert contacts.Part(None, 8, 8) in queue.parts


@pytest.mark.parametrize(
    ("name", "told", "shown"),
    [
        ("service_level", {"is_against": True}, (Reason.WAIT, True)),
        ("service_level", {"is_against": True, "outcome": "abandoned"}, (Reason.OUTCOME, True)),
        ("service_level", {}, (Reason.WAIT, False)),
        ("transfer_rate", {"is_against": True}, (Reason.OUTCOME, True)),
        ("csat", {"is_against": True}, (Reason.SCORE, True)),
        ("bounce_index", {"is_against": True}, (Reason.SCORE, True)),
        ("matters", {}, (Reason.WAIT, False)),
        ("next_response_time", {}, (Reason.SCORE, False)),
        ("aht", {}, (Reason.HANDLING, False)),
        ("offered", {"is_late": True}, (Reason.WAIT, True)),
    ],
)
def test_the_fact_that_explains_the_place_of_a_row_is_named(name, told, shown) -> None:
    row = {"is_against": False, "is_late": False, "outcome": "handled"} | told

    assert contacts.reason(METRICS[name], row) == shown


def test_what_happened_during_a_contact_is_in_local_time_and_goes_on_without_a_length() -> None:
    end = AT.replace(minute=2)
    segments = pl.DataFrame(
        [("7", "queue", "Sales", None, AT, end), ("7", "talk", "Sales", "Aino", end, None)],
        schema=["contact_id", "kind", "queue", "agent", "started_at", "ended_at"],
        orient="row",
    )

    queue, talk = contacts.stretches(segments, HELSINKI)["7"]

    assert (queue.seconds, queue.started.hour) == (120, 8)
    assert (talk.kind, talk.seconds, talk.agent) == (SegmentKind.TALK, None, "Aino")


def visits(frame: pl.DataFrame) -> list[customer.Visit]:
    return customer.visits(frame, AT, HELSINKI)


def history() -> pl.DataFrame:
    same = {"queue": "Support", "contact_point": None, "case": "k1", "case_subject": "Order 1",
            "case_resolved_at": None, "case_reopened_count": 1, "continues_another": False,
            "is_transferred": False, "oddity": None, "answered_at": None, "contact_id": 1,
            "customer_id": 7, "language": None, "matter": None, "joined": None,
            "target_seconds": 3600}  # fmt: skip
    rows = [
        {"arrived_at": AT, "queued_at": AT, "channel": "chat", "direction": "inbound",
         "outcome": "open", "is_void": False, "wait_seconds": None, "talk_seconds": None,
         "agent": None, "subject": "invoice", "csat_score": None, **same},
        {"arrived_at": AT.replace(month=2), "queued_at": None, "channel": "phone",
         "direction": "outbound", "outcome": "handled", "is_void": False, "wait_seconds": 5,
         "talk_seconds": 60, "agent": "Maija", "subject": None, "csat_score": 4, **same},
        {"arrived_at": AT.replace(month=1), "queued_at": None, "channel": "phone",
         "direction": "inbound", "outcome": "handled", "is_void": True, "wait_seconds": 1,
         "talk_seconds": 2, "agent": "Test", "subject": None, "csat_score": None, **same},
    ]  # fmt: skip
    return pl.DataFrame(rows)


def test_a_callback_is_promised_by_its_target_until_somebody_calls_back() -> None:
    called = history().with_columns(
        channel=pl.lit("callback"),
        answered_at=pl.Series([None, AT, AT]),
        wait_seconds=pl.Series([None, 5, 3700]),
    )

    newest, kept, late = customer.visits(called, AT, HELSINKI)

    by = customer.local(AT, HELSINKI) + timedelta(hours=1)
    assert (newest.promised, newest.promise_late_seconds) == (by, None)
    assert customer.open_promises([newest, kept, late]) == [(3600, by)]
    assert (kept.promise_late_seconds, late.promise_late_seconds) == (5 - 3600, 100)
    assert [one.promised for one in visits(history())] == [None] * 3


@pytest.mark.parametrize(("seconds", "is_overdue"), [(3600, False), (3601, True)])
def test_a_promise_is_overdue_from_its_instant_on(seconds, is_overdue) -> None:
    called = history().head(1).with_columns(channel=pl.lit("callback"))
    (one,) = customer.visits(called, AT + timedelta(seconds=seconds), HELSINKI)
    assert one.is_overdue is is_overdue


@pytest.mark.parametrize(
    "queued", [datetime(2026, 3, 29, 0, 30, tzinfo=UTC), datetime(2026, 10, 25, 0, 30, tzinfo=UTC)]
)
def test_a_wait_and_a_promise_over_a_change_of_the_clock_have_their_true_length(queued) -> None:
    row = history().head(1).with_columns(channel=pl.lit("callback"), queued_at=pl.lit(queued))
    (one,) = customer.visits(row, queued + timedelta(minutes=70), HELSINKI)
    assert (one.waiting_seconds, one.promise_left_seconds, one.is_overdue) == (4200, -600, True)


def facts(frame: pl.DataFrame) -> customer.Summary:
    return customer.summary(visits(frame), datetime.fromisoformat("2026-03-05"))


def test_test_calls_are_in_no_fact_of_a_history() -> None:
    had = facts(history())

    assert (had.contacts, had.lately, had.tests, had.people) == (2, 1, 1, 1)
    assert had.channels == ((Channel.CHAT, 1), (Channel.PHONE, 1))
    assert had.scores == ((4, datetime.fromisoformat("2026-02-02T08:00")),)
    assert had.first_at == datetime.fromisoformat("2026-02-02T08:00")


def test_a_case_of_several_contacts_is_one_case() -> None:
    had = facts(history())

    assert (len(had.cases), had.reopened_cases) == (1, 1)


def test_a_visit_keeps_what_is_not_known_unknown() -> None:
    newest, older, test = visits(history())

    assert (newest.outcome, newest.wait_seconds, newest.subject) == (Outcome.OPEN, None, "invoice")
    assert older.is_outbound
    assert older.subject == "Order 1"
    assert test.is_test


def test_who_is_in_a_queue_without_an_answer_waits_now() -> None:
    told = visits(history())

    assert customer.waiting(told) == told[:1]
    assert customer.waiting(told[1:]) == []


def test_an_empty_history_has_no_first_contact() -> None:
    had = facts(history().clear())

    assert (had.first_at, had.last, had.mean_score) == (None, None, None)


def test_a_test_call_promises_nothing_and_waits_for_nobody() -> None:
    waits = history().head(1)
    (call,) = visits(waits)
    (back,) = visits(waits.with_columns(channel=pl.lit("callback")))
    assert (customer.waiting([call]), len(customer.open_promises([back]))) == ([call], 1)
    assert customer.waiting([replace(call, is_test=True)]) == []
    assert customer.open_promises([replace(back, is_test=True)]) == []


def test_a_callback_is_promised_from_when_it_was_asked_for() -> None:
    asked = AT + timedelta(minutes=20)
    row = history().head(1).with_columns(channel=pl.lit("callback"), queued_at=pl.lit(asked))
    (one,) = visits(row)
    assert one.promised == customer.local(asked, HELSINKI) + timedelta(hours=1)
