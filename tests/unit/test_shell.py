"""The frame around every screen."""

from __future__ import annotations

import pytest

from ccdash.ui.page import worded
from ccdash.ui.shell import PAGES, SCREENS, href


def test_every_screen_of_the_navigation_has_its_script() -> None:
    assert all((PAGES / f"{name}.py").is_file() for name in SCREENS)


@pytest.mark.parametrize(
    ("name", "parameters", "address"),
    [
        ("live", None, "/"),
        ("live", {"team": "a b"}, "/?team=a+b"),
        ("contacts", {"where_queue": "x|y"}, "/contacts?where_queue=x%7Cy"),
    ],
)
def test_an_address_stays_inside_the_product(
    name: str, parameters: dict[str, str] | None, address: str
) -> None:
    assert href(name, parameters) == address


def test_a_command_in_a_sentence_is_set_apart_and_escaped() -> None:
    assert worded("run `a <b>` now").text == "run <code>a &lt;b&gt;</code> now"
    assert worded("one ` alone").text == "one ` alone"
