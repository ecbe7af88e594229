"""Boards for walls: how they are drawn, and the page on which they are designed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from types import SimpleNamespace

import polars as pl
import pytest

from ccdash.calendars import ALWAYS, Calendar, Week
from ccdash.errors import StoreUnavailable
from ccdash.live.hub import Snapshot
from ccdash.live.walls import Asked, Figure
from ccdash.store import wallboards
from ccdash.store.wallboards import Board, Wanted
from ccdash.ui import format as fmt
from ccdash.ui.source import wall
from ccdash.ui.wall_live import Kind, draw
from ccdash.vocabulary import Channel, Names
from tests.pages.conftest import Screen

pytestmark = pytest.mark.parametrize("server", ["18"], indirect=True, scope="session")
HALL = Board("Hall", "en")
SHUT = Calendar("shut", "UTC", weeks=(Week(date(2000, 1, 1), ((),) * 8),))


@pytest.fixture
def page(screen) -> Iterator[Screen]:
    """The page, whoever has designed a board before."""
    return screen


def drawn(centre, board: Board = HALL, snapshot: Snapshot | None = None) -> str:
    """As a TV gets it."""
    found = snapshot or centre.hub.latest()
    return draw(board, found, Kind(True, centre.now(), {})).html.text


def words(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


def test_a_wall_says_who_waits_and_where_it_is_late(centre) -> None:
    told = words(drawn(centre))

    assert "Phone OVER 0:20 2 waiting 1 in progress" in told  # after OVER stands the limit
    assert "Chat target 1:00 0 waiting 1 in progress" in told
    assert "Nobody waits" in told
    assert "2 free 2 handling" in told or "on a break" in told
    assert "Live" in told


def test_a_wall_has_no_style_of_its_own_as_the_policy_of_its_page_allows_none(centre) -> None:
    html = drawn(centre, replace(HALL, tiles=("service_level", "csat"), notice="x"))

    assert " style=" not in html
    assert "<svg" not in html


def test_every_tile_is_a_piece_and_a_wait_is_a_time_that_goes_on(centre) -> None:
    html = drawn(centre, replace(HALL, tiles=("aht",)))

    for key in ("wall", "head", "level", "age", "page-0", "phone", "chat", "aht", "people", "free"):
        assert html.count(f'data-key="{key}"') == 1, key
    assert re.search(r'cc-wall-wait"><i [^>]*></i><span><time data-since="\d+"', html)


def test_a_level_below_its_target_says_so_by_its_shape_and_to_the_ear(centre, monkeypatch) -> None:
    def head(level: float) -> str:
        read = {"service_level": Figure(level, 9)}
        monkeypatch.setattr(centre.walls, "figures", lambda _asked: read)
        html = drawn(centre, replace(HALL, day_starts_minute=1))
        return html[html.index("cc-wall-level") : html.index("cc-wall-badges")]

    assert '<i role="img" aria-label="BELOW 80%"></i>Service level since' in head(0.2)
    assert "<i" not in head(0.95)


def test_a_wall_shows_no_customer_and_no_name_unless_it_is_asked_to(centre) -> None:
    html = drawn(centre)
    assert not {"Elina", "example.com", "invoice", "Maija", "•••"} & set(words(html).split())
    assert "customer" not in html

    assert "MA" in words(drawn(centre, replace(HALL, names=Names.INITIALS)))


def test_a_notice_is_text_and_never_markup(centre) -> None:
    html = drawn(centre, replace(HALL, notice="<b>late</b> post"))

    assert "&lt;b&gt;late&lt;/b&gt; post" in html


def test_a_wall_speaks_its_own_language_and_shows_the_channels_it_was_given(centre) -> None:
    html = drawn(centre, replace(HALL, language="fi", channels=(Channel.CHAT,)))

    assert 'lang="fi"' in html
    assert "Puhelin" not in html
    assert html.count("cc-wall-tile ") == 1


def test_figures_of_the_register_stand_beside_the_channels(centre) -> None:
    told = words(drawn(centre, replace(HALL, tiles=("offered", "csat"))))

    assert re.search(r"Offered \d+ today", told)
    assert "CSAT – today" in told  # what is not read yet is no zero


def test_figures_that_are_read_apart_are_those_of_the_floor(centre) -> None:
    floor, now = centre.hub.latest().floor, centre.now()

    read = centre.walls._read(Asked(("offered", "aht", "csat", "occupancy")), now)

    assert read["offered"].value == floor.today["offered"] > 0
    assert read["aht"].value == floor.today["aht"]
    assert read["csat"].value is None
    assert centre.walls._read(Asked(("offered",), (), 24 * 60 - 1), now) == {}  # not begun yet


def test_the_board_of_a_team_shows_its_people_alone(centre) -> None:
    last = centre.hub.latest()
    first = pl.col("agent") == last.floor.people["agent"][0]
    team = pl.when(first).then(pl.lit("Sales")).otherwise(pl.lit("Support"))
    floor = replace(last.floor, people=last.floor.people.with_columns(team.alias("team")))
    seen = replace(last, floor=floor)

    whole = words(drawn(centre, replace(HALL, names=Names.TEAM), seen))
    told = words(drawn(centre, replace(HALL, team="Sales", names=Names.TEAM), seen))

    assert "Sales" in whole
    assert "Support" in whole
    assert "Sales" in told
    assert "Support" not in told


def test_a_wall_that_lost_its_store_keeps_its_figures_and_dates_them(centre) -> None:
    last = centre.hub.latest()

    html = drawn(centre, snapshot=Snapshot(last.floor, last.read_at, StoreUnavailable()))

    assert "Lost · figures of" in words(html)
    assert "2 waiting" in words(html)
    assert 'class="cc-wall-board s10 lost"' in html


def test_a_wall_that_lost_its_store_days_ago_says_of_which_day_its_figures_are(centre) -> None:
    floor = centre.hub.latest().floor
    old = replace(floor, as_of=floor.as_of - timedelta(days=2))

    told = words(drawn(centre, snapshot=Snapshot(old, centre.now(), StoreUnavailable())))

    day = fmt.moment(old.as_of.astimezone(centre.settings.zone), "en")
    assert f"Lost · figures of {day}" in told


def test_a_wall_is_dim_while_no_part_of_the_centre_is_open(centre, monkeypatch) -> None:
    monkeypatch.setattr(centre.walls, "_hours", SimpleNamespace(latest=lambda: [SHUT]))

    assert 'class="cc-wall-board s10 dim"' in drawn(centre)
    assert 'class="cc-wall-board s10"' in drawn(centre, replace(HALL, is_dimmed=False))

    monkeypatch.setattr(centre.walls, "_hours", SimpleNamespace(latest=lambda: [SHUT, ALWAYS]))
    assert 'class="cc-wall-board s10"' in drawn(centre)


def test_a_wall_without_data_says_so_and_shows_no_zero(process) -> None:
    told = words(drawn(process))

    assert "Nothing has come in for a day. This screen comes back by itself." in told
    assert "waiting" not in told


def test_the_first_board_is_designed_saved_and_then_gets_its_links(centre, page) -> None:
    page.opened("wallboards")
    assert "Save the board first." in page.words
    assert "Phone OVER 0:20" in page.words

    page.app.text_input(key="wall-new-name").set_value("Hall")
    page.app.text_input(key="wall-new-notice").set_value("post is late")
    page.app.selectbox(key="wall-new-names").set_value(Names.INITIALS)
    page.app.multiselect(key="wall-new-channels").set_value([Channel.CHAT])
    page.app.run()
    assert "post is late" in page.words
    assert "Phone OVER" not in page.words
    page.app.button(key="wall-new-save").click().run()

    assert not page.app.exception
    [kept] = wallboards.every(centre.store)
    assert kept.board == replace(
        HALL, names=Names.INITIALS, notice="post is late", channels=(Channel.CHAT,)
    )
    assert "No screen shows this board yet." in page.words


def test_what_cannot_be_saved_says_why_and_changes_nothing(centre, page) -> None:
    wallboards.save(centre.store, HALL)
    page.opened("wallboards", board="new")

    page.app.text_input(key="wall-new-name").set_value("Hall").run()
    page.app.button(key="wall-new-save").click().run()

    assert "There is a board of this name already: choose another one." in page.words
    assert len(wallboards.every(centre.store)) == 1


def test_a_name_that_is_too_long_stays_in_its_field_and_is_told(centre, page) -> None:
    page.opened("wallboards")
    name = "Hall " * 9

    page.app.text_input(key="wall-new-name").set_value(name).run()
    assert "The name of a board has at most 40 characters: make it shorter." in page.words
    page.app.button(key="wall-new-save").click().run()

    assert "The name of a board has at most 40 characters: make it shorter." in page.words
    assert page.app.text_input(key="wall-new-name").value == name
    assert page.app.text_input(key="wall-new-name").proto.max_chars == 0
    assert wallboards.every(centre.store) == []


def test_the_page_tells_which_screens_show_a_board_and_keeps_their_addresses_to_itself(
    centre, page
) -> None:
    number = wallboards.save(centre.store, HALL)
    ends = wall() + timedelta(days=30)
    token = wallboards.issue(centre.store, Wanted(number, "Lobby", ends), wall())

    page.opened("wallboards")
    assert "Lobby never opened until" in page.words
    assert token not in " ".join(page.bodies)
    wallboards.seen(centre.store, wallboards.find(centre.store, token, wall()), wall())
    page.app.run()

    assert "Lobby" in page.words
    assert "on now" in page.words
