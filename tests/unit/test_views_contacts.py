"""The list behind a number, and a customer's history."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import polars as pl
import pytest

from ccdash.views import contacts, customer
from ccdash.views.contacts import LONGEST_TRAIL, PER_PAGE, Place
from ccdash.views.identities import masked, parted
from ccdash.vocabulary import Channel, IdentityKind, Outcome

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
        },
        schema_overrides={"wrap_up_seconds": pl.Int64},
    )

    shown = contacts.rows(frame, HELSINKI)

    assert shown["arrived"].to_list() == [datetime.fromisoformat("2026-03-02T08:00")] * 2
    assert shown["handling_seconds"].to_list() == [120, None]
    assert shown["who"].to_list() == ["••• 567", None]


@pytest.mark.parametrize(
    ("kind", "value", "shown"),
    [
        (IdentityKind.PHONE, "+358401234567", "••• 567"),
        (IdentityKind.PHONE, "1234", "••• 34"),
        (IdentityKind.EMAIL, "elina@example.fi", "e•••@example.fi"),
        (IdentityKind.EMAIL, "broken", "••• ken"),
        (IdentityKind.HANDLE, "@elina", "@e•••"),
        (IdentityKind.CUSTOMER_NUMBER, "20417", "••• 17"),
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


def history() -> pl.DataFrame:
    same = {"queue": "Support", "contact_point": None, "case": None, "case_subject": "Order 1",
            "continues_another": False, "is_transferred": False, "oddity": None}  # fmt: skip
    rows = [
        {"arrived_at": AT, "channel": "chat", "direction": "inbound", "outcome": "open",
         "is_void": False, "wait_seconds": None, "talk_seconds": None, "agent": None,
         "subject": "invoice", "csat_score": None, **same},
        {"arrived_at": AT.replace(month=2), "channel": "phone", "direction": "outbound",
         "outcome": "handled", "is_void": False, "wait_seconds": 5, "talk_seconds": 60,
         "agent": "Maija", "subject": None, "csat_score": 4, **same},
        {"arrived_at": AT.replace(month=1), "channel": "phone", "direction": "inbound",
         "outcome": "handled", "is_void": True, "wait_seconds": 1, "talk_seconds": 2,
         "agent": "Test", "subject": None, "csat_score": None, **same},
    ]  # fmt: skip
    return pl.DataFrame(rows)


def test_test_calls_are_in_no_fact_of_a_history() -> None:
    facts = customer.summary(history(), HELSINKI)

    assert (facts.contacts, facts.tests, facts.open, facts.people) == (2, 1, 1, 1)
    assert facts.channels == ((Channel.CHAT, 1), (Channel.PHONE, 1))
    assert facts.scores == (4,)
    assert facts.first_at == datetime.fromisoformat("2026-02-02T08:00")


def test_a_visit_keeps_what_is_not_known_unknown() -> None:
    newest, older, test = customer.visits(history(), HELSINKI)

    assert (newest.outcome, newest.wait_seconds, newest.subject) == (Outcome.OPEN, None, "invoice")
    assert older.is_outbound
    assert older.subject == "Order 1"
    assert test.is_test


def test_an_empty_history_has_no_first_contact() -> None:
    assert customer.summary(history().clear(), HELSINKI).first_at is None
