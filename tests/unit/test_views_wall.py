"""Tiles that are read across a room."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import polars as pl
import pytest

from ccdash.views.board import Lateness, PersonNow, QueueNow
from ccdash.views.wall import (
    Limits,
    Rules,
    initials,
    level_held,
    most_late,
    pages,
    read_from_cm,
    scale,
    shown_names,
    tiles,
)
from ccdash.vocabulary import Channel, Intent, Load, Names

FINE, NEAR, OVER = Lateness.FINE, Lateness.NEAR, Lateness.OVER


AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def queues(*rows: tuple[str, str, int, int | None, int, int | None]) -> pl.DataFrame:
    names = (
        "queue", "channel", "waiting", "longest_wait_seconds", "in_progress", "target_seconds",
    )  # fmt: skip
    return pl.DataFrame(
        rows,
        schema=dict(
            zip(names, (pl.Utf8, pl.Utf8, *([pl.Int64] * 4)), strict=True),
        ),
        orient="row",
    ).with_columns(
        (AT - pl.duration(seconds="longest_wait_seconds")).alias("longest_since"),
    )


@pytest.mark.parametrize(
    ("before", "wait", "now"),
    [
        (None, 74, FINE),
        (None, 75, NEAR),
        (FINE, 100, NEAR),
        (FINE, 101, OVER),
        (OVER, 90, OVER),
        (OVER, 89, NEAR),
        (OVER, 64, FINE),
        (NEAR, 65, NEAR),
        (NEAR, 64, FINE),
        (NEAR, 101, OVER),
    ],
)
def test_a_colour_comes_at_one_threshold_and_goes_at_a_lower_one(before, wait, now) -> None:
    assert Limits().held(before, wait) is now


def test_a_wait_that_swings_around_its_target_changes_colour_once() -> None:
    colours, before = [], None
    for wait in (99, 101, 97, 102, 95, 103, 91, 101):
        before = Limits().held(before, wait)
        colours.append(before)

    assert colours == [NEAR, *[OVER] * 7]


def test_only_a_wait_over_its_target_is_called_so() -> None:
    frame = queues(("sales", "phone", 1, 19, 0, 20))

    [tile] = tiles(frame, Rules({Channel.PHONE: 20}, before={Channel.PHONE: OVER}))

    assert tile.held is OVER
    assert not tile.is_over


def test_a_tile_shows_the_queue_that_is_the_most_late_by_its_own_target() -> None:
    frame = queues(
        ("slow", "phone", 2, 40, 1, 120),
        ("vip", "phone", 1, 15, 3, 10),
    )

    [tile] = tiles(frame, Rules({Channel.PHONE: 20}))

    assert (tile.wait_seconds, tile.target_seconds, tile.held) == (15, 10, OVER)
    assert (tile.waiting, tile.in_progress) == (3, 4)
    assert tile.since == AT - timedelta(seconds=15)


def test_without_targets_the_longest_wait_counts() -> None:
    waits = [QueueNow(Channel.PHONE, name, 1, 0, n, None) for name, n in (("a", 9), ("b", 30))]

    assert most_late(waits) is waits[1]
    assert most_late([]) is None


def test_a_channel_that_nobody_waits_in_keeps_its_tile_and_its_target() -> None:
    rules = Rules({Channel.PHONE: 20, Channel.CHAT: 60}, before={Channel.CHAT: OVER})

    [phone, chat] = tiles(queues(("web", "chat", 0, None, 2, 60)), rules)

    assert (phone.waiting, phone.wait_seconds, phone.target_seconds) == (0, None, 20)
    assert (chat.waiting, chat.in_progress, chat.held) == (0, 2, None)


def test_a_page_has_six_tiles_at_most_and_fewer_where_they_are_larger() -> None:
    channels, figures = list("abcdef"), list("ghi")

    def many(at_scale: float, *groups: list[str]) -> list[int]:
        return [len(one) for one in pages(groups, at_scale)]

    assert many(1.0, channels[:4], figures[:2]) == [6]
    assert many(1.0, channels, figures) == [6, 3]
    assert many(1.0, [*channels, "x"], []) == [4, 3]
    assert many(1.2, channels, figures) == [3, 3, 3]
    assert many(1.6, channels, figures[:1]) == [2, 2, 2, 1]
    assert many(1.0, [], []) == []


def test_letters_grow_with_the_distance_until_a_page_has_no_room_for_them() -> None:
    assert scale(55, 300) == 1.0
    assert scale(55, 400) == 1.2
    assert scale(85, 400) == 1.0
    assert scale(43, 2000) == 1.6
    farthest = read_from_cm(55)
    assert scale(55, farthest) == 1.6
    assert 500 < farthest < 560


def test_limits_are_the_boards_own() -> None:
    patient = Limits(near=50, over=200)

    assert [patient.held(None, one) for one in (49, 50, 200, 201)] == [FINE, NEAR, NEAR, OVER]


def test_a_service_level_has_a_colour_below_its_target_and_keeps_it_for_two_points() -> None:
    assert level_held(None, 0.80, 0.8) is FINE
    assert level_held(None, 0.79, 0.8) is NEAR
    assert level_held(None, 0.69, 0.8) is OVER
    assert level_held(OVER, 0.71, 0.8) is OVER
    assert level_held(NEAR, 0.81, 0.8) is NEAR
    assert level_held(NEAR, 0.83, 0.8) is FINE


def person(name: str, team: str | None) -> PersonNow:
    return PersonNow(name, team, Intent.AVAILABLE, Load.IDLE, None, 0, None, 5, 0)


def test_a_wall_says_no_more_of_who_is_here_than_it_was_asked() -> None:
    people = [person("Maija Aaltonen", "Phone"), person("Timo", "Phone"), person("Anna", None)]

    assert shown_names(people, Names.NONE) == []
    assert shown_names(people, Names.TEAM) == ["Phone 2"]
    assert shown_names(people, Names.INITIALS) == ["MA", "T", "A"]


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("Maija Aaltonen-Virtanen", "MA"),
        ("Aaltonen, Maija", "MA"),
        ("Anna Maria Särkkä", "AS"),
        ("Timo", "T"),
        ("PJSIP/1042@office", "42"),
    ],
)
def test_initials_are_of_the_first_and_the_last_name(name, letters) -> None:
    assert initials(name) == letters
