"""Who waited for whom in a written conversation."""

from __future__ import annotations

from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from ccdash.views.rounds import Line, rounds
from ccdash.vocabulary import Author

START = datetime(2026, 3, 2, 9)  # noqa: DTZ001  a wall clock
C, A, B = Author.CUSTOMER, Author.AGENT, Author.BOT


def said(*told: tuple[int, Author]) -> list[Line]:
    return [Line(START + timedelta(seconds=at), author, None, None) for at, author in told]


def test_the_customer_waits_from_the_first_message_that_nobody_has_answered():
    found = rounds(said((0, C), (50, C), (80, B), (100, A), (130, A), (190, C), (200, A)))
    assert (found.answered, found.customer_waited, found.we_waited) == (2, 110, 60)
    assert (found.waits_for, found.since) == (C, START + timedelta(seconds=200))


def test_what_nobody_has_answered_waits_for_us_and_a_bot_answers_nothing():
    found = rounds(said((0, C), (5, B)))
    assert (found.answered, found.waits_for, found.since) == (0, A, START)
    assert rounds(said((0, B))).waits_for is None


@given(st.lists(st.tuples(st.integers(0, 60), st.sampled_from(Author)), max_size=12))
def test_all_time_between_the_first_and_the_last_written_word_is_waited_by_one_of_the_two(steps):
    at, told = 0, []
    for gap, author in steps:
        at += gap
        told.append((at, author))
    found = rounds(said(*told))
    people = [at for at, author in told if author is not B]
    whole = people[-1] - people[0] if people else 0
    assert 0 <= found.customer_waited + found.we_waited <= whole
    assert found.answered <= sum(author is A for _, author in told)
