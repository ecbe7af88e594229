"""Which contacts of a person are about the same thing, and what people decide about it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from ccdash.ingest import matters
from ccdash.ingest.matters import Decided, Part, Placed, placed

START = datetime(2026, 3, 2, 9, tzinfo=UTC)


def part(number: int, day: float, **more: object) -> Part:
    told = {"root_id": number, "case_id": None, "subject": "invoice", "family": 1} | more
    return Part(7, number, START + timedelta(days=day), **told)


def groups(rows: list[Placed]) -> list[set[int]]:
    """The contacts of each matter that has rows, in the order of their numbers."""
    found: dict[int, set[int]] = {}
    for row in rows:
        found.setdefault(row.matter_id, set()).add(row.contact_id)
    return sorted(found.values(), key=min)


def together(*parts: Part, decided: dict[int, Decided] | None = None) -> list[set[int]]:
    return groups(placed(parts, decided or {}))


def test_a_subject_counts_before_the_queues_and_the_queues_where_none_is_known() -> None:
    assert together(part(1, 0), part(2, 1, subject=" INVOICE", family=2)) == [{1, 2}]
    assert together(part(1, 0), part(2, 1, subject="return")) == []
    assert together(part(1, 0), part(2, 1, subject=None)) == [{1, 2}]
    assert together(part(1, 0), part(2, 1, subject=None, family=2)) == []
    assert together(part(1, 0, subject=None, family=None), part(2, 1, family=None)) == []


def test_a_matter_goes_on_for_seven_days_after_its_last_contact() -> None:
    assert together(part(1, 0), part(2, 6.9), part(3, 13.8)) == [{1, 2, 3}]
    assert together(part(1, 0), part(2, 7)) == []


def test_a_case_of_the_source_is_one_matter_however_late_and_two_cases_are_two() -> None:
    late = part(3, 90, case_id=50, subject="other")
    assert together(part(1, 0, case_id=50), part(2, 1, case_id=60), late) == [{1, 3}, {2}]
    rows = placed([part(1, 0), part(2, 1, case_id=50)], {})
    assert [(row.matter_id, row.how) for row in rows] == [(50, "begins"), (50, "rule")]


def test_the_parts_of_one_conversation_stay_together() -> None:
    leg = part(2, 8, root_id=1, subject="return", family=3)
    assert together(part(1, 0), leg) == [{1, 2}]
    assert together(part(1, 0), leg, part(3, 1), decided={2: Decided(1, None)}) == [{1, 2, 3}]


def test_who_is_told_to_begin_a_matter_does_and_later_ones_may_follow() -> None:
    four = [part(number, number, case_id=50) for number in (1, 2, 3)] + [part(4, 4)]
    assert together(*four, decided={2: Decided(1, None)}) == [{1, 3, 4}]
    assert together(*four, decided={3: Decided(1, None)}) == [{1, 2}, {3, 4}]
    assert together(*four, decided={1: Decided(1, None)}) == [{2, 3, 4}]


def test_a_contact_joins_the_matter_of_an_earlier_or_a_later_one_and_the_newest_word_counts() -> (
    None
):
    three = [part(1, 0), part(2, 20, subject="return"), part(3, 40)]
    assert together(*three, decided={2: Decided(1, 1)}) == [{1, 2}]
    assert together(*three, decided={1: Decided(1, 3)}) == [{1, 3}]
    assert together(*three, decided={1: Decided(1, 2), 2: Decided(2, 1)}) == [{1, 2}]
    assert together(*three, decided={1: Decided(1, 99)}) == []
    assert {row.how for row in placed(three[:2], {2: Decided(1, 1)})} == {"begins", "decision"}


@given(st.randoms(use_true_random=False))
def test_in_any_order_there_are_the_same_matters_and_none_has_two_cases(random: Random) -> None:
    parts = [
        part(
            number,
            random.random() * 40,
            root_id=random.choice((number, number, 1)),
            case_id=random.choice((None, None, 50, 60)),
            subject=random.choice((None, "a", "b")),
            family=random.choice((None, 1, 2)),
        )
        for number in range(1, 15)
    ]
    rows = placed(parts, {})
    random.shuffle(parts)
    assert placed(parts, {}) == rows
    first_case = {}
    for one in sorted(parts, key=lambda one: (one.arrived_at, one.contact_id)):
        if one.case_id is not None:
            first_case.setdefault(one.root_id, one.case_id)
    for its in groups(rows):
        cases = {
            first_case[one.root_id]
            for one in parts
            if one.contact_id in its
            if one.root_id in first_case
        }
        assert len(cases) <= 1


def test_of_a_thousand_matters_at_once_few_are_looked_at(monkeypatch) -> None:
    looked, takes = [], matters._Matter.takes
    monkeypatch.setattr(matters._Matter, "takes", lambda *both: looked.append(1) or takes(*both))
    for told in ({}, {"case_id": 0}, {"subject": None}, {"subject": None, "case_id": 0}):
        parts = [
            part(n, n / 1000, **told | ({"case_id": n // 2} if "case_id" in told else {}))
            for n in range(1, 1000)
        ] + [part(n, n / 1000, subject=f"about {n}") for n in range(1000, 2000)]
        looked.clear()
        placed(parts, {})
        assert len(looked) < 3 * len(parts)
