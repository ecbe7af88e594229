"""What is typed into the search of a list, taken apart."""

from __future__ import annotations

from datetime import time

import pytest

from ccdash.store.searching import LONGEST, MOST_WORDS, Sought, needles


@pytest.mark.parametrize(
    ("text", "days", "clocks", "words"),
    [
        ("14:05", [], ["14:05"], []),
        ("14.05", [], ["14:05"], []),
        ("12.3. 14:05", [(None, 3, 12)], ["14:05"], []),
        ("12.3.2026", [(2026, 3, 12)], [], []),
        ("2026-03-12", [(2026, 3, 12)], [], []),
        ("12/3", [(None, 3, 12)], [], []),
        ("15 Oct 16:58", [(None, 10, 15)], ["16:58"], []),
        ("5. maaliskuuta", [(None, 3, 5)], [], []),
        ("5 mars", [(None, 3, 5)], [], []),
        ("5. marraskuuta", [(None, 11, 5)], [], []),
        ("31.2.", [], [], ["31.2."]),
        ("25:99", [], [], ["25:99"]),
        ("Sofia lasku 9:05", [], ["09:05"], ["Sofia", "lasku"]),
        ("040 123 4567 lasku", [], [], ["040 123 4567", "lasku"]),
        ("+358 (0)40-123 4567", [], [], ["+358 (0)40-123 4567"]),
        ('"two words" inc-7', [], [], ["two words", "inc-7"]),
        ("••• 815", [], [], ["815"]),
        ("INC-2026-01-05 2026-01-05", [(2026, 1, 5)], [], ["INC-2026-01-05"]),
        ("CASE-14:05 9:30-B a5.3.2026", [], [], ["CASE-14:05", "9:30-B", "a5.3.2026"]),
        ("", [], [], []),
    ],
)
def test_times_are_told_from_words_as_the_screens_write_them(text, days, clocks, words) -> None:
    sought = Sought.read(text)

    assert list(sought.days) == days
    assert list(sought.clocks) == [time.fromisoformat(one) for one in clocks]
    assert list(sought.words) == words


def test_a_very_long_text_is_looked_for_in_part() -> None:
    assert len(Sought.read("word " * 500).words) == MOST_WORDS
    assert len(Sought.read("x" * 5000).words[0]) == LONGEST


def test_of_a_number_the_end_that_is_not_masked_is_marked() -> None:
    assert needles("040 123 4567 15 Oct") == ("040 123 4567", "15 Oct", "567")
