"""How sure it is that contact details are one person's."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import polars as pl

from ccdash.views.recognition import Detail, Strength, Told, details
from ccdash.vocabulary import IdentityKind, LinkedBy

AT = datetime(2026, 3, 2, 22, tzinfo=UTC)
HELSINKI = ZoneInfo("Europe/Helsinki")
LINKS = {"kind": pl.String, "value": pl.String, "how": pl.String, "with_kind": pl.String}


def read(
    *known: tuple[str, str, bool, int], links: tuple[tuple[object, ...], ...] = ()
) -> list[Detail]:
    rows = [
        {
            "kind": kind, "value": value, "customer_id": number, "sources": "demo",
            "is_verified": is_verified, "is_linked": True, "people": people,
        }
        for number, (kind, value, is_verified, people) in enumerate(known, 1)
    ]  # fmt: skip
    given = {("phone", "+358401"): (3, AT, AT)}
    return details(
        Told(pl.DataFrame(rows), pl.DataFrame(links, LINKS, orient="row"), given), HELSINKI
    )


def test_the_surest_detail_comes_first_and_what_nobody_verified_is_weak() -> None:
    found = read(
        ("phone", "+358401", True, 1), ("customer_number", "17", True, 0),
        ("email", "a@example.com", False, 1), ("email", "b@example.com", True, 1),
    )  # fmt: skip

    assert [(one.kind, one.strength) for one in found] == [
        (IdentityKind.CUSTOMER_NUMBER, Strength.CERTAIN),
        (IdentityKind.EMAIL, Strength.WEAK),
        (IdentityKind.EMAIL, Strength.STRONG),
        (IdentityKind.PHONE, Strength.FAIR),
    ]


def test_a_detail_that_may_mean_two_people_is_shared_however_well_verified() -> None:
    [one] = read(("email", "office@example.com", True, 2))

    assert (one.strength, one.people) == (Strength.SHARED, 2)


def test_how_a_detail_was_joined_is_told_and_one_that_joins_nobody_has_no_how() -> None:
    links = (
        ("customer_number", "17", "itself", None), ("phone", "+358401", "told", "customer_number")
    )  # fmt: skip
    number, phone, handle = read(
        ("customer_number", "17", True, 0), ("phone", "+358401", True, 1),
        ("handle", "@a", False, 1), links=links,
    )  # fmt: skip

    assert (number.how, number.is_by_rule) == (LinkedBy.ITSELF, False)
    assert (phone.how, phone.verified_with) == (LinkedBy.TOLD, IdentityKind.CUSTOMER_NUMBER)
    assert phone.is_by_rule
    assert (phone.contacts, phone.first) == (3, datetime.fromisoformat("2026-03-03"))
    assert (handle.how, handle.contacts, handle.first) == (None, 0, None)
