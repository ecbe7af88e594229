"""Every screen while its store does not answer."""

from __future__ import annotations

import pytest


@pytest.mark.parametrize("name", ["live", "trends", "contacts", "customer"])
def test_without_its_store_a_screen_says_one_sentence(process_without_store, screen, name) -> None:
    screen.opened(name)

    assert "The store does not answer" in screen.words
    assert "Traceback" not in screen.words


def test_without_its_store_a_wall_has_no_figure(process_without_store, screen) -> None:
    screen.opened("wallboards", wall="1")

    assert "The store does not answer" in screen.words
    assert "This screen comes back by itself." in screen.words
    assert "waiting" not in screen.words
