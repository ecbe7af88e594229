"""What the search box finds beyond contact details."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import insert

from ccdash.schema import case, customer, source
from ccdash.store import finding
from tests import made_up

AT = datetime(2026, 3, 1, tzinfo=UTC)


def test_a_customer_is_found_by_a_part_of_the_name_and_a_percent_sign_is_one(store) -> None:
    with store.transaction() as connection:
        rows = [{"customer_id": 1, "name": "Elina Mäki"}, {"customer_id": 2, "name": "100 % Oy"}]
        connection.execute(insert(customer), rows)

    assert finding.by_name(store, "mäki", 6).rows() == [("1", "Elina Mäki")]
    assert finding.by_name(store, "0 %", 6)["name"].to_list() == ["100 % Oy"]
    assert finding.by_name(store, "%", 6).height == 1


def test_a_case_is_found_by_the_key_of_its_source(store) -> None:
    with store.transaction() as connection:
        connection.execute(insert(source).values(source="crm", first_heard_at=AT))
        told = {"source": "crm", "key": "C-17", "customer_id": 1, "queue_id": 0, "opened_at": AT}
        connection.execute(
            insert(case).values(case_id=1, subject="invoice", reopened_count=0, **told)
        )

    assert finding.cases(store, "C-17", 6).rows() == [("C-17", "1", "invoice")]
    assert finding.cases(store, "C-1", 6).is_empty()


def test_digits_are_of_a_number_and_not_of_other_text() -> None:
    assert finding.digits("••• 815") == "815"
    assert finding.digits("+358 (40) 555-0101") == "358405550101"
    assert finding.digits("room 815") == finding.digits("815@example.com") == ""


def test_a_customer_is_found_by_the_end_of_a_number_of_at_least_three_digits(store) -> None:
    made_up.fill(store, made_up.instant())

    by_end = finding.people_called(store, "0101", None, 6)

    assert by_end["identities"].str.contains("0101").all()
    assert by_end.height == 1
    assert finding.people_called(store, "01", None, 6).is_empty()
    assert finding.people_called(store, "0102", None, 6).is_empty()


def test_whoever_came_last_is_the_first_of_those_whose_number_ends_so(store) -> None:
    made_up.fill(store, made_up.instant())

    both = finding.by_end(store, "303", 6)

    assert both.height == 2
    assert both["last_at"].is_sorted(descending=True)
    assert finding.by_end(store, "303", 1).height == 1
