"""Good moment for a break: how many may be out, when, and when nothing can be said."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccdash.i18n import translator
from ccdash.thresholds import Thresholds
from ccdash.ui.break_advice import _card as card
from ccdash.ui.break_advice import break_advice
from ccdash.ui.look import Look
from ccdash.views import outlook
from ccdash.views.board import PersonNow
from ccdash.views.breaks import BreakAdvice, CannotSay, Goal, Situation, advice
from ccdash.views.crews import Skills, skilled
from ccdash.views.outlook import Expected, Work, busier
from ccdash.views.staffing import Demand, erlang_a
from ccdash.vocabulary import Channel, Intent, Load

NOON = datetime(2026, 3, 2, 12, 7, tzinfo=UTC)
STARTS = tuple(datetime(2026, 3, 2, 12, tzinfo=UTC) + place * timedelta(minutes=15)
               for place in range(9))  # fmt: skip
SALES, CHAT = ("phone", "sales"), ("chat", "chat")
GOAL = Goal(0.8, 20)


def one(name: str, team: str = "a", intent: Intent = Intent.AVAILABLE, **more: object) -> PersonNow:
    of = {"load": Load.IDLE, "reason": None, "contacts": 0, "channel": None, "seconds": 0} | more
    return PersonNow(name=name, team=team, intent=intent, handled_today=0, agent_id=name, **of)


def skills(*rows: tuple[str, str, str, str, int]) -> Skills:
    schema = {"agent_id": pl.String, "team": pl.String, "channel": pl.String, "queue": pl.String,
              "answered": pl.Int64}  # fmt: skip
    return skilled(pl.DataFrame(list(rows), schema=schema, orient="row"))


def of_phones(*names: str, team: str = "a") -> list[tuple[str, str, str, str, int]]:
    return [(name, team, *SALES, 50) for name in names]


WORK = Work({SALES: 300.0, CHAT: 600.0}, {SALES: (30_000, 100), CHAT: (30_000, 100)}, {}, {})
FIVE = ["p1", "p2", "p3", "p4", "p5"]


def limit(of: PersonNow) -> float | None:
    return 2700 if of.intent is Intent.BREAK else None


def situation(**more: object) -> Situation:
    """Five people on the telephone; twelve calls of five minutes in every half hour."""
    of = {
        "at": NOON, "people": [one(name) for name in FIVE], "waiting": {},
        "skills": skills(*of_phones(*FIVE)), "expected": Expected(STARTS, ({SALES: 12.0},) * 9),
        "busier": {}, "work": WORK, "goal": lambda _: GOAL, "limit": limit,
    } | more  # fmt: skip
    return Situation(**of)


def levels_of(people: int, calls: float = 12.0) -> list[float]:
    demand = Demand(calls / 1800, 300, 300)
    return [erlang_a(demand, people - out, 20).in_target for out in range(people + 1)]


# How many -----------------------------------------------------------------------------------------


def test_as_many_may_be_out_as_leave_the_target_met_and_no_more() -> None:
    found = advice(situation())[0]

    assert levels_of(5)[found.may_be_out] >= 0.8 > levels_of(5)[found.may_be_out + 1]
    assert (found.people, found.are_out, found.is_good_now) == (5, 0, True)
    assert found.limiting == (Channel.PHONE,)
    assert found.channels[0].levels == pytest.approx(levels_of(5)[: found.may_be_out + 2])


def test_who_is_out_counts_among_those_who_may_be() -> None:
    away = [one("p1", intent=Intent.BREAK), one("p2", intent=Intent.MEETING)]
    found = advice(situation(people=[*away, *(one(name) for name in FIVE[2:])]))[0]

    assert (found.people, found.are_out) == (5, 2)
    assert found.may_be_out == advice(situation())[0].may_be_out


def test_who_waits_comes_on_top_of_who_is_expected() -> None:
    found = advice(situation(waiting={SALES: 6}))[0]

    assert found.channels[0].arrivals == 18
    assert found.channels[0].levels[0] == pytest.approx(levels_of(5, 18)[0])


def test_a_day_that_is_busier_than_chance_makes_it_raises_what_is_expected() -> None:
    phone = (str(Channel.PHONE), None)
    assert busier({phone: 30}, {phone: 20.0}) == {"phone": 1.5}
    assert busier({phone: 28}, {phone: 20.0}) == {}
    assert busier({phone: 5}, {phone: 20.0}) == {}

    assert advice(situation(busier={"phone": 1.5}))[0].channels[0].arrivals == 18


def test_a_team_has_its_part_of_what_comes_by_who_of_it_is_here() -> None:
    others = [one("q1", "b"), one("q2", "b", Intent.OFFLINE)]
    now = situation(
        people=[*(one(name) for name in FIVE[:3]), *others],
        skills=skills(*of_phones(*FIVE), *of_phones("q1", "q2", team="b")),
    )
    a, b = advice(now)

    assert [a.channels[0].arrivals, b.channels[0].arrivals] == pytest.approx([9, 3])


def test_who_is_at_work_counts_as_here_and_who_takes_no_live_contacts_does_not() -> None:
    talking = one("p1", load=Load.ON_CONTACT, channel=Channel.PHONE, contacts=1)
    writes = [("w", "a", "email", "mail", 9)]
    people = [talking, one("w"), *(one(name) for name in FIVE[1:])]
    found = advice(situation(people=people, skills=skills(*of_phones(*FIVE), *writes)))[0]

    assert (found.people, found.channels[0].people, found.channels[0].free) == (5, 5, 4)


def test_of_two_channels_each_must_hold_alone_and_all_together() -> None:
    both = [(name, "a", *line, 50) for name in FIVE for line in (SALES, CHAT)]
    expected = Expected(STARTS, ({SALES: 6.0, CHAT: 3.0},) * 9)
    found = advice(situation(skills=skills(*both), expected=expected))[0]
    together = erlang_a(Demand(9 / 1800, 400, 300), 5, 20).in_target

    assert [one.levels[0] for one in found.channels] == pytest.approx([together] * 2)


def test_every_channel_that_would_miss_its_target_is_named() -> None:
    both = [(name, "a", *line, 50) for name in FIVE for line in (SALES, CHAT)]
    expected = Expected(STARTS, ({SALES: 6.0, CHAT: 3.0},) * 9)
    found = advice(situation(skills=skills(*both), expected=expected))[0]
    missed = {one.channel for one in found.channels if one.levels[-1] < one.goal.share}

    assert set(found.limiting) == missed == {Channel.PHONE, Channel.CHAT}
    text = break_advice(found, LOOK).text
    assert re.search(r"out (Phone and Chat|Chat and Phone) would miss", text)
    assert "Below the target" in text
    assert "Over the limit" not in text


def test_several_chats_at_once_take_less_of_a_persons_time() -> None:
    chats = skills(*((name, "a", *CHAT, 50) for name in FIVE))
    now = situation(skills=chats, expected=Expected(STARTS, ({CHAT: 12.0},) * 9))
    double = replace(now, work=replace(WORK, chats=dict.fromkeys(FIVE, 2)))

    assert [advice(one)[0].channels[0].handling for one in (now, double)] == [600, 300]


@given(
    st.integers(1, 12), st.floats(0.1, 120), st.integers(0, 5), st.floats(60, 1500)
)  # fmt: skip
def test_more_work_never_lets_more_out_and_one_more_person_never_fewer(many, calls, waits, seconds):
    def most(people: int, come: float, handling: float) -> int:
        names = [f"p{number}" for number in range(people)]
        found = advice(
            situation(
                people=[one(name) for name in names], skills=skills(*of_phones(*names)),
                expected=Expected(STARTS, ({SALES: come},) * 9), waiting={SALES: waits},
                work=replace(WORK, handling={SALES: handling}),
            )
        )  # fmt: skip
        return found[0].may_be_out

    usual = most(many, calls, seconds)
    assert 0 <= usual <= many
    assert most(many, calls * 1.3, seconds) <= usual
    assert most(many, calls, seconds * 1.3) <= usual
    assert most(many + 1, calls, seconds) >= usual


# When ---------------------------------------------------------------------------------------------


def test_the_next_good_time_is_the_first_run_of_half_hours_in_which_one_more_may_go() -> None:
    calls = [60.0, 60, 60, 12, 12, 60, 12, 12, 12]
    expected = Expected(STARTS, tuple({SALES: many} for many in calls))
    found = advice(situation(expected=expected))[0]

    assert not found.is_good_now
    assert found.slot is not None
    assert (found.slot.start, found.slot.end) == (STARTS[3], STARTS[4] + timedelta(minutes=30))


def test_a_good_time_that_runs_is_told_with_its_end() -> None:
    expected = Expected(STARTS, ({SALES: 12.0},) * 2 + ({SALES: 60.0},) * 7)
    found = advice(situation(expected=expected))[0]

    assert found.slot is not None
    assert (found.slot.start, found.slot.end) == (STARTS[0], STARTS[1] + timedelta(minutes=30))


def test_where_no_time_is_good_none_is_told() -> None:
    found = advice(situation(expected=Expected(STARTS, ({SALES: 90.0},) * 9)))[0]

    assert (found.may_be_out, found.slot) == (0, None)


def test_who_is_out_returns_after_the_usual_time_of_the_reason_or_its_limit() -> None:
    since = NOON - timedelta(minutes=10)
    people = [
        one("p1", intent=Intent.BREAK, reason="coffee", since=since),
        one("p2", intent=Intent.BREAK, reason="lunch", since=since),
        one("p3", intent=Intent.TRAINING, reason="course", since=since),
        *(one(name) for name in FIVE[3:]),
    ]
    work = replace(WORK, lengths={("break", "coffee"): 780.0})
    found = advice(situation(people=people, work=work))[0]

    assert [(each.name, each.at) for each in found.returning] == [
        ("p1", NOON + timedelta(minutes=3)),
        ("p2", NOON + timedelta(minutes=35)),
        ("p3", None),
    ]


# Cannot say ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ({"expected": Expected(STARTS, None)}, CannotSay.HISTORY_TOO_SHORT),
        ({"people": [one("p1", intent=Intent.UNKNOWN)]}, CannotSay.STATES_UNKNOWN),
        ({"skills": skills(("p1", "a", "email", "mail", 9))}, CannotSay.NO_LIVE_CHANNEL),
        ({"skills": skills(("p1", "a", "email", "mail", 90), ("p1", "a", *SALES, 9))},
         CannotSay.NO_LIVE_CHANNEL),
        ({"work": replace(WORK, handling={})}, CannotSay.HANDLING_UNKNOWN),
    ],
)  # fmt: skip
def test_without_what_it_is_made_of_nothing_is_said_but_why(more, reason) -> None:
    found = advice(situation(**more))[0]

    assert (found.cannot_say, found.channels, found.slot) == (reason, (), None)


# What usually comes -------------------------------------------------------------------------------


def quarters(*rows: tuple[int, int, str, int]) -> pl.DataFrame:
    """(weeks_ago, minute, queue, offered)"""
    schema = {"weeks_ago": pl.Int64, "minute": pl.Int64, "queue": pl.String, "offered": pl.Int64}
    return pl.DataFrame(list(rows), schema=schema, orient="row").with_columns(
        pl.lit("phone").alias("channel"), pl.lit(0, pl.Int64).alias("still_waiting")
    )


def test_what_is_usual_for_a_channel_is_divided_as_its_queues_had_it() -> None:
    rows = [(week, 720, "sales", 9) for week in range(1, 5)] + [(1, 735, "small", 4)]
    found = outlook.expected(quarters(*rows), range(1, 5), NOON, ZoneInfo("UTC"))

    assert found.starts == STARTS
    assert found.arrivals is not None
    assert found.arrivals[0] == pytest.approx({SALES: 9 * 0.9, ("phone", "small"): 9 * 0.1})
    assert found.arrivals[2] == {}


def test_three_known_weeks_are_too_few_and_the_day_ends_at_midnight() -> None:
    late = NOON.replace(hour=23)

    assert outlook.expected(quarters(), range(1, 4), NOON, ZoneInfo("UTC")).arrivals is None
    assert len(outlook.expected(quarters(), range(1, 5), late, ZoneInfo("UTC")).starts) == 4


def test_patience_is_all_waiting_by_those_who_gave_up_and_of_too_few_without_end() -> None:
    few = replace(WORK, waits={SALES: (3000, 29)})

    assert WORK.patience([SALES, ("phone", "new")]) == 300
    assert few.patience([SALES]) == float("inf")


# The card -----------------------------------------------------------------------------------------

LOOK = Look(translator("en"), ZoneInfo("UTC"), Thresholds())


def test_what_is_true_of_all_teams_is_said_once() -> None:
    none, short = CannotSay.NO_LIVE_CHANNEL, CannotSay.HISTORY_TOO_SHORT
    mixed = [BreakAdvice("a", cannot_say=short), BreakAdvice("b", cannot_say=none)]

    assert "Cannot say yet" in card(mixed, LOOK).text
    assert "<li" not in card(mixed, LOOK).text
    assert "nobody here takes calls or chats" in card(mixed[1:], LOOK).text
    assert card([*mixed, advice(situation())[0]], LOOK).text.count("<h3") == 3


def test_time_that_passes_changes_no_word_of_an_advice() -> None:
    now = situation(people=[one("p1", intent=Intent.BREAK, since=NOON), *map(one, FIVE[1:])])
    later = replace(now, at=NOON + timedelta(minutes=2))
    texts = {break_advice(advice(each)[0], LOOK).text for each in (now, later)}

    assert len(texts) == 1
    assert "returns at about 12:52" in texts.pop()
