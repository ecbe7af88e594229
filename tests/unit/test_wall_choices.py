"""The link of a wallboard."""

from __future__ import annotations

from ccdash.ui import wall_screen
from ccdash.ui.wall_choices import Choices, choices
from ccdash.views.wall import Names
from ccdash.vocabulary import Channel


def test_a_link_gives_the_board_that_it_was_made_from() -> None:
    board = Choices("fi", (Channel.CHAT, Channel.PHONE), Names.INITIALS, "Post is <b>late</b>")

    assert choices(board.to_params(), "en") == board


def test_an_empty_link_is_the_usual_board_without_names() -> None:
    assert choices({}, "fi") == Choices("fi", (), Names.NONE, "")


def test_what_a_link_cannot_ask_for_is_as_if_it_were_not_there() -> None:
    asked = {"wall_lang": "tlh", "channels": "pigeon|phone|phone", "names": "photographs"}

    assert choices(asked, "en") == Choices("en", (Channel.PHONE,))


def test_a_notice_is_one_line_of_at_most_120_characters() -> None:
    assert choices({"notice": " post \n is   late "}, "en").notice == "post is late"
    assert len(choices({"notice": "x" * 500}, "en").notice) == 120


def test_an_address_is_on_the_host_by_which_the_page_was_reached() -> None:
    made = wall_screen.address(Choices("fi"), "https://floor.example:8443/wallboards?lang=en")

    assert made == "https://floor.example:8443/wallboards?wall=1&wall_lang=fi"
