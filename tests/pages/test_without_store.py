"""Every screen while its store does not answer."""

from __future__ import annotations

import pytest


@pytest.mark.parametrize("name", ["live", "trends", "contacts", "customer", "wallboards"])
def test_without_its_store_a_screen_says_one_sentence(process_without_store, screen, name) -> None:
    screen.opened(name)

    assert "The store does not answer" in screen.words
    assert "Traceback" not in screen.words
