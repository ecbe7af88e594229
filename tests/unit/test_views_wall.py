"""Tiles that are read across a room."""

from __future__ import annotations

import polars as pl
import pytest

from ccdash.views.board import Lateness, QueueNow
from ccdash.views.wall import first_name, held, initials, most_late, tiles
from ccdash.vocabulary import Channel

FINE, NEAR, OVER = Lateness.FINE, Lateness.NEAR, Lateness.OVER


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
    assert held(before, wait, 100) is now


@pytest.mark.parametrize(("wait", "target"), [(None, 100), (50, None), (50, 0)])
def test_a_colour_ends_where_nobody_waits_or_nothing_is_promised(wait, target) -> None:
    assert held(OVER, wait, target) is None


def test_a_wait_that_swings_around_its_target_changes_colour_once() -> None:
    colours, before = [], None
    for wait in (99, 101, 97, 102, 95, 103, 91, 101):
        before = held(before, wait, 100)
        colours.append(before)

    assert colours == [NEAR, *[OVER] * 7]


def test_only_a_wait_over_its_target_is_called_so() -> None:
    frame = queues(("sales", "phone", 1, 19, 0, 20))

    [tile] = tiles(frame, {Channel.PHONE: 20}, {Channel.PHONE: OVER})

    assert tile.held is OVER
    assert not tile.is_over


def test_a_tile_shows_the_queue_that_is_the_most_late_by_its_own_target() -> None:
    frame = queues(
        ("slow", "phone", 2, 40, 1, 120),
        ("vip", "phone", 1, 15, 3, 10),
    )

    [tile] = tiles(frame, {Channel.PHONE: 20}, {})

    assert (tile.wait_seconds, tile.target_seconds, tile.held) == (15, 10, OVER)
    assert (tile.waiting, tile.in_progress) == (3, 4)


def test_without_targets_the_longest_wait_counts() -> None:
    waits = [QueueNow(Channel.PHONE, name, 1, 0, n, None) for name, n in (("a", 9), ("b", 30))]

    assert most_late(waits) is waits[1]
    assert most_late([]) is None


def test_a_channel_that_nobody_waits_in_keeps_its_tile_and_its_target() -> None:
    [phone, chat] = tiles(
        queues(("web", "chat", 0, None, 2, 60)), {Channel.PHONE: 20, Channel.CHAT: 60}, {}
    )

    assert (phone.waiting, phone.wait_seconds, phone.target_seconds) == (0, None, 20)
    assert (chat.waiting, chat.in_progress, chat.held) == (0, 2, None)


def test_there_are_at_most_six_tiles() -> None:
    assert len(tiles(queues(), dict.fromkeys(Channel, 60), {})) == 6


@pytest.mark.parametrize(
    ("name", "first", "letters"),
    [
        ("Maija Aaltonen-Virtanen", "Maija", "MA"),
        ("Aaltonen, Maija", "Maija", "MA"),
        ("Anna Maria Särkkä", "Anna", "AS"),
        ("Timo", "Timo", "T"),
        ("PJSIP/1042@office", "42", "42"),
    ],
)
def test_a_wall_shows_no_more_of_a_name_than_it_was_asked(name, first, letters) -> None:
    assert first_name(name) == first
    assert initials(name) == letters
