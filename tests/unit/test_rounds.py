"""Who waited for whom in a written conversation."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import accumulate

from hypothesis import given
from hypothesis import strategies as st

from ccdash.rounds import Rounds, Said, rounds
from ccdash.vocabulary import Author

START = datetime(2026, 3, 2, 9, tzinfo=UTC)
C, A, B = Author.CUSTOMER, Author.AGENT, Author.BOT


def said(*told: tuple[int, Author]) -> list[Said]:
    return [(START + timedelta(seconds=at), author) for at, author in told]


def one(*told: tuple[int, Author]) -> Rounds:
    [found] = rounds([said(*told)])
    return found


def test_the_customer_waits_from_the_first_message_that_nobody_has_answered():
    found = one((0, C), (50, C), (80, B), (100, A), (130, A), (190, C), (200, A))
    assert (found.waits, found.next_waits, found.we_waited) == ((100, 10), (10,), 60)
    assert (found.waits_for, found.since) == (C, START + timedelta(seconds=200))


def test_what_nobody_has_answered_waits_for_us_and_a_bot_answers_nothing():
    found = one((0, C), (5, B))
    assert (found.answered, found.waits_for, found.since) == (0, A, START)
    assert one((0, B)).waits_for is None


def test_who_asks_in_one_queue_and_is_answered_in_the_next_waited_all_that_time():
    asked, answered = rounds([said((0, C), (10, A), (20, C)), said((90, A), (95, C), (99, A))])
    assert (asked.waits, asked.next_waits, asked.waits_for) == ((10,), (), A)
    assert (answered.waits, answered.next_waits) == ((70, 4), (70, 4))


def test_the_first_answer_of_a_conversation_may_be_in_a_later_part():
    asked, answered = rounds([said((0, C), (1, B)), said((60, A), (70, C), (75, A))])
    assert (asked.answered, asked.following) == (0, 0)
    assert (answered.waits, answered.next_waits) == ((60, 5), (5,))


@given(
    st.lists(st.tuples(st.integers(0, 60), st.sampled_from(Author)), max_size=12),
    st.integers(0, 12),
)
def test_all_time_between_the_first_and_the_last_written_word_is_waited_by_one_of_the_two(
    steps, border
):
    told = said(*zip(accumulate(gap for gap, _ in steps), (by for _, by in steps), strict=True))
    [whole], parts = rounds([told]), rounds([told[:border], told[border:]])
    people = [at for at, author in told if author is not B]
    length = int((people[-1] - people[0]).total_seconds()) if people else 0
    assert 0 <= sum(whole.waits) + whole.we_waited <= length
    assert whole.following == max(0, whole.answered - 1)
    for name in ("waits", "next_waits"):
        assert sum((getattr(part, name) for part in parts), ()) == getattr(whole, name)
    assert (parts[-1].waits_for, parts[-1].since) == (whole.waits_for, whole.since)
