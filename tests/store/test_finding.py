"""What the search box finds beyond contact details."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import insert

from ccdash.schema import case, customer, source
from ccdash.store import finding

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
