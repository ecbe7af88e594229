"""A customer's contacts as lanes over time."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from ccdash.views.customer import Case, Visit, asked_again
from ccdash.views.lanes import LABEL, TICK, TOUCH, Mark, lanes, places
from ccdash.vocabulary import Channel, Outcome

AT = datetime.fromisoformat("2026-03-02T08:00")
ONE = Visit(
    number=1, customer_id=7, arrived=AT,
    channel=Channel.PHONE, outcome=Outcome.HANDLED, is_outbound=False, is_test=False,
    is_transferred=False, continues_another=False, waiting_seconds=None, wait_seconds=3,
    talk_seconds=60, agent="Aino", queue="Support", contact_point=None, subject=None, case=None,
    csat_score=None, oddity=None,
)  # fmt: skip
CASES = (None, Case("k1", "Order 1", is_resolved=False, reopened=0), Case("k2", None, True, 1))
MATTERS = {CASES[1]: 11, CASES[2]: 12}
"""Of each case, as the store keeps it."""
INSTANTS = st.integers(0, 1_000_000).map(lambda minutes: AT + timedelta(minutes=minutes))


@st.composite
def histories(draw: st.DrawFn, least: int = 0) -> list[Visit]:
    """Newest first."""
    arrivals = draw(st.lists(INSTANTS, min_size=least, max_size=60))
    return [
        replace(
            ONE, number=number, arrived=at, case=(case := draw(st.sampled_from(CASES))),
            matter=MATTERS.get(case) or draw(st.sampled_from((None, 1, 2))),
            subject=draw(st.sampled_from((None, "invoice", "login"))),
            agent=draw(st.sampled_from((None, "Aino", "Timo"))),
        )
        for number, at in enumerate(sorted(arrivals, reverse=True))
    ]  # fmt: skip


def visit(
    day: float, subject: str | None = None, case: Case | None = None, matter: int | None = None
) -> Visit:
    of = matter if case is None else MATTERS.get(case, 13)
    at = AT + timedelta(days=day)
    return replace(ONE, number=int(day * 100), arrived=at, subject=subject, case=case, matter=of)


def label(mark: Mark) -> tuple[float, float]:
    if mark.is_flipped:
        return mark.at - mark.room, mark.at + TOUCH
    return mark.at, mark.at + mark.room


@given(histories())
def test_every_contact_is_in_one_lane_and_one_mark(told) -> None:
    drawn = lanes(told).lanes

    assert sorted(id(v) for lane in drawn for v in lane.visits) == sorted(map(id, told))
    assert sorted(id(v) for lane in drawn for m in lane.marks for v in m.visits) == sorted(
        map(id, told)
    )


@given(histories())
def test_no_label_covers_another_and_none_leaves_the_lane(told) -> None:
    for lane in lanes(told).lanes:
        labels = [label(mark) for mark in lane.marks if mark.room]
        assert labels
        assert all(a >= -1e-9 and b - a >= LABEL - 1e-9 for a, b in labels)
        assert all(b <= a + 1e-9 for (_, b), (a, _) in pairwise(labels))
        assert labels[-1][1] <= 1.01


def test_a_label_has_all_the_room_until_the_next_one() -> None:
    (alone,) = lanes([visit(0, matter=1)]).lanes
    (two,) = lanes([visit(90, matter=1), visit(0, matter=1)]).lanes

    assert alone.marks[0].room == 1
    assert two.marks[0].room == two.marks[1].room == two.marks[1].at / 2


@given(histories())
def test_no_mark_covers_another(told) -> None:
    for lane in lanes(told).lanes:
        assert all(b.at - a.at >= TOUCH for a, b in pairwise(lane.marks))


@given(histories())
def test_days_on_the_axis_stand_apart(told) -> None:
    assert all(b[0] - a[0] >= TICK for a, b in pairwise(lanes(told).ticks))


@given(st.lists(INSTANTS).map(sorted))
def test_the_axis_keeps_the_order_and_stays_inside(arrivals) -> None:
    found = places(arrivals)

    assert found == sorted(found)
    assert len(found) == len(arrivals)
    assert all(0 <= one < 1 for one in found)


def test_silence_is_shortened_so_that_a_busy_morning_is_told_apart() -> None:
    first, second, third = places([AT, AT + timedelta(minutes=9), AT + timedelta(days=400)])

    assert second - first > 0.2
    assert third - second > second - first


def test_contacts_of_a_case_are_one_lane_however_far_apart() -> None:
    (lane,) = lanes([visit(200, "b", CASES[1]), visit(0, "a", CASES[1])]).lanes

    assert (lane.case, lane.subject, lane.is_open) == (CASES[1], "b", True)


def test_a_matter_is_open_while_a_contact_of_it_is() -> None:
    told = [replace(visit(9, matter=5), outcome=Outcome.OPEN), visit(0, matter=5)]

    assert [one.is_open for one in lanes(told).lanes] == [True]
    assert [one.is_open for one in lanes(told[1:]).lanes] == [False]


def test_open_contacts_that_stand_alone_are_as_many_open_matters() -> None:
    told = [replace(visit(day), outcome=Outcome.OPEN) for day in (9, 4)]

    assert lanes([*told, visit(2), visit(1, case=CASES[1])]).open == 3


def test_a_matter_is_a_lane_and_what_stands_alone_is_one_lane_together() -> None:
    told = [visit(60, "login"), visit(3, "login", matter=5), visit(0, "login", matter=5), visit(0)]

    drawn = lanes(told)
    login, others = drawn.lanes

    assert (login.number, login.subject, len(login.visits)) == (5, "login", 2)
    assert (others.is_matter, others.subject, len(others.visits)) == (False, None, 2)
    assert drawn.count == 3


def test_who_comes_again_on_another_channel_or_to_another_person_was_asked_again() -> None:
    first, same = visit(0, matter=5), visit(1, matter=5)
    other_person = replace(visit(2, matter=5), agent="Timo")
    other_channel = replace(visit(3, matter=5), agent="Timo", channel=Channel.CHAT)
    other_matter = replace(visit(4, matter=6), agent="Outi")
    told = [other_matter, other_channel, other_person, same, first]

    assert asked_again(told) == {other_person.number, other_channel.number}


def test_nobody_is_asked_again_by_a_leg_by_our_own_call_or_while_nobody_listens() -> None:
    first = visit(0, matter=5)
    leg = replace(visit(1, matter=5), agent="Timo", continues_another=True)
    ours = replace(visit(2, matter=5), agent="Outi", is_outbound=True)
    gave_up = replace(visit(3, matter=5), agent=None, outcome=Outcome.ABANDONED)

    assert not asked_again([gave_up, ours, leg, first])


def test_open_matters_come_first_and_are_the_headline() -> None:
    closed = [visit(day, "x", CASES[2]) for day in (30, 29, 28)]
    told = [*closed, visit(1, "y", CASES[1]), visit(0, "y", CASES[1])]

    drawn = lanes(told)

    assert [one.case for one in drawn.lanes] == [CASES[1], CASES[2]]
    assert drawn.busiest is drawn.lanes[0]


def test_a_contact_that_goes_on_from_another_is_joined_to_it() -> None:
    later = replace(visit(1, "login", matter=5), continues_another=True)

    (lane,) = lanes([later, visit(0, "login", matter=5)]).lanes

    assert lane.links == ((lane.marks[0].at, lane.marks[1].at),)


def test_test_calls_are_in_no_lane() -> None:
    assert lanes([replace(ONE, is_test=True)]).lanes == ()
