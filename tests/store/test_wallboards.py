"""Boards and the links that open them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from ccdash.errors import BadInput, StoreUnavailable
from ccdash.live.patience import Patience
from ccdash.live.walls import Process, Walls
from ccdash.store import wallboards
from ccdash.store.wallboards import Board, Wanted
from ccdash.vocabulary import Channel, Names

pytestmark = pytest.mark.any_postgres

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
DAY = timedelta(days=1)
HALL = Board(
    "Hall",
    "fi",
    names=Names.INITIALS,
    channels=(Channel.CHAT, Channel.PHONE),
    tiles=("service_level", "aht"),
    notice="Post is <b>late</b>",
    has_chime=True,
)


def hung(store, board=HALL, screen="Lobby", until=NOW + DAY):
    """A board and the token of a link to it."""
    number = wallboards.save(store, board)
    return number, wallboards.issue(store, Wanted(number, screen, until), NOW)


def test_a_board_is_kept_as_it_was_designed_and_changed_where_it_is(store) -> None:
    number = wallboards.save(store, HALL)
    other = replace(HALL, name="Annex", channels=(), tiles=())

    assert wallboards.save(store, other, number) == number

    [kept] = wallboards.every(store)
    assert (kept.number, kept.board) == (number, other)


def test_no_two_boards_have_one_name(store) -> None:
    wallboards.save(store, HALL)

    with pytest.raises(BadInput, match="already"):
        wallboards.save(store, HALL)


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": " "},
        {"notice": "x" * 121},
        {"bad_percent": 99},
        {"rotation_seconds": 5},
        {"tiles": ("phase_of_the_moon",)},
        {"tiles": ("offered",) * 13},
    ],
)
def test_what_no_wall_can_show_is_refused_with_a_sentence(wrong) -> None:
    with pytest.raises(BadInput, match=r"\w+ .* \w+"):
        replace(HALL, **wrong)


def test_a_token_opens_its_board_and_no_other(store) -> None:
    _, first = hung(store)
    number, second = hung(store, replace(HALL, name="Annex"))

    opened = wallboards.find(store, second, NOW)

    assert (opened.wallboard, opened.board.name) == (number, "Annex")
    assert wallboards.find(store, first, NOW).board == HALL
    assert wallboards.find(store, second[:-1], NOW) is None


def test_the_store_keeps_a_hash_and_nowhere_the_token(store, engine) -> None:
    _, token = hung(store)

    with engine.connect() as connection:
        [row] = connection.execute(text("SELECT * FROM wall_link")).all()

    assert len(token) * 6 >= 128
    assert token not in str(row)
    assert wallboards.screens(store, row.wallboard_id)[0].name == "Lobby"


def test_a_link_that_was_revoked_or_has_expired_opens_nothing(store) -> None:
    number, token = hung(store)
    assert wallboards.find(store, token, NOW + DAY) is None

    [screen] = wallboards.screens(store, number)
    wallboards.revoke(store, screen.number, NOW)

    assert wallboards.find(store, token, NOW) is None
    assert wallboards.living(store, NOW) == {}
    assert wallboards.screens(store, number) == []


def test_with_a_board_go_its_links(store) -> None:
    number, token = hung(store)

    wallboards.remove(store, number)

    assert wallboards.find(store, token, NOW) is None
    with pytest.raises(BadInput, match="taken away"):
        wallboards.issue(store, Wanted(number, "Lobby", NOW + DAY), NOW)


@pytest.mark.parametrize("wanted", [{"screen": " "}, {"expires_at": NOW}])
def test_a_link_has_a_screen_and_a_time_to_live(store, wanted) -> None:
    number = wallboards.save(store, HALL)
    usual = Wanted(number, "Lobby", NOW + DAY)

    with pytest.raises(BadInput):
        wallboards.issue(store, replace(usual, **wanted), NOW)


def test_a_screen_is_seen_at_most_once_a_minute(store) -> None:
    number, token = hung(store)

    def seen_at(at: datetime) -> datetime:
        wallboards.seen(store, wallboards.find(store, token, at), at)
        return wallboards.screens(store, number)[0].last_seen_at

    moments = [NOW, NOW + timedelta(seconds=59), NOW + timedelta(seconds=60)]
    assert [seen_at(at) for at in moments] == [NOW, NOW, moments[2]]


def test_a_process_hears_of_a_revoked_link_with_its_next_read_and_knows_a_new_one_at_once(
    store,
) -> None:
    at = [NOW]
    walls = Walls(Process(lambda: store, lambda: "UTC", lambda: at[0], lambda: at[0]))
    number, token = hung(store)
    walls.knows("anything")  # so that the read of this second is over
    assert walls.opened(token).wallboard == number
    assert walls.holds(token)
    assert walls.board(number) == HALL

    [screen] = wallboards.screens(store, number)
    wallboards.revoke(store, screen.number, NOW)
    at[0] += timedelta(seconds=1)
    walls.knows("anything")

    assert not walls.holds(token)
    assert walls.opened(token) is None


def test_a_screen_that_cannot_be_marked_as_seen_stops_no_other_question(store, engine) -> None:
    at = [NOW]
    walls = Walls(Process(lambda: store, lambda: "UTC", lambda: at[0], lambda: at[0]))
    walls._marking = Patience(0.05, at_once=1)
    _, token = hung(store)
    number, other = hung(store, replace(HALL, name="Annex"))
    opened = walls.opened(token)
    assert walls.opened(other) is not None

    with engine.begin() as connection:
        held = {"link": opened.link}
        connection.execute(text("SELECT FROM wall_link WHERE link_id = :link FOR UPDATE"), held)
        walls.seen(opened)
        [screen] = wallboards.screens(store, number)
        wallboards.revoke(store, screen.number, NOW)
        at[0] += timedelta(seconds=1)
        assert walls.knows(token)
        assert (walls.holds(token), walls.holds(other)) == (True, False)
        assert walls.opened(token) is not None
        assert walls._marking._overdue
    while walls._marking._overdue:
        pass


def test_while_the_store_is_away_a_link_opens_its_board_until_it_expires(store) -> None:
    at = [NOW]
    walls = Walls(Process(lambda: store, lambda: "UTC", lambda: at[0], lambda: at[0]))
    number, token = hung(store)
    _, fresh = hung(store, replace(HALL, name="Annex"))
    assert walls.opened(token).wallboard == number

    walls._process = replace(walls._process, store=_away)
    assert walls.opened(token).wallboard == number
    assert walls.holds(token)
    with pytest.raises(StoreUnavailable):
        walls.opened(fresh)

    at[0] += DAY
    assert not walls.holds(token)
    assert walls.opened(token) is None


def _away():
    raise StoreUnavailable
