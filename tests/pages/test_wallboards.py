"""The wall for a TV, and the page that explains it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from ccdash.errors import StoreUnavailable
from ccdash.live.snapshots import Snapshot

pytestmark = pytest.mark.parametrize("server", ["18"], indirect=True, scope="session")


@pytest.fixture
def boards(screen) -> Iterator[str]:
    return lambda **asked: screen.opened("wallboards", **asked)


def markup(screen) -> str:
    return " ".join(
        one.proto.body for one in screen.app.get("html") if '"cc-wall ' in one.proto.body
    )


def test_a_wall_says_who_waits_and_where_it_is_late(centre, boards) -> None:
    words = boards(wall="1").words

    assert "Phone OVER 0:20 2 waiting 1 in progress 6:" in words  # after OVER stands the limit
    assert "Chat target 1:00 0 waiting 1 in progress Nobody waits" in words
    assert "2 free 2 handling" in words or "on a break" in words
    assert "Live" in words


def test_a_wall_has_nothing_around_it(centre, boards) -> None:
    found = boards(wall="1")

    assert not found.app.sidebar.children
    assert found.words.strip().startswith("The whole centre")


def test_a_wall_shows_no_customer_and_no_name_unless_it_is_asked_to(centre, boards, screen) -> None:
    boards(wall="1")
    assert not {"Elina", "example.com", "invoice", "Maija", "•••"} & set(screen.words.split())
    assert "customer" not in markup(screen)

    screen.app.query_params["names"] = "first"
    screen.app.run()
    assert "Maija" in screen.words
    assert "Aaltonen" not in screen.words


def test_a_notice_is_text_and_never_markup(centre, boards, screen) -> None:
    boards(wall="1", notice="<b>late</b> post")

    assert "&lt;b&gt;late&lt;/b&gt; post" in markup(screen)


def test_a_wall_speaks_its_own_language(centre, boards, screen) -> None:
    boards(wall="1", language="en", wall_lang="fi")

    assert "Puhelin" in screen.words
    assert 'lang="fi"' in markup(screen)


def test_a_wall_that_nobody_has_chosen_a_language_for_speaks_the_viewer_s(
    centre, boards, screen
) -> None:
    boards(language="fi")

    assert 'lang="fi"' in markup(screen)
    assert "Puhelin" in screen.words
    assert "wall_lang=fi" in screen.app.code[0].value


def test_a_wall_that_lost_its_store_keeps_its_figures_and_dates_them(
    centre, boards, screen
) -> None:
    boards(wall="1")
    last = centre.snapshots.latest()
    centre.snapshots._last = Snapshot(last.floor, last.read_at, StoreUnavailable())
    centre.snapshots._is_fresh = lambda _: True

    screen.app.run()

    assert "Lost · figures of" in screen.words
    assert "2 waiting" in screen.words
    assert "cc-wall full lost" in markup(screen)


def test_a_wall_without_data_says_so_and_shows_no_zero(process, boards) -> None:
    words = boards(wall="1").words

    assert "Nothing has come in for a day. This screen comes back by itself." in words
    assert "waiting" not in words


def test_the_page_shows_the_board_and_the_address_that_its_choices_give(
    centre, boards, screen
) -> None:
    boards(notice="post is late", names="initials", wall_lang="fi", channels="chat")

    told = screen.app.code[0].value
    assert told.endswith(
        "/wallboards?wall=1&wall_lang=fi&channels=chat&names=initials&notice=post+is+late"
    )
    assert "cc-wall preview" in markup(screen)
    assert "Puhelin" not in screen.words
