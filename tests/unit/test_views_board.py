"""The floor, shaped for a board."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import polars as pl
import pytest

from ccdash.views import board
from ccdash.views.board import Lateness, Place
from ccdash.vocabulary import Channel, Intent, Load

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def queues(*rows: tuple[Any, ...]) -> pl.DataFrame:
    schema = {
        "queue": pl.String,
        "channel": pl.String,
        "waiting": pl.Int64,
        "longest_wait_seconds": pl.Int64,
        "in_progress": pl.Int64,
        "target_seconds": pl.Int64,
    }
    moment = pl.lit(None, pl.Datetime("us", "UTC")).alias("longest_since")
    return pl.DataFrame(list(rows), schema=schema, orient="row").with_columns(moment)


def people(*rows: tuple[Any, ...]) -> pl.DataFrame:
    """(name, intent, load, seconds)"""
    schema = {"agent": pl.String, "intent": pl.String, "load": pl.String, "seconds": pl.Int64}
    return pl.DataFrame(list(rows), schema=schema, orient="row").with_columns(
        pl.col("agent").alias("agent_id"),
        pl.lit(None, pl.String).alias("team"),
        pl.lit("").alias("reason"),
        pl.lit(1).alias("contacts"),
        pl.lit("chat").alias("channel"),
        pl.lit(3).alias("handled_today"),
        (pl.lit(NOON) - pl.duration(seconds=pl.col("seconds"))).alias("since"),
    )


@pytest.mark.parametrize(
    ("wait", "target", "expected"),
    [
        (None, 20, None),
        (10, None, None),
        (10, 0, None),
        (14, 20, Lateness.FINE),
        (15, 20, Lateness.NEAR),
        (20, 20, Lateness.NEAR),
        (21, 20, Lateness.OVER),
    ],
)
def test_a_wait_is_measured_against_its_target(wait, target, expected) -> None:
    assert board.lateness(wait, target) is expected


def test_a_channel_adds_up_its_queues_and_keeps_the_target_of_its_longest_wait() -> None:
    found = board.channels(
        queues(
            ("sales", "phone", 3, 50, 1, 20),
            ("stock", "phone", 1, 90, 2, 120),
            ("mail", "email", 5, 7000, 0, 14400),
        )
    )

    phone = found[0]
    assert [one.total.channel for one in found] == [Channel.PHONE, Channel.EMAIL]
    assert (phone.total.waiting, phone.total.in_progress) == (4, 3)
    assert (phone.total.longest_seconds, phone.total.target_seconds) == (90, 120)
    assert phone.total.lateness is Lateness.NEAR
    assert [one.lateness for one in phone.queues] == [Lateness.OVER, Lateness.NEAR]


def test_everybody_who_waits_counts_and_those_on_the_line_are_told_apart() -> None:
    waits = board.waiting(
        queues(("mail", "email", 5, 7000, 0, 14400), ("sales", "phone", 2, 50, 1, 20))
    )

    assert (waits.total, waits.live) == (7, 2)
    assert waits.longest is not None
    assert waits.longest.queue == "mail"
    assert waits.longest_live is not None
    assert waits.longest_live.queue == "sales"


def test_without_anybody_on_the_line_nobody_waits_longest_there() -> None:
    waits = board.waiting(
        queues(("mail", "email", 5, 7000, 0, 14400), ("sales", "phone", 0, None, 1, None))
    )

    assert waits.longest_live is None
    assert waits.live == 0


def test_a_quiet_floor_has_no_longest_wait() -> None:
    assert board.waiting(queues()).longest is None
    assert board.channels(queues()) == []


def test_the_most_late_comes_first_whatever_the_channel() -> None:
    waiting = pl.DataFrame(
        {
            "contact": ["e-mail", "chat", "phone", "no promise"],
            "wait_seconds": [7200, 90, 15, 99999],
            "target_seconds": [14400, 60, 20, 0],
        }
    )

    ordered = board.most_late_first(waiting)["contact"].to_list()

    assert ordered == ["chat", "phone", "e-mail", "no promise"]


def test_two_at_most_who_have_a_mark_come_before_those_who_are_the_most_late():
    waiting = pl.DataFrame(
        {
            "contact": ["a", "b", "c", "d", "e"],
            "wait_seconds": [50, 40, 30, 20, 10],
            "target_seconds": [10] * 5,
            "time": [1, None, 3, 1, 4],
            "also_in": [None, None, None, "chat", None],
        }
    )

    assert board.watched_first(waiting)["contact"].to_list() == ["c", "d", "a", "b", "e"]
    assert board.watched_first(waiting.head(0)).is_empty()


@pytest.mark.parametrize(
    ("intent", "load", "place", "is_still_busy"),
    [
        (Intent.AVAILABLE, Load.IDLE, Place.FREE, False),
        (Intent.AVAILABLE, Load.RINGING, Place.HANDLING, False),
        (Intent.AVAILABLE, Load.ON_CONTACT, Place.HANDLING, False),
        (Intent.AVAILABLE, Load.WRAP_UP, Place.WRAP_UP, False),
        (Intent.WRAP_UP, Load.IDLE, Place.WRAP_UP, False),
        (Intent.WRAP_UP, Load.ON_CONTACT, Place.HANDLING, False),
        (Intent.BREAK, Load.IDLE, Place.BREAK, False),
        (Intent.BREAK, Load.ON_CONTACT, Place.BREAK, True),
        (Intent.TRAINING, Load.WRAP_UP, Place.BREAK, True),
        (Intent.MEETING, Load.IDLE, Place.BREAK, False),
        (Intent.OFFLINE, Load.IDLE, Place.OFFLINE, False),
        (Intent.OFFLINE, Load.ON_CONTACT, Place.OFFLINE, True),
        (Intent.UNKNOWN, Load.IDLE, Place.UNKNOWN, False),
        (Intent.UNKNOWN, Load.ON_CONTACT, Place.HANDLING, False),
    ],
)
def test_a_place_is_made_of_two_facts(intent, load, place, is_still_busy) -> None:
    found = board.people(people(("Maija", intent, load, 60)))

    assert [one.name for one in found[place]] == ["Maija"]
    assert found[place][0].is_still_busy is is_still_busy


def test_everybody_stands_once_and_who_is_there_longest_comes_first() -> None:
    found = board.people(
        people(
            ("Short", "available", "idle", 10),
            ("Unknown", "available", "idle", None),
            ("Long", "available", "idle", 500),
        )
    )

    assert [one.name for one in found[Place.FREE]] == ["Long", "Short", "Unknown"]
    assert sum(map(len, found.values())) == 3


def test_of_people_of_whom_nothing_was_told_for_long_nothing_is_known() -> None:
    at = datetime(2026, 3, 2, 12, tzinfo=UTC)
    told = people(("A", "available", "idle", 60), ("B", "break", "on_contact", 90))

    found = board.people(board.unheard(told, at - timedelta(hours=2), at))

    assert [one.seconds for one in found[Place.UNKNOWN]] == [7200, 7200]
    assert sum(map(len, found.values())) == 2
    assert {one.channel for one in found[Place.UNKNOWN]} == {None}


def test_a_place_is_counted_only_where_something_is_known_of_somebody() -> None:
    nobody = dict.fromkeys(Place, 0)

    assert board.told_places({**nobody, Place.UNKNOWN: 4}) == [Place.UNKNOWN]
    assert Place.UNKNOWN not in board.told_places({**nobody, Place.FREE: 1})
    assert board.told_places({**nobody, Place.FREE: 1, Place.UNKNOWN: 1}) == list(Place)
