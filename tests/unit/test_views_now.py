"""The floor beside what it is held against: parts, the last hour, what is usual, teams."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import polars as pl
import pytest

from ccdash.views import hour, parts
from ccdash.views import scope as scopes
from ccdash.views.board import Place
from ccdash.views.hour import SUMS
from ccdash.views.scope import Here, Part, Scope
from ccdash.views.team import Day, teams
from ccdash.views.usual import usual, usually_out
from ccdash.vocabulary import Channel, Intent, Load

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
INSTANT = pl.Datetime("us", "UTC")


def at(minutes: float) -> datetime:
    return NOON + timedelta(minutes=minutes)


# Parts --------------------------------------------------------------------------------------------


def sums(*rows: tuple[str, str, int, int]) -> pl.DataFrame:
    """(channel, queue, offered, still_waiting)"""
    schema = {"channel": pl.String, "queue": pl.String, "offered": pl.Int64}
    return pl.DataFrame(list(rows), schema=schema | {"still_waiting": pl.Int64}, orient="row")


def test_a_figure_is_of_the_whole_of_each_channel_and_of_each_queue() -> None:
    found = parts.metric_by_part(
        sums(("phone", "a", 3, 1), ("phone", "b", 2, 0), ("chat", "c", 4, 0)), "arrived"
    )

    assert found[parts.WHOLE] == 10
    assert (found["phone", None], found["chat", None]) == (6, 4)
    assert (found["phone", "a"], found["phone", "b"]) == (4, 2)


# Usual --------------------------------------------------------------------------------------------


def quarters(*rows: tuple[int, int, str, int]) -> pl.DataFrame:
    """(weeks_ago, minute, queue, offered)"""
    schema = {"weeks_ago": pl.Int64, "minute": pl.Int64, "queue": pl.String, "offered": pl.Int64}
    return pl.DataFrame(list(rows), schema=schema, orient="row").with_columns(
        pl.lit("phone").alias("channel"), pl.lit(0, pl.Int64).alias("still_waiting")
    )


def test_usual_is_the_median_of_the_same_time_on_the_same_weekdays() -> None:
    frame = quarters((1, 600, "a", 10), (2, 600, "a", 2), (3, 615, "a", 4), (4, 600, "a", 99),
                     (4, 660, "a", 1000), (5, 600, "a", 6))  # fmt: skip

    found = usual(frame, range(1, 6), "arrived", range(600, 630))

    assert found[parts.WHOLE] == 6


def test_fewer_than_four_days_are_no_custom() -> None:
    frame = quarters((1, 600, "a", 10), (2, 600, "a", 2), (3, 600, "a", 4))

    assert usual(frame, range(1, 4), "arrived", range(600, 630)) == {}


def test_a_day_on_which_nothing_came_to_a_queue_counts_as_none_for_it() -> None:
    frame = quarters(*((week, 600, "a", 8) for week in range(1, 5)), (1, 600, "b", 8))

    found = usual(frame, range(1, 5), "arrived", range(600, 630))

    assert (found["phone", "a"], found["phone", "b"]) == (8, 0)


def test_before_the_first_half_hour_of_a_day_nothing_is_usual() -> None:
    frame = quarters(*((week, 0, "a", 8) for week in range(1, 5)))

    assert usual(frame, range(1, 5), "arrived", range(0)) == {}


# The last hour ------------------------------------------------------------------------------------

Minute = float | None


def contacts(*rows: tuple[str, float, Minute, Minute, Minute]) -> pl.DataFrame:
    """(channel, arrived, queued, answered, ended), in minutes after noon."""
    names = ("arrived_at", "queued_at", "answered_at", "ended_at")
    made = [
        (channel, *(None if one is None else at(one) for one in times)) for channel, *times in rows
    ]
    schema = {"channel": pl.String} | dict.fromkeys(names, INSTANT)
    frame = pl.DataFrame(made, schema=schema, orient="row")
    is_answered = pl.col("answered_at").is_not_null()
    return frame.with_columns(
        *(pl.lit(0, pl.Int64).alias(one) for one in SUMS if one not in ("answered", "offered")),
        is_answered.cast(pl.Int64).alias("answered"),
        is_answered.cast(pl.Int64).alias("offered"),
        pl.lit("q").alias("queue"),
    )


PHONE = {"phone": (Channel.PHONE,)}


def test_the_line_of_waiting_is_what_waited_at_each_mark() -> None:
    frame = contacts(("phone", 1, 1, 11, 20), ("phone", 7, 7, None, 9), ("chat", 1, 1, None, None))

    found = hour.lines(frame, NOON, PHONE)["phone"]

    assert found.waiting[:4] == (1, 1, 0, 0)
    assert found.longest[:3] == (240, 540, 0)
    assert found.in_progress[:5] == (0, 0, 1, 0, 0)


def test_arrivals_count_in_the_five_minutes_in_which_they_came() -> None:
    frame = contacts(("phone", 1, 1, 2, 3), ("phone", 4.9, 5, 6, 7), ("phone", 5, 5, 6, 7))

    assert hour.lines(frame, NOON, PHONE)["phone"].arrived[:3] == (2, 1, 0)


def test_a_quarter_in_which_nobody_came_is_a_gap_in_the_service_level() -> None:
    frame = contacts(("phone", 1, 1, 2, 3))

    level = hour.lines(frame, NOON, PHONE)["phone"].service_level

    assert level[:4] == (0.0, 0.0, 0.0, None)


def test_an_hour_in_which_nothing_happened_has_lines_all_the_same() -> None:
    found = hour.lines(contacts(), NOON, PHONE)["phone"]

    assert found.waiting == (0,) * hour.POINTS
    assert set(found.service_level) == {None}


# Scope --------------------------------------------------------------------------------------------

SKILLS = pl.DataFrame(
    {
        "agent_id": ["1", "1", "2"],
        "team": ["North", "North", "South"],
        "queue": ["sales", "web", "web"],
        "channel": ["phone", "chat", "chat"],
        "language": ["fi", "fi", "sv"],
    }
)
QUEUES = pl.DataFrame(
    {
        "key": ["sales", "web", "mail"],
        "queue": ["sales", "web", "mail"],
        "channel": ["phone", "chat", "email"],
        "team": [None, None, "South"],
    }
)


@pytest.mark.parametrize(
    ("scope", "left"),
    [
        (Scope(), ["sales", "web", "mail"]),
        (Scope("North"), ["sales", "web"]),
        (Scope("South"), ["web", "mail"]),
        (Scope("North", Channel.CHAT), ["web"]),
        (Scope(queue="web"), ["web"]),
        (Scope("South", queue="web"), ["web"]),
        (Scope("North", queue="mail"), []),
        (Scope(skill="queue:web"), ["sales", "web", "mail"]),
        (Scope("Nobody"), []),
    ],
)
def test_a_team_s_queues_are_its_own_and_those_its_people_serve(scope, left) -> None:
    part = scopes.part(scope, SKILLS, QUEUES)

    assert part.of(QUEUES)["queue"].to_list() == left


def test_the_people_of_a_channel_are_those_who_take_it_or_have_it_now() -> None:
    people = pl.DataFrame(
        {
            "agent_id": ["1", "2", "3"],
            "team": ["North", "South", "South"],
            "channel": [None, None, "phone"],
        }
    )
    part = scopes.part(Scope(channel=Channel.PHONE), SKILLS, QUEUES)

    assert part.people(people)["agent_id"].to_list() == ["1", "3"]


@pytest.mark.parametrize(
    ("scope", "left"),
    [
        (Scope(queue="sales"), ["1"]),
        (Scope(skill="language:sv"), ["2"]),
        (Scope(skill="queue:web"), ["1", "2"]),
        (Scope(queue="sales", skill="language:sv"), []),
    ],
)
def test_the_people_of_a_queue_and_of_a_skill_are_those_who_showed_it_of_late(scope, left) -> None:
    people = pl.DataFrame({"agent_id": ["1", "2", "3"], "team": ["North", "South", None],
                           "channel": [None, "phone", None]})  # fmt: skip

    assert scopes.part(scope, SKILLS, QUEUES).people(people)["agent_id"].to_list() == left


def test_a_scope_goes_through_the_address_and_what_is_unknown_is_there_until_it_is_left_out():
    scope = Scope("North", Channel.CHAT, "web", "language:sv")
    unknown = [{"channel": "telex", "skill": one} for one in ("juggling", "language:", "team:x")]

    assert Scope.from_params(scope.to_params()) == scope
    for asked in unknown:
        read = Scope.from_params(asked | {"at": "noon"})
        assert (read.to_params(), read.is_all) == (asked, False)
        assert scopes.known(read, Here(), SKILLS, QUEUES).is_all
    assert Part().of(QUEUES).equals(QUEUES)


def test_a_queue_that_is_new_today_is_there_and_is_offered() -> None:
    here = Here(new_queues=frozenset({("email", "new")}))
    asked = Scope(queue="new")

    assert scopes.known(asked, here, SKILLS, QUEUES) == asked
    offered = scopes.offered(asked, here, SKILLS, QUEUES)
    assert (offered.queues, offered.channels) == (("mail", "new", "sales", "web"), {"email"})
    chats = scopes.offered(Scope(channel=Channel.CHAT), here, SKILLS, QUEUES)
    assert chats.queues == ("web",)


def test_what_is_not_there_any_more_is_left_out_of_a_scope_and_the_rest_stays() -> None:
    gone = Scope("East", Channel.CHAT, "telex", "language:xx")
    there = Scope("North", Channel.CHAT, "web", "language:sv")

    assert scopes.known(gone, Here(), SKILLS, QUEUES) == Scope(channel=Channel.CHAT)
    assert scopes.known(there, Here(), SKILLS, QUEUES) == there
    east = Here(frozenset({"East"}))
    assert scopes.known(Scope("East"), east, SKILLS, QUEUES) == Scope("East")


def test_queues_and_skills_are_offered_of_the_team_and_no_skill_that_everybody_has() -> None:
    untold = SKILLS.with_columns(pl.col("language").replace("sv", ""))
    whole = scopes.offered(Scope(queue="web"), Here(), SKILLS, QUEUES)
    south = scopes.offered(Scope("South"), Here(), SKILLS, QUEUES)

    assert whole.queues == ("mail", "sales", "web")
    assert whole.skills == ("language:fi", "language:sv", "queue:sales")
    some = scopes.offered(Scope(), Here(), untold, QUEUES)
    assert some.skills == ("language:fi", "queue:sales")
    assert whole.channels == {"chat"}
    assert (south.queues, south.skills) == (("mail", "web"), ())


def test_who_is_usually_out_is_told_of_four_days_on_which_the_team_was_here() -> None:
    rows = [(week, "North", 5.0, out) for week, out in enumerate((1.0, 2.0, 4.0, 9.0), 1)]
    rows += [(week, "South", 2.0, 1.0) for week in (1, 2, 3)]
    frame = pl.DataFrame(rows, schema=["weeks_ago", "team", "here", "out"], orient="row")

    assert usually_out(frame) == {None: 4.0, "North": 3.0}


# Team ---------------------------------------------------------------------------------------------


def people(*rows: tuple[str, str | None, Intent, Load]) -> pl.DataFrame:
    """(name, team, intent, load)"""
    schema = {"agent": pl.String, "team": pl.String, "intent": pl.String, "load": pl.String}
    return pl.DataFrame(list(rows), schema=schema, orient="row").with_columns(
        pl.col("agent").alias("agent_id"),
        pl.lit(None, pl.String).alias("reason"),
        pl.lit(1).alias("contacts"),
        pl.lit("chat").alias("channel"),
        pl.lit(60).alias("seconds"),
        pl.lit(3).alias("handled_today"),
        pl.lit(None, pl.Datetime("us", "UTC")).alias("since"),
    )


def states(*rows: tuple[str, Intent, float, Minute]) -> pl.DataFrame:
    """(agent, intent, start, end), in minutes after noon."""
    made = [(who, what, at(a), None if b is None else at(b)) for who, what, a, b in rows]
    schema = {"agent_id": pl.String, "intent": pl.String}
    return pl.DataFrame(
        made, schema=schema | {"started_at": INSTANT, "ended_at": INSTANT}, orient="row"
    )


NOBODY_HANDLED = pl.DataFrame(schema={"team": pl.String, "handled": pl.Int64})
DAY = Day(at(-60), at(60))


def test_teams_stand_by_name_and_who_has_none_comes_last() -> None:
    frame = people(
        ("Ville", None, Intent.AVAILABLE, Load.IDLE),
        ("Åsa", "South", Intent.BREAK, Load.IDLE),
        ("Maija", "North", Intent.AVAILABLE, Load.IDLE),
    )

    found = teams(frame, states(), NOBODY_HANDLED, DAY)

    assert [one.name for one in found] == ["North", "South", ""]
    assert found[1].counts[Place.BREAK] == 1


def test_what_was_handled_is_told_of_the_team_only() -> None:
    frame = people(("Maija", "North", Intent.AVAILABLE, Load.IDLE))
    handled = pl.DataFrame({"team": ["North", "North", "South"], "handled": [3, 4, 100]})

    found = teams(frame, states(), handled, DAY)

    assert found[0].handled == 7


def test_signed_in_since_begins_anew_after_every_absence() -> None:
    frame = people(("Maija", "North", Intent.AVAILABLE, Load.IDLE))
    told = states(
        ("Maija", Intent.AVAILABLE, -50, -30),
        ("Maija", Intent.OFFLINE, -30, -10),
        ("Maija", Intent.AVAILABLE, -10, 20),
        ("Maija", Intent.BREAK, 20, None),
    )

    member = teams(frame, told, NOBODY_HANDLED, DAY)[0].members[0]

    assert member.signed_in_at == at(-10)


def test_breaks_are_counted_and_added_up_within_the_day_and_meetings_are_none() -> None:
    frame = people(("Maija", "North", Intent.BREAK, Load.IDLE))
    told = states(
        ("Maija", Intent.BREAK, -90, -50),
        ("Maija", Intent.MEETING, -50, 0),
        ("Maija", Intent.BREAK, 50, None),
    )

    member = teams(frame, told, NOBODY_HANDLED, DAY)[0].members[0]

    assert (member.breaks, member.break_seconds) == (2, 20 * 60)
